"""What commands print: result lines on standard output, progress and sentences on standard error."""

import errno
import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

import orjson
import typer

from auralis.model.errors import AuralisError

if TYPE_CHECKING:
    from rich.console import Console
    from rich.progress import Progress

    notes: Console
    results: Console

FAILED = 1


@cache
def _consoles() -> "dict[str, Console]":
    from rich.console import Console

    return {"notes": Console(stderr=True, highlight=False), "results": Console(highlight=False)}


def __getattr__(name: str) -> Any:
    """Make the consoles, ``notes`` on standard error and ``results`` on standard output, when one is asked for."""
    if name not in {"notes", "results"}:
        raise AttributeError(name)
    return _consoles()[name]


def result_line(data: Any) -> None:
    """Print one result as one line of JSON."""
    sys.stdout.write(orjson.dumps(data).decode() + "\n")
    sys.stdout.flush()


def fail(sentence: str) -> typer.Exit:
    """Say on standard error what went wrong, and return the exit that goes with it."""
    from rich.text import Text

    _consoles()["notes"].print(Text.assemble(("error:", "bold red"), f" {sentence}"), soft_wrap=True)
    return typer.Exit(FAILED)


@contextmanager
def clear_errors() -> Iterator[None]:
    """Turn what can go wrong in the world into one sentence and exit code 1."""
    try:
        yield
    except AuralisError as error:
        raise fail(error.message) from error
    except OSError as error:
        raise fail(describe(error)) from error


def describe(error: OSError) -> str:
    """Say what an operating system error means to its reader."""
    name = f" ({error.filename})" if error.filename else ""
    if error.errno == errno.ENOSPC:
        return f"The disk is full{name}."
    if error.errno in {errno.EACCES, errno.EPERM, errno.EROFS}:
        return f"Not permitted{name}: {error.strerror}."
    return f"{error.strerror or error}{name}."


def progress_bar() -> "Progress":
    """Return a progress display on standard error."""
    from rich.progress import (
        BarColumn,
        MofNCompleteColumn,
        Progress,
        SpinnerColumn,
        TextColumn,
        TimeRemainingColumn,
    )

    console = _consoles()["notes"]
    return Progress(
        SpinnerColumn(),
        TextColumn("{task.description}"),
        BarColumn(),
        MofNCompleteColumn(),
        TimeRemainingColumn(),
        console=console,
        transient=True,
        disable=not console.is_terminal,
    )


def shown(path: Path) -> str:
    """Return a name as it can be told, also one that is not UTF-8."""
    return os.fsencode(path).decode(errors="replace")
