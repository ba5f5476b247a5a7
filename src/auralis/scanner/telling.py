"""What a scan tells of itself while it runs."""

from collections.abc import Callable
from typing import NamedTuple

from auralis.model.events import LibraryChanged, ScanCompleted, ScanFailed, ScanProgressed, ScanStarted


class FolderLost(NamedTuple):
    """A folder that cannot be seen, and why."""

    folder_id: str
    reason: str


ScanEvent = ScanStarted | ScanProgressed | LibraryChanged | ScanCompleted | ScanFailed | FolderLost
Tell = Callable[[ScanEvent], None]
