"""Tracks as rows of segments: decoded, mastered, encoded off the event loop, and cached."""

from auralis.streaming.segments import Segment
from auralis.streaming.streamer import Streamer, StreamSettings

__all__ = ["Segment", "StreamSettings", "Streamer"]
