"""Recordings told apart: which tracks a file may be, and hashes of audio with what depends on them."""

from collections.abc import Iterable
from typing import NamedTuple

from sqlalchemy import and_, bindparam, func, literal_column, or_, select, update

from auralis.store.database import Connection
from auralis.store.library.records import KnownTrack
from auralis.store.lists import documents
from auralis.store.schema import SHOWN_OF_FEW, directories, fingerprint_vectors, fingerprints, library_folders, tracks
from auralis.store.statements import Statement, as_json, integers_in

_t, _d, _folder, _f = tracks.c, directories.c, library_folders.c, fingerprints.c
_v = fingerprint_vectors.c
_places = tracks.join(directories, _d.key == _t.directory_key).join(library_folders, _folder.key == _d.folder_key)
_KNOWN = (
    _t.key,
    _t.audio_sketch,
    _t.audio_hash,
    _folder.path,
    _folder.removed,
    _d.path,
    _t.name,
    _t.size,
    _t.mtime_ns,
    _t.inode,
    _t.title_sort,
    _t.artist_sort,
    _t.artist,
    _t.duration_seconds,
    _t.missing,
)
_BY_SKETCH = Statement(
    select(*_KNOWN)
    .select_from(_places)
    .where(_t.audio_sketch.in_(integers_in("sketches")))
    .limit(bindparam("limit", 5000))
)
_BY_KEY = Statement(select(*_KNOWN).select_from(_places).where(_t.key.in_(integers_in("keys"))))
_here = and_(_folder.removed == bindparam("kept", 0), _folder.away.is_(None), _t.missing == bindparam("present", 0))
_TO_HASH = Statement(
    select(_t.key, _folder.path, _d.path, _t.name, _t.size, _t.mtime_ns)
    .select_from(_places)
    .where(_t.audio_hash.is_(None), _t.key > bindparam("after"), _here)
    .order_by(_t.key)
    .limit(bindparam("limit"))
)
_SAVE = Statement(
    update(tracks)
    .where(_t.key == bindparam("track_key"), _t.size == bindparam("of_size"), _t.mtime_ns == bindparam("of_mtime"))
    .values(audio_hash=bindparam("hash"), audio_sketch=bindparam("sketch"))
)
_MEASURED = Statement(select(_f.audio_hash, _f.version).where(_f.track_key == bindparam("track_key")))
_TELL_FINGERPRINT = Statement(
    update(fingerprints).where(_f.track_key == bindparam("of_track")).values(audio_hash=bindparam("hash"))
)
_FORGET_FINGERPRINT = Statement(fingerprints.delete().where(_f.track_key == bindparam("of_track")))
_FROM = Statement(
    select(_f.track_key, func.max(_f.version), _t.document)
    .join_from(fingerprints, tracks, _t.key == _f.track_key)
    .where(_f.audio_hash == bindparam("hash"))
)
"""The newest; SQLite takes the other columns from the row of the maximum."""

_COPY = Statement(
    fingerprints.insert().from_select(
        ["track_key", "version", "data", "waveform", "audio_hash"],
        select(bindparam("to_track", type_=_t.key.type), _f.version, _f.data, _f.waveform, _f.audio_hash).where(
            _f.track_key == bindparam("from_track")
        ),
    )
)
_COPY_VECTOR = Statement(
    fingerprint_vectors.insert().from_select(
        ["track_key", "vector"],
        select(bindparam("to_track", type_=_t.key.type), _v.vector).where(_v.track_key == bindparam("from_track")),
    )
)
_OF_TRACK = Statement(
    select(_f.version, _t.document)
    .join_from(fingerprints, tracks, _t.key == _f.track_key)
    .where(_f.track_key == bindparam("track_key"))
)
_SET_ANALYSED = Statement(
    update(tracks)
    .where(_t.key == bindparam("track_key"))
    .values(analysis_version=bindparam("version"), unsafe=literal_column("0"))
)
_AUDIO_OF = Statement(select(_t.audio_sketch, _t.audio_hash).where(_t.key == bindparam("track_key")))
_same_hash = _t.audio_hash == bindparam("hash")
_SAME_AUDIO = Statement(
    select(_t.id)
    .where(
        _t.audio_sketch == bindparam("sketch"),
        _t.key != bindparam("track_key"),
        or_(bindparam("hash", type_=_t.audio_hash.type).is_(None), _t.audio_hash.is_(None), _same_hash),
        SHOWN_OF_FEW,
    )
    .order_by(_t.key)
    .limit(literal_column("100"))
)


_WAITING = Statement(
    select(_t.key).where(_t.audio_sketch == bindparam("sketch"), _same_hash, _t.analysis_version < bindparam("version"))
)


class FileToHash(NamedTuple):
    """A file whose audio is not hashed yet, and the state in which it is known."""

    key: int
    folder: bytes
    directory: bytes
    name: bytes
    size: int
    mtime_ns: int


def tracks_with_sketches(connection: Connection, sketches: Iterable[int]) -> list[KnownTrack]:
    """Return the tracks whose audio has one of ``sketches``, the oldest first."""
    return sorted(KnownTrack(*row) for row in _BY_SKETCH.rows(connection, sketches=as_json(sketches)))


def tracks_by_key(connection: Connection, keys: Iterable[int]) -> dict[int, KnownTrack]:
    """Return tracks by key."""
    return {row[0]: KnownTrack(*row) for row in _BY_KEY.rows(connection, keys=as_json(keys))}


def files_to_hash(connection: Connection, after: int, limit: int) -> list[FileToHash]:
    """Return files that are there and not hashed yet, by key, those after ``after``."""
    return [FileToHash(*row) for row in _TO_HASH.rows(connection, after=after, limit=limit)]


def save_audio_hash(connection: Connection, file: FileToHash, sketch: int, audio_hash: bytes | None) -> None:
    """Keep the hash of a track's audio, unless its file has changed since; None says that it has none.

    A fingerprint of other audio is forgotten; one of the same audio, whichever track's, is taken over.
    """
    key = file.key
    changed = _SAVE.run(
        connection, track_key=key, of_size=file.size, of_mtime=file.mtime_ns, hash=audio_hash or b"", sketch=sketch
    )
    if not changed or not audio_hash:
        return
    measured = _MEASURED.row(connection, track_key=key)
    if measured is not None and measured[0] in {None, audio_hash}:
        _TELL_FINGERPRINT.run(connection, of_track=key, hash=audio_hash)
        return
    if measured is not None:
        _FORGET_FINGERPRINT.run(connection, of_track=key)
        _SET_ANALYSED.run(connection, track_key=key, version=0)
        documents.amend(connection, key, {"loudnessLufs": None, "fingerprint": "none"})
    take_over_fingerprint(connection, key, audio_hash)


def share_fingerprint(connection: Connection, track_key: int, version: int) -> None:
    """Give the fingerprint of a track to all others with the same audio that wait for one of ``version``."""
    sketch, audio_hash = _AUDIO_OF.row(connection, track_key=track_key)
    if not audio_hash:
        return
    for (key,) in _WAITING.rows(connection, sketch=sketch, hash=audio_hash, version=version):
        _FORGET_FINGERPRINT.run(connection, of_track=key)
        take_over_fingerprint(connection, key, audio_hash)


def take_over_fingerprint(connection: Connection, track_key: int, audio_hash: bytes) -> None:
    """Give a track without a fingerprint that of another one with the same audio, if there is one."""
    other, version, document = _FROM.row(connection, hash=audio_hash)
    if other is not None:
        _give(connection, other, track_key, version, document)


def hand_over_fingerprint(connection: Connection, from_key: int, to_key: int) -> None:
    """Give a track without a fingerprint that of another one, which has the same audio."""
    found = _OF_TRACK.row(connection, track_key=from_key)
    if found is not None and _MEASURED.row(connection, track_key=to_key) is None:
        _give(connection, from_key, to_key, *found)


def _give(connection: Connection, from_key: int, to_key: int, version: int, document: bytes) -> None:
    shown = documents.unpacked(document)
    _COPY.run(connection, to_track=to_key, from_track=from_key)
    _COPY_VECTOR.run(connection, to_track=to_key, from_track=from_key)
    _SET_ANALYSED.run(connection, track_key=to_key, version=version)
    documents.amend(connection, to_key, {name: shown.get(name) for name in ("loudnessLufs", "fingerprint")})


def same_recordings(connection: Connection, track_key: int) -> list[str]:
    """Return the ids of other tracks with the same audio."""
    sketch, audio_hash = _AUDIO_OF.row(connection, track_key=track_key)
    if not sketch:
        return []
    rows = _SAME_AUDIO.rows(connection, sketch=sketch, track_key=track_key, hash=audio_hash or None)
    return [track_id for (track_id,) in rows]
