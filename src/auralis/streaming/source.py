"""Which file is meant: its name, its state on disk, and whether it is still the same one."""

import hashlib
import os
import stat
from dataclasses import dataclass, field
from pathlib import Path

from auralis.model.errors import MediaError
from auralis.model.library import MediaFile


@dataclass(frozen=True, slots=True)
class SourceFile:
    """A file as it was when it was looked at; a change of size or time makes it another.

    ``frames`` is how many were decoded of it from start to end, where that is known.
    """

    path: Path
    size: int
    modified_ns: int
    frames: int | None = field(default=None, compare=False)

    @classmethod
    def known(cls, file: MediaFile) -> "SourceFile":
        """Return the file in the state in which the library read it."""
        return cls(file.path, file.size, file.modified_ns)

    @classmethod
    def look(cls, path: Path) -> "SourceFile":
        """Look at ``path`` now.

        Raises
        ------
        MediaError
            If there is no such file, or something else bears its name.
        """
        try:
            state = path.stat()
        except OSError as error:
            raise MediaError("The audio file is not there any more, or may not be read.") from error
        if not stat.S_ISREG(state.st_mode):
            raise MediaError("The audio file is not there any more: something else bears its name.")
        return cls(path, state.st_size, state.st_mtime_ns)

    def verify(self) -> None:
        """Raise MediaError if the file has gone or changed since it was looked at."""
        if SourceFile.look(self.path) != self:
            raise MediaError("The audio file changed while it was being read; a scan will pick up its new state.")

    @property
    def identity(self) -> str:
        """A name for the audio in this file in this state."""
        return digest(os.fsencode(self.path), self.size, self.modified_ns)


def digest(*parts: object) -> str:
    """Return a short name for ``parts``, equal only where all of them are."""
    return hashlib.blake2b(repr(parts).encode(), digest_size=16).hexdigest()
