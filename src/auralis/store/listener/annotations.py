"""What a listener makes of tracks: plays, skips, ratings, favourites."""

from typing import Any

from sqlalchemy import bindparam
from sqlalchemy.dialects.sqlite import insert

from auralis.store.database import Connection
from auralis.store.schema import annotations
from auralis.store.statements import Statement

_new = insert(annotations).values(
    user_id=bindparam("user_id"), track_key=bindparam("track_key"), play_count=1, last_played_at=bindparam("at")
)
_PLAYED = Statement(
    _new.on_conflict_do_update(
        index_elements=["user_id", "track_key"],
        set_={"play_count": annotations.c.play_count + 1, "last_played_at": _new.excluded.last_played_at},
    )
)


def add_play(connection: Connection, user_id: str, track_key: int, at: float) -> None:
    """Count one play at epoch second ``at``."""
    _PLAYED.run(connection, user_id=user_id, track_key=track_key, at=round(at * 1000))


def _setter(column: str) -> Statement:
    new: Any = insert(annotations).values(
        user_id=bindparam("user_id"), track_key=bindparam("track_key"), **{column: bindparam("value")}
    )
    return Statement(
        new.on_conflict_do_update(index_elements=["user_id", "track_key"], set_={column: new.excluded[column]})
    )


_RATE, _FAVORITE = _setter("rating"), _setter("favorite")


def set_rating(connection: Connection, user_id: str, track_key: int, rating: int | None) -> None:
    """Rate a track 0 to 5, or take the rating back (None)."""
    _RATE.run(connection, user_id=user_id, track_key=track_key, value=rating)


def set_favorite(connection: Connection, user_id: str, track_key: int, *, favorite: bool) -> None:
    """Make a track a favourite, or no longer."""
    _FAVORITE.run(connection, user_id=user_id, track_key=track_key, value=int(favorite))
