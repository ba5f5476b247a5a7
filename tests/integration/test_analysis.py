"""The analysis over a real library: files scanned into a database are measured, kept, and never lost by a restart."""

import asyncio
from collections.abc import AsyncIterator, Callable
from dataclasses import replace
from pathlib import Path

import numpy as np
import orjson
import pytest
import soundfile
from tests.measuring import measure_by_name
from tests.streams import lively

from auralis.bus import Bus
from auralis.catalog import Catalog
from auralis.fingerprint.lookup import LEAST_CONFIDENCE, FingerprintLookUp
from auralis.fingerprint.service import AnalysisService
from auralis.fingerprint.version import PLAYING, SINCE, version_for
from auralis.jobs import Workers
from auralis.media.decode import read_audio
from auralis.media.encode import write_audio
from auralis.media.tags import read_file, write_tags
from auralis.model.errors import MediaError, NotFoundError, UnsafeAudioError
from auralis.model.events import FingerprintValidated, TrackAnalysed, TrackEstimated
from auralis.scanner import Scanner
from auralis.store import Database
from auralis.streaming import Streamer, StreamSettings

RATE = 44100


class Place:
    """A library on disk and everything that works on it."""

    def __init__(self, folder: Path) -> None:
        self.music = folder / "music"
        self.music.mkdir(exist_ok=True)
        self.folder = folder
        self.bus = Bus()
        self.database = Database(folder / "auralis.db")
        self.catalog = Catalog(self.database)
        self.catalog.library_folders.add(self.music)
        self.scanner = Scanner(self.database, self.bus)
        self.workers = Workers(2)
        self.analysis = AnalysisService(self.catalog, self.bus, self.workers, processes=1)
        self.lookup = FingerprintLookUp(self.catalog, self.analysis, self.workers, self.bus)
        settings = StreamSettings(folder / "cache", patience_seconds=60.0)
        self.streamer = Streamer(self.catalog, self.lookup, self.workers, settings)

    async def scan(self) -> dict[str, str]:
        """Scan, and return ids by title."""
        await asyncio.to_thread(self.scanner.scan)
        page = await self.catalog.list_tracks(limit=100)
        return {track["title"]: track["id"] for track in map(orjson.loads, page.items)}

    async def close(self) -> None:
        await self.streamer.close()
        await self.lookup.close()
        await self.analysis.close()
        self.scanner.close()
        self.workers.close()
        self.database.close()


@pytest.fixture
async def place(tmp_path: Path) -> AsyncIterator[Place]:
    place = Place(tmp_path)
    yield place
    await place.close()


async def until(condition: Callable[[], bool]) -> None:
    for _ in range(4000):
        if condition():
            return
        await asyncio.sleep(0.01)
    raise AssertionError("never came about")


def write_music(folder: Path) -> None:
    for n, suffix in enumerate([".flac", ".mp3", ".ogg"]):
        write_audio(folder / f"track{n}{suffix}", lively(RATE, 5, seed=n), RATE)


async def test_every_track_is_measured_in_the_background_and_broken_ones_are_listed(place: Place):
    write_music(place.music)
    sound = lively(RATE, 3).T.copy()
    sound[RATE] = np.nan
    soundfile.write(place.music / "numberless.wav", sound, RATE, subtype="FLOAT")
    analysed: list[str] = []
    place.bus.subscribe(TrackAnalysed, lambda event: analysed.append(event.track_id))
    ids = await place.scan()
    assert set(ids) == {"track0", "track1", "track2", "numberless"}
    place.analysis.start()
    await until(lambda: place.analysis.status.state == "idle" and place.analysis.status.done == 3)
    assert place.analysis.status.failed == 1
    assert set(analysed) == {ids[f"track{n}"] for n in range(3)}
    problems = [orjson.loads(item) for item in (await place.catalog.problems()).items]
    assert [problem["path"] for problem in problems] == ["numberless.wav"]
    assert "no sound" in problems[0]["reason"]
    for n, suffix in enumerate([".flac", ".mp3", ".ogg"]):
        fingerprint = await place.catalog.fingerprint(ids[f"track{n}"])
        samples, rate = read_audio(place.music / f"track{n}{suffix}")
        assert (fingerprint.frames, fingerprint.sample_rate) == (samples.shape[1], rate)
        assert orjson.loads(await place.catalog.track(ids[f"track{n}"]))["fingerprint"] == "full"


async def test_what_broke_a_worker_is_decoded_by_nobody_until_its_sound_is_another(tmp_path: Path):
    before, path = Place(tmp_path), tmp_path / "music" / "crash.flac"
    write_audio(path, lively(RATE, 5), RATE)
    track = (await before.scan())["crash"]
    analysis = AnalysisService(before.catalog, before.bus, before.workers, processes=1, measure=measure_by_name)
    analysis.start()
    await until(lambda: analysis.status.state == "idle" and analysis.status.failed == 1)
    await analysis.close()
    await before.close()

    place = Place(tmp_path)
    streamer = place.streamer

    async def refused() -> None:
        for ask in (
            lambda: streamer.manifest(track),
            lambda: streamer.segment(track, "original", 0),
            lambda: streamer.segment(track, "enhanced", 0, rate=RATE),
            lambda: streamer.transition(track, "original", "enhanced", 100),
            lambda: streamer.names.whole(track, "original", "flac"),
            lambda: place.lookup.look_up(track),
            lambda: place.lookup.ensure(track),
        ):
            with pytest.raises(UnsafeAudioError):
                await ask()
        assert streamer._tiers._made is None, "something was opened to be decoded"

    await refused()
    write_tags(path, replace(read_file(path).tags, title="Another name, the same sound"))
    await place.scan()
    await refused()
    write_audio(path, lively(RATE, 5, seed=9), RATE)
    assert (await streamer.manifest(track))["variants"]["enhanced"], "the scan need not have seen the change"
    track = (await place.scan())["crash"]
    place.analysis.start()
    await until(lambda: place.analysis.status.state == "idle" and place.analysis.status.done == 1)
    assert (await streamer.segment(track, "enhanced", 0)).frames == RATE
    await place.close()


async def test_what_is_played_first_is_measured_first_and_only_once(place: Place):
    write_music(place.music)
    ids = await place.scan()
    manifest = await place.streamer.manifest(ids["track2"])
    assert manifest["variants"]["enhanced"]["plan"]
    assert (await place.catalog.analysis_counts(place.analysis.version)).done == 1
    first = await place.catalog.fingerprint(ids["track2"])
    place.analysis.start()
    await until(lambda: place.analysis.status.state == "idle" and place.analysis.status.done == 3)
    assert await place.catalog.fingerprint(ids["track2"]) == first


async def test_a_long_track_is_mastered_at_once_by_an_estimate_that_is_validated_later(place: Place):
    write_audio(place.music / "long.flac", lively(RATE, 60), RATE)
    track = (await place.scan())["long"]
    told: list[TrackEstimated | FingerprintValidated] = []
    place.bus.subscribe(TrackEstimated, told.append)
    place.bus.subscribe(FingerprintValidated, told.append)
    manifest = await place.streamer.manifest(track)
    assert (manifest["fingerprint"], manifest["framesExact"]) == ("estimate", False)
    assert 0.5 < manifest["confidence"] < 1
    key = manifest["variants"]["enhanced"]["key"]
    await until(lambda: len(told) == 2)
    estimated, validated = told
    assert isinstance(estimated, TrackEstimated)
    assert isinstance(validated, FingerprintValidated)
    assert (validated.track_id, validated.confidence) == (track, estimated.confidence)
    assert validated.score > 0.9
    assert orjson.loads(await place.catalog.track(track))["fingerprint"] == "full"
    later = await place.streamer.manifest(track)
    assert (later["fingerprint"], later["framesExact"], later["frames"]) == ("full", True, 60 * RATE)
    assert later["variants"]["original"]["key"] == manifest["variants"]["original"]["key"]
    # Who began by the estimate goes on with its sound.
    assert (await place.streamer.segment(track, "enhanced", 3, key=key)).etag == f"{key}-3"
    figures = place.lookup.figures()
    assert figures["validations"]["total"] == 1
    assert figures["validations"]["meanScore"] == pytest.approx(validated.score, abs=1e-4)


async def test_who_plays_does_not_wait_for_what_playing_does_not_need(place: Place):
    write_audio(place.music / "long.flac", lively(RATE, 60), RATE)
    track = (await place.scan())["long"]
    whole = await place.analysis.ensure(track)
    older = replace(whole, version=version_for(PLAYING))
    assert older.version < place.analysis.version == version_for(SINCE)
    await place.catalog.save_fingerprint(track, older)
    playing = FingerprintLookUp(place.catalog, place.analysis, place.workers, place.bus, version_for(PLAYING))
    assert await playing.first(track) == await playing.ensure(track) == older
    assert (await place.catalog.analysis_counts(place.analysis.version)).done == 0
    renewed: list[TrackAnalysed] = []
    place.bus.subscribe(TrackAnalysed, renewed.append)
    place.analysis.start()
    await until(lambda: bool(renewed))
    assert await playing.ensure(track) == whole
    await place.catalog.save_fingerprint(track, replace(whole, version=older.version - 1))
    assert (await playing.first(track)).is_estimate
    await until(lambda: len(renewed) == 2)
    await playing.close()


async def test_strategies_take_what_is_sure_enough(place: Place, monkeypatch: pytest.MonkeyPatch):
    write_audio(place.music / "long.flac", lively(RATE, 60), RATE)
    write_audio(place.music / "short.flac", lively(RATE, 5), RATE)
    ids = await place.scan()
    monkeypatch.setitem(LEAST_CONFIDENCE, "fast", 0.0)
    found = await place.lookup.look_up(ids["long"], "fast")
    assert (found.source, found.fingerprint.is_estimate, found.fingerprint.frames) == ("fast", True, 60 * RATE)
    assert 0.5 < found.fingerprint.heard_share < 1
    assert (await place.lookup.look_up(ids["short"], "fast")).source == "full"
    monkeypatch.setitem(LEAST_CONFIDENCE, "fast", 1.1)
    monkeypatch.setitem(LEAST_CONFIDENCE, "accurate", 1.1)
    sure = await place.lookup.look_up(ids["long"], "fast")
    assert (sure.source, sure.fingerprint.is_estimate) == ("full", False)
    assert (await place.lookup.look_up(ids["long"], "fast")).source == "stored"
    strategies = place.lookup.figures()["strategies"]
    assert {name: (each["asked"], each["answered"]) for name, each in strategies.items()} == {
        "stored": (None, 1), "fast": (4, 1), "accurate": (0, 0), "full": (0, 2),
    }  # fmt: skip
    assert place.lookup.stats().entries >= 1


async def test_what_cannot_be_estimated_is_refused_as_what_cannot_be_measured(place: Place):
    sound = lively(RATE, 60).T.copy()
    sound[30 * RATE :] = np.nan
    soundfile.write(place.music / "numberless.wav", sound, RATE, subtype="FLOAT")
    track = (await place.scan())["numberless"]
    with pytest.raises(MediaError, match="no sound"):
        await place.lookup.look_up(track)
    manifest = await place.streamer.manifest(track)
    assert (manifest["fingerprint"], manifest["variants"]["enhanced"]) == ("none", None)
    with pytest.raises(NotFoundError):
        await place.lookup.look_up("unknown")


async def test_the_background_and_the_listeners_way_measure_the_same(place: Place):
    write_music(place.music)
    ids = await place.scan()
    listened = await place.analysis.ensure(ids["track1"])
    in_process = await asyncio.to_thread(
        place.analysis._processes[0].run, 60, place.analysis._measure, place.music / "track1.mp3"
    )
    assert listened == in_process


async def test_a_changed_file_is_measured_and_mastered_anew(place: Place):
    path = place.music / "track.flac"
    write_audio(path, lively(RATE, 3), RATE)
    track = (await place.scan())["track"]
    before = await place.streamer.manifest(track)
    write_audio(path, 0.25 * lively(RATE, 4, seed=9), RATE)
    assert (await place.scan())["track"] == track
    after = await place.streamer.manifest(track)
    assert after["frames"] == 4 * RATE
    loudness = [manifest["variants"]["original"]["loudnessLufs"] for manifest in (before, after)]
    assert loudness[1] < loudness[0] - 6
    for variant in ("original", "enhanced"):
        assert after["variants"][variant]["key"] != before["variants"][variant]["key"]
    assert (await place.streamer.segment(track, "enhanced", 2)).frames == RATE


async def test_the_work_goes_on_after_a_restart(tmp_path: Path):
    first = Place(tmp_path)
    write_music(first.music)
    ids = await first.scan()
    await first.analysis.ensure(ids["track0"])
    await first.close()
    second = Place(tmp_path)
    second.analysis.start()
    await until(lambda: second.analysis.status.state == "idle" and second.analysis.status.done == 3)
    await second.close()


async def test_a_vanished_file_is_a_clear_error(place: Place):
    write_music(place.music)
    ids = await place.scan()
    (place.music / "track0.flac").unlink()
    with pytest.raises(MediaError, match="not there"):
        await place.streamer.manifest(ids["track0"])
    with pytest.raises(MediaError, match="not there"):
        await place.analysis.ensure(ids["track0"])
