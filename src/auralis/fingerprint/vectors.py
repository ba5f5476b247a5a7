"""The fingerprint vectors of the library in memory: exact search, and why two tracks are alike."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from auralis.fingerprint.space import Space, fit_space
from auralis.model.fingerprint import DIMENSION_NAMES, DIMENSIONS

Table = NDArray[np.float32]
Ranges = Mapping[str, tuple[float, float]]

REFIT_SHARE = 0.1
"""The space is fitted anew when so large a share of the tracks has changed: distances stay put meanwhile."""
AWAY_SHARE = 0.5
TOLD = 3
_ALIKE, _APART = 0.5, 1.0
"""Spreads: nearer than the one, two tracks agree in a dimension; further than the other, they differ."""
_COMMON = 0.3


@dataclass(frozen=True, slots=True)
class Likeness:
    """A dimension of a track beside the one it was compared with, and how many usual spreads lie between."""

    dimension: str
    unit: str
    value: float
    reference: float
    spreads: float


Likenesses = tuple[Likeness, ...]


@dataclass(frozen=True, slots=True)
class Match:
    """A track that was found: its distance in usual spreads (root mean square), and in what it is alike and unlike."""

    track_id: str
    distance: float
    agrees: Likenesses
    differs: Likenesses


class VectorIndex:
    """The vectors of a library.

    Parameters
    ----------
    ids : sequence of str
        Of the tracks.
    vectors : ndarray, shape (tracks, 25)
        Their fingerprints, in physical units.
    """

    _space: Space
    _placed: Table
    _squares: Table
    _changed: int

    def __init__(self, ids: Sequence[str], vectors: Table) -> None:
        self._rows = {track_id: row for row, track_id in enumerate(ids)}
        self._ids = list(ids)
        self._vectors = np.asarray(vectors, np.float32)
        self._fit()

    def __len__(self) -> int:
        """Return how many tracks there are."""
        return len(self._ids)

    @property
    def space(self) -> Space:
        """What distances are taken by."""
        return self._space

    def vector(self, track_id: str) -> Table | None:
        """Return the vector of a track, shape (25,), or None."""
        row = self._rows.get(track_id)
        return None if row is None else self._vectors[row]

    def update(self, ids: Sequence[str], vectors: Table) -> None:
        """Take over new vectors; a track that is there already gets another."""
        fresh = [n for n, track_id in enumerate(ids) if track_id not in self._rows]
        for n, track_id in enumerate(ids):
            if track_id in self._rows:
                self._put(self._rows[track_id], vectors[n])
        if fresh:
            self._rows |= {ids[n]: len(self._ids) + place for place, n in enumerate(fresh)}
            self._ids += [ids[n] for n in fresh]
            self._vectors = np.concatenate((self._vectors, vectors[fresh]))
            self._placed = np.concatenate((self._placed, self._space.place(vectors[fresh])))
            self._squares = np.einsum("ij,ij->i", self._placed, self._placed)
        self._changed += len(ids)
        if self._changed > REFIT_SHARE * len(self._ids):
            self._fit()

    def nearest(
        self, like: Sequence[Table], away: Sequence[Table], ranges: Ranges, limit: int, without: Sequence[str] = ()
    ) -> list[Match]:
        """Return the tracks nearest to the middle of ``like``, the nearest first; every track is looked at.

        Without any to be like, those nearest to the middle of the library come first. What is to be ``away`` moves the
        place that is looked from to the other side.
        """
        if not self._ids:
            return []
        target = self._space.place(np.array(like)).mean(axis=0) if like else np.zeros(len(DIMENSIONS), np.float32)
        if away:
            target = target + np.float32(AWAY_SHARE) * (target - self._space.place(np.array(away)).mean(axis=0))
        squares = self._squares - 2.0 * (self._placed @ target) + target @ target
        squares[[self._rows[track_id] for track_id in without if track_id in self._rows]] = np.inf
        if ranges:
            squares[~self._within(ranges)] = np.inf
        few = min(limit, len(squares))
        best = np.argpartition(squares, few - 1)[:few]
        rows = best[np.lexsort((best, squares[best]))]
        rows = rows[np.isfinite(squares[rows])]
        distances = np.sqrt(np.maximum(0.0, squares[rows])).tolist()
        told = self._told(rows, np.mean(like, axis=0)) if like else [((), ())] * len(rows)
        return [
            Match(self._ids[row], distance, *alike)
            for row, distance, alike in zip(rows.tolist(), distances, told, strict=True)
        ]

    def _within(self, ranges: Ranges) -> NDArray[np.bool_]:
        kept = np.ones(len(self._ids), np.bool_)
        for name, (low, high) in ranges.items():
            column = self._vectors[:, DIMENSION_NAMES.index(name)]
            # Stored in single precision: what was given as a value's own text still finds it.
            kept &= (column >= np.float32(low)) & (column <= np.float32(high))
        return kept

    def _told(self, rows: NDArray[np.intp], reference: Table) -> list[tuple[Likenesses, Likenesses]]:
        """Return in what each of ``rows`` is like ``reference``, and in what it is not."""
        values = self._vectors[rows]
        usual = self._space.spreads(reference)
        apart = np.abs(self._space.spreads(values) - usual)
        # To share what is unusual says more than to share what most tracks have.
        telling = np.exp(-(apart**2)) * (_COMMON + np.abs(usual))
        alike, unlike = (np.argsort(-order, axis=1, kind="stable") for order in (telling, apart))

        def chosen(row: int, order: NDArray[np.intp], kept: NDArray[np.bool_]) -> Likenesses:
            return tuple(
                Likeness(d.name, d.unit, float(values[row, n]), float(reference[n]), float(apart[row, n]))
                for n in order[row][kept[row, order[row]]][:TOLD].tolist()
                for d in (DIMENSIONS[n],)
            )

        return [(chosen(row, alike, apart <= _ALIKE), chosen(row, unlike, apart >= _APART)) for row in range(len(rows))]

    def _put(self, row: int, vector: Table) -> None:
        self._vectors[row] = vector
        self._placed[row] = self._space.place(vector)
        self._squares[row] = self._placed[row] @ self._placed[row]

    def _fit(self) -> None:
        self._space = fit_space(self._vectors)
        self._placed = self._space.place(self._vectors)
        self._squares = np.einsum("ij,ij->i", self._placed, self._placed)
        self._changed = 0
