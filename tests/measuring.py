"""A measuring that needs no sound: the file's name says what becomes of it; importable by worker processes."""

import os
import time
from pathlib import Path

from auralis.model.errors import MediaError
from auralis.model.fingerprint import DIMENSION_NAMES, Fingerprint, Key, Waveform

VERSION = 7


def measure_by_name(path: Path) -> Fingerprint:
    """Return a fingerprint, or do what the file's name says: crash, hang, be broken, have a bug."""
    match path.stem:
        case "crash":
            os._exit(1)
        case "hang":
            time.sleep(60)
        case "broken":
            raise MediaError("Nothing in the file can be decoded.")
        case "bug":
            raise ZeroDivisionError
    return measured()


def measured(version: int = VERSION) -> Fingerprint:
    """Return a fingerprint of nothing in particular, without loading what a real one takes."""
    return Fingerprint(
        version=version,
        sample_rate=44_100,
        channels=2,
        frames=44_100,
        dimensions=dict.fromkeys(DIMENSION_NAMES, 0.0),
        confidence=dict.fromkeys(DIMENSION_NAMES, 1.0),
        loudness_range_lu=5.0,
        true_peak_dbtp=-1.0,
        sample_peak_dbfs=-1.0,
        key=Key("C", "major", 1.0),
        tempo_alternative_bpm=60.0,
        beat_offset_seconds=0.0,
        third_octave_db=(),
        momentary_histogram=(),
        peak_histogram=(),
        waveform=Waveform((), (), ()),
    )
