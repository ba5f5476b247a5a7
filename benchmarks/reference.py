"""Mastering towards a reference, both measured on the way, and comparing two sounds: what a listener waits for.

Music as in `sound`; everything on one core, but for the comparison, which goes the way of the server.
"""

import asyncio
import tempfile
import time
from pathlib import Path

import numpy as np
from benchmarks.sound import choose_music, make_music, seconds_of
from tests.streams import StreamBench

from auralis.fingerprint.files import fingerprint_file
from auralis.mastering.chain import Chain
from auralis.mastering.plan import plan_mastering
from auralis.media.decode import read_audio
from auralis.model.fingerprint import Fingerprint
from auralis.streaming import Sound
from auralis.streaming.render import warm

ROUNDS = 3


def measure() -> dict[str, float]:
    """Return the figures of this subject."""
    warm()
    with tempfile.TemporaryDirectory() as scratch:
        files = choose_music() or make_music(Path(scratch))
        return {"reference_realtime": measure_reference(files), **measure_comparison(files, Path(scratch))}


def measure_reference(files: list[Path]) -> float:
    """Measure a track and its reference, plan, and master all of the track, with decoding; the best rounds count."""
    heard = taken = 0.0
    for file, reference in zip(files, [*files[1:], files[0]], strict=True):
        samples, rate = read_audio(file)
        heard += samples.shape[1] / rate
        taken += min(seconds_of(_mastered_towards, file, reference) for _ in range(ROUNDS))
    return heard / taken


def _mastered_towards(file: Path, reference: Path) -> None:
    target = fingerprint_file(reference)
    plan = plan_mastering(fingerprint_file(file), "adaptive", 1.0, reference=target)
    samples, rate = read_audio(file)
    chain = Chain(plan, rate)
    pair = np.repeat(samples, 2, axis=0) if len(samples) == 1 else samples[:2]
    for first in range(0, pair.shape[1], 2 * rate):
        chain.process(np.ascontiguousarray(pair[:, first : first + 2 * rate]))


def measure_comparison(files: list[Path], scratch: Path) -> dict[str, float]:
    """Match the levels of original and enhanced, and fetch the first segment of both: never asked for, and again."""
    known = {str(file): fingerprint_file(file) for file in files}
    times = [asyncio.run(_compared(file, known, scratch / f"compare{n}")) for n, file in enumerate(files)]
    heard = sum(fingerprint.frames / fingerprint.sample_rate for fingerprint in known.values())
    return {
        "compare_realtime": heard / sum(first for first, _ in times),
        "compare_again_ms": 1000 * max(again for _, again in times),
    }


async def _compared(file: Path, known: dict[str, Fingerprint], folder: Path) -> tuple[float, float]:
    name, times = str(file), []
    async with StreamBench({name: file}, folder, known) as streamer:
        for _ in range(2):
            started = time.perf_counter()
            told = await streamer.comparisons.between(Sound(name), Sound(name, "warm"))
            await streamer.segment(name, "ab", 0, preset="warm", key=told["key"])
            times.append(time.perf_counter() - started)
    return times[0], times[1]
