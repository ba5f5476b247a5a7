"""Files that the player misses, and the scanner that finds out what has become of them."""

import asyncio
import contextlib

from auralis.bus import Bus
from auralis.model.errors import AuralisError
from auralis.model.events import FilesMissed, LibraryChanged
from auralis.playback import Player
from auralis.scanner import Scanner
from auralis.scanner.scope import ScanRequest


def follow_files(bus: Bus, player: Player, scanner: Scanner) -> None:
    """Have directories scanned where files are missed, and files looked for again once the library has changed."""
    loop = asyncio.get_running_loop()
    looking: set[asyncio.Task[None]] = set()

    def look_again(_: LibraryChanged) -> None:
        if player.state.missing:
            task = loop.create_task(player.look_for_files())
            looking.add(task)
            task.add_done_callback(looking.discard)

    def scan(event: FilesMissed) -> None:
        loop.run_in_executor(None, _scan, scanner, event.directories)

    bus.subscribe(FilesMissed, scan)
    bus.subscribe(LibraryChanged, look_again)


def _scan(scanner: Scanner, directories: tuple[str, ...]) -> None:
    scopes = set()
    for directory in directories:
        with contextlib.suppress(AuralisError):  # no longer within a folder of the library
            scope = scanner.scope(None, directory)
            if scope is not None:
                scopes.add(scope)
    if scopes:
        scanner.start(ScanRequest(frozenset(scopes)))
