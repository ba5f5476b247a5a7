"""One job, track by track: each file mastered, tagged and whole, then all of them in one archive."""

import errno
import re
import zipfile
from collections.abc import Callable, Sequence
from functools import partial
from pathlib import Path
from typing import Any

from auralis.kit.files import replacing
from auralis.media.tags import embedded_cover, read_file, write_tags
from auralis.model.errors import MediaError, StorageError
from auralis.processing.export import Export, Levels, export_file
from auralis.processing.orders import PER_TRACK, Order

_LONGEST_NAME = 80
_UNSAFE = re.compile(r'[\x00-\x1f\x7f<>:"/\\|?*]+')

Report = Callable[[int], None]


def master_tracks(order: Order, sources: Sequence[Path], folder: Path, report: Report) -> dict[str, Any]:
    """Carry out an order in ``folder`` and return what came of it; ``report`` hears of progress, and may raise to stop.

    What a run before has finished is kept as it is.
    """
    folder.mkdir(parents=True, exist_ok=True)
    made: list[dict[str, Any]] = []
    files: list[Path] = []
    for n, source in enumerate(sources):
        report(n * PER_TRACK)
        target = folder / f"{n + 1:03d}.{order.format}"
        told = None if target.exists() else _master(order, source, target, partial(_add, report, n * PER_TRACK))
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


def _master(order: Order, source: Path, target: Path, report: Report) -> Export:
    def progress(done: int, total: int) -> None:
        report(min(PER_TRACK - 1, round(PER_TRACK * done / max(1, total))))

    # The name becomes the file's own only when its tags are in it too.
    with replacing(target) as unfinished:
        done = export_file(source, unfinished, order.preset, order.intensity, progress, bit_depth=order.bit_depth)
        _carry_tags(source, unfinished)
    return done


def _carry_tags(source: Path, target: Path) -> None:
    """Give ``target`` the tags and the cover of ``source``; gains measured on other sound are left behind."""
    try:
        tags = read_file(source).tags
        cover = embedded_cover(source)
    except MediaError:
        return  # what cannot be read says nothing that could be carried over
    write_tags(target, tags, cover)


def _name(n: int, source: Path, order: Order, *, alone: bool) -> str:
    stem = safe_name(source.stem)
    return f"{stem}.{order.format}" if alone else f"{n + 1:03d} {stem}.{order.format}"


def _pack(archive: Path, entries: Sequence[tuple[Path, str]]) -> None:
    try:
        with replacing(archive) as unfinished, zipfile.ZipFile(unfinished, "w", zipfile.ZIP_STORED) as packed:
            for file, name in entries:
                packed.write(file, name)
    except OSError as error:
        code = "STORAGE_FULL" if error.errno == errno.ENOSPC else None
        raise StorageError("The archive cannot be written.", code=code) from error


def _levels(done: Export) -> dict[str, Any]:
    return {
        "before": _shown(done.source),
        "after": _shown(done.result),
        "planHash": done.plan.plan_hash,
        "limitedBy": done.plan.limited_by,
    }


def _shown(levels: Levels) -> dict[str, float]:
    return {"loudnessLufs": round(levels.loudness_lufs, 2), "truePeakDbtp": round(levels.true_peak_dbtp, 2)}
