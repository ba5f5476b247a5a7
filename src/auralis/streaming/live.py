"""Levels for meters, from the segments themselves: what is measured is what is heard."""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from auralis.dsp.live import LiveLevels, measure_live, reading_edges
from auralis.media.decode import decode_segment
from auralis.model.meters import LEAD_SECONDS
from auralis.streaming.segments import Segment


def pack_reduction(reduction_db: NDArray[np.float64], sample_rate: int) -> bytes:
    """Return what the limiter took from each frame, shape (2, frames), as the most of each reading of a meter."""
    edges = reading_edges(reduction_db.shape[1], sample_rate)
    return np.maximum.reduceat(reduction_db, edges[:-1], axis=1).T.astype(np.float16).tobytes()


def measure_segment(segments: Sequence[Segment], sample_rate: int) -> LiveLevels:
    """Return the readings of the last of ``segments``; those before it are what its first readings look back on."""
    last = segments[-1]
    sounds = [decode_segment(segment.body) for segment in segments]
    heard = np.concatenate(sounds, axis=1)
    lead = min(last.start_frame, LEAD_SECONDS * sample_rate)
    taken = np.frombuffer(last.reduction, np.float16).reshape(-1, 2).astype(np.float32)
    return measure_live(heard[:, heard.shape[1] - last.frames - lead :], sample_rate, lead, taken)
