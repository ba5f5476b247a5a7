"""Examples in the OpenAPI document: one of every body and every answer, made from the schemas and a table of names."""

from collections.abc import Mapping
from typing import Any

Schema = Mapping[str, Any]

_TRACK, _OTHER_TRACK = "0000003vmaax67xs", "0000001fq2k8c4zn"
_MOMENT = "2026-11-21T18:30:00.000Z"
_VALUES: dict[str, tuple[Any, ...]] = {
    "id": (_TRACK,),
    "trackId": (_TRACK,),
    "recordingId": ("b1a9c0e9-d987-4042-ae91-78d6a3267d69",),
    "entryId": ("7h2m9c4x0a1b5d6e", 4),
    "albumId": ("00000009xq4t7k2m",),
    "artworkId": ("9b1d5a3c7e4f2068",),
    "clientId": ("k3v8x1z6q0w4r9t2",),
    "requestId": ("c3g8v8nzne0zsq24",),
    "title": ("Night River",),
    "artist": ("Ada Lindqvist",),
    "albumArtist": ("Ada Lindqvist",),
    "album": ("Slow Harbour",),
    "name": ("Ada Lindqvist", "Late at night"),
    "role": ("artist",),
    "genres": ("Ambient",),
    "date": ("2019-04-12", _MOMENT),
    "year": (2019,),
    "format": ("flac",),
    "codec": ("flac",),
    "fileName": ("Night River.flac",),
    "bitrate": (912_000,),
    "sampleRate": (44_100,),
    "bitDepth": (16,),
    "channels": (2,),
    "fileSize": (26_830_112,),
    "duration": (235.4,),
    "trackNumber": (3,),
    "discNumber": (1,),
    "playCount": (12,),
    "skipCount": (1,),
    "rating": (4,),
    "loudnessLufs": (-14.2,),
    "truePeakDbtp": (-1.3,),
    "revision": (42,),
    "artworkColor": ("#2f4858",),
    "total": (1234, 1),
    "pageSize": (50, 1),
    "totalPages": (25, 1),
    "limit": (50, 1),
    "page": (1,),
    "offset": (0,),
    "processingTimeMs": (0.42,),
    "nextCursor": ("q2Vq0yKQ5n9bD1s4Wm9rZQ", "zz"),
    "first": ("/api/v1/tracks?offset=0&limit=50",),
    "self": ("/api/v1/tracks?offset=0&limit=50",),
    "last": ("/api/v1/tracks?offset=1200&limit=50",),
    "next": ("/api/v1/tracks?offset=50&limit=50",),
    "query": ("night river",),
    "position": (61.5,),
    "volume": (0.8,),
    "intensity": (0.75,),
    "preset": ("adaptive",),
    "min": (60, 0),
    "max": (300, 5),
    "from": (_MOMENT,),
    "to": (_MOMENT,),
    "mimeType": ('audio/mp4; codecs="flac"',),
    "path": ("Ada Lindqvist/Slow Harbour",),
    "timestamp": (_MOMENT,),
    "generatedAt": (_MOMENT,),
    "expiresAt": ("2026-11-21T18:35:00.000Z",),
    "previous": (None,),
    "hitCache": (True,),
    "hasNextPage": (True,),
    "favorite": (True,),
    "confidence": (1.0,),
    "validationScore": (None,),
    "tonic": ("A",),
    "tempoAlternativeBpm": (60.2,),
    "names": ("player.preset",),
    "state": ("ok",),
    "message": (None, "Done."),
    "serverVersion": ("0.1.0",),
    "version": ("0.1.0", 1),
    "uptimeSeconds": (86_400.0,),
}
"""What members are called, and what they may hold: the first that its schema takes is shown."""

_BODIES: dict[str, dict[str, Any]] = {
    "SearchBody": {
        "query": "night river",
        "filters": {"genres": ["Ambient"], "year": {"min": 1990, "max": 2020}, "rating": {"min": 3}},
        "sort": {"field": "dateAdded", "order": "desc"},
        "pagination": {"page": 1, "pageSize": 50},
    },
    "PlayBody": {"trackId": _TRACK, "context": {"type": "album", "id": "00000009xq4t7k2m"}},
    "QueueAddBody": {"trackIds": [_TRACK, _OTHER_TRACK], "position": "next"},
    "BatchGetBody": {"trackIds": [_TRACK, _OTHER_TRACK]},
    "BatchBody": {
        "atomic": False,
        "operations": [
            {"id": _TRACK, "action": "rating", "data": {"rating": 5}},
            {"id": _OTHER_TRACK, "action": "favorite", "data": {"favorite": True}},
        ],
    },
    "TrackEdit": {"title": "Night River", "date": "2019-04-12", "genres": ["Ambient"]},
    "PlaylistPatch": {"name": "Late at night"},
    "SleepBody": {"minutes": 30},
    "ScanBody": {"path": "Ada Lindqvist", "thorough": False},
    "EnhancementBody": {"enabled": True, "preset": "warm", "intensity": 0.75},
    "MasterBody": {"type": "track", "id": _TRACK, "preset": "adaptive", "intensity": 1, "format": "flac"},
    "SettingsReset": {"names": ["player.preset"]},
    "ArtworkExtract": {"extract": _TRACK},
    "ValidateFingerprintBody": {"trackId": _TRACK, "dimensions": {"bass": 0.2, "mid": 0.15}},
    "FolderBody": {"path": "/srv/music"},
    "CompareBody": {"trackId": _TRACK, "preset": "adaptive", "intensity": 1},
    "TrialBody": {"trackId": _TRACK, "preset": "adaptive", "intensity": 1, "x": "a", "answer": "a"},
}
"""Bodies whose members depend on each other."""

_KEYS = {"routes": "GET /api/v1/tracks", "checks": "disk"}
_PROBLEM = {
    "type": "/problems/track-not-found",
    "title": "Track not found",
    "status": 404,
    "detail": "No track with id 'x1'.",
    "instance": "/api/v1/tracks/x1",
    "code": "TRACK_NOT_FOUND",
    "message": "No track with id 'x1'.",
    "details": {},
    "requestId": "c3g8v8nzne0zsq24",
    "timestamp": _MOMENT,
    "path": "/api/v1/tracks/x1",
}
_CODES = {
    403: ("FORBIDDEN", "That takes the role admin."),
    404: ("NOT_FOUND", "Not found."),
    409: ("CONFLICT", "The state has moved on."),
    412: ("CONFLICT", "The state has moved on."),
    422: ("VALIDATION_ERROR", "The request is not valid."),
    429: ("RATE_LIMITED", "At most 100 such calls are allowed in 60 s."),
    500: ("INTERNAL_ERROR", "Something went wrong here; the log says more."),
    503: ("OVERLOADED", "The server has too much to do just now."),
}
_DEEPEST = 12
_SINGULAR = {"trackIds": "trackId", "entryIds": "entryId", "albumArtistIds": "id"}


def add_examples(document: dict[str, Any]) -> None:
    """Put an example beside every body, every answer and every parameter that has none."""
    schemas: Schema = document["components"]["schemas"]
    for methods in document["paths"].values():
        for operation in methods.values():
            for content in operation.get("requestBody", {}).get("content", {}).values():
                _exemplify(content, schemas, asked=True)
            for parameter in operation.get("parameters", ()):
                if "example" not in parameter and "examples" not in parameter:
                    parameter["example"] = example_of(parameter["schema"], schemas, parameter["name"])
            for response in operation["responses"].values():
                for content in response.get("content", {}).values():
                    _exemplify(content, schemas)


def share_errors(document: dict[str, Any]) -> None:
    """Put what all routes answer in case of an error in one place, with examples, and refer to it."""
    shared = document["components"].setdefault("responses", {})
    for methods in document["paths"].values():
        for operation in methods.values():
            for status, response in operation["responses"].items():
                if "application/problem+json" not in response.get("content", {}):
                    continue
                name = f"Error{status}"
                if name not in shared:
                    response["content"]["application/problem+json"]["example"] = problem_example(int(status))
                    shared[name] = response
                if response["description"] == shared[name]["description"]:
                    operation["responses"][status] = {"$ref": f"#/components/responses/{name}"}


def problem_example(status: int, path: str = "/api/v1/tracks") -> dict[str, Any]:
    """Return an error of ``status``."""
    code, message = _CODES.get(status, ("HTTP_ERROR", "The request cannot be answered."))
    kind, title = code.lower().replace("_", "-"), code.replace("_", " ").capitalize()
    own = {"type": f"/problems/{kind}", "title": title, "status": status, "code": code}
    errors = [{"field": "limit", "message": "must be a whole number from 1 to 500", "value": 9000}]
    told = {"detail": message, "message": message, "instance": path, "path": path}
    return {**_PROBLEM, **own, **told, **({"errors": errors} if status == 422 else {})}


def example_of(  # noqa: PLR0911  (a value for each kind of schema)
    schema: Schema, schemas: Schema, name: str = "", depth: int = 0, *, asked: bool = False
) -> Any:
    """Return a value that ``schema`` takes, for a member called ``name``; one that is ``asked`` has what it needs."""
    known = _BODIES.get(schema.get("$ref", "").rpartition("/")[2])
    if known is not None and asked:
        return known
    schema = _resolved(schema, schemas)
    given = _given(schema)
    if given is not None:
        return given
    kinds = schema.get("anyOf") or schema.get("oneOf")
    if kinds:
        return _example_of_any(kinds, schemas, name, depth, asked=asked)
    for value in _VALUES.get(name, ()):
        if _takes(schema, value):
            return value
    if schema.get("type") == "object" or "properties" in schema:
        return _object(schema, schemas, name, depth, asked=asked)
    if schema.get("type") != "array":
        return _simple(schema, name)
    wanted = max(1, schema.get("minItems", 1)) if depth < _DEEPEST else schema.get("minItems", 0)
    one = example_of(schema.get("items", {}), schemas, _SINGULAR.get(name, name), depth + 1, asked=asked)
    return [one] * min(wanted, schema.get("maxItems", wanted))


def _given(schema: Schema) -> Any:
    """Return the value that a schema itself gives."""
    shown = [schema.get("example"), schema.get("const"), schema.get("default")]
    return next(
        (value for value in (*shown, *schema.get("examples", ()), *schema.get("enum", ())) if value is not None), None
    )


def _exemplify(content: dict[str, Any], schemas: Schema, *, asked: bool = False) -> None:
    if "schema" in content and "example" not in content and "examples" not in content:
        content["example"] = example_of(content["schema"], schemas, asked=asked)


def _object(schema: Schema, schemas: Schema, name: str, depth: int, *, asked: bool) -> dict[str, Any]:
    members, needed = schema.get("properties", {}), schema.get("required", ())
    if depth >= _DEEPEST or asked:  # what holds its own kind has an end
        members = {n: each for n, each in members.items() if n in needed or each.get("default") is not None}
    found = {n: example_of(each, schemas, n, depth + 1, asked=asked) for n, each in members.items()}
    more = schema.get("additionalProperties")
    if isinstance(more, Mapping) and not found:
        found[_KEYS.get(name, "energy")] = example_of(more, schemas, "", depth + 1)
    return found


def _example_of_any(kinds: list[Schema], schemas: Schema, name: str, depth: int, *, asked: bool) -> Any:
    resolved = [_resolved(kind, schemas) for kind in kinds]
    wanted = [kind for kind, known in zip(kinds, resolved, strict=True) if known.get("type") != "null"]
    if depth >= _DEEPEST and any(kind.get("type") == "null" for kind in resolved):
        return None
    for value in _VALUES.get(name, ()):
        if any(_takes(kind, value) for kind in resolved):
            return value
    return example_of(wanted[0] if wanted else {}, schemas, name, depth, asked=asked)


def _simple(schema: Schema, name: str) -> Any:
    kind = schema.get("type")
    if kind == "boolean":
        return False
    if kind in {"integer", "number"}:
        least = schema.get("minimum", schema.get("exclusiveMinimum", 0))
        return least + (1 if "exclusiveMinimum" in schema else 0)
    if kind == "string":
        return _text(schema, name)
    return None


def _text(schema: Schema, name: str) -> str:
    if schema.get("format") == "date-time" or name.startswith(("date", "last")) or name.endswith(("At", "Time")):
        return _MOMENT
    if name.endswith("Id"):
        return _OTHER_TRACK
    return "text".ljust(schema.get("minLength", 0), "x")[: schema.get("maxLength", 100)]


def _takes(schema: Schema, value: Any) -> bool:
    """Tell whether a simple value fits a simple schema."""
    kind = schema.get("type")
    if value is None or isinstance(value, bool):
        return bool(kind == ("null" if value is None else "boolean"))
    if isinstance(value, str):
        return bool(kind == "string" and "enum" not in schema and "pattern" not in schema) and (
            schema.get("minLength", 0) <= len(value) <= schema.get("maxLength", len(value))
            and ("T" in value or schema.get("format") != "date-time")
        )
    if kind != "number" and not (kind == "integer" and isinstance(value, int)):
        return False
    return bool(schema.get("minimum", value) <= value <= schema.get("maximum", value))


def _resolved(schema: Schema, schemas: Schema) -> Schema:
    reference = schema.get("$ref")
    return schemas[reference.rpartition("/")[2]] if reference else schema
