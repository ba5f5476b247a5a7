"""What listeners make of albums and artists, and where it goes when these are called otherwise."""

from collections import Counter
from collections.abc import Iterable, Mapping
from typing import Any

from sqlalchemy import ColumnElement, Select, Table, bindparam, delete, func, literal_column, select
from sqlalchemy.dialects.sqlite import insert

from auralis.store.database import Connection
from auralis.store.schema import (
    SHOWN_OF_FEW,
    album_annotations,
    artist_annotations,
    track_artists,
    tracks,
)
from auralis.store.statements import Statement, as_json, integers_in


class Opinions:
    """Ratings and favourites of one kind of thing; ``left`` finds the tracks that a thing still has."""

    def __init__(self, table: Table, key: ColumnElement[int], left: ColumnElement[int], of_few: Any = None) -> None:
        mine = (table.c.user_id == bindparam("user_id"), key == bindparam("subject"))
        self._read = Statement(select(table.c.rating, table.c.favorite).where(*mine))
        self._set = {member: _setter(table, key, member) for member in ("rating", "favorite")}
        self._known = Statement(select(key).distinct().where(key.in_(integers_in("keys"))))
        remaining: Select[Any] = (
            select(literal_column("1")).where(left == bindparam("subject")).limit(bindparam("one", 1))
        )
        self._remaining = Statement(remaining if of_few is None else remaining.where(of_few))
        moved = insert(table).from_select(
            ["user_id", key.name, "rating", "favorite"],
            select(table.c.user_id, bindparam("successor"), table.c.rating, table.c.favorite).where(
                key == bindparam("subject")
            ),
        )
        self._move = Statement(
            moved.on_conflict_do_update(
                index_elements=["user_id", key.name],
                set_={
                    "rating": func.coalesce(table.c.rating, moved.excluded.rating),
                    "favorite": func.max(table.c.favorite, moved.excluded.favorite),
                },
            )
        )
        self._forget = Statement(delete(table).where(key == bindparam("subject")))

    def read(self, connection: Connection, user_id: str, key: int) -> dict[str, Any]:
        """Return what a listener has made of a thing, as clients see it."""
        rating, favorite = self._read.row(connection, user_id=user_id, subject=key) or (None, 0)
        return {"rating": rating, "favorite": bool(favorite)}

    def keep(self, connection: Connection, user_id: str, key: int, opinion: Mapping[str, Any]) -> None:
        """Keep a ``rating`` (0 to 5, None takes it back), or whether a thing is a ``favorite``."""
        for member, value in opinion.items():
            self._set[member].run(connection, user_id=user_id, subject=key, value=value)

    def known(self, connection: Connection, keys: Iterable[int]) -> set[int]:
        """Return those of ``keys`` that somebody has an opinion of."""
        return {key for (key,) in self._known.rows(connection, keys=as_json(keys))}

    def follow(self, connection: Connection, moves: Iterable[tuple[int, int]]) -> None:
        """Let opinions of things that have no track left go where most of their tracks went: (before, now) for each."""
        heirs: dict[int, Counter[int]] = {}
        for before, now in moves:
            heirs.setdefault(before, Counter())[now] += 1
        for before in self.known(connection, heirs):
            if self._remaining.value(connection, subject=before) is None:
                (successor, _), *_ = heirs[before].most_common(1)
                self._move.run(connection, subject=before, successor=successor)
                self._forget.run(connection, subject=before)


def _setter(table: Table, key: ColumnElement[int], column: str) -> Statement:
    new: Any = insert(table).values(
        user_id=bindparam("user_id"), **{key.name: bindparam("subject"), column: bindparam("value")}
    )
    return Statement(
        new.on_conflict_do_update(index_elements=["user_id", key.name], set_={column: new.excluded[column]})
    )


OF_ALBUMS = Opinions(album_annotations, album_annotations.c.album_key, tracks.c.album_key, SHOWN_OF_FEW)
OF_ARTISTS = Opinions(artist_annotations, artist_annotations.c.artist_key, track_artists.c.artist_key)
