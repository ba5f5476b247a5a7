"""What a person types, as an expression of SQLite's full-text search in which every character means itself."""

import re
import unicodedata
from collections.abc import Iterator, Mapping, Sequence
from typing import NamedTuple

from auralis.kit.search_text import is_unspaced, pairs_of, pieces_of, words_of

MISTYPED_LETTERS = 4
"""A word of so many letters or more may be mistyped; shorter ones are one edit from too many others."""

_QUOTED = re.compile(r'(?<!\S)"([^"]*[^"\s][^"]*)"(?!\S)')
_MEANT = frozenset("%*")


class Part(NamedTuple):
    """One of the things that all have to be there: its phrase, whether its last word may go on.

    ``word`` is the word that may have been mistyped, None where a phrase, a sign, a number or a short word is meant.
    """

    phrase: str
    begins: bool = False
    word: str | None = None


def parse(query: str) -> list[Part]:
    """Return the parts of what a person typed; none if nothing of it can be looked for.

    What stands in quotes is one phrase. Every other word must be there; the last may be the beginning of one, as long
    as it ends in a letter.
    """
    query = query.replace("\0", " ").encode("utf-8", "replace").decode()
    phrases = [Part(_phrase(words_of(inner))) for inner in _QUOTED.findall(query)]
    parts = [part for part in phrases if part.phrase != '""']
    parts += _loose(words_of(_QUOTED.sub(" ", query)), signs_too=not parts)
    last = next((c for c in reversed(query) if not unicodedata.combining(c)), "")  # its accents may stand on their own
    if parts and last.isalnum() and not is_unspaced(last):
        parts[-1] = parts[-1]._replace(begins=not parts[-1].phrase.endswith("*"))
    return list(dict.fromkeys(parts))


def joined(
    parts: Sequence[Part], meant: Mapping[str, Sequence[str]] | None = None, beginning: str | None = None
) -> str | None:
    """Return the full-text expression for ``parts``, or None for none.

    ``meant`` names, for words that are taken to be mistyped, what stands in their place; ``beginning`` is the column
    that has to begin with the first part.
    """
    found = []
    for number, part in enumerate(parts):
        begin = f"{{{beginning}}} : ^" if beginning and number == 0 else ""
        phrases = [f'"{word}"' for word in (meant or {}).get(part.word or "", ())] or [part.phrase]
        found.append(" OR ".join(begin + phrase + "*" * part.begins for phrase in dict.fromkeys(phrases)))
    return " AND ".join(f"({each})" if " OR " in each else each for each in found) or None


def match_expression(query: str) -> str | None:
    """Return the full-text expression for what a person typed, or None if nothing of it can be looked for."""
    return joined(parse(query))


def _loose(words: Sequence[str], *, signs_too: bool) -> Iterator[Part]:
    chosen = [word for word in words if any(c.isalnum() or c in _MEANT for c in word)]
    if not chosen and signs_too:
        chosen = list(words)
    for word in chosen:
        for piece in pieces_of(word):
            if is_unspaced(piece):
                yield Part(_run(piece))
            else:
                likely = len(piece) >= MISTYPED_LETTERS and piece.isalnum() and not piece.isdecimal()
                yield Part(f'"{piece}"', word=piece if likely else None)


def _run(run: str) -> str:
    """Return the phrase that finds a run of unspaced script wherever it stands."""
    return f'"{" ".join(pairs_of(run))}"' if len(run) > 1 else f'"{run}"*'


def _phrase(words: Sequence[str]) -> str:
    """Return words as one phrase; a run of unspaced script may be the end of one, and the last the middle of one."""
    pieces = [piece for word in words for piece in pieces_of(word)]
    tokens: list[str] = []
    for number, piece in enumerate(pieces):
        last = number == len(pieces) - 1
        if not is_unspaced(piece):
            tokens.append(piece)
        elif last and len(piece) == 1:
            return f'"{" ".join([*tokens, piece])}"*'
        else:
            tokens += pairs_of(piece) if last else [*pairs_of(piece), piece[-1]]
    return f'"{" ".join(tokens)}"'
