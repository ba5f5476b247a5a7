"""The words of a track: the owner's, else those of an LRC file beside the music, else those in the file's tags."""

import asyncio
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import orjson

from auralis.media.lyrics import LyricLine, read_lrc, without_times
from auralis.media.lyrics_files import read_beside
from auralis.store.library.editing import StoredTrack


@dataclass(frozen=True, slots=True)
class Lyrics:
    """Words, with the times of their lines where there are any; ``source`` is ``edit``, ``file`` or ``embedded``."""

    text: str | None
    synced: list[LyricLine] | None
    language: str | None
    source: str | None


async def read_lyrics(stored: StoredTrack, path: Path) -> Lyrics:
    """Return the lyrics of a track whose file lies at ``path``; all members are None if there are none."""
    if not stored.edits.get("lyrics"):
        beside = await asyncio.to_thread(read_beside, path)
        if beside:
            return _lyrics(beside, None, None, "file")
    words: dict[str, Any] = orjson.loads(stored.lyrics) if stored.lyrics else {}
    details: dict[str, Any] = orjson.loads(stored.details) if stored.details else {}
    source = "edit" if stored.edits.get("lyrics") else "embedded"
    return _lyrics(words.get("text"), words.get("synced"), details.get("lyrics_language"), source)


def _lyrics(text: str | None, synced: str | None, language: str | None, source: str) -> Lyrics:
    lines = read_lrc(synced or "") or read_lrc(text or "")
    words = without_times(text or "") or "\n".join(line.text for line in lines).strip()
    return Lyrics(words or None, lines or None, language if words else None, source if words else None)


def lies_beside(path: Path) -> bool:
    """Return whether there is an LRC file that has the name of the music file, and something in it."""
    return read_beside(path) is not None
