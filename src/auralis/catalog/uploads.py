"""Music files that come in over the network: into a folder of the library, never over another file."""

import errno
import os
import shutil
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import BinaryIO

from auralis.kit.files import replacing
from auralis.model.errors import (
    ConflictError,
    FieldError,
    InvalidInputError,
    NotFoundError,
    StorageError,
    UnavailableError,
)
from auralis.model.library import AUDIO_SUFFIXES
from auralis.store.library.folders import MUSIC, LibraryFolder

_LONGEST_NAME_BYTES = 200
_lock = threading.Lock()
_under_way: set[Path] = set()


def keep_upload(
    folders: list[LibraryFolder], folder_id: str | None, name: str, content: BinaryIO
) -> tuple[LibraryFolder, str]:
    """Write ``content`` into a folder, whole or not at all; return the folder and the name of the file.

    Raises
    ------
    InvalidInputError
        When the name is none for a music file, or it is open which folder is meant.
    NotFoundError
        When there is no such folder.
    ConflictError
        When there is a file of that name.
    UnavailableError
        When the folder cannot be seen just now.
    StorageError
        When the disk refuses; ``STORAGE_FULL`` when it is full.
    """
    folder, plain = _chosen(folders, folder_id), _plain(name)
    target = Path(folder.decoded_path) / plain
    if not target.parent.is_dir():
        raise UnavailableError("The folder cannot be seen just now.")
    with _reserved(target):
        if target.exists():
            raise _taken(target)
        _write(target, content)
    return folder, plain


def _write(target: Path, content: BinaryIO) -> None:
    try:
        with replacing(target) as partial, partial.open("wb") as file:
            shutil.copyfileobj(content, file, 1024 * 1024)
            file.flush()
            os.fsync(file.fileno())
    except OSError as error:
        full = error.errno in {errno.ENOSPC, errno.EDQUOT}
        why = "There is no room for the file." if full else "The file cannot be written there."
        raise StorageError(why, code="STORAGE_FULL" if full else None) from error


@contextmanager
def _reserved(target: Path) -> Iterator[None]:
    """Let nobody else write to ``target`` meanwhile: what is uploaded twice at once is kept once."""
    with _lock:
        if target in _under_way:
            raise _taken(target)
        _under_way.add(target)
    try:
        yield
    finally:
        with _lock:
            _under_way.discard(target)


def _taken(target: Path) -> ConflictError:
    return ConflictError("There is a file of that name.", details={"fileName": target.name})


def _chosen(folders: list[LibraryFolder], folder_id: str | None) -> LibraryFolder:
    own = [folder for folder in folders if folder.kind == MUSIC and folder_id in {None, folder.id}]
    if folder_id is not None and not own:
        raise NotFoundError("folder", folder_id)
    if len(own) != 1:
        problem = "is needed: there are several folders" if own else "names none: add a folder of music first"
        raise InvalidInputError("It is open where the file is to go.", [FieldError("folderId", problem)])
    return own[0]


def _plain(name: str) -> str:
    """Return the name of a file without any way to it, or refuse it."""
    plain = name.replace("\\", "/").rpartition("/")[2].strip()
    if Path(plain).suffix.lower() not in AUDIO_SUFFIXES:
        known = ", ".join(sorted(AUDIO_SUFFIXES))
        raise InvalidInputError("That is no music file.", [FieldError("file", f"must end in one of {known}", plain)])
    fits = plain.isprintable() and not plain.startswith(".") and len(os.fsencode(plain)) <= _LONGEST_NAME_BYTES
    if not fits:
        raise InvalidInputError("The file's name cannot be used.", [FieldError("file", "has a name that is no good")])
    return plain
