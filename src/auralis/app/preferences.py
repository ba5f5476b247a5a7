"""Settings of the library, as each room wants them."""

from auralis.model.player import Enhancement
from auralis.model.settings import SettingsReader
from auralis.model.settings.declared import (
    LISTENING_PLAYED_PERCENT,
    LISTENING_PLAYED_SECONDS,
    PLAYER_ENHANCE,
    PLAYER_INTENSITY,
    PLAYER_PRESET,
    PROCESSING_KEEP_DAYS,
    PROCESSING_KEEP_MB,
)
from auralis.playback.contracts import PlayerPreferences
from auralis.processing.service import Keep


def player_preferences(settings: SettingsReader, user_id: str) -> PlayerPreferences:
    """Return what a listener has chosen for the player."""
    sound = Enhancement(
        enabled=settings.get(PLAYER_ENHANCE, user_id),
        preset=settings.get(PLAYER_PRESET, user_id),
        intensity=float(settings.get(PLAYER_INTENSITY, user_id)),
    )
    return PlayerPreferences(
        enhancement=sound,
        played_fraction=settings.get(LISTENING_PLAYED_PERCENT, user_id) / 100,
        played_seconds=settings.get(LISTENING_PLAYED_SECONDS, user_id),
    )


def results_kept(settings: SettingsReader) -> Keep:
    """Return how long, and how much of, what jobs have made is kept."""
    return Keep(settings.get(PROCESSING_KEEP_DAYS) * 86_400.0, int(settings.get(PROCESSING_KEEP_MB)) << 20)
