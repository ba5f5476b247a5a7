"""The fingerprint vectors of the library in memory: exact search, and why two tracks are alike."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from auralis.fingerprint.projection import Projection, correlations, fit_projection
from auralis.fingerprint.space import Space, fit_space
from auralis.model.fingerprint import DIMENSION_NAMES, DIMENSIONS

Table = NDArray[np.float32]
Vector = NDArray[np.float64]
Ranges = Mapping[str, tuple[float, float]]

REFIT_SHARE = 0.1
"""The space is fitted anew when so large a share of the tracks has changed: distances stay put meanwhile."""
_CHUNK = 16_384
_SPARE = 32
_SAMPLE = 100_000
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
    """The vectors of a library: 230 bytes a track.

    Parameters
    ----------
    ids : sequence of str
        Of the tracks; ASCII.
    vectors : ndarray, shape (tracks, 25)
        Their fingerprints, in physical units.
    """

    _space: Space
    _projection: Projection
    _placed: Table
    _squares: Table
    _changed: int

    def __init__(self, ids: Sequence[str], vectors: Table) -> None:
        self._ids = np.array([track_id.encode() for track_id in ids], np.bytes_)
        self._order = np.argsort(self._ids, kind="stable")
        self._vectors = np.asarray(vectors, np.float32).reshape(-1, len(DIMENSIONS))
        self._fit()

    def __len__(self) -> int:
        """Return how many tracks there are."""
        return len(self._vectors)

    @property
    def space(self) -> Space:
        """What distances are taken by."""
        return self._space

    @property
    def projection(self) -> Projection:
        """The plane of the map."""
        return self._projection

    @property
    def nbytes(self) -> int:
        """Memory held."""
        arrays = (self._ids, self._vectors, self._placed, self._squares, self._order)
        return sum(array.nbytes for array in arrays)

    def vector(self, track_id: str) -> Table | None:
        """Return the vector of a track, shape (25,), or None."""
        rows = self.rows([track_id])
        return self._vectors[rows[0]] if rows.size else None

    def rows(self, ids: Sequence[str]) -> NDArray[np.intp]:
        """Return the rows of those tracks that are here, in the order asked for."""
        if not len(self) or not ids:
            return np.zeros(0, np.intp)
        wanted = np.array([track_id.encode() for track_id in ids], np.bytes_)
        places = np.minimum(np.searchsorted(self._ids, wanted, sorter=self._order), len(self) - 1)
        found = self._order[places]
        return np.asarray(found[self._ids[found] == wanted], np.intp)

    def ids(self, rows: NDArray[np.intp]) -> list[str]:
        """Return the ids of rows."""
        return [track_id.decode() for track_id in self._ids[rows].tolist()]

    def column(self, name: str) -> Table:
        """Return a dimension of all tracks, in its unit."""
        return self._vectors[:, DIMENSION_NAMES.index(name)]

    def points(self) -> Table:
        """Return where all tracks lie on the map, shape (tracks, 2)."""
        return self._projection.place(self._placed)

    def axes(self) -> Vector:
        """Return how each dimension goes with each axis of the map, shape (25, 2), -1..1; over a sample of many."""
        sample = self._placed[:: max(1, len(self) // _SAMPLE)]
        return correlations(sample, self._projection.place(sample))

    def update(self, ids: Sequence[str], vectors: Table) -> None:
        """Take over new vectors; a track that is there already gets another."""
        found = [self.rows([track_id]) for track_id in ids]
        known = [n for n, rows in enumerate(found) if rows.size]
        fresh = [n for n, rows in enumerate(found) if not rows.size]
        changed = np.array([found[n][0] for n in known], np.intp)
        self._vectors[changed] = vectors[known]
        self._vectors = np.concatenate((self._vectors, vectors[fresh]))
        added = np.arange(len(self._ids), len(self._vectors))
        self._enter([ids[n] for n in fresh])
        self._changed += len(ids)
        if self._changed > REFIT_SHARE * len(self):
            self._fit()
            return
        self._placed = np.concatenate((self._placed, np.zeros((len(fresh), len(DIMENSIONS)), np.float32)))
        self._squares = np.concatenate((self._squares, np.zeros(len(fresh), np.float32)))
        touched = np.concatenate((changed, added))
        self._placed[touched] = self._space.place(self._vectors[touched])
        self._squares[touched] = _squares_of(self._placed[touched])

    def nearest(
        self,
        like: Sequence[Table],
        away: Sequence[Table],
        ranges: Ranges,
        limit: int,
        without: Sequence[str] = (),
        among: NDArray[np.intp] | None = None,
    ) -> list[Match]:
        """Return the tracks nearest to the middle of ``like``, the nearest first; every track is looked at.

        Without any to be like, those nearest to the middle of the library come first. What is to be ``away`` moves the
        place that is looked from to the other side. ``among`` are the rows that count; None counts all.
        """
        if not len(self):
            return []
        target = self._space.place(np.array(like)).mean(axis=0) if like else np.zeros(len(DIMENSIONS), np.float32)
        if away:
            target = target + np.float32(AWAY_SHARE) * (target - self._space.place(np.array(away)).mean(axis=0))
        left_out = self.rows(without)
        rows = self._nearest_rows(target, ranges, limit + len(left_out), among)
        rows = rows[~np.isin(rows, left_out)][:limit]
        distances = np.sqrt(self._exact(rows, target)).tolist()
        told = self._told(rows, np.mean(like, axis=0)) if like else [((), ())] * len(rows)
        return [
            Match(track_id, distance, *alike)
            for track_id, distance, alike in zip(self.ids(rows), distances, told, strict=True)
        ]

    def _nearest_rows(
        self, target: Table, ranges: Ranges, count: int, among: NDArray[np.intp] | None
    ) -> NDArray[np.intp]:
        """Return the rows nearest to ``target``, the nearest first, ties by row.

        A chunk of rows that the processor's own cache holds at a time; what lies further than the nearest so far is
        dropped at once. The quick distances lose a little by cancellation: more than are asked for are kept, and put
        in order by the exact ones.
        """
        kept = None if among is None else np.zeros(len(self), np.bool_)
        if kept is not None:
            kept[among] = True
        few = count + _SPARE
        best, squares, bound = np.zeros(0, np.intp), np.zeros(0, np.float32), np.float32(np.inf)
        for first in range(0, len(self), _CHUNK):
            part = slice(first, first + _CHUNK)
            near = self._squares[part] - 2.0 * (self._placed[part] @ target)
            passing = near <= bound
            for name, (low, high) in ranges.items():
                column = self._vectors[part, DIMENSION_NAMES.index(name)]
                # Stored in single precision: what was given as a value's own text still finds it.
                passing &= (column >= np.float32(low)) & (column <= np.float32(high))
            if kept is not None:
                passing &= kept[part]
            found = np.flatnonzero(passing)
            if found.size:
                best, squares = np.concatenate((best, found + first)), np.concatenate((squares, near[found]))
            if best.size > few:
                nearest = np.argpartition(squares, few - 1)[:few]
                best, squares = best[nearest], squares[nearest]
                bound = squares.max()
        return np.asarray(best[np.lexsort((best, self._exact(best, target)))][:count])

    def _exact(self, rows: NDArray[np.intp], target: Table) -> Vector:
        """Return the squares of distances."""
        apart = self._placed[rows].astype(np.float64) - target
        return np.asarray(np.einsum("ij,ij->i", apart, apart))

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

    def _enter(self, ids: Sequence[str]) -> None:
        """Put new ids at the end, and in their order."""
        fresh = np.array([track_id.encode() for track_id in ids], np.bytes_)
        sorting = np.argsort(fresh, kind="stable")
        places = np.searchsorted(self._ids, fresh[sorting], sorter=self._order)
        self._order = np.insert(self._order, places, len(self._ids) + sorting)
        self._ids = np.concatenate((self._ids, fresh))

    def _fit(self) -> None:
        self._space = fit_space(self._vectors)
        self._placed = self._space.place(self._vectors)
        self._squares = _squares_of(self._placed)
        self._projection = fit_projection(self._placed, self._space.fitted)
        self._changed = 0


def _squares_of(placed: Table) -> Table:
    return np.asarray(np.einsum("ij,ij->i", placed, placed))
