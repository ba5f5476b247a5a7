"""Scans in processes of their own: they find, tell, stop and fail as scans here do, and nobody is left behind."""

import fcntl
import os
import signal
import subprocess
import sys
import threading
import time

import psutil
import pytest
from tests.factories import Library, album, many_files

from auralis.model.errors import UnavailableError
from auralis.model.events import LibraryChanged, ScanCompleted, ScanFailed, ScanProgressed, ScanStarted
from auralis.scanner import Scanner
from auralis.scanner.preferences import ScanSettings


@pytest.fixture
def scanner(library: Library) -> Scanner:
    return Scanner(library.database, library.bus, apart=True)


def test_a_scan_apart_finds_and_tells_what_one_here_would(library: Library, scanner: Scanner) -> None:
    album(library, 3)
    (library.music / "album" / "broken.flac").write_bytes(b"no music")
    told: list[object] = []
    for kind in (ScanStarted, ScanProgressed, LibraryChanged, ScanCompleted):
        library.bus.subscribe(kind, told.append)
    noted: list[tuple[dict[str, int], bool]] = []
    library.database.on_commit(lambda rows, edit: noted.append((dict(rows), edit)))
    counts = scanner.scan()
    assert (counts.files, counts.added, counts.failed) == (4, 3, 1)
    assert library.titles() == ["album 1", "album 2", "album 3"]
    assert list(library.problems()) == ["album/broken.flac"]
    kinds = [type(event) for event in told]
    assert (kinds[0], kinds[-1]) == (ScanStarted, ScanCompleted)
    assert LibraryChanged in kinds
    assert scanner.status.state == "idle"
    assert sum(rows.get("tracks", 0) for rows, _ in noted) == 3
    assert not any(edit for _, edit in noted)


def test_settings_hold_in_a_scan_apart(library: Library) -> None:
    paths = album(library, 2)
    scanner = Scanner(library.database, library.bus, lambda: ScanSettings(purge_after_days=0), apart=True)
    scanner.scan()
    paths[0].unlink()
    assert scanner.scan().missing == 1
    assert library.titles() == ["album 2"]


def test_a_scan_apart_is_cancelled(library: Library, scanner: Scanner) -> None:
    many_files(library.music, 600)
    completed: list[ScanCompleted] = []
    library.bus.subscribe(ScanCompleted, completed.append)
    stop = library.bus.subscribe(ScanStarted, lambda _: scanner.cancel())
    scanner.scan()
    stop()
    assert completed[-1].cancelled
    assert scanner.scan().files == 600
    assert len(library.tracks()) == 600


def test_a_process_that_dies_fails_its_scan_and_the_next_one_goes_on(library: Library, scanner: Scanner) -> None:
    many_files(library.music, 300)
    failed: list[ScanFailed] = []
    library.bus.subscribe(ScanFailed, failed.append)
    stop = library.bus.subscribe(ScanStarted, lambda _: _children()[0].kill())
    with pytest.raises(UnavailableError):
        scanner.scan()
    stop()
    assert [event.reason for event in failed] == ["The process of the scan died."]
    assert scanner.status.state == "idle"
    assert scanner.scan().files == 300
    assert len(library.tracks()) == 300


def test_a_refusal_crosses_from_the_process(library: Library, scanner: Scanner) -> None:
    album(library, 1)
    failed: list[ScanFailed] = []
    library.bus.subscribe(ScanFailed, failed.append)
    with library.database.path.with_suffix(".scanning").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        with pytest.raises(UnavailableError, match="scanned already"):
            scanner.scan()
    assert [event.reason for event in failed] == ["The library is being scanned already."]
    assert scanner.scan().added == 1


def test_closing_ends_the_process(library: Library, scanner: Scanner) -> None:
    many_files(library.music, 1000)
    started = threading.Event()
    library.bus.subscribe(ScanStarted, lambda _: started.set())
    scanner.start()
    assert started.wait(60)
    scanner.close()
    assert scanner.status.state == "idle"
    assert _children() == []


def test_a_process_that_has_not_begun_is_not_waited_for(library: Library, scanner: Scanner) -> None:
    album(library, 2)
    completed: list[ScanCompleted] = []
    library.bus.subscribe(ScanCompleted, completed.append)
    scanner.start()
    scanner.cancel()
    scanner.close()
    assert scanner.status.state == "idle"
    assert all(event.cancelled for event in completed)
    assert library.tracks() == []
    assert _children() == []


def test_a_process_ends_with_the_server_that_started_it(library: Library) -> None:
    many_files(library.music, 800)
    code = f"""
from pathlib import Path
from auralis.bus import Bus
from auralis.model.events import ScanStarted
from auralis.scanner import Scanner
from auralis.store import Database
bus = Bus()
bus.subscribe(ScanStarted, lambda _: print("started", flush=True))
Scanner(Database(Path({str(library.database.path)!r})), bus, apart=True).scan()
"""
    server = subprocess.Popen([sys.executable, "-c", code], stdout=subprocess.PIPE, text=True)
    assert server.stdout is not None
    assert server.stdout.readline() == "started\n"
    children = psutil.Process(server.pid).children(recursive=True)
    os.kill(server.pid, signal.SIGKILL)
    server.communicate()
    _, alive = psutil.wait_procs(children, timeout=60)
    assert alive == []
    assert library.scan()["files"] == 800
    assert len(library.tracks()) == 800


def test_a_listener_changes_something_while_a_scan_apart_writes(library: Library, scanner: Scanner) -> None:
    many_files(library.music, 1500)
    scanner.start()
    changes = 0
    while scanner.status.state == "running":
        library.database.write_now(lambda db: db.execute("UPDATE users SET name = 'still here'") and None, edit=True)
        changes += 1
        time.sleep(0.001)
    scanner.close()
    assert changes > 1
    assert len(library.tracks()) == 1500


def _children() -> list[psutil.Process]:
    return [each for each in psutil.Process().children() if "auralis.scanner.child" in each.cmdline()]
