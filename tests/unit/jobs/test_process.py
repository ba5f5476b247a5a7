"""The worker process: results and errors come back, a crash or a hang costs only the call."""

import math
import os
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from auralis.jobs import WorkerCrashedError, WorkerProcess, WorkerTimeoutError
from auralis.jobs.process import portable
from auralis.model.errors import MediaError, NotFoundError


@pytest.fixture
def process():
    process = WorkerProcess(niceness=3)
    yield process
    process.stop()


def test_runs_in_one_other_process_that_gives_way(process: WorkerProcess):
    child = process.run(30, os.getpid)
    assert child != os.getpid()
    assert process.run(30, os.getpid) == child
    assert process.run(30, os.nice, 0) == os.nice(0) + 3
    assert process.alive


def test_an_error_of_the_function_comes_back_and_the_process_lives(process: WorkerProcess):
    with pytest.raises(ValueError, match=r"math domain|nonnegative"):
        process.run(30, math.sqrt, -1.0)
    assert process.run(30, math.sqrt, 4.0) == 2.0


def test_a_crash_is_told_and_the_next_call_has_a_new_process(process: WorkerProcess):
    child = process.run(30, os.getpid)
    with pytest.raises(WorkerCrashedError):
        process.run(30, os._exit, 3)
    assert not process.alive
    assert process.run(30, os.getpid) != child


def test_a_hang_is_ended_after_the_time_allowed(process: WorkerProcess):
    process.run(30, os.getpid)
    with pytest.raises(WorkerTimeoutError):
        process.run(0.05, time.sleep, 60)
    assert not process.alive


def test_more_memory_than_allowed_is_an_error_not_a_catastrophe():
    process = WorkerProcess(memory_bytes=1 << 30)
    with pytest.raises((MemoryError, WorkerCrashedError)):
        process.run(30, bytearray, 2 << 30)
    process.stop()


@pytest.mark.parametrize("end", ["stop", "close"])
def test_stopping_frees_who_waits(process: WorkerProcess, tmp_path: Path, end: str):
    begun = tmp_path / "begun"
    work = f"import pathlib, time; pathlib.Path({str(begun)!r}).touch(); time.sleep(60)"
    with ThreadPoolExecutor(1) as threads:
        waiting = threads.submit(process.run, 30, exec, work)
        while not (begun.exists() or waiting.done()):
            time.sleep(0.005)
        getattr(process, end)()
        with pytest.raises(WorkerCrashedError):
            waiting.result(10)


def test_after_closing_nothing_starts_again(process: WorkerProcess):
    process.close()
    with pytest.raises(WorkerCrashedError):
        process.run(30, os.getpid)
    assert not process.alive


def test_errors_that_cannot_be_copied_become_words():
    assert portable(MediaError("torn", code="INVALID_AUDIO")).code == "INVALID_AUDIO"
    words = portable(NotFoundError("track", 3))
    assert isinstance(words, RuntimeError)
    assert "track" in str(words)
