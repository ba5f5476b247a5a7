"""Raw values of one field made into clean text, numbers and dates of bounded size."""

import re
from collections.abc import Mapping, Sequence

Fields = Mapping[str, Sequence[str]]
"""Values by the names of `tag_names.FIELDS`."""

MAX_LYRICS = 200_000
_MAX_NAME = 1_000
_MAX_VALUES = 64
_NUMBER = re.compile(r"\s*(\d{1,5})")
_DATE = re.compile(r"(\d{4})(?:-(0[1-9]|1[0-2])(?:-(0[1-9]|[12]\d|3[01]))?)?")
_CONTROLS = dict.fromkeys((*range(32), *range(127, 160)), " ")
_LINE_CONTROLS = {code: text for code, text in _CONTROLS.items() if code not in {0x09, 0x0A}}


def clean(text: str) -> str:
    """Return ``text`` on one line without control characters or broken surrogates, of a bounded length."""
    text = text[:_MAX_NAME]
    if not text.isprintable():
        text = text.encode("utf-8", "replace").decode("utf-8").translate(_CONTROLS)
    return text.strip()


def names_of(fields: Fields, field: str) -> tuple[str, ...]:
    """Return the clean texts of a field, each once."""
    values: list[str] = []
    for raw in fields.get(field, ())[:_MAX_VALUES]:
        for part in raw.split("\0")[:_MAX_VALUES] if "\0" in raw else (raw,):
            value = clean(part)
            if value and value not in values:
                values.append(value)
    return tuple(values)


def joined(values: Sequence[str]) -> str | None:
    """Return several texts as one, or None where there is none."""
    return clean(", ".join(values)) or None if values else None


def first(fields: Fields, field: str) -> str:
    """Return the first value of a field, or an empty text."""
    values = fields.get(field)
    return values[0].strip() if values else ""


def number_of(fields: Fields, field: str) -> int | None:
    """Return the number that a field begins with, ``3`` of ``03/12``; None where it is 0 or none."""
    match = _NUMBER.match(first(fields, field))
    return int(match[1]) or None if match else None


def date_of(fields: Fields, field: str) -> str | None:
    """Return a date as far as it is known: year, year and month, or a day."""
    match = _DATE.search(first(fields, field)[:_MAX_NAME])
    if match is None or match[1] == "0000":
        return None
    return "-".join(part for part in match.groups() if part)


def lines_of(fields: Fields, field: str, most: int) -> str | None:
    """Return a text of several lines, at most ``most`` characters, without other control characters."""
    if field not in fields:
        return None
    text = "\n".join(fields[field][:_MAX_VALUES])[:most].replace("\r\n", "\n").replace("\r", "\n")
    return text.encode("utf-8", "replace").decode("utf-8").translate(_LINE_CONTROLS).strip() or None
