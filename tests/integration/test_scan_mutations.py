"""Broken files of every kind, by the thousand: none stops a scan, hangs it or makes it grow."""

import os
import random
import resource
import time
from functools import partial
from pathlib import Path

import pytest
from tests.tagged_files import SUFFIXES, make_file, write_natively

from auralis.bus import Bus
from auralis.catalog import Catalog
from auralis.model.library import ScanCounts
from auralis.scanner import AudioHasher, Scanner, readers
from auralis.scanner.read_files import read_files
from auralis.store import Database
from auralis.store.library.problems import list_problems

FILES = 3000 if os.environ.get("AURALIS_PROOF") == "full" else 200
MOST_GROWTH_KIB = 100_000
MOST_SECONDS = 5.0
FIELDS = {"TITLE": ["Title"], "ARTIST": ["Artist"], "ALBUM": ["Album"], "TRACKNUMBER": ["3"], "GENRE": ["Jazz"]}


def mutated(content: bytes, rng: random.Random) -> bytes:
    """Return ``content`` with some of what can befall a file: bytes changed, parts lost, doubled, filled or cut off."""
    changed = bytearray(content)
    for _ in range(rng.randrange(1, 6)):
        # Most of what is read stands at the beginning.
        at = rng.randrange(min(len(changed), 600) if rng.random() < 0.7 else len(changed))
        kind = rng.randrange(6)
        if kind == 0:
            changed[at] = rng.randrange(256)
        elif kind == 1:
            changed[at : at + 4] = rng.choice((b"\xff\xff\xff\xff", b"\x7f\xff\xff\xff", bytes(4), b"\0\0\0\1"))
        elif kind == 2:
            del changed[at : at + rng.randrange(1, 40)]
        elif kind == 3:
            changed[at:at] = changed[at : at + rng.randrange(1, 400)]
        elif kind == 4:
            changed[at : at + 40] = rng.randbytes(40)
        else:
            del changed[max(at, 1) :]
    return bytes(changed)


def seconds_to_read(music: Path, task: readers.ReadTask) -> float:
    """Return how much processor time it takes to read a file."""
    started = time.process_time()
    read_files(bytes(music), [(task.directory, task.file.name, task.is_image, False)])
    return time.process_time() - started


@pytest.mark.proof
@pytest.mark.timeout(3600)
def test_mutated_files_are_taken_in_or_listed_and_nothing_hangs_or_grows(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    music = tmp_path / "music"
    rng = random.Random(11)
    for number in range(FILES):
        suffix = SUFFIXES[number % len(SUFFIXES)]
        whole = tmp_path / f"whole{suffix}"
        if not whole.exists():
            write_natively(make_file(whole), FIELDS)
        path = music / f"{number // 50}" / f"{number}{suffix}"
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(mutated(whole.read_bytes(), rng) or b"x")
    suspects: list[readers.ReadTask] = []
    real = readers.Readers._one_by_one

    def noted(self: readers.Readers, process: object, tasks: list[readers.ReadTask], reason: str) -> object:
        assert "crash" not in reason
        suspects.extend(tasks)
        return real(self, process, tasks, reason)  # type: ignore[arg-type]

    monkeypatch.setattr(readers.Readers, "_one_by_one", noted)
    # On a machine that is busy with other things a file may wait longer than it may take.
    monkeypatch.setattr(readers, "_FILE_SECONDS", 300.0)
    database = Database(tmp_path / "data" / "auralis.db")
    try:
        Catalog(database).library_folders.add(music)
        before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
        counts: ScanCounts = Scanner(database, Bus()).scan()
        AudioHasher(database, Bus()).work_off()
        assert max(map(partial(seconds_to_read, music), suspects), default=0.0) < MOST_SECONDS
        assert counts.files == counts.added + counts.failed == FILES
        assert counts.added > FILES / 5
        assert resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before < MOST_GROWTH_KIB
        listed = database.read_now(lambda connection: list_problems(connection, 0, FILES))
        assert len(listed) == counts.failed
        assert all(problem.reason and str(tmp_path) not in problem.reason for problem in listed)
        again = Scanner(database, Bus()).scan()
        assert (again.added, again.updated, again.moved, again.missing) == (0, 0, 0, 0)
    finally:
        database.close()
