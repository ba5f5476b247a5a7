"""Orders that feel random: nothing is lost, and tracks of one artist are kept apart."""

import random
from collections.abc import Callable, Hashable, Sequence
from typing import TypeVar

T = TypeVar("T")

JITTER = 0.5
"""How far a track strays from its even place, as a part of the distance between two tracks of its artist."""


def shuffled(items: Sequence[T], artist_of: Callable[[T], Hashable], seed: int, after: Hashable = None) -> list[T]:
    """Return ``items`` in the order that ``seed`` gives; no artist follows itself where that can be had.

    ``after`` is the artist that was heard last, which the first item should not have. Tracks of each artist are laid
    out evenly over the whole with a random start, so that the rare are as well spread as the frequent.
    """
    rng = random.Random(seed)  # noqa: S311  (an order to listen to, not a secret)
    groups: dict[Hashable, list[T]] = {}
    for item in items:
        groups.setdefault(artist_of(item), []).append(item)
    placed: list[tuple[float, int, T]] = []
    for group in groups.values():
        rng.shuffle(group)
        step = 1.0 / len(group)
        start = rng.random() * step
        for number, item in enumerate(group):
            place = start + number * step + rng.uniform(-JITTER, JITTER) * step * (len(group) > 1)
            placed.append((place, len(placed), item))
    placed.sort()
    return _apart([item for _, _, item in placed], artist_of, after)


def _apart(items: list[T], artist_of: Callable[[T], Hashable], after: Hashable) -> list[T]:
    """Move items so that neighbours have different artists, as far as there are enough others."""
    result: list[T] = []
    waiting: list[T] = []
    last = after
    for item in items:
        ready = next((n for n, other in enumerate(waiting) if artist_of(other) != last), None)
        while ready is not None:
            result.append(waiting.pop(ready))
            last = artist_of(result[-1])
            ready = next((n for n, other in enumerate(waiting) if artist_of(other) != last), None)
        if artist_of(item) == last:
            waiting.append(item)
        else:
            result.append(item)
            last = artist_of(item)
    for item in waiting:
        result.insert(_gap(result, artist_of, artist_of(item), after), item)
    return result


def _gap(items: Sequence[T], artist_of: Callable[[T], Hashable], artist: Hashable, after: Hashable) -> int:
    """Return the last place where neither neighbour has ``artist``; without one, the end."""
    for place in range(len(items), -1, -1):
        before = artist_of(items[place - 1]) if place else after
        behind = artist_of(items[place]) if place < len(items) else None
        if artist not in (before, behind):
            return place
    return len(items)
