"""Publish and subscribe: facts go out, nobody asks who listens."""

from auralis.bus.bus import Bus

__all__ = ["Bus"]
