"""Streaming for tests: files by track id, an analysis that measures at once, and segments as samples again."""

import asyncio
import io
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import av
import numpy as np

from auralis.fingerprint.service import measure_file
from auralis.jobs import Urgency, Workers
from auralis.model.errors import NotFoundError
from auralis.model.fingerprint import Fingerprint
from auralis.model.library import MediaFile
from auralis.streaming import Segment, Streamer, StreamSettings
from auralis.streaming.loudness import LoudnessMode

FULL_SCALE = 2.0**23


class FakeStreamLibrary:
    """Tracks are the files they are given; ``scanned`` has size and time of those that a scan has seen otherwise.

    What is ``unsafe`` broke its decoder in the state that was scanned.
    """

    def __init__(self, files: Mapping[str, Path]) -> None:
        self.files = dict(files)
        self.scanned: dict[str, tuple[int, int]] = {}
        self.unsafe: set[str] = set()
        self.albums: dict[str, Mapping[str, Fingerprint | None]] = {}

    async def media_file(self, track_id: str) -> MediaFile:
        if track_id not in self.files:
            raise NotFoundError("track", track_id)
        path, unsafe = self.files[track_id], track_id in self.unsafe
        if track_id in self.scanned or not path.exists():
            return MediaFile(path, *self.scanned.get(track_id, (0, 0)), unsafe=unsafe)
        state = path.stat()
        return MediaFile(path, state.st_size, state.st_mtime_ns, unsafe)

    async def album_fingerprints(self, track_id: str) -> Mapping[str, Fingerprint | None]:
        return self.albums.get(track_id, {})


class FakeAnalysis:
    """Measures each file once; an error put under ``broken`` is raised instead, ``gate`` holds answers back.

    What is put under ``estimates`` is what a listener gets until the track is measured.
    """

    def __init__(self, library: FakeStreamLibrary) -> None:
        self.library = library
        self.broken: dict[str, Exception] = {}
        self.gate = asyncio.Event()
        self.gate.set()
        self.asked: list[tuple[str, Urgency]] = []
        self.known: dict[str, Fingerprint] = {}
        self.estimates: dict[str, Fingerprint] = {}

    async def first(self, track_id: str) -> Fingerprint:
        if track_id in self.estimates and track_id not in self.known:
            return self.estimates[track_id]
        return await self.ensure(track_id)

    async def ensure(self, track_id: str, urgency: Urgency = Urgency.NOW) -> Fingerprint:
        self.asked.append((track_id, urgency))
        await self.gate.wait()
        if track_id in self.broken:
            raise self.broken[track_id]
        if track_id not in self.known:
            file = await self.library.media_file(track_id)
            self.known[track_id] = await asyncio.to_thread(measure_file, file.path)
        return self.known[track_id]

    async def measure(self, path: Path, urgency: Urgency = Urgency.NOW) -> Fingerprint:
        self.asked.append((path.name, urgency))
        return await asyncio.to_thread(measure_file, path)


class StreamBench:
    """A streamer on a cache folder, with all that it stands on; closed by ``close``."""

    def __init__(self, files: Mapping[str, Path], folder: Path, known: Any = None, **settings: Any) -> None:
        self.library = FakeStreamLibrary(files)
        self.analysis = FakeAnalysis(self.library)
        self.analysis.known = known if known is not None else {}
        self.workers = Workers(2)
        self.loudness: LoudnessMode = "off"
        chosen = StreamSettings(folder, **{"patience_seconds": 60.0, "breath_seconds": 0.0, **settings})
        self.streamer = Streamer(self.library, self.analysis, self.workers, chosen, loudness=lambda: self.loudness)

    async def close(self) -> None:
        await self.streamer.close()
        self.workers.close()

    async def __aenter__(self) -> Streamer:
        return self.streamer

    async def __aexit__(self, *_: object) -> None:
        await self.close()


def samples_of(segment: Segment, channels: int = 2) -> np.ndarray:
    """Return a segment's samples as integers of 24 bits, shape (channels, frames)."""
    with av.open(io.BytesIO(segment.body)) as container:
        frames = [frame.to_ndarray().reshape(-1, channels).T for frame in container.decode(audio=0)]
    samples = np.concatenate(frames, axis=1) >> 8
    assert samples.shape == (channels, segment.frames)
    return samples


def residual_db(a: np.ndarray, b: np.ndarray) -> float:
    """Return the largest difference of two signals in 24-bit integers, dB of full scale."""
    return float(20 * np.log10(max(np.abs(a - b).max(initial=0), 0.1) / FULL_SCALE))


def lively(sample_rate: int, seconds: float, channels: int = 2, seed: int = 5) -> np.ndarray:
    """Return a mix with bass, chords, hits and pauses, peaks near full scale: something to do for every processor."""
    rng = np.random.default_rng(seed)
    time = np.arange(round(sample_rate * seconds)) / sample_rate
    beat = np.exp(-8 * (time % 0.5))
    swell = 0.6 + 0.4 * np.sin(2 * np.pi * 0.13 * time)
    rows = []
    for n in range(channels):
        tones = sum(np.sin(2 * np.pi * f * time + n) for f in (55, 220, 277.2, 329.6, 1760)) / 5
        rows.append(0.7 * swell * tones + 0.5 * beat * rng.uniform(-1, 1, len(time)))
    return np.clip(np.stack(rows), -0.99, 0.99).astype(np.float32)
