"""States as clients see them: the player's and the queue's with their tracks, a scan, the analysis."""

from dataclasses import asdict
from typing import Any

import orjson

from auralis.api.services import Services
from auralis.api.socket.hub import Hub
from auralis.model.events import AnalysisProgressed, DemoProgressed, SettingsChanged
from auralis.model.library import ScanStatus
from auralis.model.player import PlayerState, QueueEntry

QUEUE_WINDOW = 200
"""A queue state carries at most this many entries, around the current one."""


async def player_view(services: Services) -> dict[str, Any]:
    """Return the player's state as of now."""
    state = services.player.state
    standing = [entry for entry in (state.current, state.upcoming) if entry is not None]
    items = await _items(services, standing)
    return {
        "revision": state.revision,
        "isPlaying": state.is_playing,
        "current": items.get(state.current.entry_id) if state.current else None,
        "next": items.get(state.upcoming.entry_id) if state.upcoming else None,
        "position": {
            "seconds": state.position.seconds_at(services.clock.now()),
            "serverTime": int(services.clock.now() * 1000),
            "rate": state.position.rate,
        },
        "duration": state.duration_seconds,
        "volume": state.volume,
        "enhancement": asdict(state.enhancement),
        "outputClientId": state.output_client_id,
        "clients": clients_view(services.hub),
        "queueRevision": state.queue_revision,
    }


async def queue_view(services: Services) -> dict[str, Any]:
    """Return the queue around the current entry."""
    state = services.player.state
    offset = _window_start(state)
    window = state.entries[offset : offset + QUEUE_WINDOW]
    items = await _items(services, window)
    return {
        "revision": state.queue_revision,
        "total": len(state.entries),
        "offset": offset,
        "currentIndex": state.current_index,
        "entries": [items[entry.entry_id] for entry in window if entry.entry_id in items],
    }


def clients_view(hub: Hub) -> list[dict[str, Any]]:
    """Return the connected clients."""
    return [{"clientId": c.client_id, "name": c.name, "canOutput": c.can_output} for c in hub.ready()]


def scan_view(status: ScanStatus, reason: str | None = None, *, cancelled: bool = False) -> dict[str, Any]:
    """Return how far a scan is."""
    counts = asdict(status.counts)
    summary = {name: counts[name] for name in ("added", "updated", "moved", "missing", "failed")}
    return {
        "state": status.state,
        "done": status.done,
        "total": status.total,
        **summary,
        "ratePerSecond": round(status.rate_per_second, 1),
        "remainingSeconds": status.remaining_seconds,
        "counts": counts,
        "reason": reason,
        "cancelled": cancelled,
    }


def analysis_view(progress: AnalysisProgressed) -> dict[str, Any]:
    """Return how far the analysis of the library is."""
    return {
        "jobId": "analysis",
        "kind": "analysis",
        "state": progress.state,
        "done": progress.done,
        "total": progress.total,
        "failed": progress.failed,
        "ratePerSecond": round(progress.rate_per_second, 2),
        "remainingSeconds": progress.remaining_seconds,
    }


def demo_view(progress: DemoProgressed) -> dict[str, Any]:
    """Return how far the making of the demo library is."""
    return {
        "jobId": "demo",
        "kind": "demo",
        "state": "running" if progress.done < progress.total else "idle",
        "done": progress.done,
        "total": progress.total,
        "failed": 0,
        "ratePerSecond": 0.0,
        "remainingSeconds": None,
    }


def settings_view(event: SettingsChanged) -> dict[str, Any]:
    """Return which settings have changed, with what they were before."""
    return {"revision": event.revision, "changes": [asdict(change) for change in event.changes]}


async def _items(services: Services, entries: "tuple[QueueEntry, ...] | list[QueueEntry]") -> dict[str, dict[str, Any]]:
    tracks = await services.catalog.tracks([entry.track_id for entry in entries])
    return {
        entry.entry_id: {"entryId": entry.entry_id, "track": orjson.Fragment(track)}
        for entry, track in zip(entries, tracks, strict=True)
        if track is not None
    }


def _window_start(state: PlayerState) -> int:
    middle = (state.current_index or 0) - QUEUE_WINDOW // 2
    return max(0, min(middle, len(state.entries) - QUEUE_WINDOW))
