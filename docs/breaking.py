"""Compares the OpenAPI document with the last released one and names what would break a client.

``breaking.py`` prints what breaks and exits 1 if anything does; ``breaking.py --release`` makes the present document
the released one, as the last step of a release (or with a new version of the API).
"""

import json
import shutil
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parent.parent
PRESENT = ROOT / "web" / "openapi.json"
RELEASED = ROOT / "docs" / "reference" / "openapi-released.json"
Document = dict[str, Any]


def breaking_changes(old: Document, new: Document) -> list[str]:
    """Return a sentence for each thing that a client of ``old`` would miss in ``new``; trials may change freely."""
    found = []
    for path, methods in old["paths"].items():
        if path.startswith("/api/beta"):
            continue
        for method, operation in methods.items():
            name = f"{method.upper()} {path}"
            after = new["paths"].get(path, {}).get(method)
            if after is None:
                found.append(f"{name} is gone")
            else:
                found += [f"{name}: {change}" for change in _operation(operation, after, old, new)]
    return found


def _operation(before: Document, after: Document, old: Document, new: Document) -> Iterator[str]:
    yield from _parameters(before, after, old, new)
    body, wanted = _schema(before.get("requestBody")), _schema(after.get("requestBody"))
    needed = (after.get("requestBody") or {}).get("required")
    if needed and not (before.get("requestBody") or {}).get("required"):
        yield "a body is required now"
    if body is not None and wanted is not None:
        yield from _takes(body, wanted, old, new, "body")
    for status, response in before["responses"].items():
        if not status.startswith("2"):
            continue
        if status not in after["responses"]:
            yield f"it does not answer {status} any more"
            continue
        given, gives = _schema(response), _schema(after["responses"][status])
        if given is not None and gives is not None:
            yield from _gives(given, gives, old, new, "answer", ())


def _parameters(before: Document, after: Document, old: Document, new: Document) -> Iterator[str]:
    known = {(p["in"], p["name"]): p for p in before.get("parameters", ())}
    taken = {(p["in"], p["name"]): p for p in after.get("parameters", ())}
    for place, parameter in known.items():
        if place not in taken:
            yield f"parameter {place[1]} is gone"
        else:
            yield from _takes(parameter["schema"], taken[place]["schema"], old, new, f"parameter {place[1]}")
    for place, parameter in taken.items():
        if parameter.get("required") and not known.get(place, {}).get("required"):
            yield f"parameter {place[1]} is required now"


def _schema(content: Document | None) -> Document | None:
    found: Document | None = ((content or {}).get("content") or {}).get("application/json", {}).get("schema")
    return found


def _resolve(schema: Document, document: Document) -> Document:
    reference = schema.get("$ref")
    return document["components"]["schemas"][reference.rpartition("/")[2]] if reference else schema


def _kinds(schema: Document, document: Document) -> list[Document]:
    schema = _resolve(schema, document)
    return [_resolve(kind, document) for kind in schema.get("anyOf", schema.get("oneOf", [schema]))]


def _types(schema: Document, document: Document) -> set[str]:
    return {str(kind["type"]) for kind in _kinds(schema, document) if "type" in kind}


def _takes(before: Document, after: Document, old: Document, new: Document, where: str) -> Iterator[str]:
    """Yield why something that was taken before may be refused now."""
    lost = _types(before, old) - _types(after, new)
    if lost and _types(after, new) and not (lost == {"integer"} and "number" in _types(after, new)):
        yield f"{where} takes no {', '.join(sorted(lost))} any more"
    before, after = _resolve(before, old), _resolve(after, new)
    if "enum" in before and (gone := set(map(str, before["enum"])) - set(map(str, after.get("enum", before["enum"])))):
        yield f"{where} takes no {', '.join(sorted(gone))} any more"
    for name in set(after.get("required", ())) - set(before.get("required", ())):
        yield f"{where} needs {name} now"
    if after.get("additionalProperties") is False:
        for name in before.get("properties", {}).keys() - after.get("properties", {}).keys():
            yield f"{where} knows no {name} any more"


def _gives(
    before: Document, after: Document, old: Document, new: Document, where: str, within: tuple[str, ...]
) -> Iterator[str]:
    """Yield what was given before and is not, or may be something else, now."""
    reference = str(before.get("$ref", ""))
    if reference and reference in within:
        return
    within = (*within, reference)
    came, more = _types(before, old), _types(after, new) - _types(before, old)
    if came and more and not (more == {"integer"} and "number" in came):
        yield f"{where} may be {', '.join(sorted(more))} now"
    for kind, other in zip(_kinds(before, old), _kinds(after, new), strict=False):
        properties, others = kind.get("properties", {}), other.get("properties", {})
        for name, schema in properties.items():
            if name not in others:
                yield f"{where} has no {name} any more"
            else:
                yield from _gives(schema, others[name], old, new, f"{where}.{name}", within)
        if "items" in kind and "items" in other:
            yield from _gives(kind["items"], other["items"], old, new, f"{where}[]", within)


def main(arguments: list[str]) -> int:
    """Compare, or release."""
    if "--release" in arguments:
        shutil.copyfile(PRESENT, RELEASED)
        return 0
    found = breaking_changes(json.loads(RELEASED.read_text()), json.loads(PRESENT.read_text()))
    for change in found:
        print(f"breaks clients: {change}", file=sys.stderr)
    return int(bool(found))


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
