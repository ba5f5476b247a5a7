"""The owner's own word on a track: kept beside the file's tags, written into the file only when asked, taken back."""

import asyncio
import os
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any

from auralis.bus import Bus
from auralis.catalog.batch import Operation, run_batch
from auralis.catalog.details import detail_document
from auralis.catalog.edits import merged
from auralis.media.tag_texts import values_of
from auralis.model.errors import AuralisError, FieldError, InvalidInputError, MediaError, NotFoundError
from auralis.model.events import LibraryChanged, TrackEdited
from auralis.model.library import LOCAL_OWNER, AudioFile, TagRules
from auralis.model.revisions import ANY, Expected
from auralis.store import Database
from auralis.store.database import Connection
from auralis.store.library import editing
from auralis.store.library.editing import StoredTrack
from auralis.store.library.edits import lay_over
from auralis.store.library.records import FileState

_WRITTEN_AS = {
    "title": ("title",),
    "artist": ("artist", "artists", "artist_id", "artist_sort"),
    "artists": ("artist", "artists", "artist_id", "artist_sort"),
    "album": ("album", "release_id"),
    "albumArtist": ("album_artist", "album_artists", "album_artist_id", "album_artist_sort", "release_id"),
    "albumArtists": ("album_artist", "album_artists", "album_artist_id", "album_artist_sort", "release_id"),
    "trackNumber": ("track",),
    "discNumber": ("disc",),
    "date": ("date",),
    "genres": ("genre",),
    "lyrics": ("lyrics", "synced_lyrics"),
    "bpm": ("bpm",),
    "compilation": ("compilation",),
    "titleSort": ("title_sort",),
    "albumSort": ("album_sort",),
    "discSubtitle": ("disc_subtitle",),
    "originalDate": ("original_date",),
    "releaseDate": ("release_date",),
    "labels": ("label",),
    "catalogNumbers": ("catalog_number",),
    "barcode": ("barcode",),
    "isrcs": ("isrc",),
    "explicit": ("explicit",),
    "key": ("key",),
    "moods": ("mood",),
}
"""The fields of `tag_names` that hold each edit; credits are written role by role."""

_ROLES = ("composer", "lyricist", "writer", "conductor", "remixer", "arranger", "producer", "engineer", "mixer",
          "djMixer", "director", "performer")  # fmt: skip
EDITABLE = (*_WRITTEN_AS, "credits")


class TrackEditor:
    """Changes, hides and deletes tracks, and tells of it on the bus; one file is written at a time."""

    def __init__(self, database: Database, bus: Bus, rules: Callable[[], TagRules] = TagRules) -> None:
        self._database = database
        self._rules = rules
        self._bus = bus
        self._writing = asyncio.Lock()

    async def edit(
        self,
        track_id: str,
        changes: Mapping[str, Any],
        *,
        hidden: bool | None = None,
        write_to_file: bool = False,
        expected: Expected = ANY,
    ) -> None:
        """Lay ``changes`` over a track's tags; None takes an edit back.

        With ``write_to_file`` the changes (or, where there are none, all edits) go into the file instead, and what is
        in the file is no longer an edit.
        """
        async with self._writing:
            stored = await self._stored(track_id)
            expected.require(stored.revision, detail_document(stored))
            edits, named = merged(stored.edits, changes, self._rules())
            written: tuple[AudioFile, FileState] | None = None
            if write_to_file:
                named = named if changes else frozenset(edits)
                written = await asyncio.to_thread(_write_into_file, stored, edits, named)
                edits = {name: value for name, value in edits.items() if name not in named}

            def write(connection: Connection, current: StoredTrack) -> int:
                read, file = written or (editing.as_read(current), current.file)
                revision = editing.rewrite_track(connection, current, edits, read, file)
                if hidden is not None and hidden != bool(current.hidden):
                    revision = editing.hide_track(connection, _reread(connection, current), hidden=hidden)
                return revision

            await self._change(track_id, write, expected)

    async def remove(self, track_id: str, *, delete_file: bool = False, expected: Expected = ANY) -> None:
        """Hide a track from everything; scans leave it hidden. Its file goes too if ``delete_file`` says so."""
        async with self._writing:
            stored = await self._stored(track_id)
            expected.require(stored.revision, detail_document(stored))
            if delete_file:
                await asyncio.to_thread(_delete, path_of(stored))
            await self._change(track_id, lambda db, now: editing.hide_track(db, now, hidden=True), expected)

    async def run_batch(
        self, operations: Sequence[Operation], *, atomic: bool, user_id: str = LOCAL_OWNER
    ) -> list[AuralisError | None]:
        """Carry out edits together; return for each why it was refused, or None."""
        async with self._writing:
            outcome = await run_batch(self._database, user_id, operations, self._rules(), atomic=atomic)
        for event in outcome.events:
            self._bus.publish(event)
        return outcome.refusals

    async def hidden(self, limit: int = 500) -> list[dict[str, Any]]:
        """Return the tracks that were hidden."""
        return await self._database.read(lambda db: editing.hidden_tracks(db, limit))

    async def _stored(self, track_id: str) -> StoredTrack:
        stored = await self._database.read(lambda db: editing.read_track(db, track_id))
        if stored is None:
            raise NotFoundError("track", track_id)
        return stored

    async def _change(
        self, track_id: str, change: Callable[[Connection, StoredTrack], int], expected: Expected
    ) -> None:
        def write(connection: Connection) -> tuple[int, int]:
            current = editing.read_track(connection, track_id)
            if current is None:
                raise NotFoundError("track", track_id)
            # Once more, where nothing can come between: a scan may have written the track meanwhile.
            expected.require(current.revision, detail_document(current))
            library_revision = change(connection, current)
            return library_revision, _reread(connection, current).revision

        library_revision, revision = await self._database.write(write)
        self._bus.publish(TrackEdited(track_id, revision))
        self._bus.publish(LibraryChanged(library_revision))


def path_of(stored: StoredTrack) -> Path:
    """Return where a track's file lies."""
    return Path(*(os.fsdecode(part) for part in (stored.folder, stored.directory, stored.name)))


def _reread(connection: Connection, stored: StoredTrack) -> StoredTrack:
    current = editing.read_track(connection, stored.id)
    assert current is not None
    return current


def _write_into_file(
    stored: StoredTrack, edits: Mapping[str, Any], names: frozenset[str]
) -> tuple[AudioFile, FileState]:
    """Write the edits called ``names`` into the file; return it as it is then read."""
    from auralis.media.audio_files import read_file  # noqa: PLC0415 - the same
    from auralis.media.tag_replacing import replace_tags  # noqa: PLC0415 - mutagen stays out of the server's start
    from auralis.media.tag_writer import can_hold  # noqa: PLC0415 - the same

    path = path_of(stored)
    chosen = {name: value for name, value in edits.items() if name in names}
    fields = _fields_of(chosen)
    unheld = sorted(name for name in chosen if not any(can_hold(path, field) for field in _fields_of({name: None})))
    if unheld:
        errors = [FieldError(name, "has no place in a file of this kind") for name in unheld]
        raise InvalidInputError("The file cannot hold this.", errors)
    texts = values_of(lay_over(stored.base, chosen))
    if chosen:
        replace_tags(path, {field: texts.get(field, []) for field in fields if can_hold(path, field)})
    found = path.stat()
    return read_file(path), FileState(stored.name, found.st_size, found.st_mtime_ns, found.st_ino, stored.words)


def _fields_of(edits: Mapping[str, Any]) -> list[str]:
    fields = [field for name in edits for field in (_ROLES if name == "credits" else _WRITTEN_AS[name])]
    return list(dict.fromkeys(fields))


def _delete(path: Path) -> None:
    try:
        path.unlink(missing_ok=True)
    except OSError as error:
        raise MediaError("The file may not be deleted.", code="FILE_NOT_WRITABLE") from error
