"""``auralis fingerprint``: measures files and prints how they sound."""

import time
from pathlib import Path
from typing import Any

import typer
from rich.table import Table
from rich.text import Text

from auralis.cli.output import FAILED, describe, notes, result_line, results, shown
from auralis.model.errors import AuralisError
from auralis.model.fingerprint import DIMENSIONS, Fingerprint


def fingerprint_command(files: list[Path], *, json: bool, estimate: bool = False) -> None:
    """Measure each file in the order given, or estimate it; exit code 1 if any could not be."""
    from auralis.fingerprint.estimate import estimate_file
    from auralis.fingerprint.files import fingerprint_file

    failed = False
    for file in files:
        started = time.perf_counter()
        try:
            with notes.status(Text(f"Listening to {shown(Path(file.name))}")):
                measured = (estimate_file(file) if estimate else None) or fingerprint_file(file)
        except (AuralisError, OSError) as error:
            failed = True
            reason = error.message if isinstance(error, AuralisError) else describe(error)
            if json:
                result_line({"file": shown(file), "error": reason})
            else:
                notes.print(f"{shown(file)}: {reason}", style="red", markup=False)
            continue
        seconds = time.perf_counter() - started
        if json:
            result_line(as_result(file, measured, seconds))
        else:
            results.print(as_table(file, measured))
    if failed:
        raise typer.Exit(FAILED)


def as_result(file: Path, measured: Fingerprint, seconds: float) -> dict[str, Any]:
    """Return the result line of a file."""
    return {
        "file": shown(file),
        "durationSeconds": measured.frames / measured.sample_rate,
        "kind": "estimate" if measured.is_estimate else "full",
        "heardShare": round(measured.heard_share, 4),
        "dimensions": dict(measured.dimensions),
        "loudnessRangeLu": measured.loudness_range_lu,
        "truePeakDbtp": measured.true_peak_dbtp,
        "key": {"tonic": measured.key.tonic, "mode": measured.key.mode, "confidence": measured.key.confidence},
        "tempoAlternativeBpm": measured.tempo_alternative_bpm,
        "beatOffsetSeconds": measured.beat_offset_seconds,
        "startSilenceSeconds": measured.start_silence_seconds,
        "endSilenceSeconds": measured.end_silence_seconds,
        "samplePeakDbfs": measured.sample_peak_dbfs,
        "thirdOctaveDb": measured.third_octave_db,
        "confidence": dict(measured.confidence),
        "seconds": round(seconds, 4),
    }


def as_table(file: Path, measured: Fingerprint) -> Table:
    """Return a file's fingerprint for people."""
    of = f", estimated from {measured.heard_share:.0%}" if measured.is_estimate else ""
    table = Table(title=Text(shown(Path(file.name)) + of), title_justify="left")
    table.add_column("dimension")
    table.add_column("value", justify="right")
    table.add_column("unit")
    table.add_column("confidence", justify="right")
    for dimension in DIMENSIONS:
        value, confidence = measured.dimensions[dimension.name], measured.confidence[dimension.name]
        table.add_row(dimension.name, f"{value:.3f}", dimension.unit, f"{confidence:.2f}")
    table.add_row("loudness range", f"{measured.loudness_range_lu:.1f}", "LU", "")
    table.add_row("true peak", f"{measured.true_peak_dbtp:.1f}", "dBTP", "")
    table.add_row("other tempo", f"{measured.tempo_alternative_bpm:.1f}", "BPM", "")
    silence = f"{measured.start_silence_seconds:.2f} + {measured.end_silence_seconds:.2f}"
    table.add_row("silence, start + end", silence, "s", "")
    table.add_row("key", f"{measured.key.tonic} {measured.key.mode}", "", f"{measured.key.confidence:.2f}")
    return table
