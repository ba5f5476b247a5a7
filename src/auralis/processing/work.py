"""One job, track by track: each file mastered, tagged and whole, then all of them in one archive."""

import re
import zipfile
from collections.abc import Callable, Sequence
from functools import partial
from pathlib import Path
from typing import Any

from auralis.fingerprint.files import fingerprint_file
from auralis.kit.files import replacing
from auralis.model.errors import StorageError
from auralis.processing.export import Export, Levels, export_file, plan_together
from auralis.processing.guide import NO_GUIDE, Guide
from auralis.processing.orders import PER_TRACK, Order

_LONGEST_NAME = 80
_UNSAFE = re.compile(r'[\x00-\x1f\x7f<>:"/\\|?*]+')

Report = Callable[[int], None]


def master_tracks(
    order: Order, sources: Sequence[Path], folder: Path, report: Report, guide: Guide = NO_GUIDE
) -> dict[str, Any]:
    """Carry out an order in ``folder`` and return what came of it; ``report`` hears of progress, and may raise to stop.

    What a run before has finished is kept as it is.

    Raises
    ------
    MediaError
        If a source cannot be read.
    StorageError
        If the disk refuses; ``STORAGE_FULL`` when it is full.
    """
    try:
        folder.mkdir(parents=True, exist_ok=True)
        return _mastered(order, sources, folder, report, guide)
    except OSError as error:
        raise StorageError.of(error, "What is mastered cannot be written.") from error


def _mastered(order: Order, sources: Sequence[Path], folder: Path, report: Report, guide: Guide) -> dict[str, Any]:
    guides = _guides(order, sources, guide, report)
    made: list[dict[str, Any]] = []
    files: list[Path] = []
    for n, source in enumerate(sources):
        report(n * PER_TRACK)
        target = folder / f"{n + 1:03d}.{order.format}"
        progress = partial(_add, report, n * PER_TRACK)
        told = None if target.exists() else _master(order, source, target, progress, guides[n])
        name = _name(n, source, order, alone=len(sources) == 1)
        files.append(target)
        made.append({"trackId": order.track_ids[n], "name": name, **(_levels(told) if told else {})})
    report(len(sources) * PER_TRACK)
    if len(files) == 1:
        return {"file": files[0].name, "name": made[0]["name"], "tracks": made}
    archive = folder / "master.zip"
    _pack(archive, [(file, str(entry["name"])) for file, entry in zip(files, made, strict=True)])
    for file in files:
        file.unlink(missing_ok=True)
    return {"file": archive.name, "name": f"{safe_name(order.title)}.zip", "tracks": made}


def _add(report: Report, before: int, part: int) -> None:
    report(before + part)


def safe_name(text: str) -> str:
    """Return ``text`` as every file system takes it for a name."""
    return _UNSAFE.sub("_", text).strip(" .")[:_LONGEST_NAME].strip(" .") or "untitled"


def _guides(order: Order, sources: Sequence[Path], guide: Guide, report: Report) -> list[Guide]:
    """Return what each track follows; an album is measured as a whole first."""
    if not order.together or len(sources) < 2 or guide.reference is not None:
        return [guide] * len(sources)
    fingerprints = []
    for source in sources:
        report(0)
        fingerprints.append(fingerprint_file(source))
    return plan_together(fingerprints, order.preset, order.intensity, guide)


def _master(order: Order, source: Path, target: Path, report: Report, guide: Guide) -> Export:
    def progress(done: int, total: int) -> None:
        report(min(PER_TRACK - 1, round(PER_TRACK * done / max(1, total))))

    return export_file(source, target, order.preset, order.intensity, progress, bit_depth=order.bit_depth, guide=guide)


def _name(n: int, source: Path, order: Order, *, alone: bool) -> str:
    stem = safe_name(source.stem)
    return f"{stem}.{order.format}" if alone else f"{n + 1:03d} {stem}.{order.format}"


def _pack(archive: Path, entries: Sequence[tuple[Path, str]]) -> None:
    with replacing(archive) as unfinished, zipfile.ZipFile(unfinished, "w", zipfile.ZIP_STORED) as packed:
        for file, name in entries:
            packed.write(file, name)


def _levels(done: Export) -> dict[str, Any]:
    return {
        "before": _shown(done.source),
        "after": _shown(done.result),
        "planHash": done.plan.plan_hash,
        "limitedBy": done.plan.limited_by,
    }


def _shown(levels: Levels) -> dict[str, float]:
    return {"loudnessLufs": round(levels.loudness_lufs, 2), "truePeakDbtp": round(levels.true_peak_dbtp, 2)}
