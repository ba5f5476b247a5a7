"""Scans that meet trouble: strange names, broken files, folders that go away, readers that crash or hang."""

import json
import math
import os
import shutil
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Any

import pytest
from tests.factories import (
    Library,
    album,
    bare_audio,
    library_folder,
    many_files,
    many_tags,
    music_file,
    recording,
    track_record,
)

from auralis.bus import Bus
from auralis.media.tags import write_tags
from auralis.model.errors import StorageError, UnavailableError
from auralis.model.events import Event, LibraryChanged, ScanCompleted, ScanFailed, ScanProgressed, ScanStarted
from auralis.model.library import ScanStatus, TagDetails, TrackTags
from auralis.scanner import Scanner, progress, readers
from auralis.scanner.preferences import ScanSettings
from auralis.store import Database
from auralis.store.library.records import Batch
from auralis.store.library.state import is_stale
from auralis.store.library.writing import LibraryWriter

FIGURES = (
    "SELECT title, artist, artist_sort, year, shown, track_count, duration_seconds FROM albums ORDER BY title",
    "SELECT name, shown, track_count, album_count FROM artists ORDER BY name",
    "SELECT name, track_count FROM genres ORDER BY name",
)


NAMES = [
    b"new\nline.flac",
    b"\xff\xfe invalid utf-8 \xe4.flac",
    b"emoji \xf0\x9f\x8e\xb5\xf0\x9f\x91\xa9\xe2\x80\x8d\xf0\x9f\x8e\xa4.flac",
    b"x" * 250 + b".flac",
    b" spaces .flac",
    b"quote'\"`.flac",
    b"%s {0} \\ $HOME.flac",
    b"..dots...flac",
    b"upper.FLAC",
    b"-rf.flac",
    "Björk – Jóga.flac".encode(),
    "椎名林檎.flac".encode(),
]


async def test_names_of_all_kinds_are_found_again_and_played(library: Library) -> None:
    directory = library.music / os.fsdecode(b"dir \xff\n\xf0\x9f\x8e\xb5") / "..deep"
    directory.mkdir(parents=True)
    for name in NAMES:
        (directory / os.fsdecode(name)).write_bytes(bare_audio("flac"))
    assert library.scan() == {"files": len(NAMES), "added": len(NAMES)}
    assert library.scan() == {"files": len(NAMES)}
    for track in library.tracks():
        path = await library.catalog.media_path(track["id"])
        assert path.read_bytes() == bare_audio("flac")
    assert "\ufffd\ufffd invalid utf-8 \ufffd" in library.titles()
    assert "椎名林檎" in library.titles()


def test_broken_files_are_listed_with_a_reason_and_stop_nothing(library: Library) -> None:
    good = album(library, 3)
    broken: dict[str, bytes] = {
        "empty.mp3": b"",
        "text.mp3": b"This is a letter to my aunt.\n" * 200,
        "noise.flac": os.urandom(5000),
        "half.flac": bare_audio("flac")[:20],
        "html.ogg": b"<!doctype html><title>404</title>",
        "zeros.wav": bytes(5000),
        "riff.wav": b"RIFF\xff\xff\xff\xffWAVEfmt \xff\xff\xff\xff",
        "noise.m4a": b"\0\0\0\x20ftypM4A " + os.urandom(3000),
        "noise.opus": b"OggS" + os.urandom(3000),
    }
    for name, content in broken.items():
        (library.music / name).write_bytes(content)
    found = library.scan()
    assert found["added"] == 3
    assert found["failed"] == len(broken)
    assert found["files"] == len(good) + len(broken)
    problems = library.problems()
    assert set(problems) == set(broken)
    for reason in problems.values():
        assert reason.endswith(".")
        assert str(library.music) not in reason
    (library.music / "text.mp3").write_bytes(bare_audio("mp3"))
    (library.music / "empty.mp3").unlink()
    assert library.scan() == {"files": 11, "added": 1, "failed": 7}
    assert set(library.problems()) == set(broken) - {"text.mp3", "empty.mp3"}


def test_a_file_under_a_wrong_ending_is_read_by_what_it_is(library: Library) -> None:
    (library.music / "really flac.mp3").write_bytes(bare_audio("flac"))
    library.scan()
    (track,) = library.tracks()
    assert track["format"] == "flac"


def test_a_known_file_that_breaks_stays_listed_and_is_told_of(library: Library) -> None:
    first, *_ = album(library, 2)
    library.scan()
    before = library.ids()
    first.write_bytes(b"broken now")
    assert library.scan() == {"files": 2, "failed": 1}
    assert library.ids() == before
    assert list(library.problems()) == ["album/1.flac"]
    assert library.scan() == {"files": 2, "failed": 1}
    first.write_bytes(bare_audio("flac"))
    assert library.scan() == {"files": 2, "updated": 1}
    assert library.problems() == {}


def test_links_are_followed_once_and_loops_end(library: Library) -> None:
    album(library, 2)
    outside = library.music.parent / "outside"
    music_file(outside / "linked.flac", title="linked")
    (library.music / "album" / "loop").symlink_to(library.music)
    (library.music / "again").symlink_to(library.music / "album")
    (library.music / "self").symlink_to(library.music / "self")
    (library.music / "self.mp3").symlink_to(library.music / "self.mp3")
    (library.music / "out").symlink_to(outside)
    (library.music / "nowhere.mp3").symlink_to(library.music / "nothing")
    (library.music / "file.flac").symlink_to(library.music / "album" / "1.flac")
    found = library.scan()
    assert found == {"files": 6, "added": 4, "failed": 2}
    assert library.titles() == ["album 1", "album 1", "album 2", "linked"]
    assert set(library.problems()) == {"nowhere.mp3", "self.mp3"}


def test_pipes_and_hidden_things_are_passed_over(library: Library) -> None:
    os.mkfifo(library.music / "pipe.mp3")
    (library.music / "directory.mp3").mkdir()
    music_file(library.music / ".Trash" / "old.flac")
    music_file(library.music / "...And Justice" / "One.flac", title="One")
    music_file(library.music / ".38 Special.flac", title="38")
    (library.music / "._One.flac").write_bytes(b"resource fork")
    assert library.scan() == {"files": 3, "added": 2, "failed": 1}
    assert library.titles() == ["38", "One"]
    assert set(library.problems()) == {"pipe.mp3"}


def test_a_folder_that_is_away_marks_nothing_and_says_so(library: Library) -> None:
    album(library, 3)
    library.scan()
    elsewhere = library.music.parent / "unmounted"
    library.music.rename(elsewhere)
    for prepare in (lambda: None, library.music.mkdir):
        prepare()
        assert library.scan() == {}
        (reason,) = library.problems().values()
        assert "not there" in reason or "empty" in reason
        assert len(library.titles(missing=True)) == 3, "what cannot be played is shown so"
    library.music.rmdir()
    elsewhere.rename(library.music)
    assert library.scan() == {"files": 3}
    assert library.problems() == {}
    assert len(library.titles(missing=False)) == 3


async def test_what_lies_in_a_folder_that_is_away_is_not_analysed(library: Library) -> None:
    album(library, 2)
    library.scan()
    assert len(await library.catalog.tracks_to_analyse(1, 10)) == 2
    library.music.rename(library.music.parent / "gone")
    library.scan()
    assert await library.catalog.tracks_to_analyse(1, 10) == []
    assert await library.catalog.context_track_ids("library") == []
    assert [folder["available"] for folder in await library.catalog.folders()] == [False]


def during(library: Library, event: type, action: Callable[[], None]) -> list[Event]:
    """Scan, and act when the first ``event`` is told; return all that was told."""
    told: list[Event] = []
    acted = threading.Event()

    def listen(happened: Any) -> None:
        told.append(happened)
        if isinstance(happened, event) and not acted.is_set():
            acted.set()
            action()

    for kind in (ScanStarted, ScanProgressed, ScanCompleted, ScanFailed, LibraryChanged):
        library.bus.subscribe(kind, listen)
    Scanner(library.database, library.bus).scan()
    return told


@pytest.mark.parametrize("when", [ScanStarted, ScanProgressed, LibraryChanged])
def test_a_folder_that_vanishes_during_a_scan_marks_nothing(
    library: Library, when: type, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(progress, "_TOLD_EVERY_SECONDS", 0.0)  # told before the scan is over, however fast it is
    many_files(library.music, 400)
    library.scan()
    before = library.ids()
    for path in library.music.rglob("*.flac"):
        os.utime(path, (1, 1))
    told = during(library, when, lambda: library.music.rename(library.music.parent / "gone"))
    assert isinstance(told[-1], (ScanCompleted, LibraryChanged))
    status = next(event.status for event in told[::-1] if isinstance(event, ScanCompleted))
    assert status.counts.missing == 0
    assert "not there" in " ".join(library.problems().values())
    assert library.ids() == before
    (library.music.parent / "gone").rename(library.music)
    library.scan()
    assert library.titles(missing=True) == []
    assert library.problems() == {}


def test_files_that_vanish_during_a_scan_are_no_problem(library: Library) -> None:
    many_files(library.music, 300)

    def remove() -> None:
        shutil.rmtree(library.music / "001" / "album 00029")

    during(library, ScanStarted, remove)
    library.scan()
    assert library.problems() == {}
    assert len(library.tracks()) == 290


def test_a_directory_that_cannot_be_read_marks_nothing_in_it(library: Library, monkeypatch: pytest.MonkeyPatch) -> None:
    album(library, 2)
    album(library, 2, "other")
    library.scan()
    real = os.scandir

    def refusing(path: Any) -> Any:
        if isinstance(path, bytes) and path.endswith(b"/album"):
            raise PermissionError(13, "Permission denied", path)
        return real(path)

    monkeypatch.setattr(os, "scandir", refusing)
    assert library.scan() == {"files": 2}
    assert library.problems() == {"album": "The directory cannot be read: Permission denied."}
    assert library.titles(missing=True) == []
    monkeypatch.undo()
    assert library.scan() == {"files": 4}
    assert library.problems() == {}


CRASH = """
import os, time
import auralis.media.audio_files as audio_files
real = audio_files.read_sketched
def read_sketched(path, *rules):
    name = os.path.basename(path)
    if "crash" in name:
        os.kill(os.getpid(), 9)
    if "hang" in name:
        time.sleep(3600)
    if "memory" in name:
        return bytearray(1 << 40)
    if "strange" in name:
        raise RuntimeError("secret " + path)
    return real(path, *rules)
audio_files.read_sketched = read_sketched
"""


def test_a_reader_that_crashes_or_hangs_costs_its_own_file_only(
    library: Library, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "site").mkdir()
    (tmp_path / "site" / "sitecustomize.py").write_text(CRASH)
    monkeypatch.setenv("PYTHONPATH", os.pathsep.join([str(tmp_path / "site"), *sys.path]))
    monkeypatch.setattr(readers, "_BATCH_SECONDS", 3.0)
    monkeypatch.setattr(readers, "_FILE_SECONDS", 2.0)
    album(library, 20)
    for name in ("crash", "hang", "memory", "strange"):
        music_file(library.music / "album" / f"{name}.flac", title=name)
    assert library.scan() == {"files": 24, "added": 20, "failed": 4}
    problems = {Path(path).stem: reason for path, reason in library.problems().items()}
    assert problems == {
        "crash": "Reading it made the reader crash.",
        "hang": "Reading it took longer than 2 seconds.",
        "memory": "Reading it takes more memory than a file may.",
        "strange": "The file cannot be understood (RuntimeError).",
    }


def test_a_scan_tells_how_far_it_is(library: Library) -> None:
    many_files(library.music, 300)
    told = during(library, ScanStarted, lambda: None)
    kinds = [type(event) for event in told]
    assert kinds[0] is ScanStarted
    assert kinds[-1] is ScanCompleted
    assert kinds.count(LibraryChanged) >= 1
    status = told[-1].status  # type: ignore[union-attr]
    assert (status.state, status.done, status.total) == ("idle", 300, 300)
    done = [event.status.done for event in told if isinstance(event, ScanProgressed)]
    assert done == sorted(done)
    revisions = [event.revision for event in told if isinstance(event, LibraryChanged)]
    assert revisions == sorted(set(revisions))


def test_progress_is_told_five_times_a_second_at_most(monkeypatch: pytest.MonkeyPatch) -> None:
    from auralis.scanner.progress import Progress

    now = [100.0]
    monkeypatch.setattr("auralis.scanner.progress.time.monotonic", lambda: now[0])
    told: list[ScanStatus] = []
    progress = Progress(told.append)
    for _ in range(1000):
        now[0] += 0.01
        progress.count(done=1, files=2)
    assert 45 <= len(told) <= 50
    assert told[-1].total is None
    progress.walked()
    status = progress.status()
    assert (status.done, status.total) == (1000, 2000)
    assert status.rate_per_second == pytest.approx(100, rel=0.05)
    assert status.remaining_seconds == pytest.approx(10, rel=0.05)


def test_a_cancelled_scan_keeps_what_it_found_and_marks_nothing(library: Library) -> None:
    many_files(library.music, 200)
    library.scan()
    shutil.rmtree(library.music / "000" / "album 00000")
    many_files(library.music / "more", 200)
    scanner = Scanner(library.database, library.bus)
    completed: list[ScanCompleted] = []
    library.bus.subscribe(ScanCompleted, completed.append)
    library.bus.subscribe(ScanStarted, lambda _: scanner.cancel())
    counts = scanner.scan()
    assert completed[-1].cancelled
    assert counts.missing == 0
    assert library.titles(missing=True) == []
    assert library.scan()["missing"] == 10


def test_a_scan_in_the_background_runs_once_more_when_asked_meanwhile(library: Library) -> None:
    many_files(library.music, 100)
    scanner = Scanner(library.database, library.bus)
    ends: list[ScanCompleted] = []
    over = threading.Event()

    def ended(event: ScanCompleted) -> None:
        ends.append(event)
        if len(ends) == 2:
            over.set()

    def again(_: ScanStarted) -> None:
        if not ends:
            music_file(library.music / "late.flac", title="late")
            for _n in range(3):
                scanner.start()

    library.bus.subscribe(ScanCompleted, ended)
    library.bus.subscribe(ScanStarted, again)
    scanner.start()
    assert over.wait(60)
    scanner.close()
    assert len(ends) == 2
    assert "late" in library.titles()
    assert scanner.status.state == "idle"
    scanner.start()
    assert scanner.status.state == "idle"


def test_closing_stops_a_scan_at_once(library: Library) -> None:
    many_files(library.music, 1000)
    scanner = Scanner(library.database, library.bus)
    started = threading.Event()
    library.bus.subscribe(ScanProgressed, lambda _: started.set())
    scanner.start()
    assert started.wait(60)
    scanner.close()
    assert scanner.status.state == "idle"
    assert not [thread for thread in threading.enumerate() if thread.name == "auralis-scan-reader"]


def test_two_scans_of_one_library_at_once_are_refused(library: Library) -> None:
    album(library, 2)
    refused: list[str] = []

    def second(_: ScanStarted) -> None:
        with pytest.raises(UnavailableError) as caught:
            Scanner(library.database, Bus()).scan()
        refused.append(caught.value.message)

    library.bus.subscribe(ScanStarted, second)
    assert library.scan() == {"files": 2, "added": 2}
    assert refused == ["The library is being scanned already."]


def test_a_disk_that_fills_up_ends_the_scan_with_a_reason(library: Library) -> None:
    many_files(library.music, 300)
    failed: list[ScanFailed] = []
    library.bus.subscribe(ScanFailed, failed.append)

    def fill(_: ScanStarted) -> None:
        pages = library.database.read_now(lambda db: db.execute("PRAGMA page_count").fetchone()[0])
        library.database.write_now(lambda db: db.execute(f"PRAGMA max_page_count = {pages + 3}") and None)

    library.bus.subscribe(ScanStarted, fill)
    with pytest.raises(StorageError) as caught:
        library.scan()
    assert caught.value.code == "STORAGE_FULL"
    assert [event.reason for event in failed] == [caught.value.message]
    assert failed[0].status.state == "idle"
    library.database.write_now(lambda db: db.execute("PRAGMA max_page_count = 1000000") and None)
    library.bus = Bus()
    assert library.scan()["files"] == 300
    assert len(library.tracks()) == 300


def test_a_scan_that_was_killed_is_taken_up_again(library: Library, tmp_path: Path) -> None:
    many_files(library.music, 800)
    library.database.close()
    code = f"""
from pathlib import Path
from auralis.bus import Bus
from auralis.model.events import LibraryChanged
from auralis.scanner import Scanner
from auralis.store import Database
bus = Bus()
scanner = Scanner(Database(Path({str(tmp_path / "data" / "auralis.db")!r})), bus)
scanner.scan(progress=lambda status: print(status.done, flush=True))
"""
    process = subprocess.Popen([sys.executable, "-c", code], stdout=subprocess.PIPE, text=True)
    assert process.stdout is not None
    for line in process.stdout:
        if int(line) > 300:
            break
    process.send_signal(signal.SIGKILL)
    process.communicate()
    library.database = Database(tmp_path / "data" / "auralis.db")
    known = len(library.tracks())
    found = library.scan()
    assert found["files"] == 800
    assert found.get("added", 0) == 800 - known
    assert len(library.tracks()) == 800
    albums = library.database.read_now(
        lambda db: db.execute("SELECT count(*), sum(track_count) FROM albums WHERE shown = 1").fetchone()
    )
    assert albums == (80, 800)


def test_figures_left_behind_by_a_broken_off_scan_are_made_anew(library: Library) -> None:
    album(library, 3, "first")
    library.scan()
    library.database.write_now(lambda db: db.execute("UPDATE library SET stale = 1") and None)
    library.database.write_now(lambda db: db.execute("UPDATE albums SET track_count = 99") and None)
    album(library, 2, "second")
    library.scan()
    albums = library.database.read_now(lambda db: db.execute("SELECT title, track_count FROM albums").fetchall())
    assert sorted(albums) == [("first", 3), ("second", 2)]


def test_figures_made_in_turns_are_those_made_at_once(tmp_path: Path) -> None:
    found, turns = [], 0
    for name, seconds in (("at once", math.inf), ("in turns", 0.0)):
        database = Database(tmp_path / name / "auralis.db")
        writer = LibraryWriter(library_folder(database, tmp_path / "music"))
        records = [
            track_record(tags, b"%d" % (number // 10), b"%d.flac" % number)
            for number, tags in enumerate(many_tags(1500))
        ]
        database.submit(lambda db, writer=writer, records=records: writer.write(db, Batch(tracks=records))).result()
        assert database.read_now(is_stale)
        while database.write_now(partial(writer.refresh, seconds=seconds)) is None:
            assert database.read_now(is_stale)
            turns += 1
        assert not database.read_now(is_stale)
        found.append([database.read_now(lambda db, query=query: db.execute(query).fetchall()) for query in FIGURES])
        database.close()
    assert turns >= 5
    assert found[0] == found[1]
    assert [len(rows) for rows in found[0]] == [150, len({row[0] for row in found[0][1]}), 5]


def test_a_folder_taken_out_during_its_scan_stays_out(library: Library) -> None:
    many_files(library.music, 200)
    (folder,) = library.catalog.library_folders.all()
    during(library, ScanStarted, lambda: library.catalog.library_folders.remove(folder.id))
    assert library.tracks() == []
    assert library.problems() == {}
    library.catalog.library_folders.add(library.music)
    assert library.scan()["files"] == 200
    assert len(library.tracks()) == 200


FUTURE, LONG_AGO, BEFORE_TIME = 4_000_000_000, 1_000, -1_000_000_000


def test_times_of_files_may_lie_anywhere_and_go_backwards(library: Library) -> None:
    paths = album(library, 3)
    for path, at in zip(paths, (FUTURE, LONG_AGO, BEFORE_TIME), strict=True):
        os.utime(path, (at, at))
    assert library.scan() == {"files": 3, "added": 3}
    assert library.scan() == {"files": 3}
    before = library.ids()
    write_tags(paths[0], TrackTags(title="retagged in the past", artist="Anna"))
    os.utime(paths[0], (LONG_AGO, LONG_AGO))
    assert library.scan() == {"files": 3, "updated": 1}
    assert library.ids()["retagged in the past"] == before["album 1"]
    assert library.scan() == {"files": 3}


def test_a_clock_that_is_set_back_loses_nothing_and_purges_nothing(
    library: Library, monkeypatch: pytest.MonkeyPatch
) -> None:
    paths = album(library, 2)
    monkeypatch.setattr(time, "time", lambda: float(FUTURE))
    assert library.scan() == {"files": 2, "added": 2}
    before = library.ids()
    paths[0].unlink()
    library.scan()
    monkeypatch.setattr(time, "time", lambda: float(LONG_AGO))
    recording(library.music / "late.flac", 1, title="late")

    def scan() -> None:
        Scanner(library.database, library.bus, lambda: ScanSettings(purge_after_days=1)).scan()

    scan()
    assert library.ids().items() > before.items()
    assert library.tracks("dateAdded")[0]["title"] == "late"
    assert library.titles(missing=True) == ["album 1"]
    monkeypatch.undo()
    scan()
    assert library.ids().items() > before.items()


WITHOUT_PRIVILEGES = """
import ctypes, os, sys
if os.geteuid() == 0:
    prctl = ctypes.CDLL(None, use_errno=True).prctl
    for capability in (1, 2):  # those to read and to search whatever the modes say, which do not outlive the exec below
        if prctl(24, capability, 0, 0, 0) != 0:
            raise OSError(ctypes.get_errno(), "the privilege cannot be dropped")
os.execv(sys.executable, [sys.executable, "-c", "from auralis.cli.main import run; run()", *sys.argv[1:]])
"""


def test_what_may_not_be_read_is_told_of_and_marks_nothing(library: Library, tmp_path: Path) -> None:
    library.database.close()
    for name in ("open/a", "closed/b", "open/c"):
        music_file(library.music / f"{name}.flac", title=name)
    closed, shut = library.music / "closed", library.music / "open" / "c.flac"

    def scan() -> dict[str, int]:
        arguments = ["scan", str(library.music), "--data", str(tmp_path / "data"), "--json"]
        command = [sys.executable, "-c", WITHOUT_PRIVILEGES, *arguments]
        counts: dict[str, int] = json.loads(subprocess.run(command, check=True, stdout=subprocess.PIPE).stdout)
        return {name: count for name, count in counts.items() if count and name != "seconds"}

    assert scan() == {"files": 3, "added": 3}
    closed.chmod(0)
    shut.chmod(0)
    os.utime(shut, (LONG_AGO, LONG_AGO))
    try:
        assert scan() == {"files": 2, "failed": 1}
        library.database = Database(tmp_path / "data" / "auralis.db")
        assert library.problems() == {
            "closed": "The directory cannot be read: Permission denied.",
            "open/c.flac": "The file may not be read.",
        }
        assert library.titles(missing=True) == []
        library.database.close()
    finally:
        closed.chmod(0o755)
        shut.chmod(0o644)
    os.utime(shut, (LONG_AGO, LONG_AGO + 1))
    assert scan() == {"files": 3, "updated": 1}


def test_files_that_vanish_between_walk_and_read_are_no_problem(
    library: Library, monkeypatch: pytest.MonkeyPatch
) -> None:
    paths = album(library, 30)
    real = readers.Readers._read
    gone = {"4.flac", "17.flac"}

    def late(self: readers.Readers, process: Any, tasks: Any) -> Any:
        for path in paths:
            if path.name in gone:
                path.unlink(missing_ok=True)
        return real(self, process, tasks)

    monkeypatch.setattr(readers.Readers, "_read", late)
    assert library.scan() == {"files": 30, "added": 28}
    assert library.problems() == {}
    assert library.scan() == {"files": 28}


async def test_what_an_older_reader_has_read_is_read_once_more_and_nothing_else_changes(library: Library) -> None:
    paths = album(library, 3)
    library.scan()
    before = library.ids()
    await library.catalog.rate("owner", before["album 2"], 4)
    await library.catalog.record_play("owner", before["album 2"])

    def older(connection: Any) -> None:
        connection.execute("UPDATE tracks SET read_version = 0, title_sort = 'zzz'")
        connection.execute("UPDATE directories SET signature = 1")

    library.database.write_now(older)
    os.utime(paths[2])
    assert library.scan() == {"files": 3, "updated": 3}
    assert library.ids() == before
    (rated,) = [track for track in library.tracks() if track["rating"]]
    assert (rated["id"], rated["rating"], rated["playCount"]) == (before["album 2"], 4, 1)
    assert library.titles() == ["album 1", "album 2", "album 3"]
    assert library.scan() == {"files": 3}


def test_a_scan_by_a_newer_reader_may_be_killed_and_goes_on(library: Library) -> None:
    album(library, 3)
    library.scan()
    library.database.write_now(lambda db: db.execute("UPDATE tracks SET read_version = 0 WHERE key < 3") and None)
    library.database.write_now(lambda db: db.execute("UPDATE directories SET signature = 1") and None)
    assert library.scan() == {"files": 3, "updated": 2}


def test_another_sort_name_alone_is_noticed(library: Library) -> None:
    def tagged(sort: str | None, **album_sort: str) -> None:
        details = TagDetails(artist_sorts=(sort,) if sort else (), **album_sort)
        write_tags(path, TrackTags(title="T", artist="Anna Zed", album="The Album", details=details))

    path = music_file(library.music / "a.flac", title="T")
    tagged(None)
    music_file(library.music / "b.flac", title="U", artist="Mia Nell", album="Middle")
    library.scan()

    def names() -> list[str]:
        rows = library.database.read_now(
            lambda db: db.execute("SELECT name FROM artists ORDER BY name_sort").fetchall()
        )
        return [name for (name,) in rows]

    def albums() -> list[str]:
        rows = library.database.read_now(
            lambda db: db.execute("SELECT title FROM albums ORDER BY title_sort").fetchall()
        )
        return [title for (title,) in rows]

    assert (names(), albums()) == (["Anna Zed", "Mia Nell"], ["The Album", "Middle"])
    tagged("Zed, Anna", album_sort="Zebra")
    assert library.scan() == {"files": 2, "updated": 1}
    assert (names(), albums()) == (["Mia Nell", "Anna Zed"], ["Middle", "The Album"])
    assert [track["title"] for track in library.tracks("artist")] == ["U", "T"]
    tagged("Aaa", album_sort="Aaa")
    library.scan()
    assert (names(), albums()) == (["Anna Zed", "Mia Nell"], ["The Album", "Middle"])
