"""Renders every real track under a folder enhanced, and holds each against its plan with libebur128 as the judge.

``python benchmarks/corpus.py DIR [--limit N] [--presets all|NAMES] [--intensities 0,0.5,1] [--target LUFS]
[--results FILE] [--page FILE] [--processes N] [--report-only]``

With ``--results`` every judgement goes into a file of JSON lines, and a run that was stopped goes on where it was.
``--page`` writes the summary as Markdown, and a drawing of each preset's average effect beside it.
Exit code 1 if any render breaks a promise (see ``judging.py``). Files that cannot be decoded are listed with the
reason and do not count.
"""

import argparse
import json
import multiprocessing
import os
import sys
from collections.abc import Sequence
from dataclasses import asdict, replace
from functools import partial
from pathlib import Path

import numpy as np

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from benchmarks.effects import draw
from benchmarks.judging import Judgement, found, judge_track, lines

from auralis.model.library import AUDIO_SUFFIXES
from auralis.model.player import PRESETS

PROCESSES = 2
HEAD = ("original", "planned", "output", "error", "peak", "after", "range", "limit", "p95", "bal", "eq")
_INTRODUCTION = """# Mastering, judged on real music

Every render is held against its plan, with libebur128 as the judge: loudness within 0.5 LU of what the plan promises
and no more than 0.1 LU over the original, true peak at most -1.0 dBTP, loudness range and ratio of peak to loudness
within the caps of the preset, the limiter's work within its caps, octaves within 1 dB (95th percentile; 2 at most) of
what the plan draws. At intensity 0 the original comes out bit for bit. The music is fetched by
`python benchmarks/fetch_music.py music`; this page and its drawing are made by

```
python benchmarks/corpus.py music --presets all --intensities 0,0.5,1 \\
  --results judged.jsonl --page docs/reference/mastering.md
```

A run that is stopped goes on where it was; with `--report-only` the page is made from what there is.

![Average effect of each preset]({drawing})
"""
_LAYOUT = "{:>8} {:>8} {:>7} {:>6} {:>6} {:>6} {:>6} {:>6} {:>6} {:>5} {:>5}"
Choice = tuple[str, float]
_COLUMNS = (
    "preset", "intensity", "tracks", "in all bounds", "off the plan p95 / most, LU", "over the original at most, LU",
    "highest true peak, dBTP", "range lost / gained at most, LU", "limiter mean / p95 at most, dB",
    "balance p95 / most, dB",
)  # fmt: skip


def summary(tracks: Sequence[Judgement]) -> dict[str, float]:
    """Return the figures of some renders of one preset at one intensity."""
    errors = np.abs([t.output_lufs - t.planned_lufs for t in tracks])
    matches = np.array([t.output_lufs - t.source_lufs for t in tracks])
    ranges = np.array([t.output_lra - t.source_lra for t in tracks])
    ratios = np.array([(t.output_dbtp - t.output_lufs) - (t.source_dbtp - t.source_lufs) for t in tracks])
    return {
        "tracks": len(tracks),
        "passed": sum(t.passes for t in tracks),
        "errorP95Lu": float(np.percentile(errors, 95)),
        "largestErrorLu": float(errors.max()),
        "loudestOverOriginalLu": float(matches.max()),
        "within0.1LuOfOriginal": float((np.abs(matches) <= 0.1).mean()),
        "medianOverOriginalLu": float(np.median(matches)),
        "highestTruePeakDbtp": max(t.output_dbtp for t in tracks),
        "sourcesOverMinus1Dbtp": float(np.mean([t.source_dbtp > -1.0 for t in tracks])),
        "largestRangeLossLu": float((-ranges).max() + 0.0),
        "largestRangeGainLu": float(ranges.max()),
        "ratioChangeP5Db": float(np.percentile(ratios, 5)),
        "largestMeanReductionDb": max(t.reduction_mean_db for t in tracks),
        "largestP95ReductionDb": max(t.reduction_p95_db for t in tracks),
        "largestSwingDb": max(t.reduction_swing_db for t in tracks),
        "balanceP95Db": float(np.percentile([t.balance_p95_db for t in tracks], 95)),
        "largestBalanceDb": max(t.balance_db for t in tracks),
        "bandsOutsideBefore": float(np.mean([t.outside_before for t in tracks])),
        "bandsOutsideAfter": float(np.mean([t.outside_after for t in tracks])),
        "equalizerUntouched": float(np.mean([t.largest_eq_db == 0.0 for t in tracks])),
        "largestEqP95Db": float(np.percentile([abs(t.largest_eq_db) for t in tracks], 95)),
    }


def table(judged: Sequence[Judgement]) -> str:
    """Return the summary of a whole run as Markdown."""
    heard = [t for t in judged if t.error is None]
    rows = [
        "| " + " | ".join(_COLUMNS) + " |",
        "|---" * len(_COLUMNS) + "|",
    ]
    for preset, intensity in sorted({(t.preset, t.intensity) for t in heard}, key=_order):
        s = summary([t for t in heard if (t.preset, t.intensity) == (preset, intensity)])
        peak = f"{s['highestTruePeakDbtp']:.2f}" if intensity else "the originals' own"
        rows.append(
            f"| {preset} | {intensity:g} | {s['tracks']:.0f} | {s['passed']:.0f} "
            f"| {s['errorP95Lu']:.2f} / {s['largestErrorLu']:.2f} | {s['loudestOverOriginalLu']:+.2f} | {peak} "
            f"| {s['largestRangeLossLu']:.2f} / {s['largestRangeGainLu']:.2f} "
            f"| {s['largestMeanReductionDb']:.2f} / {s['largestP95ReductionDb']:.2f} "
            f"| {s['balanceP95Db']:.2f} / {s['largestBalanceDb']:.2f} |"
        )
    failed = [f"- {t.file}, {t.preset} {t.intensity:g}: {', '.join(t.broken)}" for t in heard if t.broken]
    lengths = {(t.file, t.seconds) for t in heard}
    hours = sum(seconds for _, seconds in lengths) / 3600
    unreadable = len({t.file for t in judged if t.error is not None})
    music = f"{len(lengths)} tracks ({hours:.1f} h of music; {unreadable} files without sound)"
    told = f"{len(heard)} renders of {music}, {sum(t.passes for t in heard)} of them in all bounds."
    return "\n".join((told, "", *rows, "", *(("Out of bounds:", "", *failed, "") if failed else ())))


def _order(choice: Choice) -> tuple[int, float]:
    return PRESETS.index(choice[0]), choice[1]


def _choices(presets: str, intensities: str) -> list[Choice]:
    names = PRESETS if presets == "all" else tuple(presets.split(","))
    return [(name, float(intensity)) for name in names for intensity in intensities.split(",")]


def _kept(results: Path | None) -> list[Judgement]:
    """Return what an earlier run has left; a line that was cut off by its end does not count."""
    kept = []
    if results is not None and results.exists():
        for line in results.read_text().splitlines():
            try:
                row = json.loads(line)
            except ValueError:
                continue
            kept.append(Judgement(**{**row, "broken": tuple(row["broken"]), "change_db": tuple(row["change_db"])}))
    return kept


def main() -> int:
    """Judge all tracks and report."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--limit", type=int, help="only so many tracks, spread over the folder")
    parser.add_argument("--presets", default="adaptive", help="names, or all")
    parser.add_argument("--intensities", default="1")
    parser.add_argument("--target", type=float, help="a loudness to aim at, as for an export, LUFS")
    parser.add_argument("--results", type=Path, help="JSON lines; what is in it already is not made again")
    parser.add_argument("--page", type=Path, help="the summary as Markdown, with a drawing beside it")
    parser.add_argument("--report-only", action="store_true", help="report what --results has, and judge nothing more")
    parser.add_argument("--processes", type=int, default=PROCESSES)
    chosen = parser.parse_args()
    files = found(chosen.folder, tuple(AUDIO_SUFFIXES), chosen.limit)
    if not files:
        print(f"No music in {chosen.folder}.", file=sys.stderr)
        return 2
    choices = _choices(chosen.presets, chosen.intensities)
    judged = [t for t in _kept(chosen.results) if (t.preset, t.intensity) in choices]
    done = {(t.file, t.preset, t.intensity) for t in judged}
    print(
        f"{'track':<34} {'preset':<13}"
        + "{:>8} {:>8} {:>7} {:>6} {:>6} {:>6} {:>6} {:>6} {:>6} {:>5} {:>5}".format(*HEAD)
    )
    with multiprocessing.get_context("spawn").Pool(chosen.processes, initializer=os.nice, initargs=(10,)) as pool:
        names = {file: file.relative_to(chosen.folder).as_posix() for file in files}
        wanted = [] if chosen.report_only else files
        todo = [(file, [choice for choice in choices if (names[file], *choice) not in done]) for file in wanted]
        work = partial(_judge, folder=chosen.folder, target_lufs=chosen.target)
        for tracks in pool.imap_unordered(work, [(file, left) for file, left in todo if left]):
            print(*lines(tracks), sep="\n", flush=True)
            judged += tracks
            if chosen.results is not None:
                with chosen.results.open("a") as file:
                    file.writelines(json.dumps(asdict(track)) + "\n" for track in tracks)
    return _report(judged, chosen.page)


def _judge(task: tuple[Path, list[Choice]], folder: Path, target_lufs: float | None) -> tuple[Judgement, ...]:
    path, choices = task
    name = path.relative_to(folder).as_posix()
    return tuple(replace(judged, file=name) for judged in judge_track(path, choices, target_lufs))


def _report(judged: Sequence[Judgement], target: Path | None) -> int:
    heard = [track for track in judged if track.error is None]
    for preset, intensity in sorted({(t.preset, t.intensity) for t in heard}, key=_order):
        print(f"\n{preset} at {intensity:g}")
        figures = summary([t for t in heard if (t.preset, t.intensity) == (preset, intensity)])
        print(*(f"{name:<24} {value:.3f}" for name, value in figures.items()), sep="\n")
    if target is not None:
        drawing = target.with_name(f"{target.stem}-effects.svg")
        drawing.write_text(draw(heard))
        target.write_text(f"{_INTRODUCTION.format(drawing=drawing.name)}\n{table(judged)}")
    return 0 if heard and all(track.passes for track in heard) else 1


if __name__ == "__main__":
    sys.exit(main())
