"""How artists, albums and genres are spelled: as their first track has it, until none of their tracks has it any more.

So a list does not change with every file that is spelled otherwise, and a name that was corrected in all files is.
"""

from collections.abc import Iterable, Mapping
from typing import Any

import orjson
from sqlalchemy import BindParameter, Select, Table, bindparam, func, or_, select, update

from auralis.kit.search_text import searchable
from auralis.kit.text import sort_key
from auralis.store.database import Connection
from auralis.store.library import search_index
from auralis.store.library.records import AlbumName, Name
from auralis.store.schema import (
    SHOWN_OF_FEW,
    albums,
    artists,
    genres,
    track_artists,
    track_details,
    track_genres,
    tracks,
)
from auralis.store.statements import Statement, as_json, integers_in

_MOST_TRACKS = 2000
"""Of more, so many are asked: a listener's change waits for the answer."""


def _says(documents: Select[Any]) -> Statement:
    """Return whether one of the first tracks that are shown says a text, in quotes as JSON has it."""
    here = tracks.c.missing == bindparam("not_missing", 0)
    few = documents.where(SHOWN_OF_FEW, here).limit(bindparam("most", _MOST_TRACKS)).subquery()
    said = [func.instr(column, bindparam("text")) > bindparam("nowhere", 0) for column in few.c]
    return Statement(select(few.c.document).where(or_(*said)).limit(bindparam("one", 1)))


_key: BindParameter[int] = bindparam("key")
_OF_ARTIST = _says(
    select(tracks.c.document, track_details.c.credits)
    .join_from(track_artists, tracks, tracks.c.key == track_artists.c.track_key)
    .outerjoin(track_details, track_details.c.track_key == tracks.c.key)
    .where(track_artists.c.artist_key == _key)
)
_OF_ALBUM = _says(select(tracks.c.document).where(tracks.c.album_key == _key))
_OF_GENRE = _says(
    select(tracks.c.document)
    .join_from(track_genres, tracks, tracks.c.key == track_genres.c.track_key)
    .where(track_genres.c.genre_key == _key)
)
_in_keys = integers_in("keys")
_ARTISTS = Statement(select(artists.c.key, artists.c.name, artists.c.shown).where(artists.c.key.in_(_in_keys)))
_GENRES = Statement(select(genres.c.key, genres.c.name).where(genres.c.key.in_(_in_keys)))
_ALBUMS = Statement(
    select(albums.c.key, albums.c.title, albums.c.album_artist, albums.c.artist, albums.c.shown).where(
        albums.c.key.in_(_in_keys)
    )
)


def _renamed(table: Table, name: str) -> tuple[Statement, Statement]:
    one = update(table).where(table.c.key == _key)
    new: dict[str, BindParameter[str]] = {name: bindparam("new_name")}
    return Statement(one.values(new)), Statement(one.values(new | {f"{name}_sort": bindparam("new_sort")}))


_RENAME_ARTIST, _RENAME_GENRE, _RENAME_ALBUM = (
    _renamed(artists, "name"),
    _renamed(genres, "name"),
    _renamed(albums, "title"),
)
_SET_ALBUM_ARTIST = Statement(update(albums).where(albums.c.key == _key).values(album_artist=bindparam("new_artist")))


def respell_artists(connection: Connection, names: Mapping[int, Name]) -> bool:
    """Spell artists as ``names`` has them where no track has the spelling of before; return whether any is."""
    changed = []
    for key, before, shown in _ARTISTS.rows(connection, keys=as_json(names)):
        if _is_gone(connection, _OF_ARTIST, key, before, names[key].shown):
            _rename(connection, _RENAME_ARTIST, key, before, names[key].shown, names[key].sort)
            changed.append((key, searchable(names[key].shown), shown))
    _search_again(connection, "artist_search", changed)
    return bool(changed)


def respell_genres(connection: Connection, names: Mapping[int, Name]) -> bool:
    """Spell genres as ``names`` has them where no track has the spelling of before; return whether any is."""
    changed = False
    for key, before in _GENRES.rows(connection, keys=as_json(names)):
        if _is_gone(connection, _OF_GENRE, key, before, names[key].shown):
            _rename(connection, _RENAME_GENRE, key, before, names[key].shown, names[key].sort)
            changed = True
    return changed


def respell_albums(connection: Connection, names: Mapping[int, AlbumName]) -> bool:
    """Spell albums and their artists as ``names`` has them where no track has it as before; return whether any is."""
    changed = []
    renamed = False
    for key, title, album_artist, artist, shown in _ALBUMS.rows(connection, keys=as_json(names)):
        name = names[key]
        if _is_gone(connection, _OF_ALBUM, key, title, name.title):
            _rename(connection, _RENAME_ALBUM, key, title, name.title, name.sort)
            changed.append((key, searchable(name.title), searchable(artist), shown))
        if _is_gone(connection, _OF_ALBUM, key, album_artist, name.artist):
            _SET_ALBUM_ARTIST.run(connection, key=key, new_artist=name.artist)
            renamed = True
    _search_again(connection, "album_search", changed)
    return renamed or bool(changed)


def _is_gone(connection: Connection, says: Statement, key: int, before: str | None, now: str | None) -> bool:
    if before == now:
        return False
    return before is None or says.row(connection, key=key, text=orjson.dumps(before)) is None


def _rename(
    connection: Connection, statements: tuple[Statement, Statement], key: int, before: str, now: str, sort: str
) -> None:
    """Set a name; how it sorts stays where only case or accents differ, as that may have been said by tags."""
    alone, with_sort = statements
    if sort_key(before) == sort_key(now):
        alone.run(connection, key=key, new_name=now)
    else:
        with_sort.run(connection, key=key, new_name=now, new_sort=sort)


def _search_again(connection: Connection, table: str, rows: Iterable[tuple[Any, ...]]) -> None:
    """Let rows that are shown be found by what they are called now; others are when they are shown."""
    found = [row[:-1] for row in rows if row[-1]]
    search_index.drop(connection, table, [row[0] for row in found])
    search_index.put(connection, table, found)
