"""Tracks as rows of segments: decoded, mastered, encoded off the event loop, and cached."""

from auralis.streaming.library_range import LibraryRange
from auralis.streaming.segments import Segment
from auralis.streaming.sounds import ORIGINAL, Sound
from auralis.streaming.streamer import Streamer, StreamSettings

__all__ = ["ORIGINAL", "LibraryRange", "Segment", "Sound", "StreamSettings", "Streamer"]
