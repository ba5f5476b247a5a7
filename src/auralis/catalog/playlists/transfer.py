"""Playlists across the border: which tracks the lines of a file mean, and which lines stand for tracks.

Lines are compared with what the library knows; the disk is never looked at, and nothing outside the library's folders
is ever told apart from what does not exist.
"""

import posixpath
import re
import unicodedata
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import unquote_to_bytes

from auralis.catalog.playlists.m3u import LONGEST_LINE, Line, Written
from auralis.kit.text import fold, sort_key
from auralis.store.database import Connection
from auralis.store.library.folders import is_within, list_folders
from auralis.store.listener.playlist_entries import entry_files
from auralis.store.lists.places import PlacedTrack, tracks_at, tracks_called

MOST_REPORTED = 1000
_DRIVE = re.compile(r"[A-Za-z]:[\\/]")
_NOT_FOUND = "No track of the library lies there or is called so."
_OUTSIDE = "It leads out of the library's folders."
_WEB = "It is an address, not a file."
_TOO_LONG = "The line is too long."


@dataclass(slots=True)
class Matched:
    """The tracks that were found in order, and the lines for which there was none."""

    track_ids: list[str] = field(default_factory=list)
    unmatched: list[tuple[Line, str]] = field(default_factory=list)

    def report(self) -> dict[str, Any]:
        """Return what a client is told of it."""
        listed = [
            {"line": line.number, "text": line.path[:500], "title": line.title and line.title[:500], "reason": reason}
            for line, reason in self.unmatched[:MOST_REPORTED]
        ]
        return {"matched": len(self.track_ids), "unmatchedCount": len(self.unmatched), "unmatched": listed}


def matched(connection: Connection, lines: Sequence[Line]) -> Matched:
    """Find the track of each line: by its path within a folder of the library, else by artist and title."""
    folders = [(folder.key, folder.path) for folder in list_folders(connection)]
    result = Matched()
    for line in lines:
        found, reason = _by_path(connection, line.path, folders)
        found = found or _by_name(connection, line)
        if found is None:
            result.unmatched.append((line, reason))
        else:
            result.track_ids.append(found)
    return result


def lines_of(connection: Connection, playlist_key: int) -> Iterator[Written]:
    """Yield the entries of a playlist with paths relative to their library folder."""
    for directory, name, title, artist, seconds in entry_files(connection, playlist_key):
        placed = name is not None and b"/" not in name  # otherwise another file lies where it was
        path = posixpath.join(directory or b"", name or b"") if placed else None
        yield Written(path, title, artist, seconds)


def _by_path(connection: Connection, text: str, folders: list[tuple[int, bytes]]) -> tuple[str | None, str]:
    """Return the track whose file is named, or None and why there is none."""
    if len(text) > LONGEST_LINE:
        return None, _TOO_LONG
    scheme = re.match(r"([A-Za-z][A-Za-z0-9+.-]+)://", text)
    if scheme and scheme[1].lower() != "file":
        return None, _WEB
    reason = _NOT_FOUND
    for path in _spellings(text):
        places = list(_within(path, folders))
        if not places:
            reason = _OUTSIDE
        for keys, relative in places:
            directory, _, name = relative.rpartition(b"/")
            found = tracks_at(connection, keys, directory, name)
            if found:
                return found[0], reason
    return None, reason


def _spellings(text: str) -> Iterator[bytes]:
    """Yield the paths that a line may mean: as it stands, decoded, with the other slash, in either form of accents."""
    if text[:5].lower() == "file:":
        local = re.sub(r"^file:(//(localhost)?(?=/))?", "", text, flags=re.IGNORECASE)
        raw = [unquote_to_bytes(local)]
    else:
        raw = [_encoded(text)]
        if "%" in text:
            raw.append(unquote_to_bytes(text.encode("utf-8", "surrogateescape")))
    if "\\" in text:
        raw += [each.replace(b"\\", b"/") for each in raw]
    seen: set[bytes] = set()
    for each in raw:
        composed = each.decode("utf-8", "surrogateescape")
        for form in (composed, unicodedata.normalize("NFC", composed), unicodedata.normalize("NFD", composed)):
            path = _encoded(form)
            if path not in seen:
                seen.add(path)
                yield path


def _encoded(text: str) -> bytes:
    return text.encode("utf-8", "surrogateescape")


def _within(path: bytes, folders: list[tuple[int, bytes]]) -> Iterator[tuple[list[int], bytes]]:
    """Yield the folders in which ``path`` may lie, and where in them; none if it leads out of all."""
    if b"\0" in path:
        return
    if path.startswith(b"/") or _DRIVE.match(path.decode("ascii", "replace")):
        whole = b"/" + posixpath.normpath(path).lstrip(b"/") if path.startswith(b"/") else posixpath.normpath(path)
        for key, folder in folders:
            if is_within(whole, folder) and whole != folder:
                yield [key], whole[len(folder.rstrip(b"/")) + 1 :]
        return
    relative = posixpath.normpath(path)
    if relative != b".." and not relative.startswith(b"../"):
        yield [key for key, _ in folders], relative


def _by_name(connection: Connection, line: Line) -> str | None:
    """Return the track that has the artist and the title of ``#EXTINF``; of several the one as long as it says."""
    if line.title is None or len(line.title) > LONGEST_LINE:
        return None
    for artist, title in _splits(line.title):
        candidates = [
            track for track in tracks_called(connection, sort_key(title)) if fold(track.artist or "") == artist
        ]
        best = _nearest(candidates, line.seconds)
        if best is not None:
            return best.id
    return None


def _splits(text: str) -> Iterator[tuple[str, str]]:
    """Yield artist (folded) and title wherever `` - `` may part them."""
    parts = text.split(" - ")
    for at in range(1, min(len(parts), 8)):
        yield fold(" - ".join(parts[:at])), " - ".join(parts[at:])


def _nearest(candidates: Iterable[PlacedTrack], seconds: float | None) -> PlacedTrack | None:
    ranked = sorted(candidates, key=lambda track: abs(track.duration_seconds - seconds) if seconds else 0.0)
    return ranked[0] if ranked else None
