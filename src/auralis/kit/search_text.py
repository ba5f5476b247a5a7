"""Text as full-text tables hold it: folded words, runs of unspaced scripts in pairs, signs as words of their own.

A tokenizer knows words only where letters stand between spaces. Chinese, Japanese, Korean or Thai text would be one
word a line, and signs (``!!!``, ``100%``) none at all. So stored text and what is looked for both pass through here:

- a run of an unspaced script becomes its overlapping pairs, so that any part of it is found as a phrase;
- ``%`` and ``*``, and every sign of a word that has no letters, become words made of a private-use character and the
  code point.
"""

import re

from auralis.kit.text import fold

_UNSPACED = (
    "\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff"  # Thai, Lao, Burmese, Khmer
    "\u3005-\u3007\u3040-\u30ff\u3400-\u9fff\uac00-\ud7af\uf900-\ufaff\U00020000-\U0003ffff"  # CJK
    "\U000f0000-\U000fffff"  # their marks, see below
)
_MARKED = ((0x0E00, 0x0EFF), (0x1000, 0x109F), (0x1780, 0x17FF), (0x3005, 0x30FF), (0x4DC0, 0x4DFF), (0xF900, 0xFAFF))
_LETTERS_SINCE = ((0x19B0, 0x19CA), (0x1CF2, 0x1CF3))  # New Tai Lue and Vedic: SQLite knows an older Unicode
_RUN = re.compile(f"([{_UNSPACED}]+)")
_SIGN_MARK = "\ue000"
_ALWAYS_MEANT = re.compile("[%*]")
_ANY_SIGN = re.compile(r"[^\w\s]|_")
_TOKEN = re.compile(rf"{_SIGN_MARK}[0-9a-f]+|[^\W_]+")
_LETTERS = str.maketrans(
    {
        "ø": "o",
        "ł": "l",
        "đ": "d",
        "ð": "d",
        "þ": "th",
        "æ": "ae",
        "œ": "oe",
        "\u0131": "i",
        "ħ": "h",
        "ŧ": "t",
    }
    # Tags have lost what controls terminals, and so may what is looked for.
    | {chr(c): " " for c in (*range(32), *range(127, 160))}
    # The tokenizer parts words at vowel signs of these scripts; moved to where all is a letter to it, they stay.
    | {chr(c): chr(0xF0000 + c) for low, high in _MARKED for c in range(low, high + 1) if not chr(c).isalnum()}
    | {chr(c): chr(0xF0000 + c) for low, high in _LETTERS_SINCE for c in range(low, high + 1)}
)


def searchable(text: str | None) -> str:
    """Return ``text`` as full-text tables hold it."""
    words = words_of(text) if text else []
    if all(word.isascii() and word.isalnum() for word in words):
        return " ".join(words)
    return " ".join(" ".join(_stored(piece)) for word in words for piece in pieces_of(word))


def respelled(stored: str) -> str:
    """Return what `searchable` gives now for what an older version of it gave."""
    return stored if stored.isascii() else stored.translate(_LETTERS)


def is_unspaced(text: str) -> bool:
    """Return whether ``text`` is all of a script that puts no spaces between words."""
    return _RUN.fullmatch(text) is not None


def words_of(text: str) -> list[str]:
    """Split folded ``text`` at its spaces; what folds to nothing, lone accents say, is taken as it is."""
    return fold(text).translate(_LETTERS).split() or text.translate(_LETTERS).split()


def pieces_of(word: str) -> list[str]:
    """Split a word into runs of unspaced script and, between them, what the tokenizer's own words are made of."""
    if word.isascii() and word.isalnum():
        return [word]
    signs = _ALWAYS_MEANT if any(c.isalnum() for c in word) else _ANY_SIGN
    spelled = signs.sub(lambda sign: f" {_SIGN_MARK}{ord(sign.group()):x} ", word)
    pieces: list[str] = []
    for part in _RUN.split(spelled):
        tokens = _TOKEN.findall(part)
        if is_unspaced(part):
            pieces.append(part)
        elif tokens:
            pieces.append(" ".join(tokens))
    return pieces


def pairs_of(run: str) -> list[str]:
    """Return the overlapping pairs of characters of ``run``."""
    return [run[n : n + 2] for n in range(len(run) - 1)]


def _stored(piece: str) -> list[str]:
    """Return a run as its pairs and its last character, so that any character begins some word; others as they are."""
    return [*pairs_of(piece), piece[-1]] if is_unspaced(piece) else [piece]
