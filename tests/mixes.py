"""Short pieces of synthesised music for mastering, their plans, and what libebur128 says of a sound."""

from functools import cache
from typing import NamedTuple

import numpy as np
import pyebur128
from numpy.typing import NDArray
from tests.signals import MAJOR_CHORDS, MINOR_CHORDS, RATE, band_noise, drums, gain, progression, stereo, white_noise

from auralis.fingerprint.extractor import extract
from auralis.mastering.chain import render
from auralis.mastering.plan import MasteringPlan, plan_mastering
from auralis.model.fingerprint import Fingerprint

Samples = NDArray[np.float32]

SECONDS = 10.0


class Loudness(NamedTuple):
    """What libebur128 reads."""

    lufs: float
    dbtp: float
    range_lu: float


def judge(samples: Samples, rate: int = RATE) -> Loudness:
    """Measure with libebur128."""
    mode = pyebur128.MeasurementMode
    state = pyebur128.R128State(len(samples), rate, mode.MODE_I | mode.MODE_LRA | mode.MODE_TRUE_PEAK)
    state.add_frames(np.ascontiguousarray(samples.T).ravel(), samples.shape[1])
    peak = max(pyebur128.get_true_peak(state, channel) for channel in range(len(samples)))
    loudness = max(-70.0, pyebur128.get_loudness_global(state))
    return Loudness(loudness, 20 * float(np.log10(max(peak, 1e-10))), pyebur128.get_loudness_range(state))


def _wide(samples: Samples, rms_db: float = -40.0) -> Samples:
    return stereo(samples, white_noise(samples.shape[1] / RATE, rms_db, channels=1, seed=5))


@cache
def mix(name: str) -> Samples:
    """A piece by name; do not write to it."""
    band = progression(0, MAJOR_CHORDS, SECONDS, 112) + gain(drums(112, SECONDS), -4)
    quiet = progression(9, MINOR_CHORDS, SECONDS, 84)
    pieces = {
        "band": lambda: _wide(gain(band, -4), -34),
        "chamber": lambda: _wide(gain(quiet, -8), -50),
        "loud": lambda: np.tanh(_wide(gain(band, 8), -26)).astype(np.float32),
        "hot": lambda: _wide(gain(band, 1)),
        "dull": lambda: _wide(gain(quiet + band_noise(80, 400, SECONDS, -24), -2), -70),
        "shrill": lambda: _wide(gain(quiet, -10) + band_noise(5000, 12000, SECONDS, -22)),
        "mono": lambda: gain(band, -3),
        "swell": lambda: (_wide(gain(band, -3)) * np.linspace(0.02, 1.0, band.shape[1], dtype=np.float32)).astype(
            np.float32
        ),
    }
    return pieces[name]()


MIXES = ("band", "chamber", "loud", "hot", "dull", "shrill", "mono", "swell")


@cache
def measured(name: str) -> Fingerprint:
    """The fingerprint of a piece."""
    return extract(mix(name), RATE)


@cache
def planned(
    name: str, preset: str = "adaptive", intensity: float = 1.0, target_lufs: float | None = None
) -> MasteringPlan:
    """The plan for a piece."""
    return plan_mastering(measured(name), preset, intensity, target_lufs=target_lufs)


@cache
def rendered(name: str, preset: str = "adaptive", intensity: float = 1.0) -> Samples:
    """A piece as the chain makes it; do not write to it."""
    return render(mix(name), RATE, planned(name, preset, intensity))
