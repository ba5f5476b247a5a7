"""What a listener makes of tracks: plays, skips, ratings, favourites."""

from typing import Any

from sqlalchemy import bindparam, select
from sqlalchemy.dialects.sqlite import insert

from auralis.kit.clock import iso_utc
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


_skip = insert(annotations).values(user_id=bindparam("user_id"), track_key=bindparam("track_key"), skip_count=1)
_SKIPPED = Statement(
    _skip.on_conflict_do_update(
        index_elements=["user_id", "track_key"], set_={"skip_count": annotations.c.skip_count + 1}
    )
)
_READ = Statement(
    select(
        annotations.c.play_count,
        annotations.c.skip_count,
        annotations.c.last_played_at,
        annotations.c.rating,
        annotations.c.favorite,
    ).where(annotations.c.user_id == bindparam("user_id"), annotations.c.track_key == bindparam("track_key"))
)


def add_skip(connection: Connection, user_id: str, track_key: int) -> None:
    """Count one skip."""
    _SKIPPED.run(connection, user_id=user_id, track_key=track_key)


def read_annotation(connection: Connection, user_id: str, track_key: int) -> dict[str, Any]:
    """Return what a listener has made of a track, as clients see it."""
    row = _READ.row(connection, user_id=user_id, track_key=track_key) or (0, 0, None, None, 0)
    plays, skips, last_played_at, rating, favorite = row
    return {
        "playCount": plays,
        "skipCount": skips,
        "lastPlayed": None if last_played_at is None else iso_utc(last_played_at / 1000),
        "rating": rating,
        "favorite": bool(favorite),
    }


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
