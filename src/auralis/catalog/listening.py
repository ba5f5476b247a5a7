"""What listeners make of tracks: plays, skips, ratings, favourites, and what was played when."""

import time
from collections.abc import Callable, Mapping, Sequence
from typing import Any, Literal

import orjson

from auralis.bus import Bus
from auralis.catalog.pages import Page, PageSpec, read_page
from auralis.kit.clock import iso_utc
from auralis.model.errors import FieldError, InvalidInputError, NotFoundError
from auralis.model.events import AlbumJudged, ArtistJudged, TrackListened
from auralis.model.library import LOCAL_OWNER
from auralis.model.settings import DefaultSettings, SettingsReader
from auralis.model.settings.declared import LISTENING_HISTORY
from auralis.store import Database
from auralis.store.database import Connection
from auralis.store.listener import annotations
from auralis.store.listener.history import add_to_history, history_walk, plays_by_keys
from auralis.store.listener.opinions import OF_ALBUMS, OF_ARTISTS
from auralis.store.listener.playlist_entries import shown_tracks
from auralis.store.lists.browse import album_key, artist_key
from auralis.store.lists.documents import keys_of, track_documents


class Listening:
    """Keeps it, each listener's apart; what is acknowledged is on disk and told to every client."""

    def __init__(self, database: Database, bus: Bus | None = None, settings: SettingsReader | None = None) -> None:
        self._database = database
        self._bus = bus or Bus()
        self._settings = settings or DefaultSettings()

    async def record_play(self, user_id: str, track_id: str, at: float | None = None) -> None:
        """Count a play at epoch second ``at`` (now), and note it in the history if the listener keeps one."""
        when = time.time() if at is None else at
        keeps = self._settings.get(LISTENING_HISTORY, user_id)

        def write(connection: Connection, key: int) -> None:
            annotations.add_play(connection, user_id, key, when)
            if keeps:
                add_to_history(connection, user_id, key, when)

        await self._change(user_id, track_id, write, "playCount", "lastPlayed")

    async def record_skip(self, user_id: str, track_id: str) -> None:
        """Count a skip."""
        await self._change(user_id, track_id, lambda db, key: annotations.add_skip(db, user_id, key), "skipCount")

    async def rate(self, user_id: str, track_id: str, rating: int | None) -> None:
        """Rate a track 0 to 5, or take the rating back (None)."""
        if rating is not None and rating not in range(6):
            raise InvalidInputError("A rating is 0 to 5.", [FieldError("rating", "Must be 0 to 5.", rating)])
        await self._change(
            user_id, track_id, lambda db, key: annotations.set_rating(db, user_id, key, rating), "rating"
        )

    async def set_favorite(self, user_id: str, track_id: str, *, favorite: bool) -> None:
        """Make a track a favourite, or no longer."""
        await self._change(
            user_id,
            track_id,
            lambda db, key: annotations.set_favorite(db, user_id, key, favorite=favorite),
            "favorite",
        )

    async def judge(
        self, kind: Literal["album", "artist"], user_id: str, subject_id: str, opinion: Mapping[str, Any]
    ) -> None:
        """Keep what a listener makes of an album or artist: ``rating`` (0 to 5, None takes it back), ``favorite``."""
        rating = opinion.get("rating")
        if rating is not None and rating not in range(6):
            raise InvalidInputError("A rating is 0 to 5.", [FieldError("rating", "Must be 0 to 5.", rating)])
        find, opinions = (album_key, OF_ALBUMS) if kind == "album" else (artist_key, OF_ARTISTS)

        def write(connection: Connection) -> dict[str, Any]:
            key = find(connection, subject_id)
            if key is None:
                raise NotFoundError(kind, subject_id)
            opinions.keep(connection, user_id, key, opinion)
            now = opinions.read(connection, user_id, key)
            return {member: now[member] for member in opinion}

        changes = await self._database.write(write)
        told = AlbumJudged if kind == "album" else ArtistJudged
        self._bus.publish(told(user_id, subject_id, changes))

    async def history(self, spec: PageSpec, *, user_id: str = LOCAL_OWNER) -> Page:
        """Return a page of what was played, the newest first."""

        def read(connection: Connection) -> Page:
            walk = history_walk(connection, user_id)
            return read_page(
                connection, walk, spec, ["history", user_id], lambda keys: _plays(connection, keys, user_id)
            )

        return await self._database.read(read)

    async def _change(
        self, user_id: str, track_id: str, change: Callable[[Connection, int], None], *members: str
    ) -> None:
        def write(connection: Connection) -> dict[str, Any]:
            key = keys_of(connection, [track_id]).get(track_id)
            if key is None:
                raise NotFoundError("track", track_id)
            change(connection, key)
            now = annotations.read_annotation(connection, user_id, key)
            return {member: now[member] for member in members}

        self._bus.publish(TrackListened(user_id, track_id, await self._database.write(write)))


def _plays(connection: Connection, keys: Sequence[int], user_id: str) -> list[bytes]:
    rows = plays_by_keys(connection, keys)
    shown = sorted(shown_tracks(connection, [row[2] for row in rows if row[2] is not None]))
    tracks = dict(zip(shown, track_documents(connection, shown, user_id), strict=True))
    return [
        orjson.dumps(
            {
                "id": str(key),
                "playedAt": iso_utc(at / 1000),
                "title": title,
                "artist": artist,
                "album": album,
                "duration": seconds,
                "track": orjson.Fragment(tracks[track_key]) if track_key in tracks else None,
            }
        )
        for key, at, track_key, title, artist, album, seconds in rows
    ]
