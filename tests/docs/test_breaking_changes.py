"""What would break clients is named, and nothing breaks those of the last release."""

import copy
import importlib.util
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

ROOT = Path(__file__).resolve().parents[2]
_spec = importlib.util.spec_from_file_location("breaking", ROOT / "docs" / "breaking.py")
assert _spec is not None
assert _spec.loader is not None
breaking = importlib.util.module_from_spec(_spec)
_spec.loader.exec_module(breaking)

RELEASED = json.loads(breaking.RELEASED.read_text())
Document = dict[str, Any]


def without_route(document: Document) -> None:
    del document["paths"]["/api/v1/tracks"]["get"]


def without_parameter(document: Document) -> None:
    document["paths"]["/api/v1/tracks"]["get"]["parameters"].pop(0)


def with_needed_member(document: Document) -> None:
    document["components"]["schemas"]["SearchBody"]["required"].append("colour")


def without_member(document: Document) -> None:
    del document["components"]["schemas"]["Track"]["properties"]["title"]


def with_other_type(document: Document) -> None:
    document["components"]["schemas"]["Track"]["properties"]["duration"]["type"] = "string"


def without_choice(document: Document) -> None:
    for parameter in document["paths"]["/api/v1/tracks"]["get"]["parameters"]:
        if parameter["name"] == "order":
            parameter["schema"]["enum"].remove("desc")


@pytest.mark.parametrize(
    ("change", "named"),
    [
        (without_route, "GET /api/v1/tracks is gone"),
        (without_parameter, "is gone"),
        (with_needed_member, "body needs colour now"),
        (without_member, "has no title any more"),
        (with_other_type, "duration may be string now"),
        (without_choice, "takes no desc any more"),
    ],
)
def test_each_kind_of_break_is_named(change: Callable[[Document], None], named: str) -> None:
    document = copy.deepcopy(RELEASED)
    change(document)
    assert any(named in found for found in breaking.breaking_changes(RELEASED, document))


def test_more_breaks_nothing() -> None:
    document = copy.deepcopy(RELEASED)
    document["paths"]["/api/v1/more"] = document["paths"]["/api/v1/tracks"]
    document["components"]["schemas"]["Track"]["properties"]["more"] = {"type": "string"}
    document["components"]["schemas"]["SearchBody"]["properties"]["more"] = {"type": "string"}
    assert breaking.breaking_changes(RELEASED, document) == []


def test_clients_of_the_last_release_go_on_working() -> None:
    present = json.loads(breaking.PRESENT.read_text())
    found = breaking.breaking_changes(RELEASED, present)
    assert found == [], "a new route, or a new version of the API, would not break them (docs/breaking.py)"
