"""What a person types, as an expression of SQLite's full-text search in which every character means itself."""

from auralis.kit.search_text import is_unspaced, pairs_of, pieces_of, words_of


def match_expression(query: str) -> str | None:
    """Return the full-text expression for what a person typed, or None if nothing of it can be looked for.

    Every word must be there; the last may be the beginning of one, as long as it ends in a letter.
    """
    query = query.replace("\0", " ").encode("utf-8", "replace").decode()
    words = words_of(query)
    chosen = [word for word in words if any(c.isalnum() for c in word)] or words
    phrases = [_wanted(piece) for word in chosen for piece in pieces_of(word)]
    if phrases and query[-1:].isalnum() and not is_unspaced(query[-1:]):
        phrases[-1] += "*"
    return " ".join(dict.fromkeys(phrases)) or None


def at_the_beginning(expression: str, column: str) -> str:
    """Narrow an expression to what begins with its first phrase in ``column``."""
    return f"{{{column}}} : ^{expression}"


def _wanted(piece: str) -> str:
    if not is_unspaced(piece):
        return f'"{piece}"'
    return f'"{" ".join(pairs_of(piece))}"' if len(piece) > 1 else f'"{piece}"*'
