"""Playlists: edited by several clients at once, taken back step by step, brought in and out as M3U."""

from auralis.catalog.playlists.playlists import Playlists

__all__ = ["Playlists"]
