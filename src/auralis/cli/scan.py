"""``auralis scan``: brings the library up to date with the files on disk."""

import os
import sys
from dataclasses import asdict
from pathlib import Path

import typer

from auralis.bus import Bus
from auralis.catalog import LibraryFolders
from auralis.cli.folders import checked_folder
from auralis.cli.output import fail, progress_bar, result_line
from auralis.cli.settings import library_settings
from auralis.model.library import ScanCounts, ScanStatus
from auralis.scanner import Scanner
from auralis.scanner.preferences import scan_settings
from auralis.settings import SettingsBook
from auralis.store import Database
from auralis.store.library.folders import is_within


def scan_command(folder: Path | None, data: Path | None, *, thorough: bool, json: bool) -> None:
    """Scan all folders, or ``folder``, which is added unless it lies in one of them, and say what was found."""
    path, fixed = library_settings(data)
    chosen = folder.expanduser().resolve() if folder is not None else None
    database = Database(path)
    try:
        folders = LibraryFolders(database)
        within = [each for each in folders.all() if chosen and is_within(os.fsencode(chosen), each.path)]
        if chosen is not None and not within:
            folders.add(checked_folder(chosen))
        if not folders.all():
            raise fail("The library has no folders yet: auralis scan DIR adds one.")
        bus = Bus()
        book = SettingsBook(database, bus, fixed)
        scanner = Scanner(database, bus, lambda: scan_settings(book))
        counts = _scan(scanner, None if chosen is None else [chosen], thorough)
    finally:
        database.close()
    if json:
        result_line(asdict(counts) | {"seconds": round(counts.seconds, 3)})
    else:
        typer.echo(_sentence(counts), err=True)


def _scan(scanner: Scanner, folders: list[Path] | None, thorough: bool) -> ScanCounts:
    if not sys.stderr.isatty():
        return scanner.scan(folders, thorough=thorough)
    with progress_bar() as bar:
        task = bar.add_task("Scanning", total=None)

        def show(status: ScanStatus) -> None:
            bar.update(task, completed=status.done, total=status.total)

        return scanner.scan(folders, show, thorough=thorough)


def _sentence(counts: ScanCounts) -> str:
    changes = {name: getattr(counts, name) for name in ("added", "updated", "moved", "missing", "failed")}
    told = [f"{count} {name}" for name, count in changes.items() if count]
    return ", ".join([f"{counts.files} files in {counts.seconds:.1f} s", *told])
