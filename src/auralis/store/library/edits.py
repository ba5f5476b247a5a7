"""What the owner has changed of a track's tags: kept beside them, and laid over them whenever they are written."""

import time
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from typing import Any, NamedTuple

import orjson
from sqlalchemy import bindparam, delete, select
from sqlalchemy.dialects.sqlite import insert

from auralis.model.library import AudioFile, Credit, StreamInfo, TrackTags
from auralis.store.database import Connection
from auralis.store.library.describe import describe
from auralis.store.library.records import Description, TrackRecord
from auralis.store.library.tag_documents import lyrics_beside, pack_tags, tags_of, unpack_tags
from auralis.store.schema import track_edits
from auralis.store.statements import Statement, as_json, integers_in

_e = track_edits.c
_EDITS = Statement(select(_e.track_key, _e.edits, _e.base).where(_e.track_key.in_(integers_in("keys"))))
_new = insert(track_edits).values(
    track_key=bindparam("track_key"), edits=bindparam("edits"), base=bindparam("base"), edited_at=bindparam("now")
)
_SAVE = Statement(
    _new.on_conflict_do_update(
        index_elements=["track_key"], set_={name: _new.excluded[name] for name in ("edits", "base", "edited_at")}
    )
)
_SET_BASE = Statement(
    track_edits.update().where(_e.track_key == bindparam("key_of")).values(base=bindparam("new_base"))
)
_FORGET = Statement(delete(track_edits).where(_e.track_key == bindparam("track_key")))

_TEXTS = {
    "title": "title",
    "artist": "artist",
    "album": "album",
    "albumArtist": "album_artist",
    "date": "date",
    "lyrics": "lyrics",
    "bpm": "bpm",
    "trackNumber": "track_number",
    "discNumber": "disc_number",
}
_LISTS = {"artists": "artists", "genres": "genres"}
_DETAIL_TEXTS = {
    "titleSort": "title_sort",
    "albumSort": "album_sort",
    "discSubtitle": "disc_subtitle",
    "originalDate": "original_date",
    "releaseDate": "release_date",
    "barcode": "barcode",
    "key": "key",
    "explicit": "explicit",
}
_DETAIL_LISTS = {
    "albumArtists": "album_artists",
    "labels": "labels",
    "catalogNumbers": "catalog_numbers",
    "isrcs": "isrcs",
    "moods": "moods",
}


class Edited(NamedTuple):
    """A track's edits by the names that clients use, and the tags under them."""

    edits: dict[str, Any]
    base: TrackTags


def read_edits(connection: Connection, keys: Iterable[int]) -> dict[int, Edited]:
    """Return the edits of those tracks that have any."""
    rows = _EDITS.rows(connection, keys=as_json(keys))
    return {key: Edited(orjson.loads(edits), unpack_tags(base)) for key, edits, base in rows}


def save_edits(connection: Connection, track_key: int, edited: Edited) -> None:
    """Keep the edits of a track; with none left, nothing is kept."""
    if edited.edits:
        now = round(time.time() * 1000)
        packed = orjson.dumps(edited.edits)
        _SAVE.run(connection, track_key=track_key, edits=packed, base=pack_tags(edited.base), now=now)
    else:
        _FORGET.run(connection, track_key=track_key)


def lay_over(base: TrackTags, edits: Mapping[str, Any]) -> TrackTags:
    """Return tags with ``edits`` laid over them; ids and sort names go with the names that they were for."""
    plain: dict[str, Any] = {name: edits[each] or None for each, name in _TEXTS.items() if each in edits}
    plain |= {name: tuple(edits[each]) for each, name in _LISTS.items() if each in edits}
    if "compilation" in edits:
        plain["compilation"] = bool(edits["compilation"])
    details: dict[str, Any] = {
        name: None if edits[each] == "" else edits[each] for each, name in _DETAIL_TEXTS.items() if each in edits
    }
    details |= {name: tuple(edits[each]) for each, name in _DETAIL_LISTS.items() if each in edits}
    if "credits" in edits:
        details["credits"] = tuple(Credit(c["name"], c["role"], c.get("instrument")) for c in edits["credits"])
    if "lyrics" in edits:
        details["synced_lyrics"] = None
    if edits.keys() & {"artist", "artists"}:
        details |= {"artist_ids": (), "artist_sorts": ()}
    if edits.keys() & {"albumArtist", "albumArtists"}:
        details |= {"album_artist_ids": (), "album_artist_sorts": ()}
    if edits.keys() & {"album", "albumArtist", "albumArtists"}:
        details["release_id"] = None
    return replace(base, **plain, details=replace(base.details, **details))


def with_edits(connection: Connection, records: Sequence[TrackRecord]) -> Sequence[TrackRecord]:
    """Return what a scan has read, described anew where there are edits to be laid over it."""
    keys = [record.key for record in records if record.key is not None]
    edited = read_edits(connection, keys) if keys else {}
    if not edited:
        return records
    result = []
    for record in records:
        known = edited.get(record.key) if record.key is not None else None
        if known is None:
            result.append(record)
            continue
        base = said_tags(record.says)
        _SET_BASE.run(connection, key_of=record.key, new_base=pack_tags(base))
        result.append(
            record._replace(says=redescribed(record, lay_over(base, known.edits), is_edited="lyrics" in known.edits))
        )
    return result


def said_tags(says: Description) -> TrackTags:
    """Return the tags that a description was made of."""
    credits_ = tuple(Credit(each.name.shown, each.role, each.instrument) for each in says.credits)
    return tags_of(says.facts, tuple(name.shown for name in says.artists), credits_, says.details, says.lyrics)


def redescribed(record: TrackRecord, tags: TrackTags, *, is_edited: bool) -> Description:
    """Return the description of a file with other tags than its own; ``is_edited`` are its lyrics."""
    says = record.says
    made = describe(
        AudioFile(stream_of(says.facts, says.duration_seconds), tags, says.cover_hash),
        record.directory,
        record.file.name,
        beside=lyrics_beside(says.lyrics),
        is_edited=is_edited,
    )
    return says._replace(**{name: getattr(made, name) for name in _FROM_TAGS})


def stream_of(facts: Mapping[str, Any], duration_seconds: float) -> StreamInfo:
    """Return the stream as a track's document tells of it; how many frames it does not."""
    return StreamInfo(
        format=facts["format"],
        codec=facts["codec"],
        sample_rate=facts["sampleRate"],
        channels=facts["channels"],
        duration_seconds=duration_seconds,
        frames=0,
        bitrate=facts["bitrate"],
        bit_depth=facts["bitDepth"],
    )


_FROM_TAGS = (
    "facts",
    "title_sort",
    "artists",
    "artist_sort",
    "album",
    "album_artists",
    "genres",
    "disc_number",
    "track_number",
    "year",
    "search",
    "credits",
    "details",
    "lyrics",
    "sung",
)
