"""Stage 2, changed?: what is found beside what is known, and what has to be read."""

from dataclasses import dataclass, field
from typing import NamedTuple

from auralis.scanner.paths import is_there
from auralis.scanner.walk import Directory
from auralis.store.database import Connection
from auralis.store.library.directories import FormerPlace, KnownDirectory, KnownFile, former_places, known_directory
from auralis.store.library.problems import KnownProblem, problems_in
from auralis.store.library.records import ANALYSIS, FILE, FileState, FoundProblem, ImageRecord


class ReadTask(NamedTuple):
    """A file that has to be read; ``key`` is that of its track, if there is one already."""

    directory: bytes
    file: FileState
    key: int | None = None
    moved: bool = False
    is_image: bool = False


@dataclass(slots=True)
class Changes:
    """What to do about a directory; ``unchanged`` and ``failed`` count files that need nothing, or no second try."""

    tasks: list[ReadTask] = field(default_factory=list)
    unchanged: int = 0
    failed: int = 0
    found_again: list[int] = field(default_factory=list)
    gone: list[int] = field(default_factory=list)
    problems: list[FoundProblem] = field(default_factory=list)
    solved: list[int] = field(default_factory=list)
    image_gone: ImageRecord | None = None


def compare(
    connection: Connection, root: bytes, folder_key: int, found: Directory, *, thorough: bool = False
) -> Changes:
    """Return what has changed in a directory since it was last scanned; a ``thorough`` look finds all files changed."""
    known = known_directory(connection, folder_key, found.path)
    trouble = {(each.kind, each.name): each for each in problems_in(connection, folder_key, found.path)}
    changes = Changes()
    new: list[FileState] = []
    altered: list[tuple[KnownFile, FileState]] = []
    for file in found.files:
        before = known.files.pop(file.name, None)
        failed_before = trouble.get((FILE, file.name))
        if before is not None and (thorough or not before.is_read):
            changes.tasks.append(ReadTask(found.path, file, before.key))
        elif (
            failed_before is not None
            and not thorough
            and (failed_before.size, failed_before.mtime_ns) == (file.size, file.mtime_ns)
        ):
            del trouble[FILE, file.name]
            changes.failed += 1
        elif before is None:
            new.append(file)
        elif _state(before) != _state(file) or before.inode != file.inode:
            altered.append((before, file))
        elif before.missing:
            changes.found_again.append(before.key)
        else:
            changes.unchanged += 1
            trouble.pop((ANALYSIS, file.name), None)
    changes.tasks += _altered_tasks(connection, changes, trouble, found.path, altered)
    changes.tasks += _new_tasks(connection, root, found.path, new)
    _compare_broken(changes, trouble, found, known)
    changes.gone = [file.key for file in known.files.values() if not file.missing]
    _compare_image(changes, known, found)
    # Whatever is still in the list is over: the file is gone, or it is being read anew.
    changes.solved = [each.key for each in trouble.values()]
    return changes


def all_new(found: Directory) -> Changes:
    """Return what there is to do about a directory in a library that knows no tracks, folders or problems yet."""
    changes = Changes(tasks=[ReadTask(found.path, file) for file in found.files])
    changes.failed = len(found.broken)
    changes.problems = [FoundProblem(found.path, name, FILE, reason) for name, reason in found.broken]
    if found.files and found.image is not None:
        changes.tasks.append(ReadTask(found.path, found.image, is_image=True))
    return changes


def _altered_tasks(
    connection: Connection,
    changes: Changes,
    trouble: dict[tuple[str, bytes], KnownProblem],
    path: bytes,
    altered: list[tuple[KnownFile, FileState]],
) -> list[ReadTask]:
    """Return the tasks of known files in another state.

    One of which only the inode is another counts as unchanged, as some file systems give new ones each time they are
    mounted, unless it was missing, or it is that of another track: then two files may have changed places.
    """
    only_inode = [file for before, file in altered if _state(before) == _state(file)]
    elsewhere = {each.inode for each in former_places(connection, only_inode)} if only_inode else set()
    tasks = []
    for before, file in altered:
        if _state(before) != _state(file) or file.inode in elsewhere or before.missing:
            tasks.append(ReadTask(path, file, before.key))
        else:
            changes.unchanged += 1
            trouble.pop((ANALYSIS, file.name), None)
    return tasks


def _state(file: KnownFile | FileState) -> tuple[int, int, int]:
    return file.size, file.mtime_ns, file.words


def _new_tasks(connection: Connection, root: bytes, path: bytes, new: list[FileState]) -> list[ReadTask]:
    """Return the tasks of files at places that no track has, those among them that only moved there marked so."""
    former = {(each.inode, each.size, each.mtime_ns): each for each in former_places(connection, new)} if new else {}
    tasks = []
    for file in new:
        before = former.get((file.inode, file.size, file.mtime_ns))
        moved = before is not None and not _still_there(root, before)
        tasks.append(ReadTask(path, file, before.key if moved and before else None, moved))
    return tasks


def _still_there(root: bytes, before: FormerPlace) -> bool:
    """Return whether the file is still at its former place, or that place's folder cannot be seen at all."""
    if before.folder != root and not is_there(before.folder):
        return True
    return is_there(before.folder, before.directory, before.name)


def _compare_broken(
    changes: Changes, trouble: dict[tuple[str, bytes], KnownProblem], found: Directory, known: KnownDirectory
) -> None:
    for name, reason in found.broken:
        changes.failed += 1
        known.files.pop(name, None)
        if trouble.pop((FILE, name), None) is None:
            changes.problems.append(FoundProblem(found.path, name, FILE, reason))


def _compare_image(changes: Changes, known: KnownDirectory, found: Directory) -> None:
    if not found.files:
        return
    image = found.image
    if image is None:
        changes.image_gone = ImageRecord(found.path, None, None) if known.image else None
    elif known.image != (image.name, image.size, image.mtime_ns):
        changes.tasks.append(ReadTask(found.path, image, is_image=True))
