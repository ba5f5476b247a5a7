"""Pictures as the library knows them: what an owner chose for an album, what a picture looks like, where it lies."""

from collections.abc import Mapping, Sequence
from typing import NamedTuple

from sqlalchemy import BindParameter, bindparam, exists, literal_column, or_, select, update
from sqlalchemy.dialects.sqlite import insert

from auralis.store.database import Connection
from auralis.store.library.figures import Touched, everything, prefers_folder, refresh_figures, show_artwork
from auralis.store.library.state import advance_library
from auralis.store.schema import albums, directories, pictures, track_artists, tracks
from auralis.store.statements import Statement, as_json, texts_in

_wanted: BindParameter[str] = bindparam("wanted")
_CHOSEN = Statement(select(albums.c.artwork_choice).where(albums.c.key == bindparam("album_key")))
_SHOWN = Statement(select(albums.c.artwork_id, albums.c.artwork_choice).where(albums.c.key == bindparam("album_key")))
_CHOOSE = Statement(
    update(albums).where(albums.c.key == bindparam("album_key")).values(artwork_choice=bindparam("choice"))
)
_ARTISTS = Statement(
    select(track_artists.c.artist_key)
    .distinct()
    .join_from(track_artists, tracks, tracks.c.key == track_artists.c.track_key)
    .where(tracks.c.album_key == bindparam("album_key"))
)
_SHOWING = Statement(select(albums.c.key).where(albums.c.artwork_id.in_(texts_in("hashes"))))
_KNOWN = Statement(
    select(literal_column("1")).where(
        or_(
            exists(select(tracks.c.key).where(tracks.c.cover_hash == _wanted, tracks.c.cover_hash.is_not(None))),
            exists(
                select(directories.c.key).where(
                    directories.c.image_hash == _wanted, directories.c.image_hash.is_not(None)
                )
            ),
            exists(
                select(albums.c.key).where(albums.c.artwork_choice == _wanted, albums.c.artwork_choice.is_not(None))
            ),
        )
    )
)
_IS_CHOSEN = Statement(
    select(albums.c.key).where(albums.c.artwork_choice == _wanted, albums.c.artwork_choice.is_not(None)).limit(1)
)
_UNSEEN = Statement(
    select(albums.c.key, albums.c.artwork_id)
    .where(
        albums.c.key > bindparam("after"),
        albums.c.artwork_id.is_not(None),
        albums.c.artwork_id.not_in(select(pictures.c.hash)),
    )
    .order_by(albums.c.key)
    .limit(bindparam("limit"))
)
_new = insert(pictures).values(hash=bindparam("hash"), color=bindparam("color"), preview=bindparam("preview"))
_SAVE = Statement(_new.on_conflict_do_nothing())


class PictureLook(NamedTuple):
    """A picture's colour as ``#rrggbb`` and a few of its pixels; both None of one that cannot be shown."""

    color: str | None
    preview: bytes | None


def choose_artwork(connection: Connection, album_key: int, choice: str | None) -> int:
    """Let an album show a picture whatever its files hold (None: as its files say); return the library's revision."""
    _CHOOSE.run(connection, album_key=album_key, choice=choice)
    touched = Touched()
    touched.albums.add(album_key)
    touched.artists.update(key for (key,) in _ARTISTS.rows(connection, album_key=album_key))
    refresh_figures(connection, touched)
    _show_everywhere(connection, album_key)
    return advance_library(connection)


def reorder_artwork(connection: Connection) -> int:
    """Let all albums show what the order of sources wants them to; return the library's revision."""
    touched = everything(connection)
    refresh_figures(connection, touched)
    for album_key in touched.albums:
        _show_everywhere(connection, album_key)
    return advance_library(connection)


def pass_over(connection: Connection, broken: Sequence[str]) -> int:
    """Let albums that show a picture which cannot be shown have the next one; return the library's revision."""
    touched = Touched()
    keys = [key for (key,) in _SHOWING.rows(connection, hashes=as_json(broken))]
    touched.albums.update(keys)
    for album_key in keys:
        touched.artists.update(key for (key,) in _ARTISTS.rows(connection, album_key=album_key))
    refresh_figures(connection, touched)
    for album_key in touched.albums:
        _show_everywhere(connection, album_key)
    return advance_library(connection)


def _show_everywhere(connection: Connection, album_key: int) -> None:
    artwork, choice = _SHOWN.row(connection, album_key=album_key)
    wide = choice is not None or prefers_folder(connection)
    show_artwork(connection, album_key, artwork, wide=wide, all_tracks=True)


def chosen_artwork(connection: Connection, album_key: int) -> str | None:
    """Return the picture that was chosen for an album, or None."""
    choice: str | None = _CHOSEN.value(connection, album_key=album_key)
    return choice


def is_chosen(connection: Connection, artwork_id: str) -> bool:
    """Return whether any album shows a picture because it was chosen."""
    return _IS_CHOSEN.value(connection, wanted=artwork_id) is not None


def is_known(connection: Connection, artwork_id: str) -> bool:
    """Return whether anything in the library shows a picture."""
    return _KNOWN.value(connection, wanted=artwork_id) is not None


def unseen_pictures(connection: Connection, after: int, limit: int) -> list[tuple[int, str]]:
    """Return albums beyond key ``after`` with a picture that nobody has looked at, and the pictures."""
    return [(key, artwork_id) for key, artwork_id in _UNSEEN.rows(connection, after=after, limit=limit)]


def save_looks(connection: Connection, looks: Mapping[str, PictureLook]) -> None:
    """Keep what pictures look like; that never changes."""
    _SAVE.run_many(connection, ({"hash": artwork_id, **look._asdict()} for artwork_id, look in looks.items()))
