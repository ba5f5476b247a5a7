"""Stage 1, walk: every directory of a folder, with its audio files as the file system knows them."""

import errno
import os
import stat
from collections import deque
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import NamedTuple

from auralis.media.tags import MAX_COVER_BYTES
from auralis.model.library import AUDIO_SUFFIXES
from auralis.scanner.paths import identity, joined
from auralis.store.library.records import FileState

_SUFFIXES = frozenset(os.fsencode(suffix) for suffix in AUDIO_SUFFIXES)
_IMAGE_STEMS = (b"cover", b"folder", b"front")
_IMAGE_SUFFIXES = (b".jpg", b".jpeg", b".png", b".webp")
_IMAGE_NAMES = {
    stem + suffix: rank
    for rank, (stem, suffix) in enumerate((stem, suffix) for stem in _IMAGE_STEMS for suffix in _IMAGE_SUFFIXES)
}


@dataclass(slots=True)
class Directory:
    """A directory as found; ``path`` is relative to the folder, empty for the folder itself."""

    path: bytes
    files: list[FileState] = field(default_factory=list)
    broken: list[tuple[bytes, str]] = field(default_factory=list)
    image: FileState | None = None


class Unreadable(NamedTuple):
    """A directory that could not be looked into, and why; ``vanished`` if it is simply no longer there."""

    path: bytes
    reason: str
    vanished: bool


def walk(root: bytes) -> Iterator[Directory | Unreadable]:
    """Yield every directory under ``root`` once, those behind symbolic links after all others.

    A directory is known by its device and inode, so that links that lead back, or twice to the same place, end there.
    """
    seen: set[tuple[int, int]] = set()
    waiting, linked = [b""], deque[bytes]()
    while waiting or linked:
        path = waiting.pop() if waiting else linked.popleft()
        try:
            place = identity(joined(root, path))
            if place in seen:
                continue
            seen.add(place)
            directory, below, links = _look_into(root, path)
        except OSError as error:
            yield Unreadable(path, f"The directory cannot be read: {error.strerror}.", error.errno == errno.ENOENT)
            continue
        waiting += sorted(below, reverse=True)
        linked += sorted(links)
        yield directory


def _look_into(root: bytes, path: bytes) -> tuple[Directory, list[bytes], list[bytes]]:
    directory = Directory(path)
    below: list[bytes] = []
    links: list[bytes] = []
    image_rank = len(_IMAGE_NAMES)
    with os.scandir(joined(root, path)) as entries:
        for entry in entries:
            name = entry.name
            if _is_directory(entry):
                if not _is_private(name):
                    (links if entry.is_symlink() else below).append(joined(path, name))
            elif name[name.rfind(b".") :].lower() in _SUFFIXES:
                _add_file(directory, entry)
            elif (rank := _IMAGE_NAMES.get(name.lower(), image_rank)) < image_rank:
                image = _image(entry)
                if image is not None:
                    directory.image, image_rank = image, rank
    directory.files.sort()
    return directory, below, links


def _is_directory(entry: "os.DirEntry[bytes]") -> bool:
    try:
        return entry.is_dir()
    except OSError:  # a link to itself, say; as a file it will be told of
        return False


def _add_file(directory: Directory, entry: "os.DirEntry[bytes]") -> None:
    # "._x" holds what macOS could not put elsewhere; ".x.partial.x" is a file still being written by us.
    if entry.name.startswith(b"._") or (entry.name.startswith(b".") and b".partial." in entry.name):
        return
    try:
        state = _state(entry)
    except FileNotFoundError:
        if entry.is_symlink():
            directory.broken.append((entry.name, "The link leads nowhere."))
        return
    except OSError as error:
        directory.broken.append((entry.name, f"The file cannot be looked at: {error.strerror}."))
        return
    if state is None:
        directory.broken.append((entry.name, "This is no regular file."))
    else:
        directory.files.append(state)


def _image(entry: "os.DirEntry[bytes]") -> FileState | None:
    try:
        image = _state(entry)
    except OSError:
        return None
    return image if image is not None and 0 < image.size <= MAX_COVER_BYTES else None


def _state(entry: "os.DirEntry[bytes]") -> FileState | None:
    found = entry.stat()
    if not stat.S_ISREG(found.st_mode):
        return None
    return FileState(entry.name, found.st_size, found.st_mtime_ns, found.st_ino)


def _is_private(name: bytes) -> bool:
    """Return whether a directory is hidden, as ``.Trash`` is; ``...And Justice for All`` is music."""
    return name.startswith(b".") and not name.startswith(b"..")
