"""``auralis doctor``: looks at everything that Auralis needs, and says what is missing."""

import importlib.metadata
import os
import platform
import shutil
import socket
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import NamedTuple

import typer
from rich.table import Table
from rich.text import Text

from auralis.api import site
from auralis.app.settings import MEGABYTE, Settings
from auralis.cli.output import FAILED, describe, result_line, results, shown
from auralis.cli.settings import settings_for
from auralis.kit.ids import new_id
from auralis.model.errors import AuralisError

LEAST_FREE_MB = 500
DECODERS = ("flac", "mp3float", "vorbis", "opus", "aac", "alac", "wavpack", "ape", "wmav2", "pcm_s16le")


class Finding(NamedTuple):
    """One thing that was looked at: ``ok``, ``warning`` or ``problem``, and what was found."""

    name: str
    state: str
    detail: str


def doctor_command(data: Path | None, *, json: bool) -> None:
    """Look at everything; exit code 1 if anything that is needed is missing."""
    settings = settings_for(data=data)
    checks: list[Callable[[Settings], Finding]] = [_python, _decoders, _sound, _data, _folders, _port, _player]
    findings = [check(settings) for check in checks]
    if json:
        for finding in findings:
            result_line(finding._asdict())
    else:
        table = Table("", "what", "found", box=None)
        marks = {"ok": "[green]✓[/]", "warning": "[yellow]![/]", "problem": "[red]✗[/]"}
        for finding in findings:
            table.add_row(marks[finding.state], finding.name, Text(finding.detail))
        results.print(table)
    if any(finding.state == "problem" for finding in findings):
        raise typer.Exit(FAILED)


def _python(_: Settings) -> Finding:
    version = importlib.metadata.version("auralis")
    detail = f"Auralis {version} on Python {platform.python_version()}, {os.cpu_count()} cores"
    return Finding("program", "ok" if sys.version_info >= (3, 11) else "problem", detail)


def _decoders(_: Settings) -> Finding:
    from auralis.media.decode import available_decoders

    missing = sorted(set(DECODERS) - available_decoders())
    return Finding("decoders", "problem" if missing else "ok", f"missing: {', '.join(missing)}" if missing else "all")


def _sound(_: Settings) -> Finding:
    from auralis.dsp.warm import warm

    started = time.perf_counter()
    warm()
    return Finding("sound", "ok", f"compiled code ready in {time.perf_counter() - started:.1f} s")


def _data(settings: Settings) -> Finding:
    probe = settings.data / f".{new_id()}"
    try:
        settings.data.mkdir(parents=True, exist_ok=True)
        probe.touch()
        probe.unlink()
    except OSError as error:
        return Finding("data folder", "problem", f"{shown(settings.data)}: {describe(error)}")
    free = shutil.disk_usage(settings.data).free // MEGABYTE
    state = "ok" if free >= LEAST_FREE_MB else "warning"
    return Finding("data folder", state, f"{shown(settings.data)}, {free} MB free")


def _folders(settings: Settings) -> Finding:
    from auralis.catalog.folders import LibraryFolders
    from auralis.store import Database

    if not settings.database_path.exists():
        return Finding("music", "warning", "no library yet: auralis serve --music DIR")
    try:
        database = Database(settings.database_path)
    except AuralisError as error:
        return Finding("music", "problem", error.message)
    try:
        paths = [folder.shown_path for folder in LibraryFolders(database).all()]
    finally:
        database.close()
    away = [path for path in paths if not os.access(path, os.R_OK | os.X_OK)]
    if away:
        return Finding("music", "warning", f"not readable: {', '.join(away)}")
    return Finding("music", "ok", ", ".join(paths) or "no folders yet: auralis serve --music DIR")


def _port(settings: Settings) -> Finding:
    with socket.socket(socket.AF_INET6 if ":" in settings.host else socket.AF_INET) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((settings.host, settings.port))
        except OSError as error:
            return Finding("port", "warning", f"{settings.host}:{settings.port}: {error.strerror}")
    return Finding("port", "ok", f"{settings.host}:{settings.port} is free")


def _player(_: Settings) -> Finding:
    built = site.is_built()
    return Finding("web player", "ok" if built else "warning", "built" if built else "not built: make setup")
