"""What owners leave out of the library: ``.auralisignore`` files, whose lines mean what they mean in a .gitignore."""

import os
from typing import Any, NamedTuple

from auralis.scanner.paths import joined

NAME = b".auralisignore"
_LONGEST = 1 << 16


class Rule(NamedTuple):
    """The lines of one file; they hold for the directory it lies in, and below."""

    directory: bytes
    lines: Any


Rules = tuple[Rule, ...]


class IgnoreFileError(Exception):
    """An ignore file that cannot be read; the words are for its owner."""


def read_rule(root: bytes, directory: bytes) -> Rule:
    """Return the rule of the ignore file in a directory.

    Raises
    ------
    IgnoreFileError
        If the file cannot be read, is too long, or has a line that means nothing.
    """
    from pathspec import GitIgnoreSpec  # noqa: PLC0415 - few libraries have such a file

    try:
        with open(joined(root, directory, NAME), "rb") as file:  # noqa: PTH123 - bytes
            content = file.read(_LONGEST + 1)
    except OSError as error:
        raise IgnoreFileError(f"The list of what to leave out cannot be read: {error.strerror}.") from error
    if len(content) > _LONGEST:
        raise IgnoreFileError(f"The list of what to leave out is longer than {_LONGEST} bytes.")
    try:
        return Rule(directory, GitIgnoreSpec.from_lines(content.decode("utf-8", "surrogateescape").splitlines()))
    except ValueError as error:
        raise IgnoreFileError(f"The list of what to leave out has a line that means nothing: {error}.") from error


def is_ignored(rules: Rules, path: bytes, *, is_directory: bool) -> bool:
    """Return whether ``path``, relative to the library folder, is left out; the nearest file's last match decides."""
    for rule in reversed(rules):
        within = path[len(rule.directory) + 1 :] if rule.directory else path
        text = os.fsdecode(within) + ("/" if is_directory else "")
        decided = rule.lines.check_file(text).include
        if decided is not None:
            return bool(decided)
    return False
