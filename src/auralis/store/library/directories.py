"""Directories that hold audio: what is known of their files, and the image beside the music."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any, NamedTuple

from sqlalchemy import bindparam, func, null, select, update

from auralis.model.library import READER_VERSION
from auralis.store.database import Connection
from auralis.store.library.records import FileState, ImageRecord
from auralis.store.schema import SHOWN_OF_FEW, directories, library_folders, tracks
from auralis.store.statements import BulkInsert, Statement, as_json, integers_in

_d, _t = directories.c, tracks.c
_FIND = Statement(
    select(_d.key, _d.image_name, _d.image_size, _d.image_mtime_ns).where(
        _d.folder_key == bindparam("folder"), _d.path == bindparam("at")
    )
)
_FILES = Statement(
    select(_t.name, _t.key, _t.size, _t.mtime_ns, _t.inode, _t.missing, _t.read_version, _t.words).where(
        _t.directory_key == bindparam("directory")
    )
)
_ALL = Statement(select(_d.key, _d.path).where(_d.folder_key == bindparam("folder")))
_SIGNATURES = Statement(select(_d.path, _d.signature).where(_d.folder_key == bindparam("folder")))
_SIGN = Statement(
    update(directories)
    .where(
        _d.folder_key == bindparam("folder"),
        _d.path == bindparam("at"),
        bindparam("files")
        == select(func.count())
        .select_from(tracks)
        .where(_t.directory_key == _d.key, _t.missing == bindparam("present", 0))
        .correlate(directories)
        .scalar_subquery(),
    )
    .values(signature=bindparam("as_found"))
)
_UNSIGN = Statement(
    update(directories)
    .where(_d.key.in_(select(_t.directory_key).where(_t.key.in_(integers_in("keys")))))
    .values(signature=null())
)
_PRESENT = Statement(
    select(_t.key).where(_t.directory_key.in_(integers_in("keys")), _t.missing == bindparam("present", 0))
)
_LAST_KEY = Statement(select(func.coalesce(func.max(_d.key), 0)))
_INSERT = BulkInsert(directories, [_d.key, _d.folder_key, _d.path])
_SET_IMAGE = Statement(
    update(directories)
    .where(_d.folder_key == bindparam("folder"), _d.path == bindparam("at"))
    .values(
        image_name=bindparam("image"),
        image_size=bindparam("size"),
        image_mtime_ns=bindparam("mtime_ns"),
        image_hash=bindparam("hash"),
    )
)
_ALBUMS = Statement(
    select(_t.album_key)
    .distinct()
    .where(_t.directory_key.in_(select(_d.key).where(_d.folder_key == bindparam("folder"), _d.path == bindparam("at"))))
)
_SAME_FILE = Statement(
    select(_t.key, _t.inode, _t.size, _t.mtime_ns, library_folders.c.path, _d.path, _t.name)
    .join_from(tracks, directories, _d.key == _t.directory_key)
    .join(library_folders, library_folders.c.key == _d.folder_key)
    .where(_t.inode.in_(integers_in("inodes")), SHOWN_OF_FEW)
)


class KnownFile(NamedTuple):
    """A file that is a track already."""

    key: int
    size: int
    mtime_ns: int
    inode: int
    missing: bool
    is_read: bool
    """Whether this version's reader has read it."""
    words: int


@dataclass(frozen=True, slots=True)
class KnownDirectory:
    """A directory as the last scan left it; ``image`` is name, size and mtime_ns of the image beside the music."""

    files: dict[bytes, KnownFile]
    image: tuple[bytes, int, int] | None


class FormerPlace(NamedTuple):
    """A track whose file has the state of a file found elsewhere, and the path at which it was last seen."""

    key: int
    inode: int
    size: int
    mtime_ns: int
    folder: bytes
    directory: bytes
    name: bytes


def known_directory(connection: Connection, folder_key: int, path: bytes) -> KnownDirectory:
    """Return what is known of a directory."""
    row = _FIND.row(connection, folder=folder_key, at=path)
    if row is None:
        return KnownDirectory({}, None)
    key, *image = row
    files = {
        name: KnownFile(track, size, mtime_ns, inode, bool(missing), read_version == READER_VERSION, words)
        for name, track, size, mtime_ns, inode, missing, read_version, words in _FILES.rows(connection, directory=key)
    }
    return KnownDirectory(files, None if image[0] is None else (image[0], image[1], image[2]))


def former_places(connection: Connection, files: Iterable[FileState]) -> list[FormerPlace]:
    """Return tracks whose files had the inodes of ``files``."""
    inodes = [file.inode for file in files if file.inode]
    return [FormerPlace(*row) for row in _SAME_FILE.rows(connection, inodes=as_json(inodes))]


def all_directories(connection: Connection, folder_key: int) -> dict[bytes, int]:
    """Return path and key of every directory of a folder in which there ever was a track."""
    return {path: key for key, path in _ALL.rows(connection, folder=folder_key)}


def signatures(connection: Connection, folder_key: int) -> dict[bytes, int | None]:
    """Return the signature of every directory of a folder in which there ever was a track."""
    return dict(_SIGNATURES.rows(connection, folder=folder_key))


def sign_directories(connection: Connection, folder_key: int, found: Iterable[tuple[bytes, int, int]]) -> None:
    """Keep path, signature and number of files of directories, except where not every file is a track that is there."""
    _SIGN.run_many(
        connection,
        ({"folder": folder_key, "at": path, "as_found": signature, "files": files} for path, signature, files in found),
    )


def unsign_directories(connection: Connection, track_keys: Iterable[int]) -> None:
    """Let the next scan look at each file of the directories of some tracks."""
    _UNSIGN.run(connection, keys=as_json(track_keys))


def present_tracks(connection: Connection, directory_keys: Iterable[int]) -> list[int]:
    """Return the tracks of directories whose files are not missing yet."""
    return [key for (key,) in _PRESENT.rows(connection, keys=as_json(directory_keys))]


def set_image(connection: Connection, folder_key: int, image: ImageRecord) -> list[int]:
    """Note the image beside the music of a directory; return the albums it may concern."""
    name, size, mtime_ns, *_ = image.file or (None, None, None)
    _SET_IMAGE.run(
        connection, folder=folder_key, at=image.directory, image=name, size=size, mtime_ns=mtime_ns, hash=image.hash
    )
    return [key for (key,) in _ALBUMS.rows(connection, folder=folder_key, at=image.directory)]


class DirectoryKeys:
    """Keys of directories by path, made when they are first met; remembers those of one folder."""

    def __init__(self, folder_key: int) -> None:
        self._folder_key = folder_key
        self._known: dict[bytes, int] = {}

    def resolve(self, connection: Connection, paths: Iterable[bytes]) -> dict[bytes, int]:
        """Return the key of each path."""
        wanted = set(paths)
        new: list[tuple[Any, ...]] = []
        for path in sorted(wanted - self._known.keys()):
            row = _FIND.row(connection, folder=self._folder_key, at=path)
            key = row[0] if row else (new[-1][0] if new else _LAST_KEY.value(connection)) + 1
            if row is None:
                new.append((key, self._folder_key, path))
            self._known[path] = key
        _INSERT.run(connection, new)
        return {path: self._known[path] for path in wanted}

    def forget(self) -> None:
        """Forget what was met, because it may never have been saved."""
        self._known.clear()
