"""Stage 3, read, the far side: runs in a process of its own, as what it reads comes from anywhere."""

import os
from pathlib import Path
from typing import Any

from auralis.media.artist_names import DEFAULT_RULES
from auralis.media.audio_files import read_sketched
from auralis.media.covers import MAX_COVER_BYTES, cover_hash
from auralis.media.lyrics_files import read_beside
from auralis.model.errors import MediaError
from auralis.model.library import TagRules
from auralis.scanner.paths import joined
from auralis.store.library.describe import describe

Item = tuple[bytes, bytes, bool, bool]
"""Directory and name of a file, whether it is an image, and whether a file of lyrics lies beside it."""

Outcome = tuple[Any, str | None]
"""What a file holds (a description, or an image's hash) and None, or None and the reason why it could not be read."""


def read_files(root: bytes, items: list[Item], rules: TagRules = DEFAULT_RULES) -> list[Outcome]:
    """Read files one after the other; ``rules`` say how texts that name several artists are split."""
    return [_read(root, *item, rules) for item in items]


def _read(
    root: bytes,
    directory: bytes,
    name: bytes,
    is_image: bool,  # noqa: FBT001 - an Item
    has_words: bool,  # noqa: FBT001 - an Item
    rules: TagRules,
) -> Outcome:
    path = os.fsdecode(joined(root, directory, name))
    try:
        if is_image:
            with open(path, "rb") as file:  # noqa: PTH123 - making a Path takes as long as opening it
                return cover_hash(file.read(MAX_COVER_BYTES)), None
        audio, sketch = read_sketched(path, rules)
        beside = read_beside(Path(path)) if has_words else None
        return describe(audio, directory, name, beside=beside)._replace(sketch=sketch), None
    except MediaError as error:
        return None, error.message
    except MemoryError:
        return None, "Reading it takes more memory than a file may."
    except OSError as error:
        return None, f"The file cannot be read: {error.strerror}."
    except Exception as error:  # noqa: BLE001 - the outer edge of the worker: one file must not stop the others
        return None, f"The file cannot be understood ({type(error).__name__})."
