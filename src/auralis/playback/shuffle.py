"""Orders that feel random: nothing is lost, and tracks of one artist are kept apart."""

import random
from collections import deque
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
    waiting: deque[T] = deque()  # all of one artist, the one that stands last
    last = after
    for item in items:
        while waiting and artist_of(waiting[0]) != last:
            result.append(waiting.popleft())
            last = artist_of(result[-1])
        if artist_of(item) == last:
            waiting.append(item)
        else:
            result.append(item)
            last = artist_of(item)
    return _filled(result, waiting, artist_of, after) if waiting else result


def _filled(items: list[T], waiting: deque[T], artist_of: Callable[[T], Hashable], after: Hashable) -> list[T]:
    """Put what waits, all of one artist, into the last gaps between others; what finds none goes to the end."""
    artist = artist_of(waiting[0])
    around = [after, *map(artist_of, items), None]
    backwards: list[T] = []
    for place in range(len(items), -1, -1):
        if waiting and artist not in around[place : place + 2]:
            backwards.append(waiting.popleft())
        if place:
            backwards.append(items[place - 1])
    return [*reversed(backwards), *waiting]
