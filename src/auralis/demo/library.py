"""The demo library as files: what is in it, and how it is made, completed and left alone."""

import errno
import os
import threading
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor, as_completed
from pathlib import Path

from auralis.demo.pieces import ALBUMS
from auralis.demo.tracks import DEMO_TRACKS, DemoTrack
from auralis.jobs.process import WorkerCrashedError, WorkerProcess, WorkerTimeoutError
from auralis.kit.files import replacing
from auralis.model.errors import StorageError, UnavailableError

__all__ = ["DEMO_TRACKS", "VERSION", "DemoTrack", "make_demo_library"]

VERSION = 1
"""Grows when the pieces sound or are tagged differently: then a library made before is made anew."""

_MARKER = ".auralis-demo"
_MOST_WORKERS = 4
_TASK_SECONDS = 600.0


def make_demo_library(folder: Path, progress: Callable[[int, int], None] | None = None) -> list[DemoTrack]:
    """Make the demo library in ``folder``, or what of it is missing there; ``progress`` gets files done and in all.

    Files appear whole; a call that was broken off is completed by the next, and on a complete library nothing is done.

    Raises
    ------
    StorageError
        If the folder cannot be written to; ``STORAGE_FULL`` when the disk is full.
    UnavailableError
        If a worker process died or did not end.
    """
    report = progress or (lambda _done, _total: None)
    try:
        folder.mkdir(parents=True, exist_ok=True)
        fresh = _version_in(folder) in {None, VERSION}
        missing = [t for t in DEMO_TRACKS if not (fresh and (folder / t.path).exists())]
        report(len(DEMO_TRACKS) - len(missing), len(DEMO_TRACKS))
        if missing:
            _make_all(folder, missing, report)
        if _version_in(folder) != VERSION:
            with replacing(folder / _MARKER) as marker:
                marker.write_text(f"{VERSION}\n")
    except (WorkerCrashedError, WorkerTimeoutError) as error:
        raise UnavailableError(f"The demo library is not finished: {error} The next try goes on from there.") from error
    except OSError as error:
        if error.errno == errno.ENOSPC:
            raise StorageError("The disk is full.", code="STORAGE_FULL") from error
        reason = error.strerror or "it failed"
        raise StorageError(f"The demo library cannot be made in '{folder}': {reason}.") from error
    return list(DEMO_TRACKS)


def _version_in(folder: Path) -> int | None:
    """Return the version that a library in ``folder`` was made by, None where there is none, or no whole one."""
    try:
        return int((folder / _MARKER).read_text())
    except (FileNotFoundError, ValueError):
        return None


def _make_all(folder: Path, missing: list[DemoTrack], report: Callable[[int, int], None]) -> None:
    for album_folder in {(folder / track.path).parent for track in missing}:
        for left_over in album_folder.glob(".*.partial.*"):
            left_over.unlink(missing_ok=True)
    done = len(DEMO_TRACKS) - len(missing)
    tasks = _tasks(missing)
    workers = _Workers()
    pool = ThreadPoolExecutor(min(len(tasks), os.cpu_count() or 1, _MOST_WORKERS))
    try:
        futures: dict[Future[None], int] = {
            pool.submit(workers.make, folder, album, numbers): len(numbers) for album, numbers in tasks
        }
        for future in as_completed(futures):
            future.result()
            done += futures[future]
            report(done, len(DEMO_TRACKS))
    finally:
        pool.shutdown(wait=False, cancel_futures=True)
        workers.stop()
        pool.shutdown()


def _tasks(missing: list[DemoTrack]) -> list[tuple[int, tuple[int, ...]]]:
    """Return what is made in one go, albums and tracks by number: a suite as a whole, else each track by itself."""
    tasks: list[tuple[int, tuple[int, ...]]] = []
    for number, album in enumerate(ALBUMS):
        tracks = tuple(t.track_number - 1 for t in missing if t.album == album.title)
        tasks += [(number, tracks)] if album.style == "suite" and tracks else [(number, (n,)) for n in tracks]
    return tasks


class _Workers:
    """A worker process for each thread that asks."""

    def __init__(self) -> None:
        self._own = threading.local()
        self._all: list[WorkerProcess] = []

    def make(self, folder: Path, album: int, numbers: tuple[int, ...]) -> None:
        """Make tracks of an album in the calling thread's process."""
        if not hasattr(self._own, "process"):
            self._own.process = WorkerProcess(niceness=0)
            self._all.append(self._own.process)
        self._own.process.run(_TASK_SECONDS, make_tracks, folder, album, numbers)

    def stop(self) -> None:
        """Stop all processes; work under way ends with an error."""
        for process in self._all:
            process.stop()


def make_tracks(folder: Path, album_number: int, numbers: tuple[int, ...]) -> None:
    """Compose, play and write tracks of an album, counted from 0, into ``folder``."""
    album = ALBUMS[album_number]
    tracks = [next(t for t in DEMO_TRACKS if t.album == album.title and t.track_number == n + 1) for n in numbers]
    for track in tracks:
        (folder / track.path).parent.mkdir(parents=True, exist_ok=True)

    from auralis.demo.covers import cover  # noqa: PLC0415 - the parent process stays light
    from auralis.demo.rendering import render_tracks  # noqa: PLC0415 - the same
    from auralis.media.encode import write_audio  # noqa: PLC0415 - the same
    from auralis.media.tags import write_tags  # noqa: PLC0415 - the same

    image = cover(album_number)
    for track, sound in zip(tracks, render_tracks(album, numbers), strict=True):
        with replacing(folder / track.path) as partial:
            write_audio(partial, sound, album.sample_rate, bit_depth=album.bit_depth)
            write_tags(partial, track.tags(), image)
