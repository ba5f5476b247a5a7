"""The mastering chain: what a plan says, done to two channels block by block with carried state."""

import numpy as np
from numpy.typing import NDArray

from auralis.dsp.biquad import Cascade
from auralis.dsp.dynamics import Dynamics
from auralis.dsp.equalizer import design_sections, highpass_section
from auralis.dsp.gain import Samples
from auralis.dsp.limiter import Limiter
from auralis.dsp.stereo import SideEqualizer
from auralis.mastering.document import MasteringPlan
from auralis.model.errors import MediaError

PREROLL_SECONDS = 4.0
"""A chain that starts this long before a frame equals, there, one that started with the track, to -90 dBFS."""

Audio = NDArray[np.float32]

_RUN_FRAMES = 8192
_LOUDEST = 2.0**20
_NOTHING = 1e-15
"""-300 dBFS: what filters still say long after the sound has gone becomes digital silence."""


class Chain:
    """One listener's chain: two channels in, two channels out, late by ``latency_frames``.

    Any division of the signal into blocks gives the same samples.

    Parameters
    ----------
    plan : MasteringPlan
        What to do. The identity passes the samples on as they are, with no delay.
    sample_rate : int
        Hz, of input and output.

    Attributes
    ----------
    latency_frames : int
        Frames by which the output is late.
    gain_reduction_db, bass_reduction_db : ndarray, shape (frames,)
        What the limiter took from each frame of the block that `process` returned last, dB >= 0: from everything, and
        beside it from the bass alone.
    """

    def __init__(self, plan: MasteringPlan, sample_rate: int) -> None:
        self.plan, self.sample_rate = plan, sample_rate
        self.gain_reduction_db = self.bass_reduction_db = np.zeros(0)
        self.latency_frames = 0
        if plan.is_identity:
            return
        rumble = [highpass_section(plan.rumble_hz, sample_rate)] if plan.rumble_hz > 0.0 else []
        self._equalizer = Cascade(np.array([*rumble, *design_sections(plan.eq_gains_db, sample_rate)]).reshape(-1, 5))
        self._dynamics = Dynamics(sample_rate, plan.compressor_threshold_lufs, plan.compressor_slope, plan.onset_db)
        self._side = SideEqualizer(plan.side_gains_db, sample_rate)
        self._gain = 10.0 ** (plan.total_gain_db / 20.0)
        self._limiter = Limiter(sample_rate, plan.ceiling_dbtp)
        self.latency_frames = self._limiter.latency_frames

    def process(self, block: Audio) -> Audio:
        """Return as many frames as came in.

        Parameters
        ----------
        block : ndarray of float32, shape (2, frames)

        Raises
        ------
        MediaError
            ``INVALID_AUDIO`` if the block holds NaN, infinity or absurd levels. The state is then as before.
        """
        # Comparisons with NaN are false, so one pair of them finds NaN, infinity and absurd levels alike.
        if block.size and not (block.max() < _LOUDEST and block.min() > -_LOUDEST):
            raise MediaError("The audio holds values that are no sound (NaN or infinity).", code="INVALID_AUDIO")
        frames = block.shape[1]
        out = np.empty((2, frames), np.float32)
        gain, bass_gain = np.ones(frames), np.ones(frames)
        if self.plan.is_identity:
            out[:] = block
        else:
            for start in range(0, frames, _RUN_FRAMES):
                run = slice(start, min(start + _RUN_FRAMES, frames))
                out[:, run], gain[run], bass_gain[run] = self._run(block[:, run])
        self.gain_reduction_db = -20.0 * np.log10(gain)
        self.bass_reduction_db = -20.0 * np.log10(bass_gain)
        return out

    def _run(self, block: Audio) -> tuple[Samples, Samples, Samples]:
        x = np.ascontiguousarray(block, dtype=np.float64)
        self._equalizer.apply(x)
        self._dynamics.apply(x)
        self._side.apply(x)
        x *= self._gain
        limited, gain, bass_gain = self._limiter.apply(x)
        limited[np.abs(limited) < _NOTHING] = 0.0
        return limited, gain, bass_gain


def render(samples: Audio, sample_rate: int, plan: MasteringPlan) -> Audio:
    """Return a whole sound mastered: two channels, as long as it was, and not late.

    Parameters
    ----------
    samples : ndarray of float32, shape (2, frames)
    sample_rate : int
        Hz.
    plan : MasteringPlan

    Raises
    ------
    MediaError
        ``INVALID_AUDIO`` if the samples hold NaN, infinity or absurd levels.
    """
    chain = Chain(plan, sample_rate)
    tail = np.zeros((2, chain.latency_frames), np.float32)
    return np.concatenate((chain.process(samples), chain.process(tail)), axis=1)[:, chain.latency_frames :]
