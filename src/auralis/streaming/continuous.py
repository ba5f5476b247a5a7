"""The workers' side of continuous streams: a track from some frame on, rendered and encoded step by step."""

from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray

from auralis.mastering.chain import PREROLL_SECONDS, Chain
from auralis.media.streams import StreamEncoder
from auralis.model.errors import MediaError, NotFoundError
from auralis.streaming.resample import Resampling
from auralis.streaming.spec import WholeSpec
from auralis.streaming.tape import Tape

_STEP_SECONDS = (1, 2, 4, 5)
"""The first steps are short, so that the first sound leaves early."""


class Continuous:
    """Makes one stream; the chain runs through without a seam, each step by whatever thread is free.

    Attributes
    ----------
    seconds : float
        How much sound was made.
    done : bool
        Whether the stream is whole.
    """

    def __init__(self, spec: WholeSpec) -> None:
        rate, plan = spec.sound.rate, spec.sound.plan
        self._spec = spec
        self._rate = rate
        self._encoder = StreamEncoder(spec.kind, rate, spec.frames, spec.bitrate)
        self._chain = None if plan is None else Chain(plan, rate)
        latency = 0 if self._chain is None else self._chain.latency_frames
        lead = 0 if self._chain is None else min(spec.start, round(PREROLL_SECONDS * rate))
        self._fed = spec.start - lead
        self._skip = lead + latency
        self._latency = latency
        self._steps = 0
        self._made = 0
        self.done = False

    @property
    def seconds(self) -> float:
        """How much sound was made."""
        return self._made / self._rate

    def step(self, tape: Tape, check: Callable[[], None]) -> bytes:
        """Return the bytes of some seconds more; ``check`` may raise to stop, after which this is of no use.

        Raises
        ------
        NotFoundError
            If the track ends before the first frame that was asked for.
        MediaError
            If the file cannot be decoded, is not the same any more, or is not as long as was promised.
        """
        span = _STEP_SECONDS[min(self._steps, len(_STEP_SECONDS) - 1)] * self._rate
        stop = max(self._fed, self._spec.start) + span
        self._steps += 1
        samples, ended = self._read(tape, stop, check)
        if self._chain is not None:
            tail = np.zeros((2, self._latency if ended else 0), np.float32)
            samples = self._chain.process(np.ascontiguousarray(np.concatenate((samples, tail), axis=1)))
        drop = min(self._skip, samples.shape[1])
        self._skip -= drop
        samples = samples[:, drop:]
        self._made += samples.shape[1]
        data = self._encoder.push(samples) if samples.shape[1] else b""
        if ended:
            if self._spec.frames is not None and self._made != self._spec.frames:
                raise MediaError("The file is not as long as it was when it was measured.")
            data += self._encoder.finish()
            self.done = True
        return data

    def _read(self, tape: Tape, stop: int, check: Callable[[], None]) -> tuple[NDArray[np.float32], bool]:
        """Return the frames up to ``stop`` in two channels, and whether the track ends with them."""
        way = Resampling(tape.sample_rate, self._rate)
        # One frame more than is heard tells whether the track goes on.
        decoded = tape.read(*way.source_window(self._fed, stop + 1), check)
        total = None if tape.frames is None else way.frames(tape.frames)
        if total is not None and self._spec.start >= total:
            raise NotFoundError("position", self._spec.start)
        end = stop if total is None else min(stop, total)
        samples = way.apply(decoded, self._fed, stop + 1)[:, : end - self._fed]
        self._fed = end
        return np.repeat(samples, 2, axis=0) if len(samples) == 1 else samples, total is not None and total <= stop
