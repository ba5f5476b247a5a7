"""The OpenAPI document: every operation has its group, its errors, and examples that its own schemas take."""

from collections.abc import Iterator
from typing import Any

import pytest
from jsonschema_rs import Draft202012Validator

from auralis.api.application import ApiSettings, create_api

DOCUMENT = create_api(ApiSettings()).openapi()
OPERATIONS = [
    pytest.param(operation, id=operation["operationId"])
    for methods in DOCUMENT["paths"].values()
    for operation in methods.values()
]


def bodies(operation: dict[str, Any]) -> Iterator[tuple[str, str, dict[str, Any]]]:
    for kind, content in operation.get("requestBody", {}).get("content", {}).items():
        yield "takes", kind, content
    for status, named in operation["responses"].items():
        response = DOCUMENT["components"]["responses"][named["$ref"].rpartition("/")[2]] if "$ref" in named else named
        for kind, content in response.get("content", {}).items():
            yield status, kind, content


def fits(schema: dict[str, Any], value: Any) -> None:
    Draft202012Validator({"components": DOCUMENT["components"], **schema}).validate(value)


@pytest.mark.parametrize("operation", OPERATIONS)
def test_every_operation_shows_what_it_takes_and_gives(operation: dict[str, Any]) -> None:
    assert operation["tags"][0] in {tag["name"] for tag in DOCUMENT["tags"]}
    assert operation["description"]
    found = list(bodies(operation))
    for where, kind, content in found:
        if "schema" in content and "json" in kind:  # sound and pictures show themselves
            given = content.get("examples", {"one": {"value": content.get("example")}})
            assert given, where
            for example in given.values():
                fits(content["schema"], example["value"])
    for parameter in operation.get("parameters", ()):
        if "example" in parameter:
            fits(parameter["schema"], parameter["example"])
    assert any(where.startswith("20") for where, _, _ in found), "what it answers is of some type"
    errors = {where: kind for where, kind, _ in found if where.startswith(("4", "5"))}
    assert errors.keys() >= {"422", "429", "500", "503"}
    assert set(errors.values()) == {"application/problem+json"}


def test_every_group_is_used() -> None:
    used = {operation["tags"][0] for methods in DOCUMENT["paths"].values() for operation in methods.values()}
    assert used == {tag["name"] for tag in DOCUMENT["tags"]}
