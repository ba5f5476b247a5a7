"""Pictures of an album's discs: in the disc's own folder, in a file of its number, in its tracks."""

import os
import re
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import NamedTuple

from auralis.media.covers import MAX_COVER_BYTES
from auralis.store.lists.facts import DiscTrack

_NUMBERED = re.compile(rb"(?:disc|disk|cd)[ _.-]?0*(\d{1,4})\.(?:jpg|jpeg|png|webp|gif)", re.IGNORECASE)
_OWN = re.compile(rb"(?:disc|disk|cd)\.(?:jpg|jpeg|png|webp|gif)", re.IGNORECASE)


class DiscImage(NamedTuple):
    """An image file as it is now."""

    path: Path
    size: int
    mtime_ns: int


def disc_pictures(tracks: Sequence[DiscTrack], number: int, order: Sequence[str]) -> Iterator[DiscImage | str]:
    """Yield what a disc may show, the best first: image files, and ids of pictures that the library knows."""
    here = [track for track in tracks if track.disc_number == number]
    elsewhere = {(track.folder, track.directory) for track in tracks if track.disc_number != number}
    places = list(dict.fromkeys((track.folder, track.directory) for track in here))
    for source in order:
        if source == "embedded":
            yield from dict.fromkeys(track.cover_hash for track in here if track.cover_hash)
            continue
        own = [place for place in places if place not in elsewhere] if elsewhere else []
        yield from _images(places, own, number)
        yield from dict.fromkeys(
            track.image_hash for track in here if track.image_hash and (track.folder, track.directory) in own
        )


def _images(
    places: Sequence[tuple[bytes, bytes]], own: Sequence[tuple[bytes, bytes]], number: int
) -> Iterator[DiscImage]:
    """Yield the files that are called as a disc's picture is: beside its music, or beside its folder."""
    above = [(folder, os.path.dirname(directory)) for folder, directory in own if directory]  # noqa: PTH120 - bytes
    for place in dict.fromkeys((*places, *above)):
        for name, size, mtime_ns in _listed(*place):
            numbered = _NUMBERED.fullmatch(name)
            if (numbered and int(numbered[1]) == number) or (place in own and _OWN.fullmatch(name)):
                yield DiscImage(Path(*map(os.fsdecode, (*place, name))), size, mtime_ns)


def _listed(folder: bytes, directory: bytes) -> list[tuple[bytes, int, int]]:
    try:
        with os.scandir(os.path.join(folder, directory)) as entries:  # noqa: PTH118 - bytes
            found = [(entry.name, entry.stat()) for entry in entries if _is_image(entry)]
    except OSError:
        return []
    return sorted((name, state.st_size, state.st_mtime_ns) for name, state in found)


def _is_image(entry: "os.DirEntry[bytes]") -> bool:
    if not (_NUMBERED.fullmatch(entry.name) or _OWN.fullmatch(entry.name)):
        return False
    return entry.is_file() and 0 < entry.stat().st_size <= MAX_COVER_BYTES
