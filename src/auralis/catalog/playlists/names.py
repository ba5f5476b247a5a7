"""Names of playlists: any script, bounded, on one line."""

import unicodedata

from auralis.model.errors import FieldError, InvalidInputError
from auralis.model.playlists import LONGEST_DESCRIPTION, LONGEST_NAME

_COPY = " (copy)"


def checked(name: str, description: str) -> tuple[str, str]:
    """Return a name and a description as they are kept.

    Raises
    ------
    InvalidInputError
        When the name is empty, either is too long, or they hold what is no text.
    """
    errors = []
    name, description = name.strip(), description.strip()
    if not 1 <= len(name) <= LONGEST_NAME or not _is_text(name, lines=False):
        errors.append(FieldError("name", f"must have 1 to {LONGEST_NAME} characters on one line", name))
    if len(description) > LONGEST_DESCRIPTION or not _is_text(description, lines=True):
        errors.append(FieldError("description", f"must have at most {LONGEST_DESCRIPTION} characters", description))
    if errors:
        raise InvalidInputError("The playlist cannot be called so.", errors)
    return name, description


def of_copy(name: str) -> str:
    """Return the name of a copy."""
    return name[: LONGEST_NAME - len(_COPY)] + _COPY


def shortened(name: str) -> str:
    """Return a name found in a file, without what no name may hold."""
    kept = "".join(" " if unicodedata.category(c) in ("Cc", "Cs", "Zl", "Zp") else c for c in name)
    return kept.strip()[:LONGEST_NAME].strip() or "Imported playlist"


def _is_text(text: str, *, lines: bool) -> bool:
    """Return whether there are no control characters (but line ends, where allowed) and no halves of characters."""
    forbidden = ("Cs",) if lines else ("Cc", "Cs", "Zl", "Zp")
    return "\0" not in text and not any(unicodedata.category(c) in forbidden for c in text)
