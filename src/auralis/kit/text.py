"""Text made comparable: one form for sorting and for matching names."""

import unicodedata

_ARTICLES = ("the ", "a ", "an ")

SORTS_LAST = "\U0010ffff"
"""Sort key of what has no name: after every name."""


def fold(text: str) -> str:
    """Return ``text`` in NFKC, case-folded, without diacritics and with single spaces."""
    if text.isascii():
        return " ".join(text.lower().split())
    decomposed = unicodedata.normalize("NFKD", unicodedata.normalize("NFKC", text).casefold())
    bare = "".join(c for c in decomposed if not unicodedata.combining(c))
    return " ".join(unicodedata.normalize("NFC", bare).split())


def sort_key(text: str) -> str:
    """Return the folded ``text`` without a leading English article, for lists in reading order."""
    folded = fold(text)
    for article in _ARTICLES:
        if folded.startswith(article) and len(folded) > len(article):
            return folded[len(article) :]
    return folded
