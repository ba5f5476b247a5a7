"""Playlists as clients see them."""

from collections.abc import Sequence
from typing import Any

import orjson

from auralis.kit.clock import iso_utc
from auralis.model.playlists import Playlist
from auralis.store.database import Connection
from auralis.store.listener import playlist_entries as entries
from auralis.store.listener.playlist_steps import has_step
from auralis.store.listener.playlists import playlists_by_keys
from auralis.store.lists.documents import track_documents

CURRENT_ENTRIES = 500
"""So many entries tell a client whose change was refused how the playlist is now."""


def summary(connection: Connection, playlist: Playlist) -> dict[str, Any]:
    """Return a playlist without what stands in it."""
    return {
        "id": playlist.id,
        "name": playlist.name,
        "description": playlist.description,
        "trackCount": playlist.entry_count,
        "dateAdded": iso_utc(playlist.created_at / 1000),
        "dateModified": iso_utc(playlist.updated_at / 1000),
        "revision": playlist.revision,
        "canUndo": has_step(connection, playlist.key, playlist.step),
        "canRedo": has_step(connection, playlist.key, playlist.step + 1),
    }


def summaries(connection: Connection, keys: Sequence[int]) -> list[bytes]:
    """Return playlists as JSON, in the order of ``keys``."""
    return [orjson.dumps(summary(connection, playlist)) for playlist in playlists_by_keys(connection, keys)]


def current(connection: Connection, playlist: Playlist) -> dict[str, Any]:
    """Return what a client needs to begin again from: the playlist, and the ids of its first entries."""
    walk = entries.entry_walk(connection, playlist.key, playlist.entry_count)
    keys = [place.key for place in walk.page(0, CURRENT_ENTRIES)]
    listed = [{"entryId": row[0], "title": row[2]} for row in entries.entries_by_keys(connection, keys)]
    return {**summary(connection, playlist), "entries": listed}


def entry_documents(connection: Connection, keys: Sequence[int], user_id: str) -> list[bytes]:
    """Return entries as JSON; those whose track is gone or hidden have none, but still say what it was."""
    rows = entries.entries_by_keys(connection, keys)
    shown = entries.shown_tracks(connection, [row[1] for row in rows if row[1] is not None])
    tracks = dict(zip(order := sorted(shown), track_documents(connection, order, user_id), strict=True))
    return [_entry(row, tracks) for row in rows]


def _entry(row: tuple[Any, ...], tracks: dict[int, bytes]) -> bytes:
    entry_id, track_key, title, artist, seconds = row
    track = tracks.get(track_key)
    shown = orjson.loads(track) if track is not None else {"title": title, "artist": artist, "duration": seconds}
    head = orjson.dumps({"entryId": entry_id, **{name: shown[name] for name in ("title", "artist", "duration")}})
    return head[:-1] + b',"track":' + (track or b"null") + b"}"
