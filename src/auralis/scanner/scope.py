"""What a scan goes over: the whole library, or directories of its folders."""

import os
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import NamedTuple

from auralis.model.errors import FieldError, InvalidInputError, NotFoundError
from auralis.store.library.folders import LibraryFolder, is_within


class Scope(NamedTuple):
    """A directory of a library folder, by the folder's key; empty bytes are the whole folder."""

    folder_key: int
    start: bytes = b""


@dataclass(frozen=True, slots=True)
class ScanRequest:
    """A scan that is asked for: of ``scopes``, or with None of everything; ``thorough`` reads unchanged files too."""

    scopes: frozenset[Scope] | None = None
    thorough: bool = False

    def covers(self, other: "ScanRequest") -> bool:
        """Return whether this scan does all that ``other`` would."""
        return (self.thorough or not other.thorough) and (self.scopes is None or self.scopes == other.scopes)


def scope_of(folders: Sequence[LibraryFolder], folder_id: str | None, path: str | None) -> Scope | None:
    """Return what a client names: a folder by its id, a path relative to it or absolute; None is everything.

    Raises
    ------
    NotFoundError
        If there is no such folder.
    InvalidInputError
        If the path is not within the folder, or within none, or may be meant in several.
    """
    if folder_id is None and not path:
        return None
    chosen = [folder for folder in folders if folder_id in {None, folder.id}]
    if not chosen:
        raise NotFoundError("folder", folder_id or path)
    if not path:
        return Scope(chosen[0].key)
    if "\0" in path:
        raise _no_such_place(path)
    if len(chosen) > 1 and not path.startswith("/"):
        raise InvalidInputError("A relative path needs its folder.", [FieldError("folderId", "Is missing.")])
    for folder in chosen:
        try:
            place = os.fsencode((Path(folder.decoded_path) / path).resolve())
        except (OSError, RuntimeError, ValueError):
            continue
        if is_within(place, folder.path):
            return Scope(folder.key, place[len(folder.path.rstrip(b"/")) + 1 :])
    raise _no_such_place(path)


def outermost(scopes: Iterable[Scope]) -> list[Scope]:
    """Return ``scopes`` without those that lie within others."""
    kept: list[Scope] = []
    for scope in sorted(scopes):
        if not any(scope.folder_key == k.folder_key and (not k.start or is_within(scope.start, k.start)) for k in kept):
            kept.append(scope)
    return kept


def _no_such_place(path: str) -> InvalidInputError:
    return InvalidInputError(
        "The path is not within a folder of the library.",
        [FieldError("path", "Lies in no folder of the library.", path)],
    )
