"""Looks for the pictures of artists: ``artist.jpg`` in a folder of theirs, or beside the music of their albums."""

import asyncio
import os
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from functools import lru_cache, partial
from pathlib import Path

from auralis.kit.text import fold, sort_key
from auralis.media.covers import MAX_COVER_BYTES, cover_hash
from auralis.store import Database
from auralis.store.library import artist_artwork
from auralis.store.library.artist_artwork import ArtistPlace, FoundPicture

_AT_ONCE = 200
_SUFFIXES = ("jpg", "jpeg", "png", "webp", "gif")
Listed = Callable[[bytes, bytes], list[tuple[bytes, int, int]]]
_STEPS_UP = 2
"""An artist's folder holds those of albums, which may hold those of discs."""


async def look_for_all(database: Database) -> int:
    """Bring what is known of artists' image files up to date with the disk; return for how many it has changed."""
    changed = last = 0
    while keys := await database.read(partial(artist_artwork.artists_after, after=last, limit=_AT_ONCE)):
        last = keys[-1]
        places = await database.read(partial(artist_artwork.artist_places, artist_keys=keys))
        known = await database.read(partial(artist_artwork.found_pictures, artist_keys=keys))
        news = await asyncio.to_thread(_news, places, known)
        if news:
            await database.write(partial(artist_artwork.save_found, found=news))
            changed += len(news)
    return changed


def _news(places: Iterable[ArtistPlace], known: Mapping[int, FoundPicture]) -> dict[int, FoundPicture | None]:
    """Return what has changed; an artist none of whose folders can be seen now keeps the picture that is known."""
    listed = lru_cache(maxsize=_AT_ONCE)(_images_in)
    of_artist: dict[int, list[ArtistPlace]] = defaultdict(list)
    for place in places:
        of_artist[place.artist_key].append(place)
    news: dict[int, FoundPicture | None] = {}
    for key, seen in of_artist.items():
        found, before = next(_pictures(seen, listed), None), known.get(key)
        if found is None or before is None or found[:5] != before[:5]:
            picture = None if found is None else _read(seen, found)
            if picture != before:
                news[key] = picture
    return news


def _pictures(places: Sequence[ArtistPlace], listed: Listed) -> Iterator[FoundPicture]:
    """Yield the image files that may be an artist's, those in a folder of the artist's name first."""
    own = ((place, directory) for place in places for directory in _own_folders(place))
    for place, directory in (*own, *((place, place.directory) for place in places)):
        for name, size, mtime_ns in listed(place.folder, directory):
            yield FoundPicture(place.folder_key, directory, name, size, mtime_ns, "")


def _own_folders(place: ArtistPlace) -> Iterator[bytes]:
    """Yield the directories over an album's that bear the artist's name."""
    names = {fold(place.artist), sort_key(place.artist)}
    directory = place.directory
    for _ in range(_STEPS_UP):
        directory = os.path.dirname(directory)  # noqa: PTH120 - bytes
        name = os.path.basename(directory).decode("utf-8", "replace")  # noqa: PTH119 - bytes
        if name and names & {fold(name), sort_key(name)}:
            yield directory


def _images_in(folder: bytes, directory: bytes) -> list[tuple[bytes, int, int]]:
    """Return name, size and time of the files of a directory that are called as an artist's picture is."""
    found = []
    try:
        with os.scandir(os.path.join(folder, directory)) as entries:  # noqa: PTH118 - bytes
            for entry in entries:
                stem, _, suffix = entry.name.lower().decode("utf-8", "replace").rpartition(".")
                if stem == "artist" and suffix in _SUFFIXES and entry.is_file():
                    state = entry.stat()
                    if 0 < state.st_size <= MAX_COVER_BYTES:
                        found.append((entry.name, state.st_size, state.st_mtime_ns))
    except OSError:
        return []
    return sorted(found)


def _read(places: Iterable[ArtistPlace], picture: FoundPicture) -> FoundPicture | None:
    folder = next(place.folder for place in places if place.folder_key == picture.folder_key)
    path = Path(*(os.fsdecode(part) for part in (folder, picture.directory, picture.name)))
    try:
        return picture._replace(hash=cover_hash(path.read_bytes()))
    except OSError:
        return None
