"""Small facts about tracks: their ids, how long they are, where their files lie."""

from collections.abc import Iterable, Sequence
from typing import NamedTuple

from sqlalchemy import and_, bindparam, select

from auralis.store.database import Connection
from auralis.store.lists.documents import folders_away
from auralis.store.schema import SHOWN_OF_FEW, directories, library_folders, tracks
from auralis.store.statements import Statement, as_json, integers_in, texts_in

_placed = tracks.join(directories, directories.c.key == tracks.c.directory_key).join(
    library_folders, library_folders.c.key == tracks.c.folder_key
)
_FILE = Statement(
    select(library_folders.c.path, directories.c.path, tracks.c.name)
    .select_from(_placed)
    .where(tracks.c.id == bindparam("track_id"), SHOWN_OF_FEW)
)
_KNOWN_FILE = Statement(
    select(library_folders.c.path, directories.c.path, tracks.c.name, tracks.c.size, tracks.c.mtime_ns, tracks.c.unsafe)
    .select_from(_placed)
    .where(tracks.c.id == bindparam("track_id"), SHOWN_OF_FEW)
)
_WITH_COVER = Statement(
    select(library_folders.c.path, directories.c.path, tracks.c.name)
    .select_from(_placed)
    .where(tracks.c.cover_hash == bindparam("cover"), tracks.c.missing == bindparam("present", 0))
    .limit(bindparam("limit"))
)
_IMAGES = Statement(
    select(library_folders.c.path, directories.c.path, directories.c.image_name)
    .join_from(directories, library_folders, library_folders.c.key == directories.c.folder_key)
    .where(and_(directories.c.image_hash == bindparam("cover"), directories.c.image_hash.is_not(None)))
    .limit(bindparam("limit"))
)
_DISCS = Statement(
    select(
        tracks.c.disc_number,
        tracks.c.track_number,
        tracks.c.key,
        library_folders.c.path,
        directories.c.path,
        directories.c.image_hash,
        tracks.c.cover_hash,
    )
    .select_from(_placed)
    .where(tracks.c.album_key == bindparam("album_key"), SHOWN_OF_FEW)
)
_LENGTHS = Statement(
    select(tracks.c.key, tracks.c.id, tracks.c.duration_seconds, tracks.c.missing, tracks.c.folder_key).where(
        tracks.c.key.in_(integers_in("keys"))
    )
)

_ARTISTS = Statement(
    select(tracks.c.id, tracks.c.artist).where(tracks.c.id.in_(texts_in("ids")), tracks.c.artist.is_not(None))
)


class FilePlace(NamedTuple):
    """Where a file lies: its library folder, the directory in that, its name; all as the file system writes them."""

    folder: bytes
    directory: bytes
    name: bytes


class DiscTrack(NamedTuple):
    """Where a track of an album lies, on which disc, and the pictures in its directory and in its file."""

    disc_number: int
    folder: bytes
    directory: bytes
    image_hash: str | None
    cover_hash: str | None


class KnownFile(NamedTuple):
    """Where the file of a track lies, its size and time when the library read it, whether it broke a decoder."""

    place: FilePlace
    size: int
    modified_ns: int
    unsafe: bool


class TrackLength(NamedTuple):
    """A track's id, its duration, and whether its file, or the folder of it, is missing."""

    id: str
    duration_seconds: float
    missing: bool


def file_place(connection: Connection, track_id: str) -> FilePlace | None:
    """Return where the file of a track lies, or None if there is no such track."""
    row = _FILE.row(connection, track_id=track_id)
    return None if row is None else FilePlace(*row)


def known_file(connection: Connection, track_id: str) -> KnownFile | None:
    """Return the file of a track as the library knows it, or None if there is no such track."""
    row = _KNOWN_FILE.row(connection, track_id=track_id)
    return None if row is None else KnownFile(FilePlace(*row[:3]), row[3], row[4], bool(row[5]))


def files_with_cover(connection: Connection, cover_hash: str, limit: int) -> list[FilePlace]:
    """Return files that have the picture embedded."""
    return [FilePlace(*row) for row in _WITH_COVER.rows(connection, cover=cover_hash, limit=limit)]


def images_with_hash(connection: Connection, image_hash: str, limit: int) -> list[FilePlace]:
    """Return image files that are the picture."""
    return [FilePlace(*row) for row in _IMAGES.rows(connection, cover=image_hash, limit=limit)]


def disc_tracks(connection: Connection, album_key: int) -> list[DiscTrack]:
    """Return the tracks of an album as they lie on its discs, in playing order."""
    rows = sorted(_DISCS.rows(connection, album_key=album_key), key=lambda row: row[:3])
    return [DiscTrack(disc, *place) for disc, _, _, *place in rows]


def credited_artists(connection: Connection, track_ids: Sequence[str]) -> dict[str, str]:
    """Return the artist of each track that names one."""
    return dict(_ARTISTS.rows(connection, ids=as_json(track_ids)))


def track_lengths(connection: Connection, keys: Iterable[int]) -> list[TrackLength]:
    """Return id, duration and whether the file is missing, in the order of ``keys``."""
    wanted = list(keys)
    away = folders_away(connection)
    found = {
        key: TrackLength(track_id, duration, bool(missing) or folder in away)
        for key, track_id, duration, missing, folder in _LENGTHS.rows(connection, keys=as_json(wanted))
    }
    return [found[key] for key in wanted if key in found]
