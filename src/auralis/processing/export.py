"""A whole file mastered to another: measured, planned for export, rendered block by block, and measured again."""

import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from auralis.dsp.fold import fold
from auralis.dsp.loudness import LoudnessMeter
from auralis.dsp.truepeak import TruePeakMeter
from auralis.fingerprint.files import fingerprint_file
from auralis.kit.files import replacing
from auralis.mastering.album import plan_album
from auralis.mastering.chain import Chain
from auralis.mastering.document import MasteringPlan
from auralis.mastering.level import MOST_GAIN_DB
from auralis.mastering.plan import plan_mastering
from auralis.mastering.presets import PRESETS
from auralis.media.decode import AudioReader
from auralis.media.encode import write_audio
from auralis.media.tags import embedded_cover, read_file, write_tags
from auralis.model.errors import FieldError, InvalidInputError, MediaError
from auralis.model.fingerprint import SILENCE_LUFS, Fingerprint
from auralis.processing.guide import NO_GUIDE, Guide

Samples = NDArray[np.float32]
Progress = Callable[[int, int], None]

EXPORT_SUFFIXES = (".flac", ".wav")
CLOSE_ENOUGH_LU = 0.2
"""A render further from its promise than this is made once more, with its gain corrected."""


@dataclass(frozen=True, slots=True)
class Levels:
    """How loud a file is."""

    loudness_lufs: float
    true_peak_dbtp: float


@dataclass(frozen=True, slots=True)
class Export:
    """What was done to a file, and what came of it."""

    plan: MasteringPlan
    source: Levels
    result: Levels
    seconds: float


def export_file(
    source: Path,
    target: Path,
    preset: str,
    intensity: float,
    progress: Progress | None = None,
    *,
    bit_depth: int = 24,
    guide: Guide = NO_GUIDE,
) -> Export:
    """Master ``source`` into ``target``: .flac or .wav, of the source's own rate and length; 16 bits are dithered.

    Mono stays mono; more than two channels are folded down to two. Tags and cover are those of the source.

    Raises
    ------
    InvalidInputError
        For another ending, an unknown preset, an intensity out of range, or when both are one file.
    MediaError
        If the source cannot be read.
    StorageError
        If the target cannot be written; nothing is left of it then.
    """
    started = time.perf_counter()
    _check(source, target, preset, intensity, towards=guide.reference is not None)
    fingerprint = guide.fingerprint or fingerprint_file(source)
    plan = guide.plan or plan_export(fingerprint, preset, intensity, guide)
    with replacing(target) as unfinished:
        rendering = _Rendering(source, plan, fingerprint.frames, progress)
        write_audio(unfinished, rendering.blocks(), fingerprint.sample_rate, bit_depth=bit_depth)
        corrected = _corrected(plan, rendering.levels.loudness_lufs)
        if corrected != plan:
            rendering = _Rendering(source, corrected, fingerprint.frames, progress)
            write_audio(unfinished, rendering.blocks(), fingerprint.sample_rate, bit_depth=bit_depth)
            plan = corrected
        _carry_tags(source, unfinished)
    before = Levels(fingerprint.dimensions["loudness_lufs"], fingerprint.true_peak_dbtp)
    return Export(plan, before, rendering.levels, time.perf_counter() - started)


def plan_export(fingerprint: Fingerprint, preset: str, intensity: float, guide: Guide) -> MasteringPlan:
    """Return the plan by which a file is exported: as loud as its preset, or its reference, wants."""
    reference = guide.reference
    loudness = PRESETS[preset].export_lufs if reference is None else reference.dimensions["loudness_lufs"]
    return plan_mastering(
        fingerprint, preset, intensity, target_lufs=loudness, normal=guide.normal, reference=reference
    )


def plan_together(fingerprints: Sequence[Fingerprint], preset: str, intensity: float, guide: Guide) -> list[Guide]:
    """Return for each track of an album what its export follows: the loudest comes to the loudness of the preset."""
    loudness = PRESETS[preset].export_lufs
    plans = plan_album(fingerprints, preset, intensity, target_lufs=loudness, normal=guide.normal)
    planned = zip(fingerprints, plans, strict=True)
    return [replace(guide, fingerprint=fingerprint, plan=plan) for fingerprint, plan in planned]


def _carry_tags(source: Path, target: Path) -> None:
    """Give ``target`` the tags and the cover of ``source``; gains measured on other sound are left behind."""
    try:
        tags = read_file(source).tags
        cover = embedded_cover(source)
    except MediaError:
        return  # what cannot be read says nothing that could be carried over
    write_tags(target, tags, cover)


def _corrected(plan: MasteringPlan, loudness_lufs: float) -> MasteringPlan:
    """Return the plan with its gain corrected by what its render missed; the same where nothing is to be gained."""
    off_lu = plan.predicted_loudness_lufs - loudness_lufs
    # Sound that is too short for the meter, or fades away, has not missed its promise: it cannot be held to it.
    if plan.is_identity or loudness_lufs <= SILENCE_LUFS or abs(off_lu) <= CLOSE_ENOUGH_LU:
        return plan
    return replace(plan, gain_db=round(min(plan.gain_db + off_lu, max(plan.gain_db, MOST_GAIN_DB)), 3))


class _Rendering:
    """One pass from file to file, measured on the way."""

    def __init__(self, source: Path, plan: MasteringPlan, frames: int, progress: Progress | None) -> None:
        self._source = source
        self._plan = plan
        self._frames = frames
        self._progress = progress
        self.levels = Levels(-np.inf, -np.inf)

    def blocks(self) -> Iterator[Samples]:
        """Yield the mastered sound, as long as the source; its levels stand afterwards."""
        with AudioReader(self._source) as reader:
            rate, channels = reader.info.sample_rate, min(2, reader.info.channels)
            chain = Chain(self._plan, rate)
            loudness, peaks = LoudnessMeter(rate, channels), TruePeakMeter(rate, channels)
            late, done = chain.latency_frames, 0
            for block in _followed_by_silence(reader, late):
                rendered = chain.process(block)[:channels]
                skipped = min(late, rendered.shape[1])
                late -= skipped
                # The file holds integers, and is told of as it is written.
                rendered = np.clip(rendered[:, skipped:], -1.0, 1.0)
                if not rendered.shape[1]:
                    continue
                loudness.push(rendered)
                peaks.push(rendered)
                done += rendered.shape[1]
                if self._progress is not None:
                    self._progress(done, self._frames)
                yield rendered
            peaks.close()
            self.levels = Levels(loudness.integrated_lufs(), peaks.peak_dbtp)


def _followed_by_silence(reader: AudioReader, frames: int) -> Iterator[Samples]:
    """Yield the source in two channels, and as much silence after it as the chain is late."""
    for block in reader:
        folded = fold(block)
        yield folded if len(folded) == 2 else np.repeat(folded, 2, axis=0)
    if frames:
        yield np.zeros((2, frames), np.float32)


def _check(source: Path, target: Path, preset: str, intensity: float, *, towards: bool) -> None:
    errors = []
    if target.suffix.lower() not in EXPORT_SUFFIXES:
        errors.append(FieldError("target", f"must end with {' or '.join(EXPORT_SUFFIXES)}", target.name))
    if not towards and preset not in PRESETS:
        errors.append(FieldError("preset", f"must be one of {', '.join(PRESETS)}", preset))
    if not 0.0 <= intensity <= 1.0:
        errors.append(FieldError("intensity", "must be 0 to 1", intensity))
    if target.exists() and source.exists() and target.samefile(source):
        errors.append(FieldError("target", "is the source itself, which is never written to", target.name))
    if errors:
        raise InvalidInputError(". ".join(f"The {error.field} {error.message}" for error in errors) + ".", errors)
    if not source.is_file():
        raise MediaError(f"There is no file {source.name}.")
