"""The map: places of all tracks in a plane that hardly turns while the library grows."""

import itertools

import numpy as np
import pytest
from tests.unit.fingerprint.test_similarity import library, names, unscaled

from auralis.fingerprint.atlas import Region, draw
from auralis.fingerprint.projection import AXES, fit_projection
from auralis.fingerprint.space import USUAL
from auralis.fingerprint.vectors import VectorIndex
from auralis.model.fingerprint import DIMENSION_NAMES

EVERYWHERE = Region()


def index_of(tracks: int, seed: int = 1) -> VectorIndex:
    return VectorIndex(names(tracks), library(tracks, seed))


def test_the_built_in_plane_has_two_axes_at_right_angles() -> None:
    axes = np.array([AXES[name] for name in DIMENSION_NAMES])
    assert axes.T @ axes == pytest.approx(np.eye(2), abs=0.01)


def test_every_track_has_a_place_and_what_grows_along_the_axes_is_told() -> None:
    index = index_of(400)
    sheet = draw(index, EVERYWHERE, 1000, "tempo_bpm", [])
    assert (sheet.tracks, sheet.inside, sheet.fitted, len(sheet.ids)) == (400, 400, 400, 400)
    assert np.array_equal(sheet.values, index.column("tempo_bpm"))
    points = np.column_stack((sheet.x, sheet.y))
    for axis, places in zip(sheet.axes, points.T, strict=True):
        assert 0 < axis.explained < 1
        for name, told in axis.grows:
            values = index.space.place(index._vectors)[:, DIMENSION_NAMES.index(name)]
            assert np.corrcoef(values, places)[0, 1] == pytest.approx(told, abs=0.01)


def test_no_plane_shows_more_of_a_large_library() -> None:
    """But for what the built-in plane weighs: a hundred tracks' worth."""
    index = index_of(5000)
    placed = index.space.place(index._vectors)
    best = np.sort(np.linalg.eigvalsh(np.cov(placed.T)))[-2:].sum() / np.trace(np.cov(placed.T))
    assert sum(index.projection.explained) >= 0.97 * best


def test_places_hardly_move_while_the_library_grows() -> None:
    """Every tenth that it grows by moves the tracks by a small part of the map."""
    random = np.random.default_rng(3)
    middle, spread = np.array([USUAL[name] for name in DIMENSION_NAMES]).T
    axes = np.array([AXES[name] for name in DIMENSION_NAMES])
    # As music is: most of what sets tracks apart lies along a few axes, and not quite along the built-in ones.
    told = random.normal(size=(4000, 2)) @ (axes + random.normal(0, 0.1, axes.shape)).T
    vectors = unscaled(middle + spread * (0.7 * random.normal(size=(4000, 25)) + 2.5 * told))
    steps = [50, 99, 100, 110, 121, 200, 400, 800, 2000, 4000]
    for few, more in itertools.pairwise(steps):
        before, after = (VectorIndex(names(n), vectors[:n]).points()[:few] for n in (few, more))
        moved = np.median(np.linalg.norm(after - before, axis=1)) / np.linalg.norm(before.std(axis=0))
        assert moved < (0.2 if more <= 1.25 * few else 0.3), (few, more, moved)


def test_an_index_that_grows_does_not_move_what_is_there_before_it_is_fitted_anew() -> None:
    vectors = library(1050)
    index = VectorIndex(names(1000), vectors[:1000].copy())
    before = index.points()
    index.update(names(1050)[1000:], vectors[1000:])
    assert np.array_equal(index.points()[:1000], before)


def test_a_region_holds_what_lies_in_it() -> None:
    index = index_of(500)
    x, y = index.points().T
    sheet = draw(index, Region(0.0, 1.0, -0.5, 0.5), 1000, None, [])
    inside = (x >= 0) & (x <= 1) & (y >= -0.5) & (y <= 0.5)
    assert sheet.ids == index.ids(np.flatnonzero(inside))
    assert 0 < sheet.inside == inside.sum() < 500
    assert sheet.bounds == Region(*(pytest.approx(float(edge)) for edge in (x.min(), x.max(), y.min(), y.max())))


def test_of_many_an_even_and_lasting_part_is_told_and_the_named_first() -> None:
    index = index_of(5000)
    sheet = draw(index, EVERYWHERE, 200, None, ["t7", "unknown", "t4999"])
    assert sheet.ids[:2] == ["t7", "t4999"]
    assert len(set(sheet.ids)) == len(sheet.ids)
    assert 200 <= len(sheet.ids) <= 202
    assert draw(index, EVERYWHERE, 200, None, []).ids == draw(index, EVERYWHERE, 200, None, []).ids
    places = np.column_stack((sheet.x, sheet.y))
    assert places.mean(axis=0) == pytest.approx(index.points().mean(axis=0), abs=0.15)


@pytest.mark.parametrize("tracks", [0, 1, 2])
def test_hardly_any_tracks_are_a_map_too(tracks: int) -> None:
    sheet = draw(index_of(tracks), EVERYWHERE, 10, "air", ["t0"])
    assert len(sheet.ids) == tracks
    assert np.isfinite(sheet.x).all()
    assert all(0 <= axis.explained <= 1 for axis in sheet.axes)
    assert tracks > 1 or all(axis.explained == 0 for axis in sheet.axes)


def test_tracks_that_are_all_alike_lie_in_one_place() -> None:
    alike = np.tile(library(1), (150, 1))
    sheet = draw(VectorIndex(names(150), alike), EVERYWHERE, 500, None, [])
    assert np.ptp(sheet.x) == np.ptp(sheet.y) == 0
    assert fit_projection(np.zeros((0, 25), np.float32), 0).explained == (0.0, 0.0)
