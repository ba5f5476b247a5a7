"""The one row about the library as a whole: its revision, its size, its secret."""

from sqlalchemy import bindparam, func, select, update

from auralis.store.database import Connection
from auralis.store.schema import SHOWN, library, tracks
from auralis.store.statements import Statement

_REVISION = Statement(select(library.c.revision))
_SECRET = Statement(select(library.c.cursor_secret))
_TRACK_COUNT = Statement(select(library.c.track_count))
_ADVANCE = Statement(
    update(library).values(
        revision=library.c.revision + bindparam("one", 1), track_count=library.c.track_count + bindparam("change")
    )
)
_LAST_TRACK = Statement(select(func.max(tracks.c.key)))
_SET_STALE = Statement(update(library).values(stale=bindparam("stale")))
_IS_STALE = Statement(select(library.c.stale))
_RECOUNT = Statement(
    update(library).values(track_count=select(func.count()).select_from(tracks).where(SHOWN).scalar_subquery())
)


def library_revision(connection: Connection) -> int:
    """Return the revision of what lists show; it only grows."""
    return int(_REVISION.value(connection))


def track_count(connection: Connection) -> int:
    """Return how many tracks lists show."""
    return int(_TRACK_COUNT.value(connection))


def has_tracks(connection: Connection) -> bool:
    """Return whether there ever was a track."""
    return _LAST_TRACK.value(connection) is not None


def cursor_secret(connection: Connection) -> bytes:
    """Return the secret that seals cursors."""
    return bytes(_SECRET.value(connection))


def advance_library(connection: Connection, tracks_more: int = 0) -> int:
    """Note that what lists show has changed, by ``tracks_more`` tracks among others; return the new revision."""
    _ADVANCE.run(connection, change=tracks_more)
    return library_revision(connection)


def set_stale(connection: Connection, *, stale: bool) -> None:
    """Note whether figures of albums, artists and genres wait to be brought up to date."""
    _SET_STALE.run(connection, stale=int(stale))


def is_stale(connection: Connection) -> bool:
    """Return whether figures of albums, artists and genres wait to be brought up to date."""
    return bool(_IS_STALE.value(connection))


def recount_tracks(connection: Connection) -> int:
    """Count anew how many tracks lists show, and return the new revision."""
    _RECOUNT.run(connection)
    return advance_library(connection)
