"""The player that the server holds: one state for every device."""

from auralis.playback.player import Player, PlayerRepository

__all__ = ["Player", "PlayerRepository"]
