"""Pages of lists: ready JSON documents, the size of the whole, and where to go on."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from auralis.model.errors import FieldError, InvalidInputError
from auralis.store.database import Connection
from auralis.store.library.state import cursor_secret
from auralis.store.lists.cursors import open_cursor, seal_cursor
from auralis.store.lists.order import Place
from auralis.store.lists.walk import Walk

_BRIEF_PAGE, _BRIEF_OFFSET = 100, 2000


@dataclass(frozen=True, slots=True)
class Page:
    """One page: JSON documents, how many there are on all pages, and the cursor of the next page (None at the end)."""

    items: list[bytes]
    total: int
    next_cursor: str | None = None


@dataclass(frozen=True, slots=True)
class PageSpec:
    """What part of a list to read: from ``offset``, or after where ``cursor`` was made (empty: from the start)."""

    offset: int = 0
    limit: int = 50
    cursor: str | None = None

    @property
    def is_brief(self) -> bool:
        """Whether reading it along an index is a matter of less than a millisecond."""
        return self.limit <= _BRIEF_PAGE and (self.cursor is not None or self.offset <= _BRIEF_OFFSET)


def read_page(
    connection: Connection,
    walk: Walk,
    spec: PageSpec,
    listing: list[Any],
    documents: Callable[[Sequence[int]], list[bytes]],
) -> Page:
    """Read a page of ``walk``; ``listing`` names the list in cursors, ``documents`` turns keys into JSON."""
    secret = cursor_secret(connection)
    if spec.cursor:
        place = Place.from_json(open_cursor(secret, listing, spec.cursor))
        places = walk.after(place, spec.limit + 1)
        more = len(places) > spec.limit
        places = places[: spec.limit]
    else:
        places = walk.page(spec.offset, spec.limit)
        more = bool(places) and spec.offset + len(places) < walk.total
    following = seal_cursor(secret, listing, list(places[-1])) if more else None
    return Page(documents([place.key for place in places]), walk.total, following)


def read_offset_page(
    connection: Connection,
    spec: PageSpec,
    total: int,
    listing: list[Any],
    documents: Callable[[int, int], list[bytes]],
) -> Page:
    """Read a page of a list that knows offsets only; its cursors hold one."""
    offset = offset_of(connection, spec, listing)
    items = documents(offset, spec.limit)
    return Page(items, total, cursor_behind(connection, listing, offset + len(items), total) if items else None)


def offset_of(connection: Connection, spec: PageSpec, listing: list[Any]) -> int:
    """Return where a page of a list that knows offsets only begins."""
    return int(open_cursor(cursor_secret(connection), listing, spec.cursor)[0]) if spec.cursor else spec.offset


def cursor_behind(connection: Connection, listing: list[Any], end: int, total: int) -> str | None:
    """Return the cursor of the page that begins at offset ``end`` of such a list, or None at its end."""
    return seal_cursor(cursor_secret(connection), listing, [end]) if end < total else None


def is_descending(order: str) -> bool:
    """Return whether ``order`` is ``desc``; raise ``InvalidInputError`` unless it is that or ``asc``."""
    if order not in ("asc", "desc"):
        raise InvalidInputError("The order must be asc or desc.", [FieldError("order", "Must be asc or desc.", order)])
    return order == "desc"
