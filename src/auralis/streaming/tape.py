"""Decoded audio as a tape: wound on from the start of the file, with the last stretch kept at hand."""

import threading
from collections import OrderedDict, deque
from collections.abc import Callable, Iterator
from contextlib import contextmanager

import numpy as np
from numpy.typing import NDArray

from auralis.dsp.fold import fold
from auralis.jobs import JobCancelledError
from auralis.media.decode import AudioReader
from auralis.streaming.source import SourceFile

_MOST_OPEN = 8
_LEAP_SECONDS = 30
"""What is nearer ahead is reached by decoding on, so that what lies between is kept."""
_SHORTEST_PACKETS = {"mp3": 576}
"""Samples: an end that misses the container's word by less is cut elsewhere, but no packet was passed over."""
_KEPT_SHARE = 4
"""One tape keeps at most this part of all tapes' memory behind its head."""


class Tape:
    """One file's samples by position, counted as decoded from the start of the file; used by one thread at a time.

    Positions are never sought by timestamps: reading on decodes on; for what lies far from there packets are counted,
    or all is decoded from the start where they do not tell enough. More than two channels are folded on the way in.
    """

    def __init__(self, source: SourceFile, keep_bytes: int) -> None:
        self.source = source
        self._keep_bytes = keep_bytes
        self._blocks: deque[tuple[int, NDArray[np.float32]]] = deque()
        self._head = 0
        self.frames: int | None = None
        self.bytes = 0
        """Memory held in decoded samples; to be read from any thread."""
        self._open()

    def read(self, start: int, stop: int, check: Callable[[], None]) -> NDArray[np.float32]:
        """Return the frames from ``start`` up to ``stop``, fewer where the file ends; ``check`` may raise to stop it.

        Returns
        -------
        ndarray of float32, shape (1 or 2, frames)

        Raises
        ------
        MediaError
            If the file cannot be decoded, holds no sound values, or is not the same any more.
        """
        self.source.verify()
        behind = start < (self._blocks[0][0] if self._blocks else self._head)
        far = start - self._head > _LEAP_SECONDS * self.sample_rate and self.frames is None
        # Only where nothing was passed over in decoding do the packets count what the decoder gives.
        counts = self.source.frames is not None and abs(self.source.frames - self.estimated_frames) < self._packet
        if behind or (far and counts):
            self.close()
            self._open(start if counts else 0)
        while self._head < stop and self.frames is None:
            check()
            self._wind(start)
        self.source.verify()
        return self._cut(start, stop)

    def close(self) -> None:
        """Let go of the file and of what was decoded."""
        self._reader.close()
        self._blocks.clear()
        self.bytes = 0

    def _open(self, start: int = 0) -> None:
        self._reader = AudioReader(self.source.path, start)
        self._decoded = iter(self._reader)
        self.sample_rate = self._reader.info.sample_rate
        self.channels = self._reader.info.channels
        self.estimated_frames = self._reader.info.frames
        self._packet = _SHORTEST_PACKETS.get(self._reader.info.codec, 1)
        self._rows = min(2, self.channels)
        self._head = self._reader.position
        self.frames = None

    def _wind(self, needed: int) -> None:
        """Decode one block on; forget the oldest beyond the budget, but nothing from frame ``needed`` on."""
        block = next(self._decoded, None)
        if block is None:
            self.frames = self._head
            return
        folded = fold(block)
        self._blocks.append((self._head, folded))
        self._head += folded.shape[1]
        held = self.bytes + folded.nbytes
        while held > self._keep_bytes and self._blocks[0][0] + self._blocks[0][1].shape[1] <= needed:
            held -= self._blocks.popleft()[1].nbytes
        self.bytes = held

    def _cut(self, start: int, stop: int) -> NDArray[np.float32]:
        pieces = [
            block[:, max(0, start - first) : stop - first]
            for first, block in self._blocks
            if first < stop and start < first + block.shape[1]
        ]
        return np.concatenate(pieces, axis=1) if pieces else np.zeros((self._rows, 0), np.float32)


class TapeRack:
    """Tapes kept open between uses, within ``budget_bytes`` of decoded samples; safe from any thread.

    A use that is cancelled leaves its tape where it was; one that fails closes it.
    """

    def __init__(self, budget_bytes: int) -> None:
        self._budget_bytes = budget_bytes
        self._idle: OrderedDict[SourceFile, Tape] = OrderedDict()
        self._in_use: set[Tape] = set()
        self._leaving: set[Tape] = set()
        self._lock = threading.Lock()

    @contextmanager
    def use(self, source: SourceFile) -> Iterator[Tape]:
        """Yield the tape of ``source``, where it was left or new."""
        with self._lock:
            tape = self._idle.pop(source, None)
        if tape is None:
            tape = Tape(source, self._budget_bytes // _KEPT_SHARE)
        tape.source = source
        with self._lock:
            self._in_use.add(tape)
        try:
            yield tape
        except JobCancelledError:
            self._put_back(tape)
            raise
        except BaseException:
            with self._lock:
                self._leaving.add(tape)
            self._put_back(tape)
            raise
        self._put_back(tape)

    def _put_back(self, tape: Tape) -> None:
        with self._lock:
            self._in_use.discard(tape)
            surplus = [tape]
            if tape in self._leaving:
                self._leaving.discard(tape)
            else:
                twin = self._idle.pop(tape.source, None)
                self._idle[tape.source] = tape
                surplus = [twin] if twin else []
            while self._idle and (len(self._idle) > _MOST_OPEN or self._held() > self._budget_bytes):
                surplus.append(self._idle.popitem(last=False)[1])
        for old in surplus:
            old.close()

    def bytes(self) -> int:
        """Return the memory held in decoded samples, in use or not."""
        with self._lock:
            return self._held()

    def _held(self) -> int:
        return sum(tape.bytes for tape in (*self._idle.values(), *self._in_use))

    def clear(self) -> None:
        """Close every tape; those in use, when they no longer are."""
        with self._lock:
            self._leaving |= self._in_use
            tapes = list(self._idle.values())
            self._idle.clear()
        for tape in tapes:
            tape.close()
