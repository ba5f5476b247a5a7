"""Fingerprints: saved with the version that made them, and the list of tracks that still wait for one."""

import zlib
from array import array
from typing import Any, NamedTuple

import orjson
from sqlalchemy import and_, bindparam, func, select
from sqlalchemy.dialects.sqlite import insert

from auralis.model.fingerprint import Fingerprint
from auralis.store.database import Connection
from auralis.store.library.folders import list_folders
from auralis.store.library.identity import share_fingerprint
from auralis.store.library.problems import add_analysis_problem, count_analysis_problems, forget_analysis_problem
from auralis.store.library.vectors import save_vector
from auralis.store.lists import documents
from auralis.store.schema import SHOWN, albums, fingerprints, library_folders, tracks
from auralis.store.statements import Statement

_new = insert(fingerprints).values(
    track_key=bindparam("track_key"),
    version=bindparam("version"),
    data=bindparam("data"),
    waveform=bindparam("waveform"),
    audio_hash=select(func.nullif(tracks.c.audio_hash, bindparam("none", b"")))
    .where(tracks.c.key == bindparam("track_key"))
    .scalar_subquery(),
)
_SAVE = Statement(
    _new.on_conflict_do_update(
        index_elements=["track_key"],
        set_={name: _new.excluded[name] for name in ("version", "data", "waveform", "audio_hash")},
    )
)
_READ = Statement(
    select(fingerprints.c.data, fingerprints.c.waveform).where(fingerprints.c.track_key == bindparam("track_key"))
)
_sibling = tracks.alias("sibling")
_OF_ALBUM = Statement(
    select(_sibling.c.id, fingerprints.c.data)
    .select_from(tracks)
    .join(albums, and_(albums.c.key == tracks.c.album_key, albums.c.title != bindparam("untitled", "")))
    .join(_sibling, and_(_sibling.c.album_key == tracks.c.album_key, _sibling.c.hidden == bindparam("shown", 0)))
    .outerjoin(fingerprints, fingerprints.c.track_key == _sibling.c.key)
    .where(tracks.c.id == bindparam("track_id"))
    .order_by(_sibling.c.key)
    .limit(bindparam("limit"))
)
_SAMPLE = Statement(
    select(fingerprints.c.data)
    .order_by((fingerprints.c.track_key * 7919) % 10007, fingerprints.c.track_key)
    .limit(bindparam("limit"))
)
_COUNT = Statement(select(func.count()).select_from(fingerprints))
_ATTEMPTED = Statement(
    tracks.update()
    .where(tracks.c.key == bindparam("track_key"))
    .values(analysis_version=bindparam("version"), unsafe=bindparam("is_unsafe"))
)
_folders = select(library_folders.c.key).where(library_folders.c.removed == bindparam("kept", 0))
_in_folders = and_(SHOWN, tracks.c.folder_key.in_(_folders))
_here = and_(_in_folders, tracks.c.missing == bindparam("present", 0))
_WAITING = Statement(
    select(tracks.c.id)
    .where(
        SHOWN,
        tracks.c.folder_key == bindparam("folder"),
        tracks.c.missing == bindparam("present", 0),
        tracks.c.analysis_version < bindparam("version"),
    )
    .order_by(tracks.c.analysis_version, tracks.c.key)
    .limit(bindparam("limit"))
)
_COUNT_WAITING = Statement(
    select(func.count()).select_from(tracks).where(_here, tracks.c.analysis_version < bindparam("version"))
)
_COUNT_HERE = Statement(select(func.count()).select_from(tracks).where(_here))
_COUNT_ATTEMPTED = Statement(
    select(func.count())
    .select_from(tracks)
    .where(
        _in_folders,
        tracks.c.missing == bindparam("is_missing"),
        tracks.c.analysis_version > bindparam("never", 0),
    )
)


class AnalysisCounts(NamedTuple):
    """How far the analysis has come: tracks with a fingerprint, tracks in all, tracks that could not be measured."""

    done: int
    total: int
    failed: int


def save_fingerprint(connection: Connection, track_key: int, fingerprint: Fingerprint) -> None:
    """Keep ``fingerprint`` and show in the track's document that it is there."""
    data = fingerprint.to_dict()
    shape = data.pop("waveform")
    points = array("b", (*shape["minimum"], *shape["maximum"], *shape["rms"]))
    _SAVE.run(
        connection,
        track_key=track_key,
        version=fingerprint.version,
        data=zlib.compress(orjson.dumps(data)),
        waveform=zlib.compress(points.tobytes()),
    )
    save_vector(connection, track_key, fingerprint.vector())
    _ATTEMPTED.run(connection, track_key=track_key, version=fingerprint.version, is_unsafe=0)
    forget_analysis_problem(connection, track_key)
    loudness = round(fingerprint.dimensions["loudness_lufs"], 2)
    documents.amend(connection, track_key, {"loudnessLufs": loudness, "fingerprint": "full"})
    share_fingerprint(connection, track_key, fingerprint.version)


def read_fingerprint(connection: Connection, track_key: int) -> Fingerprint | None:
    """Return a track's fingerprint, of whatever version, or None."""
    row = _READ.row(connection, track_key=track_key)
    if row is None:
        return None
    data: dict[str, Any] = orjson.loads(zlib.decompress(row[0]))
    points = array("b", zlib.decompress(row[1]))
    third = len(points) // 3
    data["waveform"] = {
        name: points[n * third : (n + 1) * third] for n, name in enumerate(("minimum", "maximum", "rms"))
    }
    return Fingerprint.from_dict(data)


def album_fingerprints(connection: Connection, track_id: str, limit: int) -> dict[str, Fingerprint | None]:
    """Return the fingerprints, without waveforms, of a track's album by track; None where there is none."""
    found = _OF_ALBUM.rows(connection, track_id=track_id, limit=limit)
    return {sibling: None if data is None else _without_waveform(data) for sibling, data in found}


def sample_fingerprints(connection: Connection, limit: int) -> tuple[list[Fingerprint], int]:
    """Return some fingerprints without waveforms, spread over the library, and how many there are."""
    rows = _SAMPLE.rows(connection, limit=limit) if limit else []
    return [_without_waveform(data) for (data,) in rows], _COUNT.value(connection)


def _without_waveform(data: bytes) -> Fingerprint:
    nothing: dict[str, list[int]] = {"minimum": [], "maximum": [], "rms": []}
    return Fingerprint.from_dict({**orjson.loads(zlib.decompress(data)), "waveform": nothing})


def waiting_tracks(connection: Connection, version: int, limit: int) -> list[str]:
    """Return ids of tracks that no analysis of ``version`` has been tried on, folder by folder as they came."""
    waiting: list[str] = []
    for folder in list_folders(connection):
        if folder.away is None and len(waiting) < limit:
            rows = _WAITING.rows(connection, folder=folder.key, version=version, limit=limit - len(waiting))
            waiting += [track_id for (track_id,) in rows]
    return waiting


def analysis_counts(connection: Connection, version: int) -> AnalysisCounts:
    """Count what is done, what there is, and what failed."""
    total = _COUNT_HERE.value(connection)
    failed = count_analysis_problems(connection)
    waiting = _COUNT_WAITING.value(connection, version=version)
    return AnalysisCounts(max(0, total - waiting - failed), total, failed)


def count_fingerprints(connection: Connection) -> int:
    """Count the tracks that have been measured."""
    attempted = sum(int(_COUNT_ATTEMPTED.value(connection, is_missing=missing)) for missing in (0, 1))
    return max(0, attempted - count_analysis_problems(connection))


def record_failure(connection: Connection, track_key: int, version: int, reason: str, *, unsafe: bool) -> None:
    """Note that ``version`` could not measure a track, so that it is not tried again until its file changes."""
    _ATTEMPTED.run(connection, track_key=track_key, version=version, is_unsafe=int(unsafe))
    add_analysis_problem(connection, track_key, reason)
