"""Renders every real track under a folder enhanced, and holds each against its plan with libebur128 as the judge.

``python benchmarks/corpus.py DIR [--limit N] [--preset NAME] [--intensity X] [--target LUFS] [--json]``

Exit code 1 if the true peak of any render is over -1.0 dBTP, or its loudness is more than 0.5 LU from what the plan
promises. Files that cannot be decoded are listed with the reason and do not count.
"""

import argparse
import json
import multiprocessing
import os
import sys
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from functools import partial
from pathlib import Path

import numpy as np
import pyebur128
from numpy.typing import NDArray

from auralis.dsp.fold import fold
from auralis.fingerprint.files import fingerprint_file
from auralis.mastering.chain import Chain
from auralis.mastering.plan import MasteringPlan, plan_mastering
from auralis.media.decode import AudioReader
from auralis.model.errors import MediaError
from auralis.model.library import AUDIO_SUFFIXES

PROCESSES = 2
MOST_PEAK_DBTP = -1.0
MOST_ERROR_LU = 0.5

Samples = NDArray[np.float32]


@dataclass(frozen=True, slots=True)
class Judgement:
    """One track: before and after by libebur128, what the plan promised, and what the limiter took, dB."""

    file: str
    seconds: float = 0.0
    source_lufs: float = 0.0
    planned_lufs: float = 0.0
    output_lufs: float = 0.0
    source_dbtp: float = 0.0
    output_dbtp: float = 0.0
    source_lra: float = 0.0
    output_lra: float = 0.0
    reduction_mean_db: float = 0.0
    reduction_p95_db: float = 0.0
    reduction_swing_db: float = 0.0
    bass_reduction_mean_db: float = 0.0
    largest_eq_db: float = 0.0
    limited_by: str | None = None
    error: str | None = None

    @property
    def passes(self) -> bool:
        """Whether the render keeps what the plan and the product promise."""
        return self.output_dbtp <= MOST_PEAK_DBTP and abs(self.output_lufs - self.planned_lufs) <= MOST_ERROR_LU


class Judge:
    """libebur128 over blocks."""

    def __init__(self, channels: int, rate: int) -> None:
        mode = pyebur128.MeasurementMode
        self._state = pyebur128.R128State(channels, rate, mode.MODE_I | mode.MODE_LRA | mode.MODE_TRUE_PEAK)
        self._channels = channels

    def push(self, block: Samples) -> None:
        """Measure the next samples."""
        if block.shape[1]:
            self._state.add_frames(np.ascontiguousarray(block.T).ravel(), block.shape[1])

    def figures(self) -> tuple[float, float, float]:
        """Return integrated loudness (LUFS, silence -70), true peak (dBTP) and loudness range (LU)."""
        peak = max(pyebur128.get_true_peak(self._state, channel) for channel in range(self._channels))
        loudness = max(-70.0, pyebur128.get_loudness_global(self._state))
        return loudness, 20.0 * float(np.log10(max(peak, 1e-10))), pyebur128.get_loudness_range(self._state)


def judge(path: Path, *, preset: str, intensity: float, target_lufs: float | None = None) -> Judgement:
    """Fingerprint, plan, render and measure one file."""
    try:
        plan = plan_mastering(fingerprint_file(path), preset, intensity, target_lufs=target_lufs)
        return _rendered(path, plan)
    except MediaError as error:
        return Judgement(path.name, error=error.message)


def _rendered(path: Path, plan: MasteringPlan) -> Judgement:
    with AudioReader(path) as reader:
        rate, channels = reader.info.sample_rate, min(2, reader.info.channels)
        chain = Chain(plan, rate)
        before, after = Judge(channels, rate), Judge(channels, rate)
        gains, bass, skip = [], [], chain.latency_frames
        for block in _with_tail(reader, chain.latency_frames):
            before.push(block[:channels])
            late = chain.process(np.repeat(block, 2, axis=0) if channels == 1 else block)[:channels]
            after.push(late[:, min(skip, late.shape[1]) :])
            skip -= min(skip, late.shape[1])
            gains.append(chain.gain_reduction_db.astype(np.float32))
            bass.append(chain.bass_reduction_db.astype(np.float32))
    source_lufs, source_dbtp, source_lra = before.figures()
    output_lufs, output_dbtp, output_lra = after.figures()
    slow = _tenths(np.concatenate(gains), rate)
    return Judgement(
        file=path.name,
        seconds=reader.position / rate,
        source_lufs=source_lufs,
        planned_lufs=plan.predicted_loudness_lufs,
        output_lufs=output_lufs,
        source_dbtp=source_dbtp,
        output_dbtp=output_dbtp,
        source_lra=source_lra,
        output_lra=output_lra,
        reduction_mean_db=float(slow.mean()),
        reduction_p95_db=float(np.percentile(slow, 95)),
        reduction_swing_db=float(np.std(slow)),
        bass_reduction_mean_db=float(_tenths(np.concatenate(bass), rate).mean()),
        largest_eq_db=max(plan.eq_curve_db, key=abs),
        limited_by=plan.limited_by,
    )


def _with_tail(reader: AudioReader, frames: int) -> Iterator[Samples]:
    channels = 1
    for block in reader:
        pair = fold(block)
        channels = len(pair)
        yield pair
    yield np.zeros((channels, frames), np.float32)


def _tenths(reduction_db: NDArray[np.float32], rate: int) -> NDArray[np.float32]:
    """Return means over 0.1 s."""
    hop = rate // 10
    whole = reduction_db[: len(reduction_db) // hop * hop]
    return whole.reshape(-1, hop).mean(axis=1) if len(whole) else np.zeros(1, np.float32)


def _summary(tracks: list[Judgement]) -> dict[str, float]:
    errors = np.array([t.output_lufs - t.planned_lufs for t in tracks])
    matches = np.array([t.output_lufs - t.source_lufs for t in tracks])
    ranges = np.array([t.output_lra - t.source_lra for t in tracks])
    return {
        "tracks": len(tracks),
        "passed": sum(t.passes for t in tracks),
        "largestErrorLu": float(np.abs(errors).max()),
        "errorP95Lu": float(np.percentile(np.abs(errors), 95)),
        "within0.1LuOfOriginal": float((np.abs(matches) <= 0.1).mean()),
        "loudestOverOriginalLu": float(matches.max()),
        "medianOverOriginalLu": float(np.median(matches)),
        "highestTruePeakDbtp": max(t.output_dbtp for t in tracks),
        "sourcesOverMinus1Dbtp": float(np.mean([t.source_dbtp > MOST_PEAK_DBTP for t in tracks])),
        "rangeChangeP5Lu": float(np.percentile(ranges, 5)),
        "rangeChangeP95Lu": float(np.percentile(ranges, 95)),
        "meanReductionP95Db": float(np.percentile([t.reduction_mean_db for t in tracks], 95)),
        "largestMeanReductionDb": max(t.reduction_mean_db for t in tracks),
        "equalizerUntouched": float(np.mean([t.largest_eq_db == 0.0 for t in tracks])),
        "largestEqP95Db": float(np.percentile([abs(t.largest_eq_db) for t in tracks], 95)),
    }


def _line(t: Judgement) -> str:
    if t.error is not None:
        return f"{t.file[:34]:<34} {t.error}"
    return (
        f"{t.file[:34]:<34} {t.source_lufs:7.2f} {t.planned_lufs:8.2f} {t.output_lufs:7.2f}"
        f" {t.output_lufs - t.planned_lufs:+6.2f} {t.source_dbtp:6.2f} {t.output_dbtp:6.2f}"
        f" {t.output_lra - t.source_lra:+6.2f} {t.reduction_mean_db:6.2f} {t.reduction_p95_db:6.2f}"
        f" {t.largest_eq_db:+5.1f}  {t.limited_by or ''}{'' if t.passes else '  FAILED'}"
    )


def main() -> int:
    """Judge all tracks and report."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--limit", type=int, help="only so many tracks, spread over the folder")
    parser.add_argument("--preset", default="adaptive")
    parser.add_argument("--intensity", type=float, default=1.0)
    parser.add_argument("--target", type=float, help="a loudness to aim at, as for an export, LUFS")
    parser.add_argument("--json", action="store_true", help="one JSON document on standard output")
    chosen = parser.parse_args()
    files = sorted(path for path in chosen.folder.rglob("*") if path.suffix.lower() in AUDIO_SUFFIXES)
    files = files[:: max(1, len(files) // chosen.limit)][: chosen.limit] if chosen.limit else files
    if not files:
        print(f"No music in {chosen.folder}.", file=sys.stderr)
        return 2
    report = sys.stderr if chosen.json else sys.stdout
    head = ("original", "planned", "output", "error", "peak", "after", "range", "limit", "p95", "eq")
    print(f"{'track':<34}" + "{:>8} {:>8} {:>7} {:>6} {:>6} {:>6} {:>6} {:>6} {:>6} {:>5}".format(*head), file=report)
    judged = []
    with multiprocessing.get_context("spawn").Pool(PROCESSES, initializer=os.nice, initargs=(5,)) as pool:
        work = partial(judge, preset=chosen.preset, intensity=chosen.intensity, target_lufs=chosen.target)
        for track in pool.imap(work, files):
            print(_line(track), file=report, flush=True)
            judged.append(track)
    heard = [track for track in judged if track.error is None]
    summary = _summary(heard) if heard else {"tracks": 0}
    if chosen.json:
        print(json.dumps({"summary": summary, "tracks": [asdict(track) for track in judged]}, indent=1))
    else:
        print(*(f"{name:<24} {value:.3f}" for name, value in summary.items()), sep="\n")
    return 0 if heard and all(track.passes for track in heard) else 1


if __name__ == "__main__":
    sys.exit(main())
