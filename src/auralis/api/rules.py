"""What every route declares beside itself: who may call it, what it counts as, and what its answer depends on."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import date
from enum import IntEnum, StrEnum
from typing import Any, TypeVar

F = TypeVar("F", bound=Callable[..., Any])
LARGEST_BODY = 10 * 1024 * 1024


class Role(IntEnum):
    """Who may call, each role including those below it."""

    ANYONE = 0
    BASIC = 1
    PREMIUM = 2
    ADMIN = 3


class Rate(StrEnum):
    """What a call is counted as, besides the call of an address and of a user that every one is."""

    ORDINARY = "ordinary"
    EXPENSIVE = "expensive"
    LOGIN = "login"


class Urgency(IntEnum):
    """What an overloaded server answers first; it lets go of the lowest."""

    ORDINARY = 0
    SOUND = 1
    VITAL = 2


@dataclass(frozen=True, slots=True)
class Deprecation:
    """A route on its way out: since when, until when it answers, what takes its place, and the guide for moving."""

    since: date
    sunset: date
    successor: str
    guide: str


@dataclass(frozen=True, slots=True)
class Rule:
    """The declaration of one route.

    ``depends`` names the tables that the answer shows; an answer that names none is never kept. ``raw`` marks answers
    that are no envelope: sound, pictures, documents.
    """

    role: Role
    rate: Rate = Rate.ORDINARY
    depends: frozenset[str] = frozenset()
    urgency: Urgency = Urgency.ORDINARY
    raw: bool = False
    beta: bool = False
    uploads: bool = False
    largest: int = LARGEST_BODY
    """How many bytes its body may have."""
    warm: tuple[str, ...] = ()
    deprecated: Deprecation | None = None


UNDECLARED = Rule(Role.ADMIN)
"""What holds for a route that says nothing; a test names such routes."""

TRACKS = frozenset(
    {
        *("tracks", "track_artists", "track_genres", "artists", "albums", "genres", "annotations"),
        *("album_annotations", "artist_annotations", "library_folders"),
    }
)
"""The tables behind a track's document and the order of lists of them."""

ALBUMS = frozenset({"albums", "artists", "tracks", "pictures", "album_annotations"})
ARTISTS = frozenset({"artists", "albums", "track_artists", "artist_annotations"})
GENRES = frozenset({"genres", "track_genres"})
STATS = frozenset(
    {
        *("library", "tracks", "albums", "artists", "genres", "fingerprints", "problems"),
        *("format_figures", "library_folders"),
    }
)
DIRECTORIES = TRACKS | {"directories"}


def rule(
    role: Role,
    rate: Rate = Rate.ORDINARY,
    *,
    depends: Iterable[str] = (),
    urgency: Urgency = Urgency.ORDINARY,
    raw: bool = False,
    beta: bool = False,
    uploads: bool = False,
    largest: int = LARGEST_BODY,
    warm: tuple[str, ...] = (),
    deprecated: Deprecation | None = None,
) -> Callable[[F], F]:
    """Declare a route; stands between ``@router.get(...)`` and the function.

    ``uploads`` lets it take ``multipart/form-data``; ``warm`` are queries whose answers are made before they are asked
    for.
    """
    declared = Rule(role, rate, frozenset(depends), urgency, raw, beta, uploads, largest, warm, deprecated)

    def declare(endpoint: F) -> F:
        endpoint.__rule__ = declared  # type: ignore[attr-defined]
        return endpoint

    return declare


def rule_of(endpoint: Callable[..., Any]) -> Rule:
    """Return what ``endpoint`` declares."""
    found = getattr(endpoint, "__rule__", UNDECLARED)
    assert isinstance(found, Rule)
    return found
