"""Search over playlists and over the words of songs."""

import re

import orjson
import sqlalchemy as sa
from alembic import op

from auralis.kit.search_text import respelled, searchable

revision = "0016"
down_revision = "0015"
branch_labels = None
depends_on = None

_TIMES = re.compile(r"[\[<]\d{1,3}:\d{2}(?:[.:]\d{1,3})?[\]>]")
_LIKELY = re.compile(r"(?!\d+$).{3,40}")
_OLDER = {"track_search": "title, artist, album", "album_search": "title, artist", "artist_search": "name"}
_COLUMNS = {"playlist_search": "name, description", "lyrics_search": "words"}


def upgrade() -> None:
    for table, columns in _COLUMNS.items():
        op.execute(
            f"CREATE VIRTUAL TABLE {table} USING fts5({columns}, "
            "tokenize='unicode61 remove_diacritics 2', prefix='2 3')"
        )
    connection = op.get_bind()
    for table, columns in _OLDER.items():
        for key, *texts in connection.execute(sa.text(f"SELECT rowid, {columns} FROM {table}")).fetchall():  # noqa: S608
            again = [respelled(text) for text in texts]
            if again != texts:
                connection.execute(sa.text(f"DELETE FROM {table} WHERE rowid = :key"), {"key": key})  # noqa: S608
                _put(connection, table, key, *again)
    for key, name, description in connection.execute(
        sa.text("SELECT key, name, description FROM playlists WHERE deleted_at = 0")
    ).fetchall():
        _put(connection, "playlist_search", key, searchable(name), searchable(description))
    last = 0
    while rows := connection.execute(
        sa.text(
            "SELECT track_key, lyrics FROM track_details JOIN tracks ON tracks.key = track_key "
            "WHERE track_key > :last AND lyrics IS NOT NULL AND tracks.hidden = 0 ORDER BY track_key LIMIT 500"
        ),
        {"last": last},
    ).fetchall():
        for key, packed in rows:
            words = orjson.loads(packed)
            _put(connection, "lyrics_search", key, searchable(_TIMES.sub(" ", words.get("text") or words["synced"])))
        last = rows[-1][0]


def _put(connection: sa.Connection, table: str, key: int, *texts: str) -> None:
    values = {"key": key, **{f"text{number}": text for number, text in enumerate(texts)}}
    places = ", ".join(f":{name}" for name in values)
    columns = f"INSERT INTO {table}(rowid, {({**_OLDER, **_COLUMNS})[table]})"
    connection.execute(sa.text(f"{columns} VALUES ({places})"), values)
    for word in {word for text in texts for word in text.split() if _LIKELY.fullmatch(word)}:
        connection.execute(sa.text("INSERT OR IGNORE INTO search_words VALUES (:word)"), {"word": word})


def downgrade() -> None:
    for table in _COLUMNS:
        op.execute(f"DROP TABLE {table}")
