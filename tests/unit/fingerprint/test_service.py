"""The analysis of the library: all of it in the background, a listener's track first, broken files noted."""

import asyncio
import threading
from collections.abc import AsyncIterator, Callable, Iterable
from pathlib import Path
from typing import NamedTuple

import pytest
from tests.fakes import FakeClock
from tests.measuring import VERSION, measure_by_name, measured

from auralis.bus import Bus
from auralis.fingerprint.progress import Progress
from auralis.fingerprint.service import AnalysisService
from auralis.jobs import Urgency, WorkerCrashedError, WorkerProcess, Workers
from auralis.model.errors import MediaError, NotFoundError, StorageError, UnavailableError, UnsafeAudioError
from auralis.model.events import AnalysisProgressed, LibraryChanged, TrackAnalysed
from auralis.model.fingerprint import Fingerprint
from auralis.model.library import MediaFile


class Counts(NamedTuple):
    done: int
    total: int
    failed: int


class FakeRepository:
    """Tracks named after their files, in memory."""

    def __init__(self, folder: Path, names: Iterable[str]) -> None:
        self.files = {}
        for name in names:
            self.add(folder / f"{name}.flac")
        self.fingerprints: dict[str, Fingerprint] = {}
        self.failures: dict[str, str] = {}
        self.unsafe: dict[str, tuple[int, int]] = {}
        self.saving: Exception | None = None
        self.order: list[str] = []

    def add(self, path: Path) -> None:
        path.write_bytes(b"sound")
        self.files[path.stem] = path

    async def media_path(self, track_id: str) -> Path:
        if track_id not in self.files:
            raise NotFoundError("track", track_id)
        return self.files[track_id]

    async def fingerprint(self, track_id: str) -> Fingerprint:
        if track_id not in self.files:
            raise NotFoundError("track", track_id)
        if track_id not in self.fingerprints:
            raise NotFoundError("fingerprint", track_id)
        return self.fingerprints[track_id]

    async def save_fingerprint(self, track_id: str, fingerprint: Fingerprint) -> None:
        if self.saving is not None:
            raise self.saving
        self.order.append(track_id)
        self.fingerprints[track_id] = fingerprint

    async def tracks_to_analyse(self, version: int, limit: int) -> list[str]:
        return [t for t in self.files if not self.has(t, version) and t not in self.failures][:limit]

    async def analysis_counts(self, version: int) -> Counts:
        done = sum(self.has(track_id, version) for track_id in self.files)
        return Counts(done, len(self.files), len(self.failures))

    async def media_file(self, track_id: str) -> MediaFile:
        path = await self.media_path(track_id)
        size, modified_ns = self.unsafe.get(track_id, (0, 0))
        return MediaFile(path, size, modified_ns, track_id in self.unsafe)

    async def record_analysis_failure(self, track_id: str, reason: str, version: int, *, unsafe: bool = False) -> None:
        assert version == VERSION
        self.failures[track_id] = reason
        if unsafe:
            state = self.files[track_id].stat()
            self.unsafe[track_id] = state.st_size, state.st_mtime_ns

    def has(self, track_id: str, version: int) -> bool:
        return track_id in self.fingerprints and self.fingerprints[track_id].version >= version


class Gate:
    """A measuring that can be held, and says what it was asked for."""

    def __init__(self) -> None:
        self.open = threading.Event()
        self.begun = threading.Event()
        self.asked: list[str] = []

    def __call__(self, path: Path) -> Fingerprint:
        self.asked.append(path.stem)
        self.begun.set()
        assert self.open.wait(20)
        return measure_by_name(path)


@pytest.fixture
def workers():
    workers = Workers(2)
    yield workers
    workers.close()


@pytest.fixture
def in_thread(monkeypatch: pytest.MonkeyPatch):
    """Run what would run in a process where it is, for tests of order and sharing."""
    monkeypatch.setattr(WorkerProcess, "run", lambda _self, _timeout, function, *args: function(*args))


@pytest.fixture
async def make(workers: Workers) -> AsyncIterator[Callable[..., AnalysisService]]:
    made: list[AnalysisService] = []

    def build(repository: FakeRepository, bus: Bus | None = None, **options: object) -> AnalysisService:
        options = {"measure": measure_by_name, "processes": 1, **options}
        made.append(AnalysisService(repository, bus or Bus(), workers, VERSION, **options))
        return made[-1]

    yield build
    for service in made:
        await service.close()


def noted(bus: Bus, kind: type) -> list:
    events: list = []
    bus.subscribe(kind, events.append)
    return events


async def until(condition: Callable[[], bool]) -> None:
    for _ in range(4000):
        if condition():
            return
        await asyncio.sleep(0.005)
    raise AssertionError("never came about")


async def test_the_whole_library_is_measured_and_the_bus_hears_of_it(tmp_path: Path, make):
    bus, repository = Bus(), FakeRepository(tmp_path, "abcde")
    analysed, progress = noted(bus, TrackAnalysed), noted(bus, AnalysisProgressed)
    service = make(repository, bus)
    service.start()
    await until(lambda: service.status.state == "idle" and len(repository.fingerprints) == 5)
    assert sorted(event.track_id for event in analysed) == list("abcde")
    last = progress[-1]
    assert (last.state, last.done, last.total, last.failed) == ("idle", 5, 5, 0)
    assert service.status == last


async def test_broken_crashing_and_buggy_files_are_noted_and_the_rest_goes_on(tmp_path: Path, make):
    repository = FakeRepository(tmp_path, ["crash", "a", "broken", "b", "bug", "c"])
    service = make(repository)
    service.start()
    await until(lambda: len(repository.fingerprints) == 3 and len(repository.failures) == 3)
    assert "crashed" in repository.failures["crash"]
    assert "decoded" in repository.failures["broken"]
    assert "ZeroDivisionError" in repository.failures["bug"]
    await until(lambda: service.status.state == "idle")
    assert service.status.failed == 3
    assert list(repository.unsafe) == ["crash"]


async def test_what_broke_a_process_is_measured_in_no_thread_also_after_a_restart_until_it_changes(
    tmp_path: Path, make
):
    repository = FakeRepository(tmp_path, ["crash", "hang"])
    first = make(repository, timeout_seconds=0.5)
    first.start()
    await until(lambda: len(repository.unsafe) == 2)
    await first.close()
    asked: list[str] = []

    def measure(path: Path) -> Fingerprint:
        asked.append(path.stem)
        return measured()

    for service in (first, make(repository, measure=measure)):
        for name in ("crash", "hang"):
            with pytest.raises(UnsafeAudioError):
                await service.ensure(name)
    assert not asked
    repository.files["crash"].write_bytes(b"another sound")
    await make(repository, measure=measure).ensure("crash")
    assert asked == ["crash"]


async def test_a_process_that_somebody_else_ended_is_no_fault_of_the_file(
    tmp_path: Path, make, monkeypatch: pytest.MonkeyPatch
):
    ended: list[Path] = []

    def run(_process, _timeout, measure, path: Path) -> Fingerprint:
        if path not in ended:
            ended.append(path)
            raise WorkerCrashedError
        return measure(path)

    monkeypatch.setattr(WorkerProcess, "run", run)
    repository = FakeRepository(tmp_path, "ab")
    make(repository).start()
    await until(lambda: len(repository.fingerprints) == 2)
    assert not repository.failures


async def test_a_file_that_takes_too_long_is_noted_and_its_process_ended(tmp_path: Path, make):
    repository = FakeRepository(tmp_path, ["hang"])
    service = make(repository, timeout_seconds=0.2)
    service.start()
    await until(lambda: service.status.state == "idle" and bool(repository.failures))
    assert "longer than 0.2 s" in repository.failures["hang"]
    assert not service._processes[0].alive


async def test_the_process_is_let_go_when_nothing_is_left(tmp_path: Path, make):
    service = make(FakeRepository(tmp_path, "ab"))
    service.start()
    await until(lambda: service.status.state == "idle" and service.status.done == 2)
    assert not any(process.alive for process in service._processes)


async def test_a_change_of_the_library_wakes_it(tmp_path: Path, make):
    bus, repository = Bus(), FakeRepository(tmp_path, "a")
    service = make(repository, bus)
    service.start()
    await until(lambda: "a" in repository.fingerprints)
    repository.add(tmp_path / "new.flac")
    bus.publish(LibraryChanged(2))
    await until(lambda: "new" in repository.fingerprints)


async def test_fingerprints_of_an_older_version_are_made_anew(tmp_path: Path, make):
    repository = FakeRepository(tmp_path, "ab")
    repository.fingerprints = {name: measured(VERSION - 1) for name in "ab"}
    service = make(repository)
    assert (await service.ensure("b")).version == VERSION
    service.start()
    await until(lambda: repository.has("a", VERSION))


async def test_what_holds_for_all_that_is_needed_is_left_alone(tmp_path: Path, workers: Workers):
    """A newer version that changed nothing needed is no reason to measure a library anew."""
    repository = FakeRepository(tmp_path, "abc")
    needed = VERSION - 2
    repository.fingerprints = {"a": measured(needed - 1), "b": measured(needed)}
    service = AnalysisService(repository, Bus(), workers, needed, measure=measure_by_name, processes=1)
    try:
        service.start()
        await until(lambda: repository.has("a", VERSION) and repository.has("c", VERSION))
        assert (await service.ensure("b")).version == needed
        assert sorted(repository.order) == ["a", "c"]
    finally:
        await service.close()


async def test_what_is_played_is_measured_first(tmp_path: Path, make, in_thread):
    gate, repository = Gate(), FakeRepository(tmp_path, "abcdef")
    service = make(repository, measure=gate)
    service.start()
    await asyncio.to_thread(gate.begun.wait, 10)
    wanted = asyncio.create_task(service.ensure("e"))
    await until(lambda: "e" in gate.asked)
    gate.open.set()
    assert (await wanted).version == VERSION
    await until(lambda: len(repository.fingerprints) == 6)
    assert set(gate.asked[:2]) == {"a", "e"}
    assert sorted(gate.asked) == list("abcdef")


async def test_a_track_in_hand_is_not_measured_twice(tmp_path: Path, make, in_thread):
    gate, repository = Gate(), FakeRepository(tmp_path, "a")
    service = make(repository, measure=gate)
    service.start()
    await asyncio.to_thread(gate.begun.wait, 10)
    both = [asyncio.create_task(service.ensure("a")) for _ in range(2)]
    await asyncio.sleep(0.01)
    gate.open.set()
    assert await both[0] == await both[1]
    assert gate.asked == ["a"]


async def test_what_is_stored_is_not_measured_again(tmp_path: Path, make):
    gate, repository = Gate(), FakeRepository(tmp_path, "a")
    repository.fingerprints["a"] = measured()
    assert await make(repository, measure=gate).ensure("a") is repository.fingerprints["a"]
    assert not gate.asked


async def test_a_failure_reaches_who_asked_and_is_not_tried_again_until_the_file_changes(tmp_path: Path, make):
    repository = FakeRepository(tmp_path, ["broken"])
    path = repository.files["broken"]
    path.write_bytes(b"torn")
    asked: list[Path] = []

    def measure(path: Path) -> Fingerprint:
        asked.append(path)
        return measure_by_name(path)

    service = make(repository, measure=measure)
    for _ in range(2):
        with pytest.raises(MediaError, match="decoded"):
            await service.ensure("broken")
    assert len(asked) == 1
    path.write_bytes(b"torn again")
    with pytest.raises(MediaError):
        await service.ensure("broken")
    assert len(asked) == 2


async def test_a_file_that_is_not_there_is_no_failure_of_the_analysis(tmp_path: Path, make):
    bus, repository = Bus(), FakeRepository(tmp_path, ["gone", *map(str, range(3))])
    repository.files["gone"].unlink()
    service = make(repository, bus)
    service.start()
    await until(lambda: len(repository.fingerprints) == 3 and service.status.state == "idle")
    with pytest.raises(MediaError, match="not there"):
        await service.ensure("gone")
    assert not repository.failures
    repository.add(repository.files["gone"])
    bus.publish(LibraryChanged(2))
    await until(lambda: "gone" in repository.fingerprints)


async def test_many_files_that_are_not_there_do_not_hide_one_that_is(tmp_path: Path, make):
    repository = FakeRepository(tmp_path, [*(f"gone{n}" for n in range(150)), "here"])
    for name in repository.files:
        if name != "here":
            repository.files[name].unlink()
    make(repository).start()
    await until(lambda: "here" in repository.fingerprints)


@pytest.mark.parametrize("name", ["changing", "broken"])
async def test_what_changed_while_it_was_measured_is_neither_stored_nor_a_failure(tmp_path: Path, make, name: str):
    repository = FakeRepository(tmp_path, [name])

    def measure(path: Path) -> Fingerprint:
        path.write_bytes(b"other sound")
        return measure_by_name(path)

    with pytest.raises(MediaError, match="changed"):
        await make(repository, measure=measure).ensure(name)
    assert not repository.fingerprints
    assert not repository.failures


async def test_a_file_that_the_library_knows_otherwise_is_measured_once_and_not_kept(tmp_path: Path, make):
    repository, gate = FakeRepository(tmp_path, ["a"]), Gate()
    service = make(repository, measure=gate)
    asked = [asyncio.create_task(service.measure(repository.files["a"])) for _ in range(2)]
    await asyncio.to_thread(gate.begun.wait, 20)
    gate.open.set()
    first, second = await asyncio.gather(*asked)
    assert first is second
    assert gate.asked == ["a"]
    assert not repository.fingerprints
    with pytest.raises(MediaError, match="not there"):
        await service.measure(tmp_path / "gone.flac")


async def test_unknown_tracks_are_not_found(tmp_path: Path, make):
    with pytest.raises(NotFoundError):
        await make(FakeRepository(tmp_path, "a")).ensure("nobody")


async def test_who_stops_waiting_does_not_stop_the_measuring(tmp_path: Path, make):
    gate, repository = Gate(), FakeRepository(tmp_path, "a")
    service = make(repository, measure=gate)
    impatient = asyncio.create_task(service.ensure("a"))
    await asyncio.to_thread(gate.begun.wait, 10)
    impatient.cancel()
    with pytest.raises(asyncio.CancelledError):
        await impatient
    gate.open.set()
    await until(lambda: "a" in repository.fingerprints)


async def test_the_background_waits_while_a_listeners_sound_is_rendered(tmp_path: Path, make, workers: Workers):
    repository, rendering = FakeRepository(tmp_path, "ab"), threading.Event()
    job = workers.submit(lambda _: rendering.wait(20), Urgency.NOW)
    service = make(repository)
    service.start()
    await until(lambda: service.status.state == "paused")
    assert not repository.fingerprints
    rendering.set()
    await asyncio.wrap_future(job.future)
    await until(lambda: len(repository.fingerprints) == 2)


async def test_the_background_waits_while_there_is_no_power_to_spare(tmp_path: Path, make):
    repository, power = FakeRepository(tmp_path, "ab"), threading.Event()
    service = make(repository, may_work=power.is_set, power_seconds=0.02)
    service.start()
    await until(lambda: service.status.state == "paused")
    assert not repository.fingerprints
    assert await service.ensure("a")
    power.set()
    await until(lambda: len(repository.fingerprints) == 2)


async def test_what_waits_for_power_can_be_told_to_rest(tmp_path: Path, make):
    repository = FakeRepository(tmp_path, "ab")
    service = make(repository, may_work=lambda: False, power_seconds=0.02)
    service.start()
    await until(lambda: service.status.state == "paused")
    service.rest()
    await until(lambda: service.status.state == "idle")
    assert not repository.fingerprints


async def test_a_full_disk_interrupts_and_the_next_change_resumes(tmp_path: Path, make):
    bus, repository = Bus(), FakeRepository(tmp_path, "ab")
    repository.saving = StorageError("The disk is full.")
    progress = noted(bus, AnalysisProgressed)
    service = make(repository, bus)
    service.start()
    await until(lambda: bool(progress) and progress[-1].state == "idle")
    assert not repository.failures
    repository.saving = None
    bus.publish(LibraryChanged(2))
    await until(lambda: len(repository.fingerprints) == 2)


@pytest.mark.parametrize("fault", [StorageError("The disk is full."), KeyError("a fault of ours")])
async def test_after_an_interruption_it_tries_again_by_itself(tmp_path: Path, make, fault: Exception):
    repository = FakeRepository(tmp_path, "ab")
    repository.saving = fault
    service = make(repository, retry_seconds=0.02)
    service.start()
    await until(lambda: service.status.total == 2 and service.status.state == "idle")
    repository.saving = None
    await until(lambda: len(repository.fingerprints) == 2)


async def test_a_new_service_goes_on_where_a_killed_one_stopped(tmp_path: Path, make, in_thread):
    gate, repository = Gate(), FakeRepository(tmp_path, "abc")
    repository.fingerprints["a"] = measured()
    first = make(repository, measure=gate)
    first.start()
    await asyncio.to_thread(gate.begun.wait, 10)
    await first.close()
    gate.open.set()
    assert "b" not in repository.fingerprints
    make(repository).start()
    await until(lambda: len(repository.fingerprints) == 3)


async def test_closing_ends_the_wait_for_a_track(tmp_path: Path, make, workers: Workers):
    gate, repository = Gate(), FakeRepository(tmp_path, "a")
    service = make(repository, measure=gate)
    waiting = asyncio.create_task(service.ensure("a"))
    await asyncio.to_thread(gate.begun.wait, 10)
    await service.close()
    with pytest.raises(UnavailableError):
        await waiting
    gate.open.set()


def test_progress_is_told_four_times_a_second_at_most_and_gives_a_rate():
    bus, clock = Bus(), FakeClock()
    events = noted(bus, AnalysisProgressed)
    progress = Progress(bus, clock)
    progress.count(Counts(0, 100, 0))
    progress.move("running")
    for _ in range(40):
        clock.advance(0.05)
        progress.done()
    assert 6 <= len(events) <= 9
    assert events[-1].rate_per_second == pytest.approx(20, rel=0.1)
    assert events[-1].remaining_seconds == pytest.approx((100 - events[-1].done) / 20, rel=0.1)
    progress.rest()
    progress.rest()
    assert events[-1] == AnalysisProgressed("idle", 40, 100, 0, 0.0, None)
    assert sum(event.state == "idle" for event in events) == 1
