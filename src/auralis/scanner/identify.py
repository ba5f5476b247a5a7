"""Stage 4, identify: which track a file is, by its audio, wherever it lies and whatever it is called."""

import os
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from auralis.model.errors import MediaError
from auralis.model.library import TrackTags
from auralis.scanner.paths import is_there, joined
from auralis.scanner.readers import ReadResult
from auralis.store import Database
from auralis.store.library.records import Description, FileState, KnownTrack, TrackRecord
from auralis.store.library.state import has_tracks

# What tells files apart is loaded when there is one to be told: most scans find nothing changed.

_SAME_LENGTH_SECONDS = 2.0


@dataclass(slots=True)
class Identified:
    """What became of files: their records, and the tracks that lose their places to them."""

    tracks: list[TrackRecord] = field(default_factory=list)
    displaced: list[int] = field(default_factory=list)
    added: int = 0
    updated: int = 0
    moved: int = 0

    def add(self, record: TrackRecord) -> None:
        """Add a new track."""
        self.tracks.append(record)
        self.added += 1


class Identifier:
    """Finds the tracks of files in one scan of one or several folders; a track is given to one file only.

    - A file with the audio of the track at its place is that track, retagged.
    - One with the audio of a track whose own place is empty, or holds other audio by now, is that track, moved.
    - One with other audio than the track at its place had is still that track if it goes by the same name, and the
      track is not found elsewhere: this is known when all files have been seen, so that such files wait until then.
    - Every other file is a new track.
    """

    def __init__(self, database: Database) -> None:
        self._database = database
        self.library_is_new = not database.read_now(has_tracks)
        self._audio_at: dict[bytes, int] = {}
        self._in_place: set[int] = set()
        self.claimed: set[int] = set()
        """Tracks whose files have been found, at their places or elsewhere."""
        self.displaced: set[int] = set()
        """Tracks that have lost their places to others; those not claimed are missing."""

    def identify(self, root: bytes, results: Sequence[ReadResult]) -> tuple[Identified, list[ReadResult]]:
        """Return what became of files that were read, and those that have to wait until all have been seen."""
        found, waiting = Identified(), list[ReadResult]()
        if self.library_is_new:
            for result in results:
                found.add(_record(result, None, same_sound=False))
            return found, waiting
        by_sketch, by_key = self._known(results)
        for result in results:
            task, says = result.task, result.content
            here = by_key.get(task.key) if task.key is not None and task.key not in self.claimed else None
            if task.moved and here is not None:
                self._claim(found, result, here, same_sound=True)
            elif here is not None and not here.sketch:
                self._claim(found, result, here, same_sound=False)
            elif here is not None and here.sketch == says.sketch:
                self._claim(found, result, here, same_sound=True)
            elif (match := self._lost_track(root, result, by_sketch.get(says.sketch, ()))) is not None:
                self._displace(found, here)
                self._claim(found, result, match[0], same_sound=True, audio_hash=match[1])
            elif here is not None:
                waiting.append(result)
            else:
                found.add(_record(result, None, same_sound=False))
        return found, waiting

    def settle(self, root: bytes, results: Sequence[ReadResult]) -> Identified:
        """Return what became of files that had to wait."""
        found, waiting = self.identify(root, results)
        by_key = self._known(waiting)[1]
        from auralis.store.library.edits import read_edits  # noqa: PLC0415 - see above

        edited = self._database.read_now(lambda connection: read_edits(connection, by_key))
        for result in waiting:
            here = by_key[result.task.key or 0]
            own = edited.get(here.key)
            if _goes_by_the_same_name(here, result.content, own.base if own else None):
                self._claim(found, result, here, same_sound=False)
            else:
                self._displace(found, here)
                found.add(_record(result, None, same_sound=False))
        return found

    def _known(self, results: Sequence[ReadResult]) -> tuple[dict[int, list[KnownTrack]], dict[int, KnownTrack]]:
        """Return the tracks that files may be, by their audio and by key."""
        if not results:
            return {}, {}
        from auralis.store.library.identity import tracks_by_key, tracks_with_sketches  # noqa: PLC0415 - see above

        sketches = {result.content.sketch for result in results} - {0}
        keys = [result.task.key for result in results if result.task.key is not None]
        alike, here = self._database.read_now(
            lambda connection: (tracks_with_sketches(connection, sketches), tracks_by_key(connection, keys))
        )
        by_sketch: dict[int, list[KnownTrack]] = defaultdict(list)
        for track in alike:
            by_sketch[track.sketch].append(track)
        return by_sketch, here

    def _lost_track(
        self, root: bytes, result: ReadResult, alike: Iterable[KnownTrack]
    ) -> tuple[KnownTrack, bytes | None] | None:
        """Return the track with the audio of a file and no file of its own any more, and the file's hash if made."""
        task = result.task
        lost = [track for track in alike if track.key not in self.claimed and self._has_lost_its_place(track)]
        if not lost:
            return None
        from auralis.media.audio_hash import hash_audio  # noqa: PLC0415 - see above

        lost.sort(key=lambda track: _likeness(track, task.directory, task.file), reverse=True)
        path = Path(os.fsdecode(joined(root, task.directory, task.file.name)))
        audio_hash: bytes | None = None
        for track in lost:
            if not track.audio_hash:
                return track, audio_hash
            try:
                audio_hash = audio_hash or hash_audio(path)
            except MediaError:
                return None
            if audio_hash == track.audio_hash:
                return track, audio_hash
        return None

    def _has_lost_its_place(self, track: KnownTrack) -> bool:
        if track.folder_removed or track.key in self.displaced:
            return True
        if track.key in self._in_place:
            return False
        lost = self._is_elsewhere(track)
        if not lost:
            self._in_place.add(track.key)
        return lost

    def _is_elsewhere(self, track: KnownTrack) -> bool:
        if not _can_be_seen(track.folder):
            return bool(track.missing)
        path = joined(track.folder, track.directory, track.name)
        try:
            state = os.stat(path)  # noqa: PTH116 - bytes
        except (OSError, ValueError):
            return not is_there(track.folder, track.directory, track.name)
        if (state.st_size, state.st_mtime_ns, state.st_ino) == (track.size, track.mtime_ns, track.inode):
            return False
        if path not in self._audio_at:
            from auralis.media.audio_hash import sketch_audio  # noqa: PLC0415 - see above

            try:
                self._audio_at[path] = sketch_audio(Path(os.fsdecode(path)))
            except MediaError:
                self._audio_at[path] = 0
        return self._audio_at[path] != track.sketch

    def _claim(
        self,
        found: Identified,
        result: ReadResult,
        track: KnownTrack,
        *,
        same_sound: bool,
        audio_hash: bytes | None = None,
    ) -> None:
        self.claimed.add(track.key)
        has_moved = result.task.moved or result.task.key != track.key
        found.moved += has_moved
        found.updated += not has_moved
        found.tracks.append(_record(result, track.key, same_sound=same_sound, audio_hash=audio_hash))

    def _displace(self, found: Identified, track: KnownTrack | None) -> None:
        if track is not None:
            self.displaced.add(track.key)
            found.displaced.append(track.key)


def _record(result: ReadResult, key: int | None, *, same_sound: bool, audio_hash: bytes | None = None) -> TrackRecord:
    task = result.task
    return TrackRecord(key, same_sound, task.directory, task.file, result.content, audio_hash)


def _likeness(track: KnownTrack, directory: bytes, file: FileState) -> tuple[bool, ...]:
    """Return what tells copies of one recording apart, the surest sign first."""
    return (
        track.inode == file.inode and track.mtime_ns == file.mtime_ns,
        track.size == file.size and track.mtime_ns == file.mtime_ns,
        track.directory == directory,
        track.name == file.name,
        track.size == file.size,
    )


def _goes_by_the_same_name(track: KnownTrack, says: Description, under_edits: TrackTags | None) -> bool:
    """Return whether other audio at a track's place is a better rip or another edit of it rather than another piece.

    ``under_edits`` are the tags that the file had, where the owner has laid others over them.
    """
    if under_edits is not None:
        named = under_edits.title == says.facts["title"] and under_edits.artist == says.facts["artist"]
    else:
        named = (track.title_sort, track.artist_sort) == (says.title_sort, says.artist_sort)
    if not named:
        return False
    return bool(track.artist) or abs(track.duration_seconds - says.duration_seconds) <= _SAME_LENGTH_SECONDS


def _can_be_seen(folder: bytes) -> bool:
    """Return whether a folder is there with anything in it; an empty one may be a disk that is not mounted."""
    try:
        with os.scandir(folder) as entries:
            return next(entries, None) is not None
    except OSError:
        return False
