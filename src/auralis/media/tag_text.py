"""Raw tag values made into `TrackTags`: cleaned, bounded, split, and numbers told from text."""

import re
from collections.abc import Mapping, Sequence

from auralis.model.library import TrackTags

Fields = Mapping[str, Sequence[str]]
"""Values by field: title, artist, artists, album, album_artist, track, disc, date, genre, lyrics, bpm, compilation."""

_MAX_NAME = 1_000
_MAX_LYRICS = 200_000
_MAX_VALUES = 64
_NUMBER = re.compile(r"\s*(\d{1,5})")
_DATE = re.compile(r"(\d{4})(?:-(0[1-9]|1[0-2])(?:-(0[1-9]|[12]\d|3[01]))?)?")
_CONTROLS = dict.fromkeys((*range(32), *range(127, 160)), " ")
_LINE_CONTROLS = {code: text for code, text in _CONTROLS.items() if code not in {0x09, 0x0A}}


def tidy(fields: Fields) -> TrackTags:
    """Build `TrackTags` from raw ``fields``; whatever is empty or senseless is left out."""
    names = _names(fields, "artist")
    artists = _names(fields, "artists") or names
    return TrackTags(
        title=_joined(_names(fields, "title")),
        artist=_joined(names or artists),
        artists=artists,
        album=_joined(_names(fields, "album")),
        album_artist=_joined(_names(fields, "album_artist")),
        track_number=_number(fields, "track"),
        disc_number=_number(fields, "disc"),
        date=_date(fields),
        genres=_genres(fields),
        lyrics=_lyrics(fields),
        bpm=_bpm(fields),
        compilation=_first(fields, "compilation") in {"1", "true", "True", "yes"},
    )


def clean(text: str) -> str:
    """Return ``text`` on one line without control characters or broken surrogates, of a bounded length."""
    text = text[:_MAX_NAME]
    if not text.isprintable():
        text = text.encode("utf-8", "replace").decode("utf-8").translate(_CONTROLS)
    return text.strip()


def _names(fields: Fields, field: str) -> tuple[str, ...]:
    values: list[str] = []
    for raw in fields.get(field, ())[:_MAX_VALUES]:
        for part in raw.split("\0")[:_MAX_VALUES]:
            value = clean(part)
            if value and value not in values:
                values.append(value)
    return tuple(values)


def _joined(values: Sequence[str]) -> str | None:
    return clean(", ".join(values)) or None if values else None


def _first(fields: Fields, field: str) -> str:
    values = fields.get(field)
    return values[0].strip() if values else ""


def _number(fields: Fields, field: str) -> int | None:
    match = _NUMBER.match(_first(fields, field))
    return int(match[1]) or None if match else None


def _date(fields: Fields) -> str | None:
    match = _DATE.search(_first(fields, "date"))
    if match is None or match[1] == "0000":
        return None
    return "-".join(part for part in match.groups() if part)


def _genres(fields: Fields) -> tuple[str, ...]:
    parts = (part.strip() for value in _names(fields, "genre") for part in value.split(";"))
    return tuple(dict.fromkeys(part for part in parts if part))


def _lyrics(fields: Fields) -> str | None:
    text = "\n".join(fields.get("lyrics", ())[:_MAX_VALUES])[:_MAX_LYRICS].replace("\r\n", "\n").replace("\r", "\n")
    return text.encode("utf-8", "replace").decode("utf-8").translate(_LINE_CONTROLS).strip() or None


def _bpm(fields: Fields) -> float | None:
    try:
        bpm = float(_first(fields, "bpm").replace(",", "."))
    except ValueError:
        return None
    return bpm if 20 <= bpm <= 500 else None
