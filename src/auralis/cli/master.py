"""``auralis master``: a file, an album or a playlist mastered to new files, with the plan that each has followed."""

from dataclasses import dataclass
from pathlib import Path
from typing import Any

from rich.table import Table
from rich.text import Text

from auralis.cli.output import progress_bar, result_line, results, shown
from auralis.fingerprint.files import fingerprint_file
from auralis.mastering.plan import check_choice
from auralis.model.errors import FieldError, InvalidInputError
from auralis.model.library import AUDIO_SUFFIXES
from auralis.processing.export import Export, Levels, export_file, plan_together
from auralis.processing.guide import Guide
from auralis.processing.orders import BIT_DEPTHS, FORMATS

PLAYLISTS = (".m3u", ".m3u8")


@dataclass(frozen=True, slots=True)
class Wish:
    """How files are to be mastered; ``format`` is that of the files of an album or a playlist."""

    preset: str
    intensity: float
    reference: Path | None = None
    bit_depth: int = 24
    format: str = "flac"


def master_command(source: Path, target: Path, wish: Wish, *, json: bool) -> None:
    """Master ``source`` to ``target`` and say what was done."""
    if wish.bit_depth not in BIT_DEPTHS or wish.format not in FORMATS:
        error = FieldError("--format", f"{wish.bit_depth} bits in {wish.format}")
        raise InvalidInputError("Files have 16 or 24 bits, and are flac or wav.", [error])
    guide = Guide(reference=None if wish.reference is None else fingerprint_file(wish.reference))
    is_album, is_playlist = source.is_dir(), source.suffix.lower() in PLAYLISTS
    if not (is_album or is_playlist):
        _master(source, target, wish, guide, json=json)
        return
    sources = _album(source) if is_album else _playlist(source)
    if not sources:
        error = FieldError("source", "has no audio files")
        raise InvalidInputError(f"There is no music in {source.name}.", [error])
    target.mkdir(parents=True, exist_ok=True)
    guides = [guide] * len(sources)
    if is_album and guide.reference is None:
        check_choice(wish.preset, wish.intensity)
        guides = plan_together([fingerprint_file(file) for file in sources], wish.preset, wish.intensity, guide)
    for n, (file, each) in enumerate(zip(sources, guides, strict=True)):
        name = f"{file.stem}.{wish.format}" if is_album else f"{n + 1:03d} {file.stem}.{wish.format}"
        _master(file, target / name, wish, each, json=json)


def _master(source: Path, target: Path, wish: Wish, guide: Guide, *, json: bool) -> None:
    with progress_bar() as bar:
        task = bar.add_task("Mastering", total=None)
        done = export_file(
            source,
            target,
            wish.preset,
            wish.intensity,
            lambda frames, total: bar.update(task, completed=frames, total=total),
            bit_depth=wish.bit_depth,
            guide=guide,
        )
    if json:
        result_line({"file": target.name, **as_result(done)})
    else:
        results.print(as_table(target, done))


def _album(folder: Path) -> list[Path]:
    """Return the music that lies in a folder itself, in the order of its names."""
    return sorted(file for file in folder.iterdir() if file.suffix.lower() in AUDIO_SUFFIXES and file.is_file())


def _playlist(file: Path) -> list[Path]:
    """Return what a playlist names, relative to where it lies."""
    lines = file.read_text("utf-8-sig", "replace").splitlines()
    named = (line.strip() for line in lines)
    return [file.parent / name.replace("\\", "/") for name in named if name and not name.startswith("#")]


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
    for distance in done.plan.distances:
        away = f"{abs(distance.before - distance.reference):.2f} away"
        left = f"{abs(distance.after - distance.reference):.2f} left"
        table.add_row(distance.dimension, away, left, distance.unit)
    table.add_row("loudness", f"{before.loudness_lufs:.1f} LUFS", f"{after.loudness_lufs:.1f} LUFS", "")
    table.add_row("true peak", f"{before.true_peak_dbtp:.1f} dBTP", f"{after.true_peak_dbtp:.1f} dBTP", "")
    return table


def _levels(levels: Levels) -> dict[str, float]:
    return {"loudnessLufs": round(levels.loudness_lufs, 3), "truePeakDbtp": round(levels.true_peak_dbtp, 3)}
