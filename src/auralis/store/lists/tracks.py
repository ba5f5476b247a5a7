"""The orders in which tracks are listed."""

from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import ColumnElement, and_, bindparam, literal_column

from auralis.model.errors import FieldError, InvalidInputError
from auralis.model.library import LOCAL_OWNER
from auralis.store.database import Connection
from auralis.store.library.state import track_count
from auralis.store.lists.filters import CONDITIONS, TrackFilter, filter_values
from auralis.store.lists.order import Order, Stretch
from auralis.store.lists.walk import Walk
from auralis.store.schema import SHOWN, SHOWN_OF_FEW, annotations, tracks

_by_disc = (tracks.c.disc_number, tracks.c.track_number)
_FEW = frozenset({"artists", "album", "rating_min", "rating_max", "favorite", "missing"})


def _along(*columns: ColumnElement[Any]) -> Order:
    return Order(Stretch(tracks, SHOWN, columns, tracks.c.key, SHOWN_OF_FEW), conditions=CONDITIONS, few=_FEW)


def _annotated(column: ColumnElement[Any], has_value: ColumnElement[bool]) -> Order:
    """Order the many tracks that have no value of the listener's before those that have one."""
    own = and_(annotations.c.user_id == bindparam("user_id"), has_value, SHOWN_OF_FEW)
    joined = annotations.join(tracks, tracks.c.key == annotations.c.track_key)
    return Order(
        Stretch(tracks, SHOWN, (), tracks.c.key, SHOWN_OF_FEW, without=1),
        Stretch(joined, own, (column,), annotations.c.track_key),
        conditions=CONDITIONS,
        few=_FEW,
    )


TRACK_ORDERS = {
    "title": _along(tracks.c.title_sort),
    "artist": _along(tracks.c.artist_sort, tracks.c.album_sort, *_by_disc),
    "album": _along(tracks.c.album_sort, tracks.c.album_key, *_by_disc),
    "duration": _along(tracks.c.duration_seconds),
    "dateAdded": _along(tracks.c.added_at),
    "year": _along(tracks.c.year),
    "rating": _annotated(annotations.c.rating, annotations.c.rating.is_not(None)),
    "plays": _annotated(annotations.c.play_count, annotations.c.play_count != literal_column("0")),
}
TRACK_SORTS = tuple(TRACK_ORDERS)
ANY_ORDER = _along()
_PERSONAL_SORTS = ("rating", "plays")


@dataclass(frozen=True, slots=True)
class TrackList:
    """An ordered list of tracks as one listener sees it."""

    sort: str = "title"
    descending: bool = False
    filter: TrackFilter = field(default_factory=TrackFilter)
    user_id: str = LOCAL_OWNER

    def __post_init__(self) -> None:
        """Refuse a sort that does not exist."""
        if self.sort not in TRACK_ORDERS:
            error = FieldError("sort", f"Must be one of {', '.join(TRACK_SORTS)}.", self.sort)
            raise InvalidInputError(f"Tracks cannot be sorted by '{self.sort}'.", [error])

    @property
    def is_personal(self) -> bool:
        """Whether the list depends on who asks."""
        return self.filter.is_personal or self.sort in _PERSONAL_SORTS


def track_walk(connection: Connection, wanted: TrackList) -> Walk:
    """Return the walk along a list."""
    narrowed = wanted.filter.active
    values = filter_values(connection, wanted.filter)
    if wanted.filter.is_personal:
        values["user_id"] = wanted.user_id
    # The order does not matter for the count, so the smallest index counts.
    total = ANY_ORDER.count(0, narrowed, None, descending=False).value(connection, **values) if narrowed else None
    if wanted.is_personal:
        values["user_id"] = wanted.user_id
    return Walk(
        connection,
        TRACK_ORDERS[wanted.sort],
        descending=wanted.descending,
        narrowed=narrowed,
        values=values,
        total=track_count(connection) if total is None else int(total),
    )
