"""Pictures of artists: what an owner chose, and the file that lies in the artist's folder."""

from collections.abc import Iterable, Mapping, Sequence
from typing import NamedTuple

from sqlalchemy import bindparam, delete, literal_column, select
from sqlalchemy.dialects.sqlite import insert

from auralis.store.database import Connection
from auralis.store.library.figures import Touched, everything, refresh_figures
from auralis.store.library.state import advance_library
from auralis.store.lists.facts import FilePlace
from auralis.store.schema import (
    SHOWN_OF_FEW,
    artist_pictures,
    artists,
    directories,
    library_folders,
    track_artists,
    tracks,
)
from auralis.store.statements import Statement, as_json, integers_in

_p = artist_pictures.c
_of_artist = _p.artist_key == bindparam("of_artist")
_CHOSEN = Statement(select(_p.choice).where(_of_artist))
_IS_CHOSEN = Statement(select(_p.artist_key).where(_p.choice == bindparam("wanted"), _p.choice.is_not(None)))
_IS_FOUND = Statement(select(_p.artist_key).where(_p.found == bindparam("wanted"), _p.found.is_not(None)))
_FILES = Statement(
    select(library_folders.c.path, _p.directory, _p.name)
    .join_from(artist_pictures, library_folders, library_folders.c.key == _p.folder_key)
    .where(_p.found == bindparam("wanted"), _p.found.is_not(None))
    .limit(bindparam("limit"))
)
_PLACES = Statement(
    select(artists.c.key, artists.c.name, tracks.c.folder_key, library_folders.c.path, directories.c.path)
    .join_from(track_artists, tracks, tracks.c.key == track_artists.c.track_key)
    .join(artists, artists.c.key == track_artists.c.artist_key)
    .join(directories, directories.c.key == tracks.c.directory_key)
    .join(library_folders, library_folders.c.key == tracks.c.folder_key)
    .where(
        track_artists.c.artist_key.in_(integers_in("keys")),
        track_artists.c.role == bindparam("role", "albumArtist"),
        tracks.c.missing == bindparam("present", 0),
        library_folders.c.away.is_(None),
        SHOWN_OF_FEW,
    )
)
_AFTER = Statement(
    select(artists.c.key)
    .where(artists.c.shown + literal_column("0") == literal_column("1"), artists.c.key > bindparam("after"))
    .order_by(artists.c.key)
    .limit(bindparam("limit"))
)
_KNOWN = Statement(
    select(_p.artist_key, _p.folder_key, _p.directory, _p.name, _p.size, _p.mtime_ns, _p.found).where(
        _p.artist_key.in_(integers_in("keys")), _p.found.is_not(None)
    )
)
_choice = insert(artist_pictures).values(artist_key=bindparam("of_artist"), choice=bindparam("chosen"))
_CHOOSE = Statement(
    _choice.on_conflict_do_update(index_elements=["artist_key"], set_={"choice": _choice.excluded.choice})
)
_new = insert(artist_pictures).values(
    artist_key=bindparam("of_artist"),
    folder_key=bindparam("in_folder"),
    directory=bindparam("at"),
    name=bindparam("called"),
    size=bindparam("bytes"),
    mtime_ns=bindparam("changed"),
    found=bindparam("image"),
)
_MEMBERS = ("folder_key", "directory", "name", "size", "mtime_ns", "found")
_FIND = Statement(
    _new.on_conflict_do_update(
        index_elements=["artist_key"], set_={member: _new.excluded[member] for member in _MEMBERS}
    )
)
_TIDY = Statement(delete(artist_pictures).where(_of_artist, _p.choice.is_(None), _p.found.is_(None)))


class ArtistPlace(NamedTuple):
    """A directory with music of an artist: key and name of the artist, folder by key and path, the path within."""

    artist_key: int
    artist: str
    folder_key: int
    folder: bytes
    directory: bytes


class FoundPicture(NamedTuple):
    """An image file of an artist, by the folder's key and the path within, as it was when ``hash`` was read."""

    folder_key: int
    directory: bytes
    name: bytes
    size: int
    mtime_ns: int
    hash: str


def artists_after(connection: Connection, after: int, limit: int) -> list[int]:
    """Return the keys of artists beyond ``after``, in their order."""
    return [key for (key,) in _AFTER.rows(connection, after=after, limit=limit)]


def artist_places(connection: Connection, artist_keys: Iterable[int]) -> list[ArtistPlace]:
    """Return where the albums of artists lie, as far as that can be seen now."""
    rows = _PLACES.rows(connection, keys=as_json(artist_keys))
    return [ArtistPlace(*row) for row in dict.fromkeys(rows)]


def found_pictures(connection: Connection, artist_keys: Iterable[int]) -> dict[int, FoundPicture]:
    """Return the image files that artists are known to have."""
    return {row[0]: FoundPicture(*row[1:]) for row in _KNOWN.rows(connection, keys=as_json(artist_keys))}


def save_found(connection: Connection, found: Mapping[int, FoundPicture | None]) -> int:
    """Note the image files of artists (None: there is none any more); return the library's revision."""
    for key, picture in found.items():
        values: Sequence[object] = picture or (None,) * len(_MEMBERS)
        names = ("in_folder", "at", "called", "bytes", "changed", "image")
        _FIND.run(connection, of_artist=key, **dict(zip(names, values, strict=True)))
        _TIDY.run(connection, of_artist=key)
    return _refresh(connection, found)


def choose_artwork(connection: Connection, artist_key: int, choice: str | None) -> int:
    """Let an artist show a picture (None: what is found); return the library's revision."""
    _CHOOSE.run(connection, of_artist=artist_key, chosen=choice)
    _TIDY.run(connection, of_artist=artist_key)
    return _refresh(connection, [artist_key])


def reorder_artwork(connection: Connection) -> int:
    """Let all artists show what the order of sources wants them to; return the library's revision."""
    return _refresh(connection, everything(connection).artists)


def chosen_artwork(connection: Connection, artist_key: int) -> str | None:
    """Return the picture that was chosen for an artist, or None."""
    choice: str | None = _CHOSEN.value(connection, of_artist=artist_key)
    return choice


def is_chosen(connection: Connection, artwork_id: str) -> bool:
    """Return whether any artist shows a picture because it was chosen."""
    return _IS_CHOSEN.value(connection, wanted=artwork_id) is not None


def is_known(connection: Connection, artwork_id: str) -> bool:
    """Return whether an artist has a picture, chosen or found."""
    return is_chosen(connection, artwork_id) or _IS_FOUND.value(connection, wanted=artwork_id) is not None


def files_of(connection: Connection, artwork_id: str, limit: int) -> list[FilePlace]:
    """Return image files of artists that are the picture."""
    return [FilePlace(*row) for row in _FILES.rows(connection, wanted=artwork_id, limit=limit)]


def _refresh(connection: Connection, artist_keys: Iterable[int]) -> int:
    touched = Touched()
    touched.artists.update(artist_keys)
    refresh_figures(connection, touched)
    return advance_library(connection)
