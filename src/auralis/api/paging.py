"""One way to read page, offset or cursor from a request, and to say where the answer stands in the whole."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Protocol
from urllib.parse import quote, urlencode

from auralis.api.queries import pairs_of
from auralis.model.errors import FieldError, InvalidInputError

DEFAULT_SIZE = 50
LARGEST_SIZE = 500
_FAMILIES = {"page": {"page", "pageSize"}, "offset": {"offset", "limit"}, "cursor": {"cursor", "pageSize"}}
_PAGING = frozenset().union(*_FAMILIES.values())


class Page(Protocol):
    """One page as the catalogue gives it: ready JSON documents, the size of the whole, and where to go on."""

    @property
    def items(self) -> Sequence[bytes]:
        """JSON documents."""
        ...

    @property
    def total(self) -> int:
        """How many there are on all pages."""
        ...

    @property
    def next_cursor(self) -> str | None:
        """Where the next page begins, or None at the end."""
        ...


@dataclass(frozen=True, slots=True)
class PageRequest:
    """Where to read and how much; ``cursor`` is None except in cursor mode."""

    family: str
    offset: int
    size: int
    cursor: str | None = None

    def meta(self, page: Page) -> dict[str, Any]:
        """Return the paging members of ``meta``."""
        by_cursor = self.family == "cursor"
        end = self.offset + len(page.items)
        more = page.next_cursor is not None if by_cursor else end < page.total
        return {
            "total": page.total,
            "page": None if by_cursor else self.offset // self.size + 1,
            "pageSize": self.size,
            "totalPages": -(-page.total // self.size),
            "hasNextPage": more,
            "hasPreviousPage": bool(self.cursor) if by_cursor else self.offset > 0,
            "offset": None if by_cursor else self.offset,
            "limit": self.size,
            "nextCursor": page.next_cursor if more else None,
        }

    def links(self, path: str, query: bytes, page: Page) -> dict[str, str | None]:
        """Return relative links that keep every other parameter of the request."""
        kept = urlencode([pair for pair in pairs_of(query) if pair[0] not in _PAGING])
        start = f"{path}?{kept}&" if kept else f"{path}?"

        def link(place: Mapping[str, object]) -> str:
            return start + "&".join([f"{name}={value}" for name, value in place.items()])  # all of them plain

        more = page.next_cursor is not None if self.family == "cursor" else self.offset + len(page.items) < page.total
        if self.family == "cursor":
            following = link({"cursor": page.next_cursor, "pageSize": self.size}) if more else None
            here = link({"cursor": quote(self.cursor or "", safe=""), "pageSize": self.size})
            first = link({"cursor": "", "pageSize": self.size})
            return {"self": here, "first": first, "last": None, "next": following, "previous": None}
        final = max(0, (page.total - 1) // self.size * self.size)
        return {
            "self": link(self._place(self.offset)),
            "first": link(self._place(0)),
            "last": link(self._place(final)),
            "next": link(self._place(self.offset + self.size)) if more else None,
            "previous": link(self._place(max(0, min(self.offset - self.size, final)))) if self.offset > 0 else None,
        }

    def _place(self, offset: int) -> dict[str, int]:
        if self.family == "page":
            return {"page": offset // self.size + 1, "pageSize": self.size}
        return {"offset": offset, "limit": self.size}


def page_request(parameters: Mapping[str, Any], prefix: str = "") -> PageRequest:
    """Read one family of paging; mixing families, or sizes over 500, are refused field by field."""
    given = {name: value for name, value in parameters.items() if value is not None}
    named = {"page", "offset", "limit", "cursor"} & given.keys()
    family = "cursor" if "cursor" in named else "offset" if named & {"offset", "limit"} else "page"
    errors = [
        FieldError(prefix + name, f"does not go with {family} paging", given[name])
        for name in sorted((named | ({"pageSize"} & given.keys())) - _FAMILIES[family])
    ]
    size = _whole(given, "limit" if family == "offset" else "pageSize", DEFAULT_SIZE, (1, LARGEST_SIZE), prefix, errors)
    page = _whole(given, "page", 1, (1, 2**40), prefix, errors) if family == "page" else 1
    offset = _whole(given, "offset", 0, (0, 2**40), prefix, errors) if family == "offset" else (page - 1) * size
    if errors:
        raise InvalidInputError("The paging is not valid.", errors)
    return PageRequest(family, offset, size, str(given["cursor"]) if family == "cursor" else None)


def _whole(
    given: Mapping[str, Any], name: str, default: int, bounds: tuple[int, int], prefix: str, errors: list[FieldError]
) -> int:
    value = given.get(name, default)
    try:
        number = int(value)
    except (TypeError, ValueError):
        number = bounds[0] - 1
    if not bounds[0] <= number <= bounds[1]:
        errors.append(FieldError(prefix + name, f"must be a whole number from {bounds[0]} to {bounds[1]}", value))
        return default
    return number
