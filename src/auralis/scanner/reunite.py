"""Stage 7, reunite: a track whose file is gone, but which somebody has played or so, goes on in an untouched copy.

So it is when a file was copied before the first one was deleted, or left a folder that could not be seen for a while.
"""

import os
import threading
from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence
from functools import partial
from itertools import chain
from pathlib import Path

from auralis.media.audio_hash import hash_audio
from auralis.model.errors import MediaError
from auralis.model.library import TagRules
from auralis.scanner.changes import ReadTask
from auralis.scanner.paths import joined
from auralis.scanner.readers import Readers, ReadResult
from auralis.scanner.writing import BatchWriter
from auralis.store import Database
from auralis.store.library.records import FileState, Reunited, TrackRecord
from auralis.store.library.reunion import Copy, copies_of_missing, copies_of_removed, note_look, removed_folders

_AT_ONCE = 10_000
_WAIT_SECONDS = 0.1
_Find = Callable[..., list[Copy]]


class Reunion:
    """Makes tracks and copies of them one again, in all folders of the library."""

    def __init__(
        self, database: Database, rules: TagRules, on_change: Callable[[int], None], cancelled: threading.Event
    ) -> None:
        self._database = database
        self._rules = rules
        self._on_change = on_change
        self._cancelled = cancelled
        self.reunited: set[int] = set()
        """Tracks that have files again."""

    def run(self, folder_keys: Iterable[int]) -> None:
        """Look for what is missing from folders, and for tracks of those that were taken out since the last scan."""
        for key in folder_keys:
            self._reunite(copies_of_missing, key)
        for key in self._database.read_now(removed_folders):
            self._reunite(copies_of_removed, key)
            if not self._cancelled.is_set():
                self._database.write_now(partial(note_look, folder_key=key))

    def _reunite(self, find: _Find, folder_key: int) -> None:
        before = -1
        while before < len(self.reunited) and not self._cancelled.is_set():
            before = len(self.reunited)
            found = self._database.read_now(partial(find, folder_key=folder_key, limit=_AT_ONCE))
            by_folder: dict[tuple[int, bytes], list[Copy]] = defaultdict(list)
            for copy in _chosen(found):
                by_folder[copy.folder_key, copy.folder].append(copy)
            for (copy_folder_key, root), copies in by_folder.items():
                self._take_over(copy_folder_key, root, copies)

    def _take_over(self, folder_key: int, root: bytes, copies: Sequence[Copy]) -> None:
        waiting = {copy.lost_key: (copy, audio_hash) for copy in copies for audio_hash in _proved(copy)}
        writer = BatchWriter(self._database, folder_key, self._on_change)
        with Readers(root, rules=self._rules) as readers:
            readers.submit([_task(copy) for copy, _ in waiting.values()])
            readers.flush()
            while readers.pending and not self._cancelled.is_set():
                for result in chain.from_iterable(readers.results(_WAIT_SECONDS)):
                    copy, audio_hash = waiting[result.task.key or 0]
                    if result.reason is None and result.content.sketch == copy.sketch:
                        writer.batch.reunited.append(Reunited(_record(result, audio_hash), copy.key))
                        self.reunited.add(copy.lost_key)
                        writer.flush_if_full()
        writer.finish()


def _chosen(found: Sequence[Copy]) -> list[Copy]:
    """Return one copy for each track, and each copy for one track, the likelier first."""
    chosen: dict[int, Copy] = {}
    taken: set[int] = set()
    order = sorted(found, key=lambda c: (-c.is_same_file, -c.is_same_name, c.lost_key, c.key))
    for copy in order:
        if copy.lost_key not in chosen and copy.key not in taken:
            chosen[copy.lost_key] = copy
            taken.add(copy.key)
    return list(chosen.values())


def _task(copy: Copy) -> ReadTask:
    state = FileState(copy.name, copy.size, copy.mtime_ns, copy.inode, copy.words)
    return ReadTask(copy.directory, state, copy.lost_key, moved=True)


def _record(result: ReadResult, audio_hash: bytes | None) -> TrackRecord:
    task = result.task
    return TrackRecord(
        key=task.key,
        same_sound=True,
        directory=task.directory,
        file=task.file,
        says=result.content,
        audio_hash=audio_hash,
    )


def _proved(copy: Copy) -> Iterable[bytes | None]:
    """Yield the hash of the copy's audio, if any is known, unless its file has changed or is other audio after all."""
    path = joined(copy.folder, copy.directory, copy.name)
    try:
        state = os.stat(path)  # noqa: PTH116 - bytes
        if (state.st_size, state.st_mtime_ns) != (copy.size, copy.mtime_ns):
            return
        audio_hash = copy.hash
        if copy.lost_hash and not audio_hash:
            audio_hash = hash_audio(Path(os.fsdecode(path)))
    except (OSError, MediaError):
        return
    if not copy.lost_hash or audio_hash == copy.lost_hash:
        yield audio_hash
