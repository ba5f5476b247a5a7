"""``auralis master``: one file mastered to another, with the plan that was followed."""

from pathlib import Path
from typing import Any

from rich.table import Table
from rich.text import Text

from auralis.cli.output import progress_bar, result_line, results, shown
from auralis.processing.export import Export, Levels, export_file


def master_command(source: Path, target: Path, preset: str, intensity: float, *, json: bool) -> None:
    """Master ``source`` to ``target`` and say what was done."""
    with progress_bar() as bar:
        task = bar.add_task("Mastering", total=None)
        done = export_file(
            source, target, preset, intensity, lambda frames, total: bar.update(task, completed=frames, total=total)
        )
    if json:
        result_line(as_result(done))
    else:
        results.print(as_table(target, done))


def as_result(done: Export) -> dict[str, Any]:
    """Return the result line."""
    return {
        "plan": done.plan.to_dict(),
        "input": _levels(done.source),
        "output": _levels(done.result),
        "seconds": round(done.seconds, 3),
    }


def as_table(target: Path, done: Export) -> Table:
    """Return what was done, for people."""
    table = Table(title=Text(shown(Path(target.name))), title_justify="left")
    table.add_column("what")
    table.add_column("measured", justify="right")
    table.add_column("change", justify="right")
    table.add_column("why")
    for decision in done.plan.decisions:
        measured = "" if decision.measured is None else f"{decision.measured:.1f} {decision.unit}"
        table.add_row(decision.subject, measured, f"{decision.change:+.1f} {decision.change_unit}", decision.reason)
    before, after = done.source, done.result
    table.add_section()
    table.add_row("loudness", f"{before.loudness_lufs:.1f} LUFS", f"{after.loudness_lufs:.1f} LUFS", "")
    table.add_row("true peak", f"{before.true_peak_dbtp:.1f} dBTP", f"{after.true_peak_dbtp:.1f} dBTP", "")
    return table


def _levels(levels: Levels) -> dict[str, float]:
    return {"loudnessLufs": round(levels.loudness_lufs, 3), "truePeakDbtp": round(levels.true_peak_dbtp, 3)}
