"""Albums, artists, genres and the figures of the whole library."""

from base64 import b64encode
from collections.abc import Iterable
from typing import Any

from sqlalchemy import bindparam, func, select

from auralis.kit.clock import iso_utc
from auralis.model.errors import FieldError, InvalidInputError
from auralis.store.database import Connection
from auralis.store.lists.order import Order, Stretch
from auralis.store.lists.walk import Walk
from auralis.store.schema import SHOWN_OF_FEW, albums, artists, pictures, track_artists, tracks
from auralis.store.statements import Statement, as_json, integers_in

_album_shown = albums.c.shown == bindparam("shown", 1)
_artist_shown = artists.c.shown == bindparam("shown", 1)

ALBUM_ORDERS = {
    "title": Order(Stretch(albums, _album_shown, (albums.c.title_sort,), albums.c.key)),
    "artist": Order(
        Stretch(albums, _album_shown, (albums.c.artist_sort, albums.c.year, albums.c.title_sort), albums.c.key)
    ),
    "year": Order(Stretch(albums, _album_shown, (albums.c.year,), albums.c.key)),
    "dateAdded": Order(Stretch(albums, _album_shown, (albums.c.added_at,), albums.c.key)),
}
ARTIST_ORDERS = {"name": Order(Stretch(artists, _artist_shown, (artists.c.name_sort,), artists.c.key))}

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
)
_artist_columns = (
    artists.c.key,
    artists.c.id,
    artists.c.name,
    artists.c.album_count,
    artists.c.track_count,
    artists.c.artwork_id,
)
_ALBUMS = Statement(
    select(*_album_columns)
    .select_from(albums.outerjoin(pictures, pictures.c.hash == albums.c.artwork_id))
    .where(albums.c.key.in_(integers_in("keys")))
)
_ARTISTS = Statement(select(*_artist_columns).where(artists.c.key.in_(integers_in("keys"))))
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


def album_walk(connection: Connection, sort: str, *, descending: bool) -> Walk:
    """Return the walk along all albums."""
    return Walk(connection, _order(ALBUM_ORDERS, "Albums", sort), descending=descending)


def artist_walk(connection: Connection, sort: str, *, descending: bool) -> Walk:
    """Return the walk along all artists."""
    return Walk(connection, _order(ARTIST_ORDERS, "Artists", sort), descending=descending)


def albums_by_keys(connection: Connection, keys: Iterable[int]) -> list[dict[str, Any]]:
    """Return albums in the order of ``keys``."""
    wanted = list(keys)
    found = {row[0]: _album(row) for row in _ALBUMS.rows(connection, keys=as_json(wanted))}
    return [found[key] for key in wanted if key in found]


def artists_by_keys(connection: Connection, keys: Iterable[int]) -> list[dict[str, Any]]:
    """Return artists in the order of ``keys``."""
    wanted = list(keys)
    found = {row[0]: _artist(row) for row in _ARTISTS.rows(connection, keys=as_json(wanted))}
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
    _, album_id, title, artist, year, count, duration, artwork_id, added_at, color, preview = row
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
    }


def _artist(row: tuple[Any, ...]) -> dict[str, Any]:
    _, artist_id, name, album_count, track_count, artwork_id = row
    return {
        "id": artist_id,
        "name": name,
        "albumCount": album_count,
        "trackCount": track_count,
        "artworkId": artwork_id,
    }
