"""Processing jobs over real files: mastered, tagged, archived; cancelled, failed, taken up again after a restart."""

import asyncio
import errno
import io
import zipfile
from collections.abc import AsyncIterator, Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from tests.streams import lively

from auralis.bus import Bus
from auralis.catalog.jobs import JobLedger
from auralis.media import encoders
from auralis.media.decode import read_audio
from auralis.media.encode import write_audio
from auralis.media.tags import read_file, write_tags
from auralis.model.errors import ConflictError, InvalidInputError, NotFoundError, StorageError
from auralis.model.events import JobChanged
from auralis.model.jobs import Job
from auralis.model.library import LOCAL_OWNER, MediaFile
from auralis.processing import Order, Processing, work
from auralis.processing.references import References
from auralis.processing.service import Keep
from auralis.processing.work import safe_name
from auralis.store import Database

RATE = 44100


class Library:
    def __init__(self, files: dict[str, Path]) -> None:
        self.files = files
        self.unsafe: set[str] = set()

    async def media_path(self, track_id: str) -> Path:
        if track_id not in self.files:
            raise NotFoundError("track", track_id)
        return self.files[track_id]

    async def media_file(self, track_id: str) -> MediaFile:
        path = await self.media_path(track_id)
        state = path.stat()
        return MediaFile(path, state.st_size, state.st_mtime_ns, track_id in self.unsafe)


@pytest.fixture(scope="module")
def files(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    folder = tmp_path_factory.mktemp("music")
    made = {}
    for n, name in enumerate(("one", "two")):
        made[name] = folder / f"{name}.flac"
        write_audio(made[name], lively(RATE, 3.0, seed=n), RATE, bit_depth=16)
        tags = read_file(made[name]).tags
        write_tags(made[name], type(tags)(**{**vars_of(tags), "title": f"Piece {name}"}))
    return made


def vars_of(tags: object) -> dict:
    return {name: getattr(tags, name) for name in tags.__dataclass_fields__}


@pytest.fixture
def database(tmp_path: Path):
    database = Database(tmp_path / "auralis.db")
    yield database
    database.close()


class World:
    def __init__(self, database: Database, files: dict[str, Path], folder: Path, **options: Any) -> None:
        self.bus, self.folder = Bus(), folder
        self.bus.attach(asyncio.get_running_loop())
        self.changes: list[Job] = []
        self.bus.subscribe(JobChanged, lambda event: self.changes.append(event.job))
        self.processing = Processing(JobLedger(database), Library(files), self.bus, folder, **options)

    async def finished(self, job_id: str) -> Job:
        for _ in range(3000):
            job = await self.processing.get(LOCAL_OWNER, job_id)
            if job.is_finished:
                return job
            await asyncio.sleep(0.02)
        raise AssertionError("the job was not finished within a minute")


@pytest.fixture
async def world(database: Database, files: dict[str, Path], tmp_path: Path) -> AsyncIterator[World]:
    built = World(database, files, tmp_path / "exports")
    await built.processing.start()
    yield built
    await built.processing.close()


@pytest.mark.parametrize(("format_", "bit_depth"), [("flac", 24), ("wav", 24), ("flac", 16)])
async def test_a_track_becomes_a_file_with_its_tags(world: World, files: dict[str, Path], format_: str, bit_depth: int):
    order = Order(("one",), preset="warm", format=format_, bit_depth=bit_depth)
    job = await world.finished((await world.processing.submit(LOCAL_OWNER, order)).id)
    assert job.state == "done", job.error
    path, name = await world.processing.result(LOCAL_OWNER, job.id)
    assert name == f"one.{format_}"
    made, source = read_file(path), read_audio(files["one"])[0]
    assert made.tags.title == "Piece one"
    assert made.stream.bit_depth == bit_depth
    assert read_audio(path)[0].shape == source.shape
    assert job.result["tracks"][0]["after"]["truePeakDbtp"] <= -1.0
    assert world.changes[-1].state == "done"


async def test_several_tracks_become_one_archive_in_their_order(world: World):
    submitted = await world.processing.submit(LOCAL_OWNER, Order(("two", "one"), title="My/Album"))
    job = await world.finished(submitted.id)
    path, name = await world.processing.result(LOCAL_OWNER, job.id)
    assert name == "My_Album.zip"
    assert zipfile.ZipFile(path).namelist() == ["001 two.flac", "002 one.flac"]
    assert [file.name for file in path.parent.iterdir()] == ["master.zip"]
    await world.processing.remove(LOCAL_OWNER, job.id)
    assert not path.parent.exists()
    with pytest.raises(NotFoundError):
        await world.processing.get(LOCAL_OWNER, job.id)


async def test_a_cancelled_job_stops_and_leaves_nothing(world: World, monkeypatch: pytest.MonkeyPatch):
    begun = asyncio.Event()
    loop = asyncio.get_running_loop()
    real = work.export_file

    def endless(source, target, preset, intensity, progress, **options):
        loop.call_soon_threadsafe(begun.set)
        while True:
            progress(1, 1000)

    monkeypatch.setattr(work, "export_file", endless)
    running = await world.processing.submit(LOCAL_OWNER, Order(("one",)))
    waiting = await world.processing.submit(LOCAL_OWNER, Order(("two",)))
    await asyncio.wait_for(begun.wait(), 30)
    with pytest.raises(ConflictError) as refused:
        await world.processing.result(LOCAL_OWNER, running.id)
    assert refused.value.code == "JOB_NOT_DONE"
    assert (await world.processing.remove(LOCAL_OWNER, waiting.id)).state == "cancelled"
    monkeypatch.setattr(work, "export_file", real)
    await world.processing.remove(LOCAL_OWNER, running.id)
    assert (await world.finished(running.id)).state == "cancelled"
    assert not (world.folder / running.id).exists()
    assert [job.id for job in (await world.processing.list_jobs(LOCAL_OWNER, 0, 10))[0]] == [waiting.id, running.id]


async def test_an_album_keeps_the_distances_of_its_tracks(world: World):
    order = Order(("one", "two"), preset="warm", together=True)
    job = await world.finished((await world.processing.submit(LOCAL_OWNER, order)).id)
    assert job.state == "done", job.error
    shifts = [made["after"]["loudnessLufs"] - made["before"]["loudnessLufs"] for made in job.result["tracks"]]
    assert max(shifts) - min(shifts) <= 0.2


async def test_results_go_when_they_are_old_or_too_much_but_never_the_newest(
    database: Database, files: dict[str, Path], tmp_path: Path
):
    keep = [Keep()]
    world = World(database, files, tmp_path / "exports", keep=lambda: keep[0])
    await world.processing.start()
    made = [(await world.processing.submit(LOCAL_OWNER, Order(("one",)))).id for _ in range(3)]
    for job_id in made:
        assert (await world.finished(job_id)).state == "done"
    size = sum(file.stat().st_size for file in (world.folder / made[0]).iterdir())
    (world.folder / "nobody").mkdir()
    keep[0] = Keep(bytes=2 * size)
    await world.processing.close()
    world = World(database, files, tmp_path / "exports", keep=lambda: keep[0])
    await world.processing.start()
    assert {job.id for job in (await world.processing.list_jobs(LOCAL_OWNER, 0, 10))[0]} == set(made[1:])
    assert {folder.name for folder in world.folder.iterdir()} == set(made[1:])
    keep[0] = Keep(seconds=-1.0)
    await world.processing.close()
    world = World(database, files, tmp_path / "exports", keep=lambda: keep[0])
    await world.processing.start()
    assert {folder.name for folder in world.folder.iterdir()} == {made[2]}
    await world.processing.close()


async def test_a_reference_that_has_gone_is_no_order(world: World):
    with pytest.raises(NotFoundError):
        await world.processing.submit(LOCAL_OWNER, Order(("one",), preset="reference:gone"))


async def test_a_file_that_cannot_be_read_fails_its_job_alone(world: World, files: dict[str, Path], tmp_path: Path):
    broken = tmp_path / "broken.flac"
    broken.write_bytes(b"no sound at all")
    files = {**files, "broken": broken}
    world.processing._library.files = files
    failed = await world.processing.submit(LOCAL_OWNER, Order(("one", "broken")))
    after = await world.processing.submit(LOCAL_OWNER, Order(("one",)))
    job = await world.finished(failed.id)
    assert (job.state, bool(job.error)) == ("failed", True)
    assert str(tmp_path) not in job.error
    assert not (world.folder / failed.id).exists()
    assert (await world.finished(after.id)).state == "done"


async def test_a_file_that_broke_its_decoder_is_not_decoded_for_a_job(world: World):
    world.processing._library.unsafe.add("one")
    job = await world.processing.submit(LOCAL_OWNER, Order(("one",)))
    failed = await world.finished(job.id)
    assert (failed.state, failed.error_code) == ("failed", "UNSAFE_AUDIO")


@pytest.mark.parametrize("tracks", [("one",), ("one", "two")])
async def test_a_full_disk_fails_a_job_by_its_code_leaves_nothing_and_lets_the_next_one_be_done(
    world: World, tracks: tuple[str, ...], monkeypatch: pytest.MonkeyPatch
):
    room, written = 100_000, 0
    real = encoders.writer_for

    def writer_for(*arguments: Any) -> Any:
        writer = real(*arguments)

        def write(path: Path, blocks: Iterator[np.ndarray], rate: int) -> None:
            def bounded() -> Iterator[np.ndarray]:
                nonlocal written
                for block in blocks:
                    written += block.nbytes
                    if written > room:
                        raise OSError(errno.ENOSPC, "No space left on device", str(path))
                    yield block

            writer(path, bounded(), rate)

        return write

    monkeypatch.setattr(encoders, "writer_for", writer_for)
    full = await world.finished((await world.processing.submit(LOCAL_OWNER, Order(tracks))).id)
    assert (full.state, full.error, full.error_code) == ("failed", "The disk is full.", "STORAGE_FULL")
    assert not (world.folder / full.id).exists()
    room = 1 << 30
    assert (await world.finished((await world.processing.submit(LOCAL_OWNER, Order(tracks))).id)).state == "done"


async def test_an_archive_that_has_no_room_fails_its_job(world: World, monkeypatch: pytest.MonkeyPatch):
    def full(*_: object) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    with monkeypatch.context() as patch:
        patch.setattr(zipfile.ZipFile, "write", full)
        job = await world.finished((await world.processing.submit(LOCAL_OWNER, Order(("one", "two")))).id)
    assert (job.state, job.error_code) == ("failed", "STORAGE_FULL")
    assert not (world.folder / job.id).exists()


async def test_a_reference_that_has_no_room_is_refused_and_leaves_nothing(
    tmp_path: Path, files: dict[str, Path], monkeypatch: pytest.MonkeyPatch
):
    class Shelf:
        async def list_references(self, user_id: str) -> list[Any]:
            return []

    class FullFile(io.BytesIO):
        def write(self, data: Any) -> int:
            raise OSError(errno.ENOSPC, "No space left on device")

    def opened(path: Path, mode: str) -> FullFile:
        path.touch()
        return FullFile()

    async def chunks() -> AsyncIterator[bytes]:
        yield files["one"].read_bytes()

    anything: Any = Shelf()
    references = References(anything, anything, Bus(), tmp_path / "references")
    with monkeypatch.context() as patch, pytest.raises(StorageError) as caught:
        patch.setattr(Path, "open", opened)
        await references.add_file(LOCAL_OWNER, "one.flac", chunks())
    await references.close()
    assert caught.value.code == "STORAGE_FULL"
    assert str(tmp_path) not in caught.value.message
    assert list((tmp_path / "references").iterdir()) == []


async def test_a_job_is_taken_up_again_after_a_restart(
    database: Database, files: dict[str, Path], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    first = World(database, files, tmp_path / "exports")
    await first.processing.start()
    begun = asyncio.Event()
    loop = asyncio.get_running_loop()
    real, calls = work.export_file, []

    def second_hangs(source, target, preset, intensity, progress, **options):
        calls.append(source.stem)
        if len(calls) == 1:
            return real(source, target, preset, intensity, progress, **options)
        loop.call_soon_threadsafe(begun.set)
        while True:
            progress(1, 1000)

    monkeypatch.setattr(work, "export_file", second_hangs)
    submitted = await first.processing.submit(LOCAL_OWNER, Order(("one", "two")))
    await asyncio.wait_for(begun.wait(), 60)
    await first.processing.close()
    monkeypatch.setattr(work, "export_file", lambda *a, **k: calls.append(a[0].stem) or real(*a, **k))
    second = World(database, files, tmp_path / "exports")
    await second.processing.start()
    assert (await second.finished(submitted.id)).state == "done"
    assert calls == ["one", "two", "two"]
    await second.processing.close()


@pytest.mark.parametrize(
    "order",
    [
        Order(()),
        Order(("one",), preset="loud"),
        Order(("one",), intensity=float("nan")),
        Order(("one",), format="mp3"),
        Order(("one",), bit_depth=8),
        Order(("one",) * 501),
    ],
)
async def test_bad_orders_are_refused(world: World, order: Order):
    with pytest.raises(InvalidInputError):
        await world.processing.submit(LOCAL_OWNER, order)


async def test_unknown_tracks_and_jobs_are_not_found(world: World):
    with pytest.raises(NotFoundError):
        await world.processing.submit(LOCAL_OWNER, Order(("nowhere",)))
    with pytest.raises(NotFoundError):
        await world.processing.get("somebody else", "x")


@pytest.mark.parametrize(
    ("text", "name"), [("a/b\\c:d", "a_b_c_d"), ("...", "untitled"), ("\0\x1f", "_"), ("x" * 200, "x" * 80)]
)
def test_names_are_safe_on_every_file_system(text: str, name: str):
    assert safe_name(text) == name
