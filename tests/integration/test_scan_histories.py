"""Random histories of a library's files: whatever happens to them, nothing that listeners made is lost or misplaced."""

import fcntl
import os
import random
import subprocess
import sys
import tempfile
from dataclasses import dataclass, field
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from tests.factories import tagged_flac, tagged_mp3

from auralis.bus import Bus
from auralis.catalog import Catalog
from auralis.scanner import AudioHasher, Scanner
from auralis.store import Database
from auralis.store.database import Connection

FULL = os.environ.get("AURALIS_PROOF") == "full"
HISTORIES, STEPS = (120, 25) if FULL else (5, 12)
NAMES = [f"{directory}{name}" for directory in ("", "a/", "b/", "b/c/") for name in ("1", "2", "3")]
KILLED = """
import os, signal, sys, threading, time
from pathlib import Path
from auralis.bus import Bus
from auralis.scanner import Scanner
from auralis.store import Database
database = Database(Path(sys.argv[1]))
scanner = Scanner(database, Bus(), apart=sys.argv[3] == "apart")
def end():
    time.sleep(float(sys.argv[2]))
    os.kill(os.getpid(), signal.SIGKILL)
threading.Thread(target=end, daemon=True).start()
scanner.scan()
"""


@dataclass
class Recording:
    """A recording as the history has it: its audio, what its tags say, where its file lies, and how often it played.

    ``copy`` is a second file of it, which nobody has made anything of; ``seen_in`` are the folders in which the library
    may have it. While one of those is away, a file in another may be a copy for all that the library can know.
    """

    number: int
    audio: int
    title: str
    place: Path | None
    kind: str
    plays: int = 0
    is_touched: bool = False
    is_fixed: bool = False
    copy: Path | None = None
    seen_in: set[Path] = field(default_factory=set)

    def content(self) -> bytes:
        comments = {"TITLE": self.title, "ARTIST": f"Artist {self.number % 3}", "ALBUM": "Album"}
        make = tagged_flac if self.kind == "flac" else tagged_mp3
        return make(comments) + random.Random(self.audio).randbytes(64)


class History:
    """Two folders, and everything that can happen to what lies in them."""

    def __init__(self, scratch: Path, seed: int) -> None:
        self.random = random.Random(seed)
        self.roots = [scratch / "one", scratch / "two"]
        self.away: set[Path] = set()
        self.recordings: list[Recording] = []
        self.numbers = iter(range(1, 100_000))
        self.database = Database(scratch / "data" / "auralis.db")
        self.kills = 0
        for root in self.roots:
            root.mkdir()
            Catalog(self.database).library_folders.add(root)
            (root / "readme.txt").write_text("A folder with nothing in it counts as not mounted.")

    def step(self) -> None:
        happenings = {
            self.add: 4, self.move: 3, self.retag: 2, self.move_and_retag: 3, self.swap: 2, self.transcode: 2,
            self.delete: 2, self.bring_back: 3, self.take_the_place: 2, self.mount_or_unmount: 1, self.scan: 4,
            self.scan_killed: 4, self.hash: 1, self.copy: 2,
        }  # fmt: skip
        chosen = self.random.choices(list(happenings), list(happenings.values()))[0]
        chosen()

    def present(self) -> list[Recording]:
        return [each for each in self.recordings if each.place and not self.is_away(each.place)]

    def is_away(self, place: Path) -> bool:
        return any(place.is_relative_to(root) for root in self.away)

    def one(self, *, among: list[Recording] | None = None) -> Recording | None:
        movable = [each for each in (self.present() if among is None else among) if not each.is_fixed]
        return self.random.choice(movable) if movable else None

    def free_place(self, kind: str) -> Path | None:
        taken = {place for each in self.recordings for place in (each.place, each.copy)}
        roots = [root for root in self.roots if root not in self.away]
        places = [root / f"{name}.{kind}" for root in roots for name in NAMES]
        free = [place for place in places if place not in taken]
        return self.random.choice(free) if free else None

    def put(self, recording: Recording, place: Path) -> None:
        place.parent.mkdir(parents=True, exist_ok=True)
        place.write_bytes(recording.content())
        recording.place, recording.is_touched = place, True

    def add(self) -> None:
        number = next(self.numbers)
        recording = Recording(number, number, f"Title {number}", None, self.random.choice(("flac", "mp3")))
        place = self.free_place(recording.kind)
        if place is not None:
            self.put(recording, place)
            self.recordings.append(recording)

    def move(self) -> None:
        recording = self.one()
        place = self.free_place(recording.kind) if recording else None
        if recording and recording.place and place:
            place.parent.mkdir(parents=True, exist_ok=True)
            recording.place.rename(place)
            recording.place, recording.is_touched = place, True

    def retag(self) -> None:
        recording = self.one()
        if recording and recording.place:
            recording.title = f"Retagged {next(self.numbers)}"
            self.put(recording, recording.place)

    def move_and_retag(self) -> None:
        recording = self.one()
        place = self.free_place(recording.kind) if recording else None
        if recording and recording.place and place:
            recording.place.unlink()
            recording.title = f"Moved {next(self.numbers)}"
            self.put(recording, place)

    def copy(self) -> None:
        chosen = [each for each in self.present() if not each.copy and not each.is_touched and not self.in_doubt(each)]
        recording = self.one(among=chosen)
        place = self.free_place(recording.kind) if recording else None
        if recording and place:
            place.parent.mkdir(parents=True, exist_ok=True)
            place.write_bytes(recording.content())
            recording.copy = place

    def in_doubt(self, recording: Recording) -> bool:
        return not recording.seen_in.isdisjoint(self.away)

    def swap(self) -> None:
        one, other = self.one(), self.one()
        if one and other and one is not other and one.place and other.place and one.kind == other.kind:
            between = one.place.with_suffix(".swap")
            one.place.rename(between)
            other.place.rename(one.place)
            between.rename(other.place)
            one.place, other.place = other.place, one.place
            one.is_touched = other.is_touched = True

    def transcode(self) -> None:
        """Another rip in the same place under the same name; nothing else befalls it until a scan has seen it."""
        settled = [each for each in self.present() if not each.is_touched and not each.copy and not self.in_doubt(each)]
        recording = self.one(among=settled)
        if recording and recording.place:
            recording.audio = -next(self.numbers)
            self.put(recording, recording.place)
            recording.is_fixed = True

    def delete(self) -> None:
        recording = self.one()
        if recording and recording.place:
            recording.place.unlink()
            recording.place, recording.is_touched = None, True

    def bring_back(self) -> None:
        recording = self.one(among=[each for each in self.recordings if each.place is None and each.copy is None])
        place = self.free_place(recording.kind) if recording else None
        if recording and place:
            if self.random.random() < 0.5:
                recording.title = f"Back {next(self.numbers)}"
            self.put(recording, place)

    def take_the_place(self) -> None:
        """Move one recording over another, whose file is gone by that."""
        one, other = self.one(), self.one()
        if one and other and one is not other and one.place and other.place and one.kind == other.kind:
            one.place.replace(other.place)
            one.place, other.place = other.place, None
            one.is_touched = other.is_touched = True

    def mount_or_unmount(self) -> None:
        root = self.random.choice(self.roots)
        shelf = root.with_suffix(".away")
        if root in self.away:
            if root.exists():
                root.rmdir()
            shelf.rename(root)
            self.away.remove(root)
        else:
            root.rename(shelf)
            self.away.add(root)
            if self.random.random() < 0.5:
                root.mkdir()

    def hash(self) -> None:
        AudioHasher(self.database, Bus()).work_off()

    def scan_killed(self) -> None:
        where = self.random.choice(("here", "here", "here", "apart"))
        delay = self.random.choice((0.0, 0.02, 0.05, 0.1, 0.2, 0.3) if where == "here" else (0.0, 0.4, 0.6, 0.8))
        command = [sys.executable, "-c", KILLED, str(self.database.path), str(delay), where]
        ended = subprocess.run(command, check=False, capture_output=True, text=True)
        with self.database.path.with_suffix(".scanning").open("w") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX)  # a process of its own ends a moment after who started it
        assert ended.returncode in (0, -9), ended.stderr
        self.kills += ended.returncode == -9
        # What was taken in and what was not is unknown, so a transcode must stay put until a whole scan has seen it.
        for recording in self.present():
            recording.seen_in |= {root for root in self.roots if recording.place and root in recording.place.parents}

    def scan(self) -> None:
        Scanner(self.database, Bus()).scan()
        self.check()
        for recording in self.present():
            recording.is_touched = recording.is_fixed = False
            if not recording.plays:
                self.play(recording)
        self.check()

    def play(self, recording: Recording) -> None:
        recording.plays = recording.number
        place = bytes(recording.place or Path())

        def write(connection: Connection) -> None:
            (key,) = [key for key, path, _ in tracks(connection) if path == place]
            connection.execute(
                "INSERT INTO annotations(user_id, track_key, play_count) VALUES ('owner', ?, ?)",
                (key, recording.number),
            )

        self.database.write_now(write)

    def check(self) -> None:
        """Compare every track with the history."""
        found = self.database.read_now(tracks)
        plays = sorted(count for *_, count in found if count)
        assert plays == sorted(each.plays for each in self.recordings if each.plays), "plays were lost"
        at = {path: count for _, path, count in found}
        for each in self.recordings:
            places = [place for place in (each.place, each.copy) if place]
            here = [place for place in places if not self.is_away(place)]
            counts = [at[bytes(place)] for place in here]
            assert {*counts} <= {0, each.plays}, f"{each} has the plays of another"
            assert sum(counts) <= each.plays
            if each.plays in counts:
                each.place = here[counts.index(each.plays)]
                each.copy = next((place for place in places if place != each.place), None)
                each.seen_in = {root for root in self.roots if each.place.is_relative_to(root)}
            else:
                assert not here or len(here) < len(places) or self.in_doubt(each), f"{each} has lost its plays"


def tracks(connection: Connection) -> list[tuple[int, bytes, int]]:
    """Return key, path and plays of every track."""
    rows = connection.execute(
        "SELECT t.key, f.path, d.path, t.name, coalesce(a.play_count, 0) FROM tracks t"
        " JOIN directories d ON d.key = t.directory_key JOIN library_folders f ON f.key = d.folder_key"
        " LEFT JOIN annotations a ON a.track_key = t.key"
    )
    return [(key, b"/".join(part for part in path if part), plays) for key, *path, plays in rows]


@pytest.mark.proof
@pytest.mark.timeout(7200)
def test_no_history_loses_what_listeners_made_or_gives_it_to_another_track() -> None:
    kills = 0

    @given(st.integers(0, 2**32))
    @settings(
        max_examples=HISTORIES, deadline=None, derandomize=True, database=None, suppress_health_check=list(HealthCheck)
    )
    def live(seed: int) -> None:
        nonlocal kills
        with tempfile.TemporaryDirectory() as scratch:
            history = History(Path(scratch), seed)
            try:
                for _ in range(4):
                    history.add()
                history.scan()
                for _ in range(STEPS):
                    history.step()
                history.scan()
                history.hash()
                history.scan()
                kills += history.kills
            finally:
                history.database.close()

    live()
    assert kills >= (200 if FULL else 1)
