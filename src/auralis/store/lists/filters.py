"""Which tracks a list shows, as SQL conditions."""

from dataclasses import dataclass, fields
from typing import Any

from sqlalchemy import ColumnElement, Select, bindparam, exists, literal_column, or_, select, union_all

from auralis.kit.text import fold, sort_key
from auralis.store.database import Connection
from auralis.store.schema import (
    SHOWN,
    SHOWN_OF_FEW,
    albums,
    annotations,
    artists,
    genres,
    library_folders,
    track_artists,
    track_genres,
    tracks,
)
from auralis.store.statements import Statement, as_json, integers_in, texts_in

_HALF_A_MILLISECOND = 0.0005
"""Durations are shown rounded to the millisecond; what is shown as the bound itself is within it."""

_PERSONAL = ("rating_min", "rating_max", "favorite", "played")


@dataclass(frozen=True, slots=True)
class TrackFilter:
    """What a list is narrowed to; a member that is None or empty narrows nothing.

    ``artists`` and ``genres`` are ids or names, any of which will do; ``album`` is an id or a title; durations are
    seconds, ``added_from`` and ``added_to`` epoch seconds; all ranges include their ends.
    """

    artists: tuple[str, ...] = ()
    genres: tuple[str, ...] = ()
    album: str | None = None
    year_min: int | None = None
    year_max: int | None = None
    duration_min: float | None = None
    duration_max: float | None = None
    rating_min: int | None = None
    rating_max: int | None = None
    added_from: float | None = None
    added_to: float | None = None
    favorite: bool | None = None
    played: bool | None = None
    missing: bool | None = None

    @property
    def active(self) -> tuple[str, ...]:
        """Names of the conditions that narrow."""
        return tuple(f"not_{name}" if value is False else name for name, value in self.members)

    @property
    def members(self) -> tuple[tuple[str, Any], ...]:
        """The members that narrow, with their values."""
        if self == _NOTHING:
            return ()
        given = ((each.name, getattr(self, each.name)) for each in fields(self))
        return tuple((name, value) for name, value in given if value not in (None, ()))

    @property
    def is_personal(self) -> bool:
        """Whether the answer depends on who asks."""
        return any(name in _PERSONAL for name, _ in self.members)


_NOTHING = TrackFilter()


def _track_keys(condition: ColumnElement[bool], table: Any) -> Select[Any]:
    return select(table.c.track_key).where(condition)


_own = annotations.c.user_id == bindparam("user_id")
_away = select(library_folders.c.key).where(library_folders.c.away.is_not(None))
_missing = union_all(
    select(tracks.c.key).where(
        SHOWN_OF_FEW, tracks.c.missing == literal_column("1"), tracks.c.folder_key > literal_column("0")
    ),
    select(tracks.c.key).where(SHOWN, tracks.c.folder_key.in_(_away)),
)

_favorites = _track_keys(_own & (annotations.c.favorite == bindparam("one", 1)), annotations)
_played = _track_keys(_own & (annotations.c.play_count > literal_column("0")), annotations)

CONDITIONS: dict[str, ColumnElement[bool]] = {
    "artists": tracks.c.key.in_(_track_keys(track_artists.c.artist_key.in_(integers_in("artists")), track_artists)),
    "genres": tracks.c.key.in_(_track_keys(track_genres.c.genre_key.in_(integers_in("genres")), track_genres)),
    "album": tracks.c.album_key.in_(integers_in("album")),
    "year_min": tracks.c.year >= bindparam("year_min"),
    "year_max": tracks.c.year.between(bindparam("one", 1), bindparam("year_max")),
    "duration_min": tracks.c.duration_seconds >= bindparam("duration_min"),
    "duration_max": tracks.c.duration_seconds <= bindparam("duration_max"),
    "rating_min": tracks.c.key.in_(_track_keys(_own & (annotations.c.rating >= bindparam("rating_min")), annotations)),
    "rating_max": tracks.c.key.in_(_track_keys(_own & (annotations.c.rating <= bindparam("rating_max")), annotations)),
    "added_from": tracks.c.added_at >= bindparam("added_from"),
    "added_to": tracks.c.added_at <= bindparam("added_to"),
    "favorite": tracks.c.key.in_(_favorites),
    "not_favorite": tracks.c.key.not_in(_favorites),
    "played": tracks.c.key.in_(_played),
    "not_played": tracks.c.key.not_in(_played),
    "missing": tracks.c.key.in_(_missing),
    "not_missing": tracks.c.key.not_in(_missing),
}


def _unsought(column: ColumnElement[Any]) -> ColumnElement[Any]:
    return column + literal_column("0")


WIDE_CONDITIONS: dict[str, ColumnElement[bool]] = {
    "wide_genres": exists().where(
        track_genres.c.track_key == tracks.c.key, track_genres.c.genre_key.in_(integers_in("genres"))
    ),
    "wide_year_min": _unsought(tracks.c.year) >= bindparam("year_min"),
    "wide_year_max": _unsought(tracks.c.year).between(bindparam("one", 1), bindparam("year_max")),
    "wide_duration_min": _unsought(tracks.c.duration_seconds) >= bindparam("duration_min"),
    "wide_duration_max": _unsought(tracks.c.duration_seconds) <= bindparam("duration_max"),
    "wide_added_from": _unsought(tracks.c.added_at) >= bindparam("added_from"),
    "wide_added_to": _unsought(tracks.c.added_at) <= bindparam("added_to"),
}
"""The same where many tracks pass: a walk in the order of the list meets them often enough."""

_ARTIST_KEYS = Statement(
    select(artists.c.key).where(or_(artists.c.id.in_(texts_in("ids")), artists.c.identity.in_(texts_in("names"))))
)
_GENRE_KEYS = Statement(
    select(genres.c.key).where(or_(genres.c.id.in_(texts_in("ids")), genres.c.identity.in_(texts_in("names"))))
)
_ALBUM_KEYS = Statement(
    union_all(
        select(albums.c.key).where(albums.c.id.in_(texts_in("ids"))),
        select(albums.c.key).where(albums.c.shown == literal_column("1"), albums.c.title_sort.in_(texts_in("names"))),
    )
)


def filter_values(connection: Connection, wanted: TrackFilter) -> dict[str, Any]:
    """Return the parameters of the conditions, names and ids looked up."""
    values: dict[str, Any] = {}
    for name, value in wanted.members:
        if name == "album":
            rows = _ALBUM_KEYS.rows(connection, ids=as_json([value]), names=as_json([sort_key(value)]))
            values[name] = as_json(key for (key,) in rows)
        elif name in ("artists", "genres"):
            values[name] = _keys(connection, _ARTIST_KEYS if name == "artists" else _GENRE_KEYS, value)
        elif name in ("added_from", "added_to"):
            values[name] = round(value * 1000)
        elif name in ("duration_min", "duration_max"):
            values[name] = value + (_HALF_A_MILLISECOND if name == "duration_max" else -_HALF_A_MILLISECOND)
        elif not isinstance(value, bool):
            values[name] = value
    return values


def _keys(connection: Connection, statement: Statement, wanted: tuple[str, ...]) -> str:
    rows = statement.rows(connection, ids=as_json(wanted), names=as_json(fold(name) for name in wanted))
    return as_json(key for (key,) in rows)
