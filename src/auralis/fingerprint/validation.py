"""How well one set of dimensions agrees with another: what was estimated or given beside what was measured."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

from auralis.model.fingerprint import DIMENSIONS, Fingerprint

Level = Literal["HIGH", "MEDIUM", "LOW"]

LEAST_SCORE = 0.95
_LEAST_ACCURACY: tuple[tuple[Level, float], ...] = (("HIGH", 0.90), ("MEDIUM", 0.80))


@dataclass(frozen=True, slots=True)
class Comparison:
    """One dimension on both sides, how many usual spreads lie between, and 1 less a quarter of those, at least 0."""

    dimension: str
    unit: str
    given: float
    own: float
    spreads: float
    accuracy: float


@dataclass(frozen=True, slots=True)
class Validation:
    """What came of a comparison.

    Attributes
    ----------
    score : float
        Cosine of both sides, each dimension in usual spreads from its usual middle; -1..1.
    accuracy : float
        Mean of the dimensions' own.
    dimensions : tuple of Comparison
        Of those that were given, in the declared order.
    """

    score: float
    accuracy: float
    dimensions: tuple[Comparison, ...]

    @property
    def valid(self) -> bool:
        """Whether both sides tell of the same sound."""
        return self.score >= LEAST_SCORE

    @property
    def level(self) -> Level:
        """How much one can build on it."""
        reached = (level for level, least in _LEAST_ACCURACY if self.valid and self.accuracy >= least)
        return next(reached, "LOW")


def compare(given: Mapping[str, float], own: Fingerprint) -> Validation:
    """Hold the dimensions ``given`` by name against those of a fingerprint.

    The scale is that of music at large, not of one library: the same two sides always agree as well.

    Raises
    ------
    ValueError
        If none of the 25 is given.
    """
    import numpy as np  # noqa: PLC0415 - numpy stays out of the server's start

    from auralis.fingerprint.space import MOST_SPREADS, USUAL, scaled  # noqa: PLC0415 - the same

    told = [n for n, dimension in enumerate(DIMENSIONS) if dimension.name in given]
    if not told:
        raise ValueError("nothing to compare")
    middle, spread = np.array([USUAL[dimension.name] for dimension in DIMENSIONS]).T
    sides = np.array([own.vector()] * 2)
    # Beyond its range nothing can be: it counts as the end of it.
    sides[0, told] = [min(max(given[DIMENSIONS[n].name], DIMENSIONS[n].low), DIMENSIONS[n].high) for n in told]
    first, second = np.clip((scaled(sides) - middle) / spread, -MOST_SPREADS, MOST_SPREADS)[:, told]
    apart = np.abs(first - second)
    accuracies = np.maximum(0.0, 1.0 - apart / MOST_SPREADS)
    lengths = float(np.linalg.norm(first) * np.linalg.norm(second))
    score = 1.0 if not apart.any() else float(first @ second) / lengths if lengths > 0 else 0.0
    return Validation(
        score=min(1.0, max(-1.0, score)),
        accuracy=float(accuracies.mean()),
        dimensions=tuple(
            Comparison(d.name, d.unit, float(given[d.name]), own.dimensions[d.name], float(spreads), float(accuracy))
            for d, spreads, accuracy in zip((DIMENSIONS[n] for n in told), apart, accuracies, strict=True)
        ),
    )
