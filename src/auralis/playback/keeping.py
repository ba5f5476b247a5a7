"""A player's state as it is kept over a restart: all but what only a running server knows."""

from collections.abc import Mapping
from dataclasses import asdict
from typing import Any

from auralis.model.player import Enhancement, PlayerState, Position
from auralis.model.queue import Entries


def state_to_keep(state: PlayerState, now: float) -> dict[str, Any]:
    """Return the state at epoch second ``now`` as JSON; the queue is kept beside it."""
    return {
        "currentEntryId": None if state.current is None else state.current.entry_id,
        "position": state.position.seconds_at(now),
        "volume": state.volume,
        "enhancement": asdict(state.enhancement),
        "repeat": state.repeat,
        "shuffle": state.shuffle,
        "shuffleSeed": state.shuffle_seed,
        "crossfade": state.crossfade_seconds,
        "revision": state.revision,
        "queueRevision": state.queue_revision,
    }


def state_from(saved: Mapping[str, Any], entries: Entries, now: float) -> PlayerState:
    """Return the state that was kept, paused; a sleep timer has had its effect."""
    current = saved.get("currentEntryId")
    index = next((n for n, entry in enumerate(entries) if entry.entry_id == current), 0 if entries else None)
    return PlayerState(
        revision=saved["revision"],
        queue_revision=saved["queueRevision"],
        entries=entries,
        current_index=index,
        position=Position(saved["position"], now, 0.0),
        volume=saved["volume"],
        enhancement=Enhancement(**saved["enhancement"]),
        repeat=saved.get("repeat", "off"),
        shuffle=saved.get("shuffle", False),
        shuffle_seed=saved.get("shuffleSeed", 0),
        crossfade_seconds=saved.get("crossfade", 0.0),
    )
