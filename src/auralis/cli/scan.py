"""``auralis scan``: brings the library up to date with the files on disk."""

from dataclasses import asdict
from pathlib import Path

from auralis.bus import Bus
from auralis.catalog import Catalog
from auralis.cli.folders import checked_folder
from auralis.cli.output import fail, notes, progress_bar, result_line
from auralis.cli.settings import settings_for
from auralis.model.library import ScanCounts, ScanStatus
from auralis.scanner import Scanner
from auralis.store import Database


def scan_command(folder: Path | None, data: Path | None, *, json: bool) -> None:
    """Add ``folder`` to the library if it is given, scan all folders (or that one), and say what was found."""
    settings = settings_for(data=data)
    added = checked_folder(folder) if folder is not None else None
    database = Database(settings.database_path)
    try:
        folders = Catalog(database).library_folders
        if added is not None:
            folders.add(added)
        if not folders.all():
            raise fail("The library has no folders yet: auralis scan DIR adds one.")
        counts = _scan(Scanner(database, Bus()), None if added is None else [added])
    finally:
        database.close()
    if json:
        result_line(asdict(counts) | {"seconds": round(counts.seconds, 3)})
    else:
        notes.print(_sentence(counts))


def _scan(scanner: Scanner, folders: list[Path] | None) -> ScanCounts:
    with progress_bar() as bar:
        task = bar.add_task("Scanning", total=None)

        def show(status: ScanStatus) -> None:
            bar.update(task, completed=status.done, total=status.total)

        return scanner.scan(folders, show)


def _sentence(counts: ScanCounts) -> str:
    changes = {name: getattr(counts, name) for name in ("added", "updated", "moved", "missing", "failed")}
    told = [f"{count} {name}" for name, count in changes.items() if count]
    return ", ".join([f"{counts.files} files in {counts.seconds:.1f} s", *told])
