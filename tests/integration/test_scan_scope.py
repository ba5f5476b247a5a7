"""What a scan goes over: a folder, a path in one, without what owners leave out; and scans that nobody asks for."""

import os
import shutil
import subprocess
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from tests.factories import Library, album, many_files, music_file, recording
from tests.server import AURALIS, running_server

from auralis.bus import Bus
from auralis.model.errors import InvalidInputError, NotFoundError
from auralis.scanner import Scanner, Watcher, watcher
from auralis.scanner.preferences import ScanSettings
from auralis.scanner.scope import ScanRequest, Scope, outermost


def scan(library: Library, *paths: Path, thorough: bool = False) -> dict[str, int]:
    counts = Scanner(library.database, library.bus).scan(list(paths) or None, thorough=thorough)
    named = {name: getattr(counts, name) for name in ("files", "added", "updated", "moved", "missing", "failed")}
    return {name: count for name, count in named.items() if count}


def test_a_scan_of_a_path_leaves_everything_else_alone(library: Library) -> None:
    album(library, 2, "one")
    album(library, 2, "two")
    scan(library)
    shutil.rmtree(library.music / "one")
    (library.music / "two" / "1.flac").unlink()
    recording(library.music / "two" / "deep" / "new.flac", 1, title="New")
    recording(library.music / "unseen.flac", 2, title="Unseen")
    assert scan(library, library.music / "two") == {"files": 2, "added": 1, "missing": 1}
    assert library.titles(missing=True) == ["two 1"]
    assert scan(library, library.music / "one") == {"missing": 2}
    assert scan(library) == {"files": 3, "added": 1}


def test_a_thorough_scan_reads_what_has_not_changed(library: Library) -> None:
    album(library, 3)
    scan(library)
    before = library.ids()
    assert scan(library) == {"files": 3}
    assert scan(library, thorough=True) == {"files": 3, "updated": 3}
    assert library.ids() == before


def test_paths_are_named_by_folder_or_whole_and_never_lead_outside(library: Library, tmp_path: Path) -> None:
    scanner = Scanner(library.database, library.bus)
    (folder,) = library.catalog.library_folders.all()
    (library.music / "a").mkdir()
    (library.music / "out").symlink_to(tmp_path)
    assert scanner.scope(None, None) is None
    assert scanner.scope(folder.id, None) == Scope(folder.key)
    for path in ("a", "./a/", "a/../a", str(library.music / "a")):
        assert scanner.scope(folder.id, path) == scanner.scope(None, path) == Scope(folder.key, b"a")
    assert scanner.scope(folder.id, "gone/deep") == Scope(folder.key, b"gone/deep")
    for path in ("..", "../data", "/etc", "a/../../data", "out", "out/data", "nul\0"):
        with pytest.raises(InvalidInputError):
            scanner.scope(folder.id, path)
    with pytest.raises(NotFoundError):
        scanner.scope("nobody", None)


def test_of_scopes_within_each_other_the_outermost_is_scanned() -> None:
    scopes = [Scope(1, b"a/b"), Scope(1, b"a"), Scope(1, b"ab"), Scope(2, b"x"), Scope(2)]
    assert outermost(scopes) == [Scope(1, b"a"), Scope(1, b"ab"), Scope(2)]


def test_requests_wait_for_the_scan_that_runs_and_are_not_made_twice(library: Library) -> None:
    many_files(library.music, 60)
    scanner = Scanner(library.database, library.bus)
    seen: list[ScanRequest] = []
    real, held = scanner._scan, threading.Event()

    def scan_(request: ScanRequest, listener: Any) -> Any:
        seen.append(request)
        held.wait(10)
        return real(request, listener)

    scanner._scan = scan_
    part = ScanRequest(frozenset({Scope(1, b"000")}))
    for request in (part, part, part, ScanRequest(), part, ScanRequest(thorough=True), ScanRequest()):
        scanner.start(request)
        until(lambda: seen)
    held.set()
    until(lambda: scanner.status.state == "idle" and scanner._thread is None)
    assert seen == [part, ScanRequest(thorough=True)]
    scanner.close()


def test_what_owners_leave_out_is_left_out(library: Library) -> None:
    for name in ("a.flac", "b.mp3", "live/c.flac", "live/keep.flac", "x/live/d.flac", "x/e.flac", "x/top.flac"):
        music_file(library.music / name, title=name)
    assert scan(library) == {"files": 7, "added": 7}
    (library.music / ".auralisignore").write_text("# mine\n*.mp3\n/x/live/\nlive/*\n!keep.flac\n")
    (library.music / "x" / ".auralisignore").write_text("/top.flac\n")
    assert scan(library) == {"files": 3, "missing": 4}
    assert library.titles(missing=False) == ["a.flac", "live/keep.flac", "x/e.flac"]
    assert scan(library, library.music / "x" / "live") == {}
    assert scan(library, library.music / "live") == {"files": 1}
    (library.music / ".auralisignore").unlink()
    assert scan(library)["files"] == 6
    assert library.titles(missing=True) == ["x/top.flac"]


@pytest.mark.parametrize("content", [b"ok\n!\n", b"x" * 70_000])
def test_an_ignore_file_that_means_nothing_is_a_problem_of_its_own(library: Library, content: bytes) -> None:
    album(library, 1)
    (library.music / "album" / ".auralisignore").write_bytes(content)
    assert scan(library) == {"files": 2, "added": 1, "failed": 1}
    (reason,) = library.problems().values()
    assert reason.startswith("The list of what to leave out")


def until(condition: Callable[[], Any], seconds: float = 30) -> None:
    deadline = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < deadline
        time.sleep(0.02)


@pytest.fixture(params=["text", "bytes"])
def asked(
    request: pytest.FixtureRequest, library: Library, monkeypatch: pytest.MonkeyPatch
) -> Iterator[list[ScanRequest]]:
    """Return the scans that a watcher asks for, also beside a name that is no text; it settles at once, looks often."""
    monkeypatch.setattr(watcher, "_LOOK_SECONDS", 0.2)
    monkeypatch.setattr(watcher, "_STEP_MS", 50)
    requests: list[ScanRequest] = []
    settings = ScanSettings(settle_seconds=0.3)
    watching = Watcher(library.database, Bus(), requests.append, lambda: settings, apart_from=library.music / "data")
    watching.start()
    until(lambda: watching.watching)
    if request.param == "bytes":
        unreadable = Path(os.fsdecode(os.fsencode(library.music) + b"/M\xfcller"))
        unreadable.mkdir()
        until(lambda: (unreadable / "notes.txt").write_text("x") and requests)
        requests.clear()
    yield requests
    watching.close()


def test_changes_beside_and_below_names_that_are_no_text_are_seen(library: Library, asked: list[ScanRequest]) -> None:
    def covered(name: bytes) -> bool:
        starts = [scope.start for request in asked for scope in request.scopes or ()]
        return any(not start or (name + b"/").startswith(start + b"/") for start in starts)

    for name in (b"B\xe9la", b"B\xe9la/\xff", b"plain", b"plain/deep/deeper"):
        directory = Path(os.fsdecode(os.fsencode(library.music) + b"/" + name))
        directory.mkdir(parents=True, exist_ok=True)
        until(lambda name=name: covered(name))
        asked.clear()
        music_file(directory / "one.flac")
        until(lambda name=name: covered(name))
        asked.clear()


def test_what_changes_on_disk_is_scanned_and_nothing_else(library: Library, asked: list[ScanRequest]) -> None:
    (folder,) = library.catalog.library_folders.all()
    (library.music / "notes.txt").write_text("x")
    (library.music / "data").mkdir()
    music_file(library.music / "data" / "cache.flac")
    music_file(library.music / "a" / "one.flac")
    until(lambda: asked)
    assert {scope.start for request in asked for scope in request.scopes or ()} <= {b"a", b"", b"a/"}
    asked.clear()
    os.rename(library.music / "a", library.music / "b")  # noqa: PTH104 - a directory, as a shell does it
    until(lambda: {b"a", b"b"} <= {scope.start for request in asked for scope in request.scopes or ()})
    assert all(scope.folder_key == folder.key for request in asked for scope in request.scopes or ())


def test_a_folder_that_comes_back_is_scanned(library: Library, asked: list[ScanRequest], tmp_path: Path) -> None:
    (folder,) = library.catalog.library_folders.all()
    library.music.rename(tmp_path / "unmounted")
    time.sleep(0.5)
    asked.clear()
    (tmp_path / "unmounted").rename(library.music)
    until(lambda: any(Scope(folder.key) in (request.scopes or ()) for request in asked))


def test_everything_is_scanned_on_schedule(library: Library) -> None:
    requests: list[ScanRequest] = []
    settings = ScanSettings(watch=False, schedule_hours=0.0001)
    watching = Watcher(library.database, Bus(), requests.append, lambda: settings)
    watching.start()
    until(lambda: len(requests) >= 2)
    watching.close()
    assert set(requests) == {ScanRequest()}


def test_a_server_shows_what_is_put_into_its_folder_and_scans_what_it_is_told_to(tmp_path: Path) -> None:
    music = tmp_path / "music"
    music_file(music / "one.flac", title="One")
    fixed = {"AURALIS_FIXED": '{"scan.settle_seconds": 0.5, "analysis.background": false}'}
    with running_server(tmp_path / "data", music=music, environment=fixed) as server:
        server.wait_until_scanned()
        time.sleep(1)
        recording(music / "new" / "two.flac", 2, title="Two")
        server.wait_until(lambda: server.get("/library/stats")["tracks"] == 2, "the new file is found")
        shutil.copyfile(music / "new" / "two.flac", music / "copy.flac")
        server.wait_until(lambda: server.get("/library/stats")["tracks"] == 3, "the copy is found")
        with server.client as client:
            tracks = {each["id"]: each for each in client.get("/tracks").json()["data"]}
            alike = [client.get(f"/tracks/{each}").json()["data"]["duplicates"] for each in tracks]
            assert sorted(map(len, alike)) == [0, 1, 1]
            (folder,) = client.get("/library/folders").json()["data"]
            for body in ({}, {"folderId": folder["id"]}, {"path": "new"}, {"folderId": folder["id"], "thorough": True}):
                assert client.post("/library/scan", json=body).status_code == 202
            assert client.post("/library/scan").status_code == 202
            assert client.post("/library/scan", json={"folderId": "nobody"}).status_code == 404
            for body in ({"path": "../data"}, {"path": "\0"}, {"path": 7}, {"folder": "x"}):
                answer = client.post("/library/scan", json=body)
                assert answer.status_code == 422
                assert str(tmp_path) not in answer.text
            assert client.delete("/library/scan").status_code == 200


def test_the_command_line_scans_a_directory_within_a_folder(tmp_path: Path) -> None:
    music = tmp_path / "music"
    music_file(music / "a" / "one.flac", title="One")
    music_file(music / "b" / "two.flac", title="Two")

    def run(*arguments: object) -> str:
        command = [str(AURALIS), "scan", *map(str, arguments), "--data", str(tmp_path / "data"), "--json"]
        return subprocess.run(command, check=True, capture_output=True, text=True).stdout

    assert '"files":2' in run(music)
    music_file(music / "a" / "three.flac", title="Three")
    assert '"files":1' in run(music / "b")
    assert '"files":2,"added":1' in run(music / "a")
    assert '"updated":3' in run("--thorough")
