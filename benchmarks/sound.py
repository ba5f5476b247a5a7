"""The way of the sound: decoding as the floor, the fingerprint against it, the chain, the encoder, the first segment.

Real music is taken from ``music/`` in the clone (see ``fetch_music.py``) or the folder in ``AURALIS_BENCH_MUSIC``;
without either, a synthesised mix is used.
"""

import asyncio
import os
import tempfile
import time
from collections.abc import Callable
from functools import partial
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from tests.streams import StreamBench, lively

from auralis.fingerprint.extractor import extract
from auralis.fingerprint.files import fingerprint_file
from auralis.mastering.chain import Chain
from auralis.mastering.plan import plan_mastering
from auralis.media.decode import AudioReader, read_audio
from auralis.media.encode import encode_flac_segment, write_audio
from auralis.model.fingerprint import Fingerprint
from auralis.streaming.render import warm

FILES = 6
ROUNDS = 3
SEGMENT_SECONDS = 10
ENDINGS = frozenset({".ogg", ".mp3", ".flac", ".opus", ".m4a", ".wav"})
HOME = Path(__file__).resolve().parent.parent

Samples = NDArray[np.float32]


def measure() -> dict[str, float]:
    """Return the figures of this subject."""
    warm()
    with tempfile.TemporaryDirectory() as scratch:
        files = choose_music() or make_music(Path(scratch))
        figures = measure_fingerprint(files)
        figures |= measure_rendering(files)
        steps = (figures[name] for name in ("decode_realtime", "chain_realtime", "encode_realtime"))
        figures["master_realtime"] = 1 / sum(1 / speed for speed in steps)
        return {**figures, "first_segment_ms": measure_first_segment(files, Path(scratch))}


def choose_music() -> list[Path]:
    """Return some real tracks, spread over what is there."""
    folder = Path(os.environ.get("AURALIS_BENCH_MUSIC", HOME / "music"))
    found = sorted(path for path in folder.rglob("*") if path.suffix.lower() in ENDINGS)
    return found[:: max(1, len(found) // FILES)][:FILES]


def make_music(folder: Path) -> list[Path]:
    """Write a synthesised minute in three formats."""
    files = [folder / f"lively{suffix}" for suffix in (".flac", ".mp3", ".ogg")]
    for file in files:
        write_audio(file, lively(44100, 60), 44100)
    return files


def measure_fingerprint(files: list[Path]) -> dict[str, float]:
    """Decode and fingerprint the same files in turns; the best of some rounds counts for each."""
    heard = alone = measuring = both = 0.0
    busy_alone = busy_both = 0.0
    for file in files:
        samples, rate = read_audio(file)
        heard += samples.shape[1] / rate
        rounds = [
            (
                *clocks_of(decode, file),
                clocks_of(partial(fingerprint_file, ahead=True), file)[0],
                clocks_of(partial(fingerprint_file, ahead=False), file)[1],
                *clocks_of(extract, samples, rate),
            )
            for _ in range(ROUNDS)
        ]
        decoding, busy_decoding, whole, busy_whole, without, _ = (min(column) for column in zip(*rounds, strict=True))
        alone, both, measuring = alone + decoding, both + whole, measuring + without
        busy_alone, busy_both = busy_alone + busy_decoding, busy_both + busy_whole
    return {
        "decode_realtime": heard / alone,
        "fingerprint_ratio": both / alone,
        "fingerprint_cpu_ratio": busy_both / busy_alone,
        "fingerprint_realtime": heard / measuring,
    }


def measure_rendering(files: list[Path]) -> dict[str, float]:
    """Master and encode a stretch from the middle of each file on one core."""
    heard = mastering = encoding = 0.0
    for file in files:
        samples, rate = read_audio(file)
        plan = plan_mastering(extract(samples, rate), "adaptive", 1.0)
        middle = max(0, samples.shape[1] // 2 - SEGMENT_SECONDS * rate // 2)
        piece = np.ascontiguousarray(samples[:, middle : middle + SEGMENT_SECONDS * rate])
        piece = np.repeat(piece, 2, axis=0) if len(piece) == 1 else piece[:2]
        heard += piece.shape[1] / rate
        mastering += min(seconds_of(Chain(plan, rate).process, piece) for _ in range(ROUNDS))
        encoding += min(seconds_of(encode_flac_segment, piece, rate) for _ in range(ROUNDS))
    return {"chain_realtime": heard / mastering, "encode_realtime": heard / encoding}


def measure_first_segment(files: list[Path], scratch: Path) -> float:
    """Ask for manifest and first enhanced segment of fingerprinted tracks, caches empty; return the slowest, ms."""
    known = {str(file): fingerprint_file(file) for file in files}
    return max(asyncio.run(_first_segment(file, known, scratch / f"cache{n}")) for n, file in enumerate(files))


async def _first_segment(file: Path, known: dict[str, Fingerprint], folder: Path) -> float:
    async with StreamBench({str(file): file}, folder, known) as streamer:
        started = time.perf_counter()
        manifest = await streamer.manifest(str(file))
        await streamer.segment(str(file), "enhanced", 0, key=manifest["variants"]["enhanced"]["key"])
        return 1000 * (time.perf_counter() - started)


def decode(file: Path) -> None:
    """Decode a file and throw it away."""
    with AudioReader(file) as reader:
        for _ in reader:
            pass


def clocks_of(work: Callable[..., object], *arguments: object) -> tuple[float, float]:
    """Return how long ``work`` takes and how long processors are busy with it, seconds."""
    busy = time.process_time()
    took = seconds_of(work, *arguments)
    return took, time.process_time() - busy


def seconds_of(work: Callable[..., object], *arguments: object) -> float:
    """Return how long ``work`` takes, seconds."""
    started = time.perf_counter()
    work(*arguments)
    return time.perf_counter() - started
