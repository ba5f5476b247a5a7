"""Sheets of the map: which tracks lie in a region, and where; of very many a part that is spread evenly."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from auralis.fingerprint.vectors import Table, VectorIndex
from auralis.model.fingerprint import DIMENSION_NAMES

TOLD = 4
_TELLING = 0.3
_SCATTER = np.uint64(0x9E3779B97F4A7C15)


@dataclass(frozen=True, slots=True)
class Region:
    """A rectangle of the map; both ends count."""

    left: float = -np.inf
    right: float = np.inf
    bottom: float = -np.inf
    top: float = np.inf


@dataclass(frozen=True, slots=True)
class Axis:
    """What grows along an axis: correlations with dimensions, the strongest first; the share of all differences."""

    explained: float
    grows: tuple[tuple[str, float], ...]


@dataclass(frozen=True, slots=True)
class Sheet:
    """Tracks and their places.

    Attributes
    ----------
    tracks, inside : int
        On the whole map, and within the region.
    fitted : int
        Tracks whose differences made the map; 0 while the library is small.
    bounds : Region
        Of the whole map.
    ids, x, y
        The tracks told, and where they lie.
    values
        What they have of the dimension asked for.
    """

    tracks: int
    inside: int
    fitted: int
    axes: tuple[Axis, Axis]
    bounds: Region
    ids: list[str]
    x: Table
    y: Table
    values: Table | None


def draw(index: VectorIndex, region: Region, limit: int, dimension: str | None, named: Sequence[str]) -> Sheet:
    """Return the sheet of a region; see `SimilarityService.map`."""
    points = index.points()
    x, y = points[:, 0], points[:, 1]
    within = (x >= region.left) & (x <= region.right) & (y >= region.bottom) & (y <= region.top)
    inside = np.flatnonzero(within)
    rows = _thinned(inside, limit)
    wanted = index.rows(named)
    rows = np.concatenate((wanted, rows[~np.isin(rows, wanted)]))
    edges = [float(edge) for edge in (x.min(), x.max(), y.min(), y.max())] if len(index) else [0.0] * 4
    grows = index.axes()
    return Sheet(
        tracks=len(index),
        inside=len(inside),
        fitted=index.space.fitted,
        axes=(_axis(index.projection.explained[0], grows[:, 0]), _axis(index.projection.explained[1], grows[:, 1])),
        bounds=Region(*edges),
        ids=index.ids(rows),
        x=x[rows],
        y=y[rows],
        values=None if dimension is None else index.column(dimension)[rows],
    )


def _thinned(rows: NDArray[np.intp], limit: int) -> NDArray[np.intp]:
    """Return ``limit`` of the rows, spread over all; the same ones as long as there are as many."""
    if len(rows) <= limit:
        return rows
    # A multiplicative hash of the row: whoever is told of stays told of while the library grows a little.
    lot = rows.astype(np.uint64) * _SCATTER
    return np.sort(rows[np.argpartition(lot, limit)[:limit]])


def _axis(explained: float, grows: NDArray[np.float64]) -> Axis:
    strongest = np.argsort(-np.abs(grows), kind="stable")[:TOLD]
    return Axis(explained, tuple((DIMENSION_NAMES[n], float(grows[n])) for n in strongest if abs(grows[n]) >= _TELLING))
