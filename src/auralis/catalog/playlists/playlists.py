"""What listeners do with playlists; every change is on disk, and told to every client, before it is answered."""

import asyncio
from collections.abc import Callable, Mapping, Sequence
from typing import Any, TypeVar

import orjson

from auralis.bus import Bus
from auralis.catalog.pages import Page, PageSpec, is_descending, read_page
from auralis.catalog.playlists import changes, m3u, names, transfer, views
from auralis.kit.ids import new_id
from auralis.model import events
from auralis.model.errors import ConflictError, FieldError, InvalidInputError, NotFoundError
from auralis.model.library import LOCAL_OWNER
from auralis.model.playlists import MOST_ENTRIES, Change, Describe, Entry, Insert, Move, Playlist, Remove, Run
from auralis.model.revisions import ANY, Expected
from auralis.store import Database
from auralis.store.database import Connection
from auralis.store.listener import playlist_entries as entries
from auralis.store.listener import playlists as rows

T = TypeVar("T")
KEPT_AFTER_DELETION_MS = 30 * 86_400_000
SORTS = tuple(rows.PLAYLIST_ORDERS)
Edit = Callable[[Connection, Playlist], Change | None]


class Playlists:
    """The playlists of all listeners; each sees and edits their own."""

    def __init__(self, database: Database, bus: Bus) -> None:
        self._database = database
        self._bus = bus

    # Reading

    async def list(self, sort: str, order: str, spec: PageSpec, *, user_id: str = LOCAL_OWNER) -> Page:
        """Return a page of playlists."""
        descending = is_descending(order)

        def read(connection: Connection) -> Page:
            walk = rows.playlist_walk(connection, user_id, sort, descending=descending)

            return read_page(
                connection,
                walk,
                spec,
                ["playlists", user_id, sort, order],
                lambda keys: views.summaries(connection, keys),
            )

        return await self._database.read(read)

    async def get(self, playlist_id: str, offset: int, limit: int, *, user_id: str = LOCAL_OWNER) -> tuple[bytes, int]:
        """Return a playlist with the entries from ``offset`` on, and its revision."""

        def read(connection: Connection) -> tuple[bytes, int]:
            playlist = _find(connection, user_id, playlist_id)
            walk = entries.entry_walk(connection, playlist.key, playlist.entry_count)
            keys = [place.key for place in walk.page(offset, limit)]
            listed = b",".join(views.entry_documents(connection, keys, user_id))
            seconds = round(entries.playlist_seconds(connection, playlist.key), 3)
            head = {**views.summary(connection, playlist), "duration": seconds, "offset": offset}
            return orjson.dumps(head)[:-1] + b',"entries":[' + listed + b"]}", playlist.revision

        return await self._database.read(read)

    async def entries(self, playlist_id: str, spec: PageSpec, *, user_id: str = LOCAL_OWNER) -> Page:
        """Return a page of the entries of a playlist."""

        def read(connection: Connection) -> Page:
            playlist = _find(connection, user_id, playlist_id)
            walk = entries.entry_walk(connection, playlist.key, playlist.entry_count)
            return read_page(
                connection,
                walk,
                spec,
                ["entries", playlist.id],
                lambda keys: views.entry_documents(connection, keys, user_id),
            )

        return await self._database.read(read)

    async def export(self, playlist_id: str, *, user_id: str = LOCAL_OWNER) -> tuple[str, str]:
        """Return a playlist's name, and all of it as M3U8."""

        def read(connection: Connection) -> tuple[str, str]:
            playlist = _find(connection, user_id, playlist_id)
            return playlist.name, m3u.written(playlist.name, transfer.lines_of(connection, playlist.key))

        return await self._database.read(read)

    # Making and deleting

    async def create(
        self, name: str, description: str = "", track_ids: Sequence[str] = (), *, user_id: str = LOCAL_OWNER
    ) -> dict[str, Any]:
        """Make a playlist of tracks."""
        given = names.checked(name, description)
        return await self._make(user_id, lambda db: (*given, _new_entries(db, track_ids)))

    async def duplicate(
        self, playlist_id: str, name: str | None = None, *, user_id: str = LOCAL_OWNER
    ) -> dict[str, Any]:
        """Make a playlist with the same tracks."""

        def copied(connection: Connection) -> tuple[str, str, tuple[Entry, ...]]:
            playlist = _find(connection, user_id, playlist_id)
            called = names.checked(name if name is not None else names.of_copy(playlist.name), playlist.description)
            originals = entries.all_entries(connection, playlist.key)
            return (*called, tuple(entry._replace(id=new_id()) for entry in originals))

        return await self._make(user_id, copied)

    async def bring_in(
        self, content: bytes, name: str | None = None, *, user_id: str = LOCAL_OWNER
    ) -> tuple[dict[str, Any], Mapping[str, Any]]:
        """Make a playlist of an M3U's lines that name tracks of the library; return it, and what became of the rest."""
        listed = await asyncio.to_thread(m3u.read, content)
        called = names.checked(names.shortened(name or listed.name or "Imported playlist"), "")
        found = await self._database.read(lambda db: transfer.matched(db, listed.lines))
        made = await self._make(user_id, lambda db: (*called, _new_entries(db, found.track_ids, strict=False)))
        return made, found.report()

    async def describe(
        self,
        playlist_id: str,
        name: str | None,
        description: str | None,
        expected: Expected = ANY,
        *,
        user_id: str = LOCAL_OWNER,
    ) -> dict[str, Any]:
        """Rename a playlist or describe it anew; what is None stays."""

        def edit(_: Connection, playlist: Playlist) -> Change | None:
            before = Describe(playlist.name, playlist.description)
            given = (before.name if name is None else name, before.description if description is None else description)
            wanted = Describe(*names.checked(*given))
            return None if wanted == before else wanted

        return await self._edit(user_id, playlist_id, expected, edit, _updated("details"))

    async def delete(self, playlist_id: str, expected: Expected = ANY, *, user_id: str = LOCAL_OWNER) -> None:
        """Delete a playlist; for a month it can be brought back."""

        def write(connection: Connection) -> tuple[Playlist, dict[str, Any]]:
            playlist = _find(connection, user_id, playlist_id)
            _require(connection, playlist, expected)
            at = changes.now_ms()
            rows.forget_deleted(connection, user_id, at - KEPT_AFTER_DELETION_MS)
            rows.set_deleted(connection, playlist.key, at)
            return playlist, views.summary(connection, playlist)

        playlist, shown = await self._database.write(write)
        self._tell(events.PlaylistDeleted, user_id, shown, playlist.revision)

    async def restore(self, playlist_id: str, *, user_id: str = LOCAL_OWNER) -> dict[str, Any]:
        """Bring back a playlist that was deleted."""

        def write(connection: Connection) -> tuple[int, dict[str, Any]]:
            playlist = rows.find_playlist(connection, user_id, playlist_id, deleted=True)
            if playlist is None:
                raise NotFoundError("playlist", playlist_id)
            rows.set_deleted(connection, playlist.key, 0)
            return playlist.revision, views.summary(connection, _find(connection, user_id, playlist_id))

        revision, shown = await self._database.write(write)
        self._tell(events.PlaylistCreated, user_id, shown, revision)
        return shown

    # Entries

    async def add(
        self,
        playlist_id: str,
        track_ids: Sequence[str],
        position: int | None = None,
        expected: Expected = ANY,
        *,
        user_id: str = LOCAL_OWNER,
    ) -> dict[str, Any]:
        """Put tracks in at ``position`` (from 0; None, or beyond the end: last)."""
        told: dict[str, Any] = {}

        def edit(connection: Connection, playlist: Playlist) -> Change | None:
            if not track_ids:
                return None
            _require_room(playlist, len(track_ids))
            added = _new_entries(connection, track_ids)
            after = _entry_before_index(connection, playlist, position)
            told.update(
                afterEntryId=after,
                added=[{"entryId": entry.id, "trackId": entry.track_id} for entry in added[: views.CURRENT_ENTRIES]],
                addedCount=len(added),
            )
            return Insert((Run(after, added),))

        return await self._edit(user_id, playlist_id, expected, edit, (events.PlaylistTracksAdded, told))

    async def remove(
        self, playlist_id: str, entry_id: str, expected: Expected = ANY, *, user_id: str = LOCAL_OWNER
    ) -> dict[str, Any]:
        """Take an entry out."""

        def edit(connection: Connection, playlist: Playlist) -> Change | None:
            if not entries.has_entry(connection, playlist.key, entry_id):
                raise NotFoundError("entry", entry_id)
            return Remove((entry_id,))

        told = (events.PlaylistTrackRemoved, {"entryId": entry_id})
        return await self._edit(user_id, playlist_id, expected, edit, told)

    async def reorder(
        self,
        playlist_id: str,
        entry_id: str,
        after: str | None,
        expected: Expected = ANY,
        *,
        user_id: str = LOCAL_OWNER,
    ) -> dict[str, Any]:
        """Put an entry after another one (None: first of all)."""

        def edit(connection: Connection, playlist: Playlist) -> Change | None:
            if not entries.has_entry(connection, playlist.key, entry_id):
                raise NotFoundError("entry", entry_id)
            if after is not None and not entries.has_entry(connection, playlist.key, after):
                message = "The entry after which it was to stand is not there any more."
                raise ConflictError(message, details={"current": views.current(connection, playlist)})
            if after == entry_id:
                error = FieldError("afterEntryId", "must be another entry", after)
                raise InvalidInputError("An entry cannot stand after itself.", [error])
            stands_there = entries.entry_before(connection, playlist.key, entry_id) == after
            return None if stands_there else Move(entry_id, after)

        told = {"entryId": entry_id, "afterEntryId": after}
        return await self._edit(user_id, playlist_id, expected, edit, _updated("order", **told))

    async def clear(self, playlist_id: str, expected: Expected = ANY, *, user_id: str = LOCAL_OWNER) -> dict[str, Any]:
        """Take everything out."""

        def edit(connection: Connection, playlist: Playlist) -> Change | None:
            listed = entries.all_entries(connection, playlist.key)
            return Remove(tuple(entry.id for entry in listed)) if listed else None

        return await self._edit(user_id, playlist_id, expected, edit, (events.PlaylistCleared, {}))

    async def undo(self, playlist_id: str, expected: Expected = ANY, *, user_id: str = LOCAL_OWNER) -> dict[str, Any]:
        """Take back the newest change, whoever made it."""
        return await self._write(user_id, playlist_id, expected, _done(changes.undo), _updated("undo"))

    async def redo(self, playlist_id: str, expected: Expected = ANY, *, user_id: str = LOCAL_OWNER) -> dict[str, Any]:
        """Make again what was taken back last."""
        return await self._write(user_id, playlist_id, expected, _done(changes.redo), _updated("redo"))

    # One way for all of them

    async def _make(
        self, user_id: str, content: Callable[[Connection], tuple[str, str, tuple[Entry, ...]]]
    ) -> dict[str, Any]:
        def write(connection: Connection) -> dict[str, Any]:
            name, description, listed = content(connection)
            playlist = rows.add_playlist(connection, user_id, new_id(), name, description, changes.now_ms())
            if listed:
                entries.insert_run(connection, playlist.key, Run(None, listed))
                rows.count_entries(connection, playlist.key, len(listed))
            return views.summary(connection, _find(connection, user_id, playlist.id))

        shown = await self._database.write(write)
        self._tell(events.PlaylistCreated, user_id, shown, 0)
        return shown

    async def _edit(
        self, user_id: str, playlist_id: str, expected: Expected, edit: Edit, told: "_Told"
    ) -> dict[str, Any]:
        def make(connection: Connection, playlist: Playlist) -> bool:
            change = edit(connection, playlist)
            if change is not None:
                changes.make_change(connection, playlist, change)
            return change is not None

        return await self._write(user_id, playlist_id, expected, make, told)

    async def _write(
        self,
        user_id: str,
        playlist_id: str,
        expected: Expected,
        make: Callable[[Connection, Playlist], bool],
        told: "_Told",
    ) -> dict[str, Any]:
        """Change a playlist, tell every client, and return it; what changes nothing is told to nobody."""

        def write(connection: Connection) -> tuple[bool, int, dict[str, Any]]:
            playlist = _find(connection, user_id, playlist_id)
            _require(connection, playlist, expected)
            changed = make(connection, playlist)
            return changed, playlist.revision, views.summary(connection, _find(connection, user_id, playlist_id))

        changed, revision, shown = await self._database.write(write)
        kind, details = told
        if changed:
            self._tell(kind, user_id, shown, revision, details)
        return shown

    def _tell(
        self,
        kind: type[events.PlaylistChanged],
        user_id: str,
        shown: dict[str, Any],
        previous: int,
        details: Mapping[str, Any] | None = None,
    ) -> None:
        self._bus.publish(kind(user_id, shown, previous, dict(details or {})))


_Told = tuple[type[events.PlaylistChanged], Mapping[str, Any]]


def _updated(change: str, **details: Any) -> _Told:
    return events.PlaylistUpdated, {"change": change, **details}


def _done(step: Callable[[Connection, Playlist], None]) -> Callable[[Connection, Playlist], bool]:
    def make(connection: Connection, playlist: Playlist) -> bool:
        step(connection, playlist)
        return True

    return make


def _find(connection: Connection, user_id: str, playlist_id: str) -> Playlist:
    found = rows.find_playlist(connection, user_id, playlist_id)
    if found is None:
        raise NotFoundError("playlist", playlist_id)
    return found


def _require(connection: Connection, playlist: Playlist, expected: Expected) -> None:
    if not expected.allows(playlist.revision):
        expected.require(playlist.revision, views.current(connection, playlist))


def _require_room(playlist: Playlist, more: int) -> None:
    if playlist.entry_count + more > MOST_ENTRIES:
        error = FieldError("trackIds", f"would make it longer than {MOST_ENTRIES} entries")
        raise InvalidInputError("The playlist would become too long.", [error])


def _new_entries(connection: Connection, track_ids: Sequence[str], *, strict: bool = True) -> tuple[Entry, ...]:
    """Return new entries for tracks; unless ``strict``, those that are not there are passed over."""
    known = entries.tracks_to_add(connection, track_ids)
    for track_id in track_ids if strict else ():
        if track_id not in known:
            raise NotFoundError("track", track_id)
    return tuple(Entry(new_id(), track_id, *known[track_id]) for track_id in track_ids if track_id in known)


def _entry_before_index(connection: Connection, playlist: Playlist, index: int | None) -> str | None:
    if index == 0:
        return None
    before = None if index is None else entries.entry_at(connection, playlist.key, index - 1)
    return before if before is not None else entries.last_entry(connection, playlist.key)
