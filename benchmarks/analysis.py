"""Measuring a library: estimates, what a listener waits for, what a second core is worth, and the memory it takes."""

import asyncio
import contextlib
import os
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Iterator, Sequence
from pathlib import Path

import numpy as np
from benchmarks.sound import choose_music
from tests.streams import StreamBench, lively

from auralis.fingerprint.estimate import estimate_file
from auralis.fingerprint.service import measure_file
from auralis.jobs import WorkerProcess
from auralis.media.encode import write_audio
from auralis.streaming.render import warm

RATE = 44100
HOUR_MINUTES, LONGEST_MINUTES = 60, 240
ROUNDS = 3
_MEMORY = """
import sys
from pathlib import Path
from auralis.fingerprint.files import fingerprint_file
fingerprint_file(Path(sys.argv[1]))
status = dict(line.split(":") for line in Path("/proc/self/status").read_text().splitlines())
print(status["VmHWM"].split()[0])
"""


def measure() -> dict[str, float]:
    """Return the figures of this subject."""
    warm()
    with tempfile.TemporaryDirectory() as scratch:
        folder = Path(scratch)
        minute = folder / "minute.mp3"
        write_audio(minute, lively(RATE, 60), RATE)
        hour = repeated(minute, HOUR_MINUTES)
        figures = {
            "estimate_ms": estimate_ms([*choose_music(), hour]),
            "long_first_sound_ms": asyncio.run(first_sound_ms(hour, folder / "cache")),
            "two_cores_speedup": speedup(choose_music() or [minute] * 6),
        }
        return {**figures, "long_file_memory_mb": memory_mb(repeated(minute, LONGEST_MINUTES))}


def repeated(minute: Path, times: int) -> Path:
    """Return an MP3 that plays a shorter one again and again: its frames stand for themselves."""
    path = minute.with_name(f"{times} times.mp3")
    with path.open("wb") as file:
        for _ in range(times):
            file.write(minute.read_bytes())
    return path


def estimate_ms(files: Sequence[Path]) -> float:
    """Return the processor time of an estimate, 95th percentile over files, ms."""
    took = []
    for file in files:
        rounds = []
        for _ in range(ROUNDS):
            started = time.process_time()
            if estimate_file(file) is not None:
                rounds.append(time.process_time() - started)
        took += [min(rounds)] if rounds else []
    return 1000 * float(np.percentile(took, 95))


async def first_sound_ms(file: Path, folder: Path) -> float:
    """Ask for manifest and first enhanced segment of a track that nothing is known of, ms."""
    bench = StreamBench({"long": file}, folder)
    async with bench as streamer:
        started = time.perf_counter()
        estimate = await asyncio.to_thread(estimate_file, file)
        assert estimate is not None
        bench.analysis.estimates["long"] = estimate
        manifest = await streamer.manifest("long")
        await streamer.segment("long", "enhanced", 0, key=manifest["variants"]["enhanced"]["key"])
        return 1000 * (time.perf_counter() - started)


def speedup(files: Sequence[Path]) -> float:
    """Return how much sooner two processes on two cores have measured files than one on one."""
    cores = sorted(os.sched_getaffinity(0))[:2]
    # The longest first: in a library no core waits for the other's last file, and so it should not here.
    files = sorted(files, key=lambda file: file.stat().st_size, reverse=True)
    alone = min(seconds_on(cores[:1], files) for _ in range(2))
    return alone / min(seconds_on(cores, files) for _ in range(2))


def seconds_on(cores: Sequence[int], files: Sequence[Path]) -> float:
    """Measure the files by a process a core, and return how long that takes."""
    with kept_to(cores):
        processes = [WorkerProcess() for _ in cores]
        for process in processes:
            process.run(60.0, measure_file, files[0])
    waiting = iter(files)

    def work(process: WorkerProcess) -> None:
        for file in waiting:
            process.run(600.0, measure_file, file)

    threads = [threading.Thread(target=work, args=(process,)) for process in processes]
    started = time.perf_counter()
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    took = time.perf_counter() - started
    for process in processes:
        process.close()
    return took


@contextlib.contextmanager
def kept_to(cores: Sequence[int]) -> Iterator[None]:
    """Keep what is started meanwhile to some cores."""
    before = os.sched_getaffinity(0)
    os.sched_setaffinity(0, cores)
    try:
        yield
    finally:
        os.sched_setaffinity(0, before)


def memory_mb(file: Path) -> float:
    """Return the most memory that a process held which measured a file, MB: all of it, the code of libraries too."""
    answer = subprocess.run([sys.executable, "-c", _MEMORY, str(file)], check=True, capture_output=True, text=True)
    return int(answer.stdout) * 1024 / 1e6
