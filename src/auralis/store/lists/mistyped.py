"""Words that are one edit from what was typed, found among the library's by a walk along their order.

One edit is a letter too many, too few, another one, or two neighbours exchanged. All words that share a beginning lie
together, so at each place of a word only the letters that do follow there are tried: some hundred searches of one
index, whatever the size of the library, and nothing to keep beside the words themselves.
"""

from collections.abc import Iterator

from sqlalchemy import bindparam, select

from auralis.store.database import Connection
from auralis.store.schema import search_words
from auralis.store.statements import Statement

_word = search_words.c.word
_NEXT = Statement(select(_word).where(_word >= bindparam("least")).order_by(_word).limit(bindparam("one", 1)))
_LAST_BEFORE_SURROGATES, _FIRST_AFTER_SURROGATES = 0xD7FF, 0xE000
_LAST = 0x10FFFF


def one_edit_away(connection: Connection, typed: str, *, begins: bool) -> list[str]:
    """Return the library's words one edit from ``typed``; with ``begins``, the beginnings of words that are."""
    candidates = dict.fromkeys(_candidates(connection, typed))
    candidates.pop(typed, None)
    return [each for each in candidates if _is_there(connection, each, begins=begins)]


def _candidates(connection: Connection, typed: str) -> Iterator[str]:
    for place in range(len(typed) + 1):
        before, here, after = typed[:place], typed[place : place + 1], typed[place + 1 :]
        if here:
            yield before + after
        if after:
            yield before + after[0] + here + after[1:]
        for letter in _letters_after(connection, before):
            if here and letter != here:
                yield before + letter + after
            yield before + letter + here + after


def _letters_after(connection: Connection, before: str) -> Iterator[str]:
    """Yield the letters that follow a beginning in some word."""
    least: str | None = before
    while least is not None:
        found = _next(connection, least)
        if found is None or not found.startswith(before):
            return
        letter = found[len(before) : len(before) + 1]
        if letter:
            yield letter
            least = _beyond(before, letter)
        else:
            least = before + "\x01"


def _is_there(connection: Connection, word: str, *, begins: bool) -> bool:
    found = _next(connection, word)
    return found is not None and (found.startswith(word) if begins else found == word)


def _next(connection: Connection, least: str) -> str | None:
    word: str | None = _NEXT.value(connection, least=least)
    return word


def _beyond(before: str, letter: str) -> str | None:
    """Return the least text after everything that begins with ``before`` and ``letter``."""
    code = ord(letter)
    if code == _LAST:
        return None
    return before + chr(_FIRST_AFTER_SURROGATES if code == _LAST_BEFORE_SURROGATES else code + 1)
