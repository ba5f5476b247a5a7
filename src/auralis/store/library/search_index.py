"""What search reads, written: the full-text tables, and the words that a mistyped one may have meant."""

from collections.abc import Iterable, Sequence

from sqlalchemy import insert

from auralis.store.database import Connection
from auralis.store.schema import search_words
from auralis.store.statements import Statement, as_json, texts_in

SHORTEST_WORD = 3
"""What is typed has to have four letters to be taken for another word, and that may be one letter shorter."""

LONGEST_WORD = 40
Rows = Sequence[tuple[int, *tuple[str, ...]]]

_COLUMNS = {
    "track_search": ("title", "artist", "album"),
    "album_search": ("title", "artist"),
    "artist_search": ("name",),
    "playlist_search": ("name", "description"),
    "lyrics_search": ("words",),
}
_PUT = {
    table: f"INSERT INTO {table}(rowid, {', '.join(columns)}) VALUES (?{', ?' * len(columns)})"  # noqa: S608 - constants
    for table, columns in _COLUMNS.items()
}
_DROP = {table: f"DELETE FROM {table} WHERE rowid = ?" for table in _COLUMNS}  # noqa: S608 - constants
_ADD_WORDS = Statement(insert(search_words).prefix_with("OR IGNORE").from_select(["word"], texts_in("words")))


def put(connection: Connection, table: str, rows: Rows) -> None:
    """Make ``rows`` (a key, then what ``searchable`` made of each column) found; none of them may be found yet."""
    connection.executemany(_PUT[table], rows)
    add_words(connection, (text for row in rows for text in row[1:]))


def drop(connection: Connection, table: str, keys: Iterable[int]) -> None:
    """Let the rows of ``keys`` be found no longer; their words stay, as they cost little and may come back."""
    connection.executemany(_DROP[table], ((key,) for key in keys))


def put_tracks(connection: Connection, rows: Sequence[tuple[int, str, str, str, str]]) -> None:
    """Make tracks found: each has its key, title, artist and album, and the words that are sung."""
    put(connection, "track_search", [(key, *named) for key, *named, _ in rows])
    put(connection, "lyrics_search", [(key, sung) for key, *_, sung in rows if sung])


def drop_tracks(connection: Connection, keys: Iterable[int]) -> None:
    """Let tracks be found no longer, by their names or by their words."""
    gone = list(keys)
    for table in ("track_search", "lyrics_search"):
        drop(connection, table, gone)


def add_words(connection: Connection, texts: Iterable[str]) -> None:
    """Remember the words of ``texts`` as what a mistyped word may have meant; numbers are not mistaken for others."""
    words: set[str] = set()
    for text in texts:
        words.update(text.split())
    likely = sorted(w for w in words if SHORTEST_WORD <= len(w) <= LONGEST_WORD and not w.isdecimal())
    if likely:
        _ADD_WORDS.run(connection, words=as_json(likely))
