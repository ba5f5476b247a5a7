"""The guide to the REST API: what its examples ask is answered as they say."""

import json
import re
from pathlib import Path

import httpx
import pytest
from tests.server import RunningServer

GUIDE = Path(__file__).parents[2] / "docs" / "guides" / "rest.md"
EXAMPLES = re.findall(r"```http\n(.*?)```", GUIDE.read_text(), re.DOTALL)


@pytest.mark.parametrize("example", EXAMPLES, ids=lambda example: example.partition("\n")[0])
def test_an_example_is_answered_as_it_says(demo_server: RunningServer, example: str) -> None:
    first, *rest = example.strip().splitlines()
    method, path = first.split(" ")
    status, _, code = rest.pop().removeprefix("→ ").partition(" ")
    headers = dict(line.split(": ", 1) for line in rest if not line.startswith("{"))
    bodies = [json.loads(line) for line in rest if line.startswith("{")]
    with httpx.Client(base_url=demo_server.url) as client:
        answer = client.request(method, path, headers=headers, json=bodies[0] if bodies else None)
    assert answer.status_code == int(status), answer.text
    assert not code or answer.json()["code"] == code
