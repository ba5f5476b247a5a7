"""The workers' side of streaming, heavy and imported on first use: from a file and a plan to the bytes of a segment."""

from collections.abc import Callable
from contextlib import AbstractContextManager
from dataclasses import dataclass
from itertools import count

import numpy as np
from numpy.typing import NDArray

from auralis.dsp.fold import fold
from auralis.dsp.loudness import LoudnessMeter
from auralis.dsp.warm import warm as dsp_warm
from auralis.fingerprint.extractor import extract
from auralis.mastering.chain import PREROLL_SECONDS, Chain
from auralis.mastering.plan import MasteringPlan, plan_mastering
from auralis.mastering.trial import EXCERPT_SECONDS, LEAD_SECONDS, corrected_by_trial, excerpt_starts
from auralis.media.decode import AudioReader
from auralis.media.encode import encode_aac_segment, encode_flac_segment
from auralis.media.stream_formats import AAC_SEGMENT_BITRATE
from auralis.model.errors import NotFoundError
from auralis.model.player import PRESETS
from auralis.streaming.live import measure_segment, pack_reduction
from auralis.streaming.resample import Resampling
from auralis.streaming.segments import Segment, bounds, first_border, index_at, roll_frames
from auralis.streaming.source import SourceFile
from auralis.streaming.spec import StreamSpec
from auralis.streaming.tape import Tape, TapeRack

FADE_SECONDS = 0.03
LEAST_TRANSITION_SECONDS = 0.5
_CHAIN_BLOCK_SECONDS = 2
_LONG_SECONDS = 600.0
_WARM_RATE = 44100
_WARM_FRAMES = 44100

Samples = NDArray[np.float32]
Check = Callable[[], None]


@dataclass(frozen=True, slots=True)
class SourceFacts:
    """What a decoder says of a file before anything was measured; ``frames`` may be an estimate."""

    sample_rate: int
    channels: int
    frames: int


class Renderer:
    """Renders segments and transitions; safe from any thread.

    Segment ``n`` is a pure function of the file's samples, the plan, the rate and ``n``: the samples are counted from
    the start of the decoded file, the resampler and the chain begin anew for every segment, the chain a fixed pre-roll
    before it.
    """

    def __init__(self, pcm_bytes: int) -> None:
        self._rack = TapeRack(pcm_bytes)

    def facts(self, source: SourceFile) -> SourceFacts:
        """Open the file and return what its decoder says."""
        with self._rack.use(source) as tape:
            return SourceFacts(tape.sample_rate, tape.channels, tape.estimated_frames)

    def segment(self, spec: StreamSpec, n: int, check: Check) -> Segment:
        """Render segment ``n``; ``check`` may raise to stop the work.

        Raises
        ------
        NotFoundError
            If the track ends before segment ``n``.
        MediaError
            If the file cannot be decoded, or is not the one that ``spec`` names any more.
        """
        roll = roll_frames(spec.codec, spec.rate)
        piece = self._piece(spec, n, check) if spec.pair is None else self._beside(spec, n, check)
        start, stop = bounds(n, spec.rate)
        before = min(start, roll)
        frames = min(stop - start, piece.samples.shape[1] - before)
        taken = b""
        if piece.reduction_db is not None:
            taken = pack_reduction(piece.reduction_db[:, before : before + frames], spec.rate)
        return Segment(
            _encoded(piece.samples, spec, frames, roll - before), start, frames, piece.final, spec.etag(n), taken
        )

    def transition(self, before: StreamSpec, after: StreamSpec, frame: int, check: Check) -> Segment:
        """Render the piece from ``frame`` to the first border 0.5 s or more later, one variant fading into the other.

        Its first sample is the one that ``before`` has there; after the fade every sample is the one that ``after``'s
        own segments have. It is coded as ``after`` is, with what its decoder needs of ``before`` ahead of it.
        """
        rate, roll = after.rate, roll_frames(after.codec, after.rate)
        stop = first_border(frame + round(LEAST_TRANSITION_SECONDS * rate), rate)
        fade, lead = round(FADE_SECONDS * rate), min(frame, roll)
        with self._rack.use(after.source) as tape:
            new, ends = _stretch(tape, after, frame, stop + roll, check)
            old, _ = _stretch(tape, before, frame - lead, min(stop, frame + fade), check)
        old, ahead = old[:, lead:], old[:, :lead]
        ramp = (np.arange(fade, dtype=np.float32) / np.float32(fade))[: old.shape[1]]
        new[:, : len(ramp)] = old + ramp * (new[:, : len(ramp)] - old)
        frames = min(new.shape[1], stop - frame)
        body = _encoded(np.concatenate([ahead, new], axis=1), after, frames, roll - lead)
        final = ends and new.shape[1] <= stop - frame
        return Segment(body, frame, frames, final, f"{before.key}-{after.key}-{after.codec}-{frame}")

    def heard(self, spec: StreamSpec, check: Check) -> float:
        """Return how loud a track comes out of two speakers, LUFS: its segments from end to end, and nothing kept."""
        meter = LoudnessMeter(spec.rate, 2)
        for n in count():
            piece = self._piece(spec, n, check)
            meter.push(piece.samples)
            if piece.final:
                break
        return meter.integrated_lufs()

    def _piece(self, spec: StreamSpec, n: int, check: Check) -> "_Piece":
        with self._rack.use(spec.source) as tape:
            return _segment_samples(tape, spec, n, check, roll=roll_frames(spec.codec, spec.rate))

    def _beside(self, spec: StreamSpec, n: int, check: Check) -> "_Piece":
        """Return two sounds in four channels, frame by frame the same moment; the shorter one ends in silence."""
        lines: list[Samples] = []
        ends, reduction = [], None
        for one, gain_db in zip(spec.pair or (), spec.gains_db, strict=True):
            try:
                piece = self._piece(one, n, check)
            except NotFoundError:
                piece = _Piece(np.zeros((2, 0), np.float32), final=True, reduction_db=None)
            lines.append(piece.samples * np.float32(10.0 ** (gain_db / 20.0)))
            ends.append(piece.final)
            reduction = reduction if piece.reduction_db is None else piece.reduction_db
        frames = max(line.shape[1] for line in lines)
        if not frames:
            raise NotFoundError("segment", n)
        joined = np.concatenate([np.pad(line, ((0, 0), (0, frames - line.shape[1]))) for line in lines])
        return _Piece(joined, all(ends), reduction)

    def tried(self, source: SourceFile, plan: MasteringPlan, seconds: float, check: Check) -> MasteringPlan:
        """Return ``plan`` with its promise held against excerpts of the file, ``seconds`` long."""
        with AudioReader(source.path) as reader:
            rate = reader.info.sample_rate
            excerpts = _excerpts(reader, seconds, check)
        source.verify()
        return corrected_by_trial(plan, excerpts, rate, check)

    def tape(self, source: SourceFile) -> AbstractContextManager[Tape]:
        """Give the decoded samples of a file to use."""
        return self._rack.use(source)

    def pcm_bytes(self) -> int:
        """Return the memory held in decoded samples."""
        return self._rack.bytes()

    def release(self) -> None:
        """Close files and forget decoded samples that are not in use."""
        self._rack.clear()


def _excerpts(reader: AudioReader, seconds: float, check: Check) -> list[Samples]:
    """Return the excerpts of a trial in two channels; what the file has no sound for is left out.

    They are read in one go, but sought in a long file, which a listener would wait for otherwise.
    """
    rate = reader.info.sample_rate
    span = round((EXCERPT_SECONDS + LEAD_SECONDS) * rate)
    if seconds > _LONG_SECONDS:
        sought = []
        for second in excerpt_starts(seconds):
            check()
            sought.append(_in_two_channels(fold(reader.excerpt(second, span))))
        return [piece for piece in sought if piece.shape[1]]
    starts = [round(start * rate) for start in excerpt_starts(seconds)]
    if len(starts) == 1:
        span = round(seconds * rate) + 1
    pieces: list[list[Samples]] = [[] for _ in starts]
    position = 0
    for block in reader:
        check()
        pair = fold(block)
        for piece, start in zip(pieces, starts, strict=True):
            part = pair[:, max(0, start - position) : max(0, start + span - position)]
            if part.shape[1]:
                piece.append(_in_two_channels(part))
        position += pair.shape[1]
        if position >= starts[-1] + span:
            break
    return [np.ascontiguousarray(np.concatenate(piece, axis=1)) for piece in pieces if piece]


def _in_two_channels(samples: Samples) -> Samples:
    return np.repeat(samples, 2, axis=0) if len(samples) == 1 else samples


def _stretch(tape: Tape, spec: StreamSpec, start: int, stop: int, check: Check) -> tuple[Samples, bool]:
    """Return the frames ``start`` to ``stop`` as the segments have them, and whether the track ends there."""
    pieces: list[Samples] = []
    final = False
    n = index_at(start, spec.rate)
    while not final and bounds(n, spec.rate)[0] < stop:
        first = bounds(n, spec.rate)[0]
        piece = _segment_samples(tape, spec, n, check, until=stop)
        pieces.append(piece.samples[:, max(0, start - first) :])
        final = piece.final
        n += 1
    joined = np.concatenate(pieces, axis=1)
    if not joined.shape[1]:
        raise NotFoundError("segment", start)
    return joined, final


@dataclass(frozen=True, slots=True)
class _Piece:
    """Rendered frames, whether the track ends with them, and what the limiter took from each (of all, of the bass)."""

    samples: Samples
    final: bool
    reduction_db: NDArray[np.float64] | None


def _encoded(samples: Samples, spec: StreamSpec, frames: int, silence: int) -> bytes:
    """Return a segment of ``frames`` in the codec of ``spec``; in AAC, silence stands for neighbours that are not."""
    if spec.codec == "flac":
        return encode_flac_segment(samples, spec.rate)
    after = max(0, frames + 2 * roll_frames(spec.codec, spec.rate) - silence - samples.shape[1])
    return encode_aac_segment(np.pad(samples, ((0, 0), (silence, after))), spec.rate, AAC_SEGMENT_BITRATE)


def _segment_samples(
    tape: Tape, spec: StreamSpec, n: int, check: Check, until: int | None = None, roll: int = 0
) -> _Piece:
    """Return segment ``n`` in two channels, up to frame ``until`` at most, with ``roll`` frames of its neighbours."""
    start, stop = bounds(n, spec.rate)
    chain = None if spec.plan is None else Chain(spec.plan, spec.rate)
    latency = 0 if chain is None else chain.latency_frames
    lead = min(start, roll if chain is None else max(roll, round(PREROLL_SECONDS * spec.rate)))
    way = Resampling(tape.sample_rate, spec.rate)
    # One frame more than is heard tells whether the track goes on.
    window = start - lead, stop + roll + latency + 1
    decoded = tape.read(*way.source_window(*window), check)
    total = None if tape.frames is None else way.frames(tape.frames)
    if total is not None and start >= total:
        raise NotFoundError("segment", n)
    final = total is not None and total <= stop
    end = min(bound for bound in (stop + roll, total, until) if bound is not None)
    samples = way.apply(decoded, *window)[:, : end + latency - window[0]]
    if len(samples) == 1:
        samples = np.repeat(samples, 2, axis=0)
    reduction = None
    if chain is not None:
        skip = lead - min(start, roll)
        samples, reduction = _mastered(chain, samples, spec.rate, check, skip + latency)
    return _Piece(samples, final and (until is None or end == total), reduction)


def _mastered(
    chain: Chain, samples: Samples, rate: int, check: Check, skip: int
) -> tuple[Samples, NDArray[np.float64]]:
    """Return what comes out of ``chain`` after ``skip`` frames, and what the limiter took from each frame of it."""
    blocks, reductions = [], []
    for first in range(0, samples.shape[1], step := _CHAIN_BLOCK_SECONDS * rate):
        check()
        blocks.append(chain.process(np.ascontiguousarray(samples[:, first : first + step])))
        reductions.append(np.stack((chain.gain_reduction_db, chain.bass_reduction_db)))
    return np.concatenate(blocks, axis=1)[:, skip:], np.concatenate(reductions, axis=1)[:, skip:]


def warm() -> None:
    """Compile or load every kernel and render a moment of sound, so that the first listener does not wait for that."""
    dsp_warm()
    noise = np.random.default_rng(0).uniform(-0.5, 0.5, (2, _WARM_FRAMES)).astype(np.float32)
    plan = plan_mastering(extract(noise, _WARM_RATE), PRESETS[0], 1.0)
    Chain(plan, _WARM_RATE).process(noise)
    Resampling(_WARM_RATE, 48000).apply(noise, 0, _WARM_FRAMES)
    segment = Segment(encode_flac_segment(noise, _WARM_RATE), 0, _WARM_FRAMES, final=True, etag="warm")
    measure_segment([segment], _WARM_RATE)
