"""Stage 3, read, the far side: runs in a process of its own, as what it reads comes from anywhere."""

import os
from pathlib import Path
from typing import Any

from auralis.media.audio_hash import sketch_audio
from auralis.media.tags import MAX_COVER_BYTES, cover_hash, read_file
from auralis.model.errors import MediaError
from auralis.scanner.paths import joined
from auralis.store.library.describe import describe

Item = tuple[bytes, bytes, bool]
"""Directory and name of a file, and whether it is an image."""

Outcome = tuple[Any, str | None]
"""What a file holds (a description, or an image's hash) and None, or None and the reason why it could not be read."""


def read_files(root: bytes, items: list[Item]) -> list[Outcome]:
    """Read files one after the other."""
    return [_read(root, *item) for item in items]


def _read(root: bytes, directory: bytes, name: bytes, is_image: bool) -> Outcome:  # noqa: FBT001 - part of an Item
    path = Path(os.fsdecode(joined(root, directory, name)))
    try:
        if is_image:
            with path.open("rb") as file:
                return cover_hash(file.read(MAX_COVER_BYTES)), None
        return describe(read_file(path), directory, name)._replace(sketch=sketch_audio(path)), None
    except MediaError as error:
        return None, error.message
    except MemoryError:
        return None, "Reading it takes more memory than a file may."
    except OSError as error:
        return None, f"The file cannot be read: {error.strerror}."
    except Exception as error:  # noqa: BLE001 - the outer edge of the worker: one file must not stop the others
        return None, f"The file cannot be understood ({type(error).__name__})."
