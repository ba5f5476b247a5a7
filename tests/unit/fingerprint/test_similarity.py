"""Tracks that sound alike: the space, exact search, ranges, explanations, and an index that keeps up."""

import asyncio
from collections.abc import Sequence

import numpy as np
import pytest
from numpy.typing import NDArray
from tests.measuring import measured

from auralis.bus import Bus
from auralis.fingerprint.atlas import Region
from auralis.fingerprint.similarity import SimilarityService
from auralis.fingerprint.space import GROUP_WEIGHTS, LEAST_TRACKS, USUAL, fit_space, scaled
from auralis.fingerprint.vectors import VectorIndex
from auralis.model.errors import NotFoundError
from auralis.model.events import LibraryChanged, TrackAnalysed
from auralis.model.fingerprint import DIMENSION_NAMES, DIMENSIONS, Fingerprint

Table = NDArray[np.float32]
TEMPO = DIMENSION_NAMES.index("tempo_bpm")
WIDTH = DIMENSION_NAMES.index("stereo_width")


def library(tracks: int, seed: int = 1) -> Table:
    """Fingerprints of a made-up library, as spread as music is."""
    random = np.random.default_rng(seed)
    middle, spread = np.array([USUAL[name] for name in DIMENSION_NAMES]).T
    return unscaled(random.normal(middle, spread, (tracks, len(DIMENSIONS))))


def unscaled(values: NDArray[np.float64]) -> Table:
    """Return fingerprints from values in the scale that distances are taken in."""
    low, high = np.array([(d.low, d.high) for d in DIMENSIONS]).T
    for n, dimension in enumerate(DIMENSIONS):
        if dimension.unit in {"Hz", "BPM"}:
            values[:, n] = 2 ** values[:, n]
        if dimension.unit == "share":
            values[:, n] = values[:, n] ** 2
    return np.clip(values, low, high).astype(np.float32)


def names(tracks: int) -> list[str]:
    return [f"t{n}" for n in range(tracks)]


def test_every_dimension_has_a_usual_spread_and_every_group_a_weight() -> None:
    assert tuple(USUAL) == DIMENSION_NAMES
    assert {dimension.group for dimension in DIMENSIONS} == set(GROUP_WEIGHTS)
    assert all(spread > 0 for _, spread in USUAL.values())


def test_the_search_is_exact() -> None:
    vectors = library(500)
    index = VectorIndex(names(500), vectors)
    space = fit_space(vectors)
    found = index.nearest([vectors[7]], [], {}, 10, ["t7"])
    distances = np.sqrt(((space.place(vectors) - space.place(vectors[7])) ** 2).sum(axis=1))
    expected = [n for n in np.argsort(distances) if n != 7][:10]
    assert [match.track_id for match in found] == [f"t{n}" for n in expected]
    assert [match.distance for match in found] == pytest.approx(distances[expected], abs=2e-3)


def test_the_search_is_exact_in_libraries_of_many_chunks() -> None:
    vectors = library(50_000)
    index = VectorIndex(names(50_000), vectors)
    places = index.space.place(vectors).astype(np.float64)
    for row in (0, 16_384, 49_999):
        expected = np.argsort(((places - places[row]) ** 2).sum(axis=1), kind="stable")[:20]
        found = index.nearest([vectors[row]], [], {}, 20)
        assert [match.track_id for match in found] == [f"t{n}" for n in expected]


def test_only_the_rows_named_are_searched() -> None:
    vectors = library(300)
    index = VectorIndex(names(300), vectors)
    found = index.nearest([vectors[0]], [], {}, 20, among=np.array([5, 9, 250]))
    assert sorted(match.track_id for match in found) == ["t250", "t5", "t9"]
    assert index.nearest([vectors[0]], [], {}, 20, among=np.zeros(0, np.intp)) == []


def test_ids_of_any_length_are_found_again() -> None:
    index = VectorIndex(["b", "a"], library(2))
    index.update(["a-much-longer-id", "a", "c"], library(3, seed=4))
    assert index.ids(index.rows(["c", "a-much-longer-id", "nothing", "a", "b"])) == ["c", "a-much-longer-id", "a", "b"]
    assert index.vector("ä") is None
    assert np.array_equal(index.vector("a"), library(3, seed=4)[1])  # type: ignore[arg-type]


def test_a_twin_is_at_distance_nothing_and_comes_first() -> None:
    vectors = library(200)
    vectors[150] = vectors[3]
    first = VectorIndex(names(200), vectors).nearest([vectors[3]], [], {}, 3, ["t3"])[0]
    assert (first.track_id, first.differs) == ("t150", ())
    assert first.distance == pytest.approx(0, abs=2e-3)


def test_the_explanation_names_what_is_shared_and_what_is_not() -> None:
    vectors = library(300)
    vectors[10] = np.median(vectors, axis=0)
    vectors[10, WIDTH] = 0.9
    vectors[11] = vectors[10]
    vectors[11, TEMPO] = 2 * vectors[10, TEMPO]
    (match,) = VectorIndex(names(300), vectors).nearest([vectors[10]], [], {"stereo_width": (0.89, 1)}, 1, ["t10"])
    assert match.track_id == "t11"
    assert match.agrees[0].dimension == "stereo_width"
    assert [likeness.dimension for likeness in match.differs] == ["tempo_bpm"]
    told = match.differs[0]
    assert (told.unit, told.value / told.reference) == ("BPM", pytest.approx(2))
    assert told.spreads > 1


def test_ranges_hold_and_without_a_track_the_most_usual_come_first() -> None:
    vectors = library(400)
    index = VectorIndex(names(400), vectors)
    found = index.nearest([], [], {"tempo_bpm": (118.0, 126.0), "stereo_width": (0.3, np.inf)}, 400)
    rows = [int(match.track_id[1:]) for match in found]
    inside = (vectors[:, TEMPO] >= 118) & (vectors[:, TEMPO] <= 126) & (vectors[:, WIDTH] >= np.float32(0.3))
    assert sorted(rows) == np.flatnonzero(inside).tolist()
    assert [match.distance for match in found] == sorted(match.distance for match in found)


def test_to_be_away_from_a_track_moves_the_search_to_the_other_side() -> None:
    vectors = library(400)
    index = VectorIndex(names(400), vectors)
    place = fit_space(vectors).place(vectors)
    near = index.nearest([vectors[1]], [], {}, 20, ["t1", "t2"])
    away = index.nearest([vectors[1]], [vectors[2]], {}, 20, ["t1", "t2"])

    def mean(matches: Sequence[object]) -> float:
        rows = [int(match.track_id[1:]) for match in matches]  # type: ignore[attr-defined]
        return float(np.linalg.norm(place[rows] - place[2], axis=1).mean())

    assert mean(away) > mean(near)


def test_a_small_library_is_judged_by_what_is_usual_and_a_large_one_by_itself() -> None:
    assert fit_space(library(LEAST_TRACKS - 1)).fitted == 0
    fitted = fit_space(library(LEAST_TRACKS))
    assert fitted.fitted == LEAST_TRACKS
    alike = np.tile(library(1), (LEAST_TRACKS, 1))
    assert np.isfinite(fit_space(alike).place(alike)).all()


def test_odd_tracks_hardly_move_the_space() -> None:
    vectors = library(1000)
    odd = np.concatenate((vectors, np.tile(np.array([[d.high for d in DIMENSIONS]], np.float32), (20, 1))))
    assert fit_space(odd).middle == pytest.approx(fit_space(vectors).middle, rel=0.1, abs=0.1)
    assert np.abs(fit_space(odd).place(odd)).max() < 4


def test_silence_and_extremes_have_a_place() -> None:
    extremes = np.array([[d.low for d in DIMENSIONS], [d.high for d in DIMENSIONS], [0.0] * 25])
    assert np.isfinite(scaled(extremes)).all()
    assert np.isfinite(fit_space(extremes).place(extremes)).all()


def test_an_index_that_is_updated_equals_one_made_anew() -> None:
    vectors = library(300)
    index = VectorIndex(names(200), vectors[:200].copy())
    index.update(["t5", *names(300)[200:]], np.concatenate((library(1, seed=9), vectors[200:])))
    vectors[5] = library(1, seed=9)
    anew = VectorIndex(names(300), vectors)
    assert len(index) == 300
    for row in (0, 5, 250):
        assert index.nearest([vectors[row]], [], {}, 5) == anew.nearest([vectors[row]], [], {}, 5)


def test_an_empty_library_and_one_track_alone_find_nothing_and_themselves() -> None:
    assert VectorIndex([], library(0)).nearest([library(1)[0]], [], {}, 20) == []
    index = VectorIndex(["only"], library(1))
    assert [match.track_id for match in index.nearest([], [], {}, 20)] == ["only"]
    assert index.nearest([library(1)[0]], [], {}, 20, ["only"]) == []


class FakeVectors:
    """A library's vectors in memory; counts what is asked of it."""

    def __init__(self, vectors: Table) -> None:
        self.kept = dict(zip(names(len(vectors)), vectors, strict=True))
        self.asked: list[Sequence[str] | None] = []

    async def vectors(self, ids: Sequence[str]) -> list[tuple[str, bytes]]:
        self.asked.append(ids)
        return self._rows([track_id for track_id in ids if track_id in self.kept])

    async def vectors_page(self, after: int, limit: int) -> tuple[list[tuple[str, bytes]], int]:
        if not after:
            self.asked.append(None)
        rows = self._rows(list(self.kept)[after : after + limit])
        return rows, after + limit if len(rows) == limit else 0

    async def count_vectors(self) -> int:
        return len(self.kept)

    def _rows(self, ids: Sequence[str]) -> list[tuple[str, bytes]]:
        return [(track_id, self.kept[track_id].astype("<f4").tobytes()) for track_id in ids]

    async def fingerprint(self, track_id: str) -> Fingerprint:
        if track_id == "of an older version":
            return measured()
        raise NotFoundError("fingerprint", track_id)


async def test_the_service_loads_once_and_then_only_what_is_new() -> None:
    repository, bus = FakeVectors(library(50)), Bus()
    service = SimilarityService(repository, bus)
    found = await service.search(["t1"], [], {}, 5)
    assert (len(found.matches), found.tracks, found.fitted) == (5, 50, 0)
    repository.kept["new"] = repository.kept["t1"]
    bus.publish(TrackAnalysed("new"))
    bus.publish(TrackAnalysed("gone"))
    again = await service.search(["t1"], [], {}, 5)
    assert (again.matches[0].track_id, again.tracks) == ("new", 51)
    assert repository.asked == [None, ["gone", "new"]]


@pytest.mark.parametrize("tried", [2, 400])
async def test_filters_are_asked_about_the_nearest_and_else_about_all(
    tried: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("auralis.fingerprint.similarity._TRIED", tried)
    asked: list[Sequence[str] | None] = []

    async def passing(ids: Sequence[str] | None) -> list[str]:
        asked.append(ids)
        return [track_id for track_id in (names(50) if ids is None else ids) if track_id.endswith("3")]

    service = SimilarityService(FakeVectors(library(50)), Bus())
    found = await service.search(["t1"], [], {}, 5, passing)
    whole = await service.search(["t1"], [], {}, 50)
    expected = [match.track_id for match in whole.matches if match.track_id.endswith("3")]
    assert [match.track_id for match in found.matches] == expected
    assert (None in asked) == (tried == 2)


async def test_tracks_that_left_the_library_leave_the_index() -> None:
    repository, bus = FakeVectors(library(50)), Bus()
    service = SimilarityService(repository, bus)
    await service.search(["t1"], [], {}, 5)
    bus.publish(LibraryChanged(2))
    assert (await service.search(["t1"], [], {}, 5)).tracks == 50
    del repository.kept["t7"]
    bus.publish(LibraryChanged(3))
    found = await service.search(["t1"], [], {}, 50)
    assert (found.tracks, len(found.matches)) == (49, 48)
    assert "t7" not in {match.track_id for match in found.matches}
    assert repository.asked == [None, None]


async def test_a_large_library_is_loaded_page_by_page(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("auralis.fingerprint.similarity._PAGE", 7)
    for tracks in (0, 6, 7, 14, 50):
        assert (await SimilarityService(FakeVectors(library(tracks)), Bus()).map(Region(), 100)).tracks == tracks


async def test_tracks_that_are_not_measured_are_refused_and_old_fingerprints_serve() -> None:
    service = SimilarityService(FakeVectors(library(50)), Bus())
    with pytest.raises(NotFoundError):
        await service.search(["t1", "unknown"], [], {}, 5)
    assert len((await service.search(["of an older version"], [], {}, 5)).matches) == 5


async def test_searches_at_once_share_one_loading() -> None:
    repository = FakeVectors(library(50))
    service = SimilarityService(repository, Bus())
    await asyncio.gather(*(service.search([f"t{n}"], [], {}, 5) for n in range(10)))
    assert repository.asked == [None]
