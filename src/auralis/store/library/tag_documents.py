"""What only well-kept files say, as JSON beside the track's document, and back again."""

import re
from collections.abc import Mapping
from dataclasses import fields
from typing import Any

import orjson

from auralis.kit.search_text import searchable
from auralis.model.library import NO_DETAILS, Credit, Gain, TagDetails, TrackTags

_NAMES = tuple(each.name for each in fields(TagDetails) if each.name not in {"credits", "synced_lyrics"})
_TIMES = re.compile(r"[\[<]\d{1,3}:\d{2}(?:[.:]\d{1,3})?[\]>]")
_PLAIN = {each.name: each.default for each in fields(TagDetails)}


def packed_details(tags: TrackTags) -> bytes | None:
    """Return details as JSON, or None where there is none; credits and lyrics are kept apart."""
    details = tags.details
    found: dict[str, Any] = {}
    if details is not NO_DETAILS:
        found = {name: value for name in _NAMES if (value := getattr(details, name)) != _PLAIN[name]}
    if tags.bpm is not None:
        found["bpm"] = tags.bpm
    if tags.compilation:
        found["compilation"] = True
    return orjson.dumps(found) if found or details.credits else None


def packed_lyrics(tags: TrackTags, beside: str | None = None, *, is_edited: bool = False) -> bytes | None:
    """Return lyrics as JSON, or None where there are none; ``beside`` are those of a file beside the music.

    What the owner has written counts before what lies beside the music, and that before what is in its tags.
    """
    synced = tags.details.synced_lyrics
    if tags.lyrics is None and synced is None and beside is None:
        return None
    packed: dict[str, str | bool | None] = {"text": tags.lyrics, "synced": synced}
    if beside is not None:
        packed |= {"beside": beside, "edited": is_edited}
    return orjson.dumps(packed)


def lyrics_beside(lyrics: bytes | None) -> str | None:
    """Return what stored lyrics hold of the file beside the music."""
    beside: str | None = orjson.loads(lyrics).get("beside") if lyrics else None
    return beside


def sung_words(lyrics: bytes) -> str:
    """Return the words of stored lyrics as search looks for them, without the times of their lines."""
    known: dict[str, Any] = orjson.loads(lyrics)
    beside = None if known.get("edited") else known.get("beside")
    return searchable(_TIMES.sub(" ", beside or known["text"] or known["synced"] or ""))


def tags_of(
    facts: Mapping[str, Any],
    artists: tuple[str, ...],
    credits_: tuple[Credit, ...],
    details: bytes | None,
    lyrics: bytes | None,
) -> TrackTags:
    """Return the tags that gave a description; ``facts`` are the members of a track's document."""
    more: dict[str, Any] = orjson.loads(details) if details else {}
    words: dict[str, Any] = orjson.loads(lyrics) if lyrics else {}
    return _tags(
        {
            "title": facts["title"],
            "artist": facts["artist"],
            "artists": artists,
            "album": facts["album"],
            "album_artist": facts["albumArtist"],
            "track_number": facts["trackNumber"],
            "disc_number": facts["discNumber"],
            "date": facts["date"],
            "genres": facts["genres"],
            "lyrics": words.get("text"),
            "bpm": more.pop("bpm", None),
            "compilation": more.pop("compilation", False),
        },
        {**more, "synced_lyrics": words.get("synced"), "credits": credits_},
    )


def pack_tags(tags: TrackTags) -> bytes:
    """Return all tags as JSON."""
    return orjson.dumps(tags)


def unpack_tags(data: bytes) -> TrackTags:
    """Return tags from their JSON."""
    plain = orjson.loads(data)
    details = plain.pop("details")
    details["credits"] = [Credit(**credit) for credit in details["credits"]]
    return _tags(plain, details)


def _tags(plain: dict[str, Any], details: dict[str, Any]) -> TrackTags:
    told: dict[str, Any] = {
        name: tuple(value) if isinstance(value, list) else value for name, value in details.items() if name in _PLAIN
    }
    if told.get("gain"):
        told["gain"] = Gain(**told["gain"])
    made = TagDetails(**told)
    lists = {name: tuple(plain[name]) for name in ("artists", "genres")}
    return TrackTags(**{**plain, **lists}, details=NO_DETAILS if made == NO_DETAILS else made)
