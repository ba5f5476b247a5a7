"""``auralis demo``: makes the demo library."""

from pathlib import Path

from auralis.cli.output import notes, progress_bar, shown
from auralis.demo.library import make_demo_library


def demo_command(folder: Path) -> None:
    """Make the demo library in ``folder`` and say what it holds."""
    target = folder.expanduser().resolve()
    with progress_bar() as bar:
        task = bar.add_task("Composing")
        tracks = make_demo_library(target, lambda done, total: bar.update(task, completed=done, total=total))
    notes.print(f"{len(tracks)} tracks in {shown(target)}", markup=False)
