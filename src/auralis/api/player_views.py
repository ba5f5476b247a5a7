"""The player and its queue as clients see them: with their tracks, and from whatever place they are asked for."""

from collections.abc import Sequence
from dataclasses import asdict
from functools import cache
from typing import Any, get_args

import orjson

from auralis.api import schemas
from auralis.api.services import Services
from auralis.api.socket.hub import Hub
from auralis.api.socket.session import Session
from auralis.model.events import PlayerChanged
from auralis.model.player import PlayerState, QueueEntry
from auralis.model.queue import Change
from auralis.model.settings.declared import SOUND_LOUDNESS, SOUND_QUALITY
from auralis.playback.machine import DRIFT_SECONDS

QUEUE_WINDOW = 200
"""A queue state carries at most this many entries, around the current one; a told change no more than this."""


async def player_view(services: Services, state: PlayerState | None = None) -> dict[str, Any]:
    """Return the player's state as of now."""
    state = state or services.player.state
    standing = [entry for entry in (state.current, state.upcoming) if entry is not None]
    items = dict(zip(standing, await _items(services, standing), strict=True))
    sleep = state.sleep
    return {
        "revision": state.revision,
        "isPlaying": state.is_playing,
        "current": items[state.current] if state.current else None,
        "next": items[state.upcoming] if state.upcoming else None,
        "position": position_view(services, state),
        "duration": state.duration_seconds,
        "volume": state.volume,
        "repeat": state.repeat,
        "shuffle": state.shuffle,
        "shuffleSeed": state.shuffle_seed,
        "crossfade": state.crossfade_seconds,
        "sleep": sleep and {"at": None if sleep.at is None else int(sleep.at * 1000), "endOf": sleep.end_of},
        "enhancement": asdict(state.enhancement),
        "quality": services.settings.get(SOUND_QUALITY),
        "outputClientId": state.output_client_id,
        "underruns": state.underruns,
        "clients": clients_view(services.hub),
        "queueRevision": state.queue_revision,
    }


def position_view(services: Services, state: PlayerState) -> dict[str, Any]:
    """Return where the player is, for clients to go on from."""
    now = services.clock.now()
    seconds = state.position.seconds_at(now)
    if state.duration_seconds is not None:
        seconds = min(seconds, state.duration_seconds)
    return {"seconds": seconds, "serverTime": int(now * 1000), "rate": state.position.rate}


async def queue_view(services: Services, offset: int | None = None, limit: int = QUEUE_WINDOW) -> dict[str, Any]:
    """Return a part of the queue; without ``offset``, the part around the current entry."""
    state = services.player.state
    start = _window_start(state, limit) if offset is None else offset
    window = state.entries[start : start + limit]
    undo = _steps_view(services)
    return {
        "revision": state.queue_revision,
        "total": len(state.entries),
        "offset": start,
        "currentIndex": state.current_index,
        "entries": await _items(services, window),
        **undo,
    }


async def queue_updated_view(services: Services, state: PlayerState, revision: int, change: Change) -> dict[str, Any]:
    """Return a change of the queue; one of many entries is only named."""
    splices: list[dict[str, Any]] | None = None
    if change.size <= QUEUE_WINDOW:
        splices = [
            {
                "at": splice.at,
                "removed": [entry.entry_id for entry in splice.removed],
                "inserted": await _items(services, splice.inserted),
            }
            for splice in change.splices
        ]
    return {
        "action": change.action,
        "fromRevision": revision - 1,
        "revision": revision,
        "total": len(state.entries),
        "currentIndex": state.current_index,
        **_steps_view(services),
        "splices": splices,
    }


def clients_view(hub: Hub) -> list[dict[str, Any]]:
    """Return the connected clients that can sound."""
    return [_client_view(session) for session in hub.ready() if session.can_output]


def client_details_view(hub: Hub) -> list[dict[str, Any]]:
    """Return the connected clients with figures of their connections."""
    return [{**_client_view(session), "connection": hub.figures(session)} for session in hub.ready()]


def told_position(services: Services, state: PlayerState) -> dict[str, Any]:
    """Return where the player is, and in which entry."""
    entry_id = None if state.current is None else state.current.entry_id
    return {"entryId": entry_id, "position": position_view(services, state)}


async def told_changes(services: Services, event: PlayerChanged) -> list[tuple[str, dict[str, Any]]]:
    """Return by name what has changed from one state to the next."""
    before, after = event.before, event.state
    if before is None:
        return []
    told: list[tuple[str, dict[str, Any]]] = []
    place = told_position(services, after)
    if after.current != before.current:
        items = await _items(services, [after.current] if after.current else [])
        track = {"current": items[0] if items else None, "position": place["position"]}
        kind = "player.trackChanged" if after.is_playing else "player.trackLoaded"
        told.append((kind, {**track, "duration": after.duration_seconds}))
    if after.is_playing != before.is_playing:
        stopped = "player.stopped" if after.position.seconds == 0 else "player.paused"
        told.append(("player.started" if after.is_playing else stopped, place))
    elif after.current == before.current and _jumped(before, after):
        told.append(("player.positionChanged", place))
    if after.volume != before.volume:
        told.append(("player.volumeChanged", {"volume": after.volume}))
    names = {"enabled": "toggled", "preset": "presetChanged", "intensity": "intensityChanged"}
    for member, name in names.items():
        value = getattr(after.enhancement, member)
        if value != getattr(before.enhancement, member):
            told.append((f"enhancement.{name}", {member: value}))
    if after.enhancement != before.enhancement:
        told.append(("processing.settingsApplied", sound_view(services)))
    if after.enhancement.preset != before.enhancement.preset:
        told.append(("processing.presetApplied", {"preset": after.enhancement.preset}))
    return told


async def title_of(services: Services, track_id: str) -> str:
    """Return what people know a track by."""
    (track,) = await services.catalog.tracks([track_id])
    return "A track" if track is None else f"“{orjson.loads(track)['title']}”"


def sound_view(services: Services) -> dict[str, Any]:
    """Return what the sound is made with."""
    loudness = services.settings.get(SOUND_LOUDNESS)
    return {"enhancement": asdict(services.player.state.enhancement), "loudness": loudness}


def _jumped(before: PlayerState, after: PlayerState) -> bool:
    expected = before.position.seconds_at(after.position.at)
    return after.position != before.position and abs(after.position.seconds - expected) > DRIFT_SECONDS


def _client_view(session: Session) -> dict[str, Any]:
    return {"clientId": session.client_id, "name": session.name, "canOutput": session.can_output}


def _steps_view(services: Services) -> dict[str, bool]:
    queue = services.player.queue
    return {"canUndo": bool(queue.undoable), "canRedo": bool(queue.redoable)}


async def _items(services: Services, entries: Sequence[QueueEntry]) -> list[dict[str, Any]]:
    if not entries:
        return []
    tracks = await services.catalog.tracks([entry.track_id for entry in entries])
    return [
        {
            "entryId": entry.entry_id,
            "lane": entry.lane,
            "track": orjson.Fragment(_shown(entry, track, lost=entry.track_id in services.player.state.missing)),
        }
        for entry, track in zip(entries, tracks, strict=True)
    ]


def _shown(entry: QueueEntry, track: bytes | None, *, lost: bool) -> bytes:
    """Return a track's document; one whose file playback has missed is marked before a scan finds out."""
    if track is None:
        return _removed_track(entry)
    return orjson.dumps({**orjson.loads(track), "missing": True}) if lost else track


def _removed_track(entry: QueueEntry) -> bytes:
    """Return what is still known of a track that has left the library, so that its entry keeps its place."""
    known = {
        "id": entry.track_id,
        "title": "No longer in the library",
        "duration": entry.duration_seconds,
        "dateAdded": "1970-01-01T00:00:00.000Z",
        "fingerprint": "none",
        "missing": True,
    }
    return orjson.dumps(_nothing_known() | known)


@cache
def _nothing_known() -> dict[str, Any]:
    """Return every member of a track with the least that its type allows."""
    least: dict[Any, Any] = {int: 0, float: 0.0, str: "", bool: False}
    return {
        field.alias or name: None if type(None) in get_args(field.annotation) else least.get(field.annotation, [])
        for name, field in schemas.Track.model_fields.items()
    }


def _window_start(state: PlayerState, limit: int) -> int:
    middle = (state.current_index or 0) - limit // 2
    return max(0, min(middle, len(state.entries) - limit))
