"""The orders in which tracks are listed."""

import hashlib
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import ColumnElement, Integer, Select, and_, bindparam, func, literal_column, select, text, union_all

from auralis.model.errors import FieldError, InvalidInputError
from auralis.model.library import LOCAL_OWNER
from auralis.store.database import Connection
from auralis.store.library.state import track_count
from auralis.store.lists.filters import CONDITIONS, WIDE_CONDITIONS, TrackFilter, filter_values
from auralis.store.lists.milestones import State
from auralis.store.lists.order import Order, Stretch
from auralis.store.lists.remembered import remembered
from auralis.store.lists.search import Hits, Meaning
from auralis.store.lists.walk import Walk
from auralis.store.schema import SHOWN, SHOWN_OF_FEW, annotations, library, track_moves, tracks
from auralis.store.statements import Statement

_by_disc = (tracks.c.disc_number, tracks.c.track_number)
_FEW = frozenset(
    {"artists", "album", "rating_min", "rating_max", "favorite", "played", "missing", "found_few", "heard_few"}
)
_NOTHING = '""'
"""The expression that finds nothing."""

_hits: Select[Any] = select(literal_column("track_search.rowid")).select_from(text("track_search"))
_named = _hits.where(literal_column("track_search").op("MATCH")(bindparam("expression")))
_lines: Select[Any] = select(literal_column("lyrics_search.rowid")).select_from(text("lyrics_search"))
_sung = _lines.where(literal_column("lyrics_search").op("MATCH")(bindparam("expression")))
_found, _heard = tracks.c.key.in_(_named), tracks.c.key.in_(union_all(_named, _sung))
_SOUGHT = {"found": _found, "found_few": _found, "heard": _heard, "heard_few": _heard}
_CONDITIONS = {**CONDITIONS, **WIDE_CONDITIONS, **_SOUGHT}


def _along(*columns: ColumnElement[Any]) -> Order:
    stretch = Stretch(tracks, SHOWN, columns, tracks.c.key, SHOWN_OF_FEW, first=tracks.c.hidden)
    return Order(stretch, conditions=_CONDITIONS, few=_FEW)


_hidden = select(tracks.c.key).where(tracks.c.hidden > literal_column("0"))


def _annotated(column: ColumnElement[Any], has_value: ColumnElement[bool]) -> Order:
    """Order the many tracks that have no value of the listener's before those that have one."""
    mine = and_(annotations.c.user_id == bindparam("user_id"), has_value)
    # Few tracks are hidden: to know them beforehand spares a look at each of those that have a value.
    alone = (annotations, and_(mine, annotations.c.track_key.not_in(_hidden)))
    joined = annotations.join(tracks, tracks.c.key == annotations.c.track_key)
    return Order(
        Stretch(tracks, SHOWN, (), tracks.c.key, SHOWN_OF_FEW, without=1, first=tracks.c.hidden),
        Stretch(joined, and_(mine, SHOWN_OF_FEW), (column,), annotations.c.track_key, alone=alone),
        conditions=_CONDITIONS,
        few=_FEW,
    )


def _power(number: ColumnElement[int]) -> ColumnElement[int]:
    """Return the cube of ``number``, modulo the prime; no step is larger than SQLite's integers."""
    return number * number % _PRIME * number % _PRIME


# A line alone would put keys that lie side by side at even distances in every list; its cube scatters them.
_LARGEST_PRIME = 2**31 - 1
_PRIME: ColumnElement[int] = literal_column(str(_LARGEST_PRIME), Integer)
_shuffled = _power((tracks.c.key * bindparam("seed_factor") + bindparam("seed_start")) % _PRIME)

TRACK_ORDERS = {
    "title": _along(tracks.c.title_sort),
    "artist": _along(tracks.c.artist_sort, tracks.c.album_sort, *_by_disc),
    "album": _along(tracks.c.album_sort, tracks.c.album_key, *_by_disc),
    "duration": _along(tracks.c.duration_seconds),
    "dateAdded": _along(tracks.c.added_at),
    "year": _along(tracks.c.year),
    "rating": _annotated(annotations.c.rating, annotations.c.rating.is_not(None)),
    "plays": _annotated(annotations.c.play_count, annotations.c.play_count != literal_column("0")),
    "lastPlayed": _annotated(annotations.c.last_played_at, annotations.c.last_played_at.is_not(None)),
    "random": _along(_shuffled),
}
TRACK_SORTS = tuple(TRACK_ORDERS)
ANY_ORDER = _along()
_l = library.c
_STATE = Statement(
    select(
        *(_l.cursor_secret, _l.revision, _l.track_count, _l.upheavals, _l.annotation_changes),
        func.coalesce(select(func.max(tracks.c.key)).scalar_subquery(), literal_column("0")),
        func.coalesce(select(func.max(track_moves.c.key)).scalar_subquery(), literal_column("0")),
    )
)
_PERSONAL_SORTS = ("rating", "plays", "lastPlayed")
_FEW_HITS = 20_000
"""Up to so many hits are sorted; more are met often enough when the whole library is walked in its order."""


@dataclass(frozen=True, slots=True)
class TrackList:
    """An ordered list of tracks as one listener sees it.

    ``search`` is what all of them have to be found by, by ``lyrics`` too; ``seed`` tells one random order from another.
    """

    sort: str = "title"
    descending: bool = False
    filter: TrackFilter = field(default_factory=TrackFilter)
    user_id: str = LOCAL_OWNER
    search: Meaning | None = None
    seed: int = 0
    lyrics: bool = False

    def __post_init__(self) -> None:
        """Refuse a sort that does not exist."""
        if self.sort not in TRACK_ORDERS:
            error = FieldError("sort", f"Must be one of {', '.join(TRACK_SORTS)}.", self.sort)
            raise InvalidInputError(f"Tracks cannot be sorted by '{self.sort}'.", [error])

    @property
    def is_plain(self) -> bool:
        """Whether it is all tracks in the order of one index."""
        return not self.filter.members and self.search is None and len(TRACK_ORDERS[self.sort].stretches) == 1

    @property
    def is_personal(self) -> bool:
        """Whether the list depends on who asks."""
        return self.filter.is_personal or self.sort in _PERSONAL_SORTS


def track_walk(connection: Connection, wanted: TrackList) -> Walk:
    """Return the walk along a list."""
    narrowed = wanted.filter.active
    values = {**filter_values(connection, wanted.filter), "user_id": wanted.user_id, **_seeded(wanted.seed)}
    if wanted.search is not None:
        lyrics = wanted.lyrics
        total = Hits(connection, wanted.search, wanted.filter, wanted.user_id, lyrics=lyrics).count()
        narrowed = (*narrowed, ("heard" if lyrics else "found") + "_few" * (total <= _FEW_HITS))
        values["expression"] = wanted.search.expression or _NOTHING
    elif narrowed:
        # The order does not matter for the count, so the smallest index counts.
        counted = ANY_ORDER.count(0, narrowed, None, descending=False)
        name = ("tracks", narrowed, tuple(values.items()))
        total = remembered(connection, name, lambda: int(counted.value(connection, **values)))
        if total > _FEW_HITS:
            narrowed = tuple(f"wide_{name}" if f"wide_{name}" in WIDE_CONDITIONS else name for name in narrowed)
    else:
        total = track_count(connection)
    state = None if narrowed else State(*_STATE.row(connection))
    if wanted.sort == "random" and state is not None:
        return _shuffled_walk(connection, wanted, values, state)
    return Walk(
        connection,
        TRACK_ORDERS[wanted.sort],
        descending=wanted.descending,
        narrowed=narrowed,
        values=values,
        total=total,
        state=state,
    )


def _shuffled_walk(connection: Connection, wanted: TrackList, values: dict[str, Any], state: State) -> Walk:
    from auralis.store.lists.shuffled import ShuffledWalk  # noqa: PLC0415 - it loads numpy, and others need none

    return ShuffledWalk(
        connection,
        TRACK_ORDERS["random"],
        descending=wanted.descending,
        values={**values, "prime": _LARGEST_PRIME},
        state=state,
        keys_order=ANY_ORDER,
    )


def _seeded(seed: int) -> dict[str, int]:
    numbers = hashlib.sha256(str(seed).encode()).digest()
    factor, start = (int.from_bytes(numbers[at : at + 8]) for at in (0, 8))
    return {"seed_factor": 1 + factor % (_LARGEST_PRIME - 1), "seed_start": start % _LARGEST_PRIME}
