"""Albums, artists, genres and the figures of the whole library."""

from base64 import b64encode
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from sqlalchemy import ColumnElement, Table, and_, bindparam, exists, func, literal_column, select

from auralis.kit.clock import iso_utc
from auralis.model.errors import FieldError, InvalidInputError
from auralis.model.library import LOCAL_OWNER
from auralis.store.database import Connection
from auralis.store.lists.order import Order, Stretch
from auralis.store.lists.walk import Walk
from auralis.store.schema import (
    SHOWN_OF_FEW,
    album_annotations,
    albums,
    artist_annotations,
    artists,
    pictures,
    track_artists,
    tracks,
)
from auralis.store.statements import Statement, as_json, integers_in

_album_shown = albums.c.shown == bindparam("shown", 1)
_artist_shown = artists.c.shown == bindparam("shown", 1)


def _conditions(table: Table, of: ColumnElement[int], key: ColumnElement[int]) -> dict[str, ColumnElement[bool]]:
    """Return how a list is narrowed by what a listener makes of things."""
    mine = select(of).where(table.c.user_id == bindparam("user_id"))
    favorites = mine.where(table.c.favorite == bindparam("one", 1))
    return {
        "favorite": key.in_(favorites),
        "not_favorite": key.not_in(favorites),
        "rating_min": key.in_(mine.where(table.c.rating >= bindparam("rating_min"))),
        "rating_max": key.in_(mine.where(table.c.rating <= bindparam("rating_max"))),
    }


_FEW = frozenset({"favorite", "rating_min", "rating_max"})


def _albums_along(*columns: ColumnElement[Any]) -> Order:
    few = albums.c.shown + literal_column("0") == literal_column("1")
    conditions = _conditions(album_annotations, album_annotations.c.album_key, albums.c.key)
    return Order(Stretch(albums, _album_shown, columns, albums.c.key, few), conditions=conditions, few=_FEW)


def _artists_along(*columns: ColumnElement[Any]) -> Order:
    few = artists.c.shown + literal_column("0") == literal_column("1")
    conditions = _conditions(artist_annotations, artist_annotations.c.artist_key, artists.c.key)
    conditions["role"] = exists(
        select(track_artists.c.track_key)
        .join_from(track_artists, tracks, tracks.c.key == track_artists.c.track_key)
        .where(track_artists.c.artist_key == artists.c.key, track_artists.c.role == bindparam("role"), SHOWN_OF_FEW)
        .correlate(artists)
    )
    return Order(Stretch(artists, _artist_shown, columns, artists.c.key, few), conditions=conditions, few=_FEW)


ALBUM_ORDERS = {
    "title": _albums_along(albums.c.title_sort),
    "artist": _albums_along(albums.c.artist_sort, albums.c.year, albums.c.title_sort),
    "year": _albums_along(albums.c.year),
    "dateAdded": _albums_along(albums.c.added_at),
}
ARTIST_ORDERS = {"name": _artists_along(artists.c.name_sort)}

_album_columns = (
    albums.c.key,
    albums.c.id,
    albums.c.title,
    albums.c.artist,
    albums.c.year,
    albums.c.track_count,
    albums.c.duration_seconds,
    albums.c.artwork_id,
    albums.c.added_at,
    pictures.c.color,
    pictures.c.preview,
    album_annotations.c.rating,
    album_annotations.c.favorite,
)
_artist_columns = (
    artists.c.key,
    artists.c.id,
    artists.c.name,
    artists.c.album_count,
    artists.c.track_count,
    artists.c.artwork_id,
    artist_annotations.c.rating,
    artist_annotations.c.favorite,
)
_my_album = and_(album_annotations.c.album_key == albums.c.key, album_annotations.c.user_id == bindparam("user_id"))
_my_artist = and_(
    artist_annotations.c.artist_key == artists.c.key, artist_annotations.c.user_id == bindparam("user_id")
)
_ALBUMS = Statement(
    select(*_album_columns)
    .select_from(
        albums.outerjoin(pictures, pictures.c.hash == albums.c.artwork_id).outerjoin(album_annotations, _my_album)
    )
    .where(albums.c.key.in_(integers_in("keys")))
)
_ARTISTS = Statement(
    select(*_artist_columns)
    .select_from(artists.outerjoin(artist_annotations, _my_artist))
    .where(artists.c.key.in_(integers_in("keys")))
)
_ALBUM_KEY = Statement(select(albums.c.key).where(albums.c.id == bindparam("wanted"), _album_shown))
_ARTIST_KEY = Statement(select(artists.c.key).where(artists.c.id == bindparam("wanted"), _artist_shown))
_ALBUM_TRACKS = Statement(
    select(tracks.c.key)
    .where(tracks.c.album_key == bindparam("album_key"), SHOWN_OF_FEW)
    .order_by(tracks.c.disc_number, tracks.c.track_number, tracks.c.title_sort, tracks.c.key)
)
_of_artist = select(track_artists.c.track_key).where(track_artists.c.artist_key == bindparam("artist_key"))
_ARTIST_TRACKS = Statement(
    select(tracks.c.key)
    .where(tracks.c.key.in_(_of_artist), SHOWN_OF_FEW)
    .order_by(tracks.c.album_sort, tracks.c.album_key, tracks.c.disc_number, tracks.c.track_number, tracks.c.key)
    .limit(bindparam("limit"))
)
_ARTIST_ALBUMS = Statement(
    select(albums.c.key)
    .where(albums.c.key.in_(select(tracks.c.album_key).where(tracks.c.key.in_(_of_artist), SHOWN_OF_FEW)))
    .order_by(albums.c.year, albums.c.title_sort, albums.c.key)
)
_COUNT_ALBUMS = Statement(select(func.count()).select_from(albums).where(_album_shown))
_COUNT_ARTISTS = Statement(select(func.count()).select_from(artists).where(_artist_shown))


@dataclass(frozen=True, slots=True)
class OpinionFilter:
    """What lists of albums and artists are narrowed to; a member that is None narrows nothing."""

    favorite: bool | None = None
    rating_min: int | None = None
    rating_max: int | None = None
    user_id: str = LOCAL_OWNER
    role: str | None = None
    """Of artists: what they have done on some track."""

    @property
    def members(self) -> tuple[tuple[str, Any], ...]:
        """The members that narrow, with their values, and for whom."""
        ratings = (("rating_min", self.rating_min), ("rating_max", self.rating_max))
        named = (("favorite", self.favorite), *ratings, ("role", self.role))
        given = tuple((name, value) for name, value in named if value is not None)
        return (*given, ("user_id", self.user_id)) if given else ()

    @property
    def active(self) -> tuple[str, ...]:
        """Names of the conditions that narrow."""
        return tuple(f"not_{name}" if value is False else name for name, value in self.members if name != "user_id")


def album_walk(connection: Connection, sort: str, narrowed: OpinionFilter, *, descending: bool) -> Walk:
    """Return the walk along albums."""
    return _walk(connection, _order(ALBUM_ORDERS, "Albums", sort), narrowed, descending=descending)


def artist_walk(connection: Connection, sort: str, narrowed: OpinionFilter, *, descending: bool) -> Walk:
    """Return the walk along artists."""
    return _walk(connection, _order(ARTIST_ORDERS, "Artists", sort), narrowed, descending=descending)


def _walk(connection: Connection, order: Order, narrowed: OpinionFilter, *, descending: bool) -> Walk:
    values = {name: value for name, value in narrowed.members if not isinstance(value, bool)}
    return Walk(connection, order, descending=descending, narrowed=narrowed.active, values=values)


def albums_by_keys(connection: Connection, keys: Iterable[int], user_id: str) -> list[dict[str, Any]]:
    """Return albums in the order of ``keys``, with what a listener makes of them."""
    wanted = list(keys)
    found = {row[0]: _album(row) for row in _ALBUMS.rows(connection, keys=as_json(wanted), user_id=user_id)}
    return [found[key] for key in wanted if key in found]


def artists_by_keys(connection: Connection, keys: Iterable[int], user_id: str) -> list[dict[str, Any]]:
    """Return artists in the order of ``keys``, with what a listener makes of them."""
    wanted = list(keys)
    found = {row[0]: _artist(row) for row in _ARTISTS.rows(connection, keys=as_json(wanted), user_id=user_id)}
    return [found[key] for key in wanted if key in found]


def album_key(connection: Connection, album_id: str) -> int | None:
    """Return the key of an album that is shown."""
    key: int | None = _ALBUM_KEY.value(connection, wanted=album_id)
    return key


def artist_key(connection: Connection, artist_id: str) -> int | None:
    """Return the key of an artist that is shown."""
    key: int | None = _ARTIST_KEY.value(connection, wanted=artist_id)
    return key


def album_tracks(connection: Connection, key: int) -> list[int]:
    """Return the keys of an album's tracks in playing order."""
    return [track for (track,) in _ALBUM_TRACKS.rows(connection, album_key=key)]


def artist_tracks(connection: Connection, key: int, limit: int = -1) -> list[int]:
    """Return the keys of an artist's tracks, album by album."""
    return [track for (track,) in _ARTIST_TRACKS.rows(connection, artist_key=key, limit=limit)]


def artist_albums(connection: Connection, key: int) -> list[int]:
    """Return the keys of the albums an artist has a part in, the oldest first."""
    return [album for (album,) in _ARTIST_ALBUMS.rows(connection, artist_key=key)]


def album_count(connection: Connection) -> int:
    """Return how many albums there are."""
    return int(_COUNT_ALBUMS.value(connection))


def artist_count(connection: Connection) -> int:
    """Return how many artists there are."""
    return int(_COUNT_ARTISTS.value(connection))


def _order(orders: dict[str, Order], what: str, sort: str) -> Order:
    if sort not in orders:
        error = FieldError("sort", f"Must be one of {', '.join(orders)}.", sort)
        raise InvalidInputError(f"{what} cannot be sorted by '{sort}'.", [error])
    return orders[sort]


def _album(row: tuple[Any, ...]) -> dict[str, Any]:
    _, album_id, title, artist, year, count, duration, artwork_id, added_at, color, preview, rating, favorite = row
    return {
        "id": album_id,
        "title": title,
        "artist": artist,
        "year": year or None,
        "trackCount": count,
        "duration": round(duration, 3),
        "artworkId": artwork_id,
        "artworkColor": color,
        "artworkPreview": None if preview is None else b64encode(preview).decode(),
        "dateAdded": iso_utc(added_at / 1000),
        "rating": rating,
        "favorite": bool(favorite),
    }


def _artist(row: tuple[Any, ...]) -> dict[str, Any]:
    _, artist_id, name, album_count, track_count, artwork_id, rating, favorite = row
    return {
        "id": artist_id,
        "name": name,
        "albumCount": album_count,
        "trackCount": track_count,
        "artworkId": artwork_id,
        "rating": rating,
        "favorite": bool(favorite),
    }
