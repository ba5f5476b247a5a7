"""Tags changed in somebody's own file: in a copy beside it, which takes its place only if the sound is the same."""

import contextlib
import errno
import os
import shutil
from pathlib import Path

from auralis.kit.files import replacing
from auralis.media.audio_hash import hash_audio
from auralis.media.tag_writer import Values, change_tags
from auralis.model.errors import MediaError, StorageError


def replace_tags(path: Path, values: Values) -> None:
    """Give the file at ``path`` new ``values`` of its tags, whole or not at all.

    The copy is compared by its encoded audio, brought to disk and renamed over the file. Mode, owner and other
    attributes stay; the time of change is that of the change. A link stays a link: what it leads to is changed.

    Raises
    ------
    MediaError
        ``UNSUPPORTED_FORMAT`` where such a file cannot hold the values, ``FILE_NOT_WRITABLE`` where it may not be
        changed, ``INVALID_AUDIO`` if its sound would not be the same.
    StorageError
        ``STORAGE_FULL`` if there is no room for the copy.
    """
    target = Path(os.path.realpath(path))
    try:
        if not os.access(target, os.W_OK):
            raise MediaError("The file is not there, or may not be written.", code="FILE_NOT_WRITABLE")
        before = target.stat()
        with replacing(target) as partial:
            shutil.copy2(target, partial)
            change_tags(partial, values)
            sound = hash_audio(target)
            if sound is None or hash_audio(partial) != sound:
                raise MediaError("The tags cannot be written without changing the sound.", code="INVALID_AUDIO")
            _settle(partial, before)
            if _state(target.stat()) != _state(before):
                raise MediaError("The file was changed by somebody else meanwhile.", code="FILE_NOT_WRITABLE")
        _sync(target.parent)
    except OSError as error:
        if error.errno in {errno.ENOSPC, errno.EDQUOT}:
            raise StorageError("There is no room for a copy of the file.", code="STORAGE_FULL") from error
        raise MediaError("The file may not be written.", code="FILE_NOT_WRITABLE") from error


def _settle(partial: Path, before: os.stat_result) -> None:
    """Give the copy the owner of the file, as far as one may, and bring it to disk."""
    with contextlib.suppress(PermissionError):
        os.chown(partial, before.st_uid, before.st_gid)
    partial.chmod(before.st_mode & 0o7777)
    os.utime(partial)
    _sync(partial)


def _sync(path: Path) -> None:
    handle = os.open(path, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def _state(found: os.stat_result) -> tuple[int, int, int]:
    return found.st_size, found.st_mtime_ns, found.st_ino
