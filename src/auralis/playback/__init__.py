"""The player that the server holds: one state and one queue for every device."""

from auralis.playback.contracts import PlayerRepository
from auralis.playback.memory import PlayerMemory
from auralis.playback.player import Player

__all__ = ["Player", "PlayerMemory", "PlayerRepository"]
