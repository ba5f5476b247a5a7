"""Blind comparison: what X was, what the listener took it for, and how likely such a row of answers is by guessing."""

from dataclasses import dataclass
from math import comb


@dataclass(frozen=True, slots=True)
class Compared:
    """One of the two sounds of a trial: a track as it is (``original``), or mastered by a preset at an intensity."""

    track_id: str
    preset: str
    intensity: float


@dataclass(frozen=True, slots=True)
class Trial:
    """One blind trial (ABX): ``x`` was played, the listener took it for ``answer``; both are ``a`` or ``b``.

    ``at`` is in epoch milliseconds.
    """

    a: Compared
    b: Compared
    x: str
    answer: str
    at: int

    @property
    def is_correct(self) -> bool:
        """Whether the listener knew it."""
        return self.x == self.answer


def guessing_probability(correct: int, trials: int) -> float:
    """Return how likely so many correct answers, or more, are by guessing: the one-sided binomial p-value."""
    return float(sum(comb(trials, k) for k in range(correct, trials + 1)) / 2**trials)
