"""Stage 1, walk: every directory of a folder, with its audio files as the file system knows them."""

import errno
import os
import stat
from collections import deque
from collections.abc import Iterator
from dataclasses import dataclass, field
from hashlib import blake2b
from typing import NamedTuple

from auralis.media.covers import MAX_COVER_BYTES
from auralis.media.lyrics_files import LARGEST_LYRICS_BYTES, LYRICS_SUFFIXES
from auralis.model.library import AUDIO_SUFFIXES, READER_VERSION
from auralis.scanner.ignore import NAME as IGNORE_FILE
from auralis.scanner.ignore import IgnoreFileError, Rules, is_ignored, read_rule
from auralis.scanner.paths import identity, joined
from auralis.store.library.records import FileState

_SUFFIXES = frozenset(os.fsencode(suffix) for suffix in AUDIO_SUFFIXES)
_IMAGE_STEMS = (b"cover", b"folder", b"front")
IMAGE_SUFFIXES = (b".jpg", b".jpeg", b".png", b".webp")
_IMAGE_NAMES = {
    stem + suffix: rank
    for rank, (stem, suffix) in enumerate((stem, suffix) for stem in _IMAGE_STEMS for suffix in IMAGE_SUFFIXES)
}


_MOST = (1 << 63) - 1
_WORDS = frozenset(os.fsencode(suffix) for suffix in LYRICS_SUFFIXES)


@dataclass(slots=True)
class Directory:
    """A directory as found; ``path`` is relative to the folder, empty for the folder itself."""

    path: bytes
    files: list[FileState] = field(default_factory=list)
    broken: list[tuple[bytes, str]] = field(default_factory=list)
    image: FileState | None = None

    def signature(self) -> int:
        """Return 63 bits that change with any name, size, time or inode of what was found, and with the reader."""
        states = [b"%b/%d/%d/%d/%d" % file for file in (*self.files, self.image) if file is not None]
        states.append(b"%d" % READER_VERSION)
        return int.from_bytes(blake2b(b"\0".join(states), digest_size=8).digest(), "little") >> 1


class Unreadable(NamedTuple):
    """A directory that could not be looked into, and why; ``vanished`` if it is simply no longer there."""

    path: bytes
    reason: str
    vanished: bool


def walk(root: bytes, start: bytes = b"") -> Iterator[Directory | Unreadable]:
    """Yield every directory at and under ``start``, itself under ``root``, once; those behind links after all others.

    A directory is known by its device and inode, so that links that lead back, or twice to the same place, end there.
    What is hidden or listed in an ignore file is left out.
    """
    seen: set[tuple[int, int]] = set()
    rules = _rules_above(root, start)
    if rules is None:
        return
    waiting, linked = [(start, rules)], deque[tuple[bytes, Rules]]()
    while waiting or linked:
        path, rules = waiting.pop() if waiting else linked.popleft()
        try:
            place = identity(joined(root, path))
            if place in seen:
                continue
            seen.add(place)
            directory, below, links, rules = _look_into(root, path, rules)
        except OSError as error:
            yield Unreadable(path, f"The directory cannot be read: {error.strerror}.", error.errno == errno.ENOENT)
            continue
        waiting += [(each, rules) for each in sorted(below, reverse=True)]
        linked += [(each, rules) for each in sorted(links)]
        yield directory


def _rules_above(root: bytes, start: bytes) -> Rules | None:
    """Return the rules of the directories above ``start``, or None where they, or its name, leave it out."""
    rules: Rules = ()
    at = b""
    for name in filter(None, start.split(b"/")):
        rules = _with_rule_of(Directory(at), root, rules)
        at = joined(at, name)
        if _is_private(name) or is_ignored(rules, at, is_directory=True):
            return None
    return rules


def _with_rule_of(directory: Directory, root: bytes, rules: Rules) -> Rules:
    if not os.path.lexists(joined(root, directory.path, IGNORE_FILE)):
        return rules
    try:
        return (*rules, read_rule(root, directory.path))
    except IgnoreFileError as error:
        directory.broken.append((IGNORE_FILE, str(error)))
        return rules


def _look_into(root: bytes, path: bytes, rules: Rules) -> tuple[Directory, list[bytes], list[bytes], Rules]:
    directory = Directory(path)
    below: list[bytes] = []
    links: list[bytes] = []
    with os.scandir(joined(root, path)) as scanned:
        entries = list(scanned)
    if IGNORE_FILE in [entry.name for entry in entries]:
        rules = _with_rule_of(directory, root, rules)
    if rules:
        entries = [e for e in entries if not is_ignored(rules, joined(path, e.name), is_directory=_is_directory(e))]
    words: dict[bytes, int] = {}
    for entry in entries:
        name = entry.name
        suffix = name[name.rfind(b".") :]
        if _is_directory(entry):
            if not _is_private(name):
                (links if entry.is_symlink() else below).append(joined(path, name))
        elif suffix.lower() in _SUFFIXES:
            _add_file(directory, entry)
        elif suffix in _WORDS:
            words[_stem(name)] = _words(entry)
        elif name.lower() in _IMAGE_NAMES:
            _add_image(directory, entry)
    if words:
        directory.files = [file._replace(words=words.get(_stem(file.name), 0)) for file in directory.files]
    directory.files.sort()
    return directory, below, links, rules


def _is_directory(entry: "os.DirEntry[bytes]") -> bool:
    try:
        return entry.is_dir()
    except OSError:  # a link to itself, say; as a file it will be told of
        return False


def _add_file(directory: Directory, entry: "os.DirEntry[bytes]") -> None:
    # "._x" holds what macOS could not put elsewhere; ".x.partial.x" is a file still being written by us.
    if entry.name.startswith(b".") and (entry.name.startswith(b"._") or b".partial." in entry.name):
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


def _words(entry: "os.DirEntry[bytes]") -> int:
    """Return what tells one state of a file of lyrics from others, 0 for one that is not read."""
    try:
        state = _state(entry)
    except OSError:
        return 0
    if state is None or state.size > LARGEST_LYRICS_BYTES:
        return 0
    return ((state.mtime_ns * 1_000_003 + state.size) & _MOST) or 1


def _stem(name: bytes) -> bytes:
    return name[: name.rfind(b".")]


def _add_image(directory: Directory, entry: "os.DirEntry[bytes]") -> None:
    """Take an image for that of the directory, unless there is one that comes before it."""
    known = directory.image
    if known is not None and _IMAGE_NAMES[known.name.lower()] <= _IMAGE_NAMES[entry.name.lower()]:
        return
    try:
        image = _state(entry)
    except OSError:
        return
    if image is not None and 0 < image.size <= MAX_COVER_BYTES:
        directory.image = image


def _state(entry: "os.DirEntry[bytes]") -> FileState | None:
    found = entry.stat()
    if not stat.S_ISREG(found.st_mode):
        return None
    return FileState(entry.name, found.st_size, found.st_mtime_ns, found.st_ino & _MOST)


def _is_private(name: bytes) -> bool:
    """Return whether a directory is hidden, as ``.Trash`` is; ``...And Justice for All`` is music."""
    return name.startswith(b".") and not name.startswith(b"..")
