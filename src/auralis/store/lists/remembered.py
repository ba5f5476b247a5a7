"""What a reading connection has worked out, kept until what it rests on has changed."""

from collections.abc import Callable, Hashable
from typing import TypeVar

from auralis.store.database import Connection, ReadingConnection

T = TypeVar("T")
_MOST = 32


def remembered(connection: Connection, name: Hashable, work: Callable[[], T], version: Hashable = None) -> T:
    """Return what ``work`` gives, worked out anew only if ``version``, or else the database, has changed since."""
    if not isinstance(connection, ReadingConnection):
        return work()
    if version is None:
        # Every commit of another connection moves this on; readers commit nothing of their own.
        version = connection.execute("PRAGMA data_version").fetchone()[0]
    known = connection.remembered.pop(name, None)
    result: T = known[1] if known is not None and known[0] == version else work()
    connection.remembered[name] = (version, result)
    while len(connection.remembered) > _MOST:
        del connection.remembered[next(iter(connection.remembered))]
    return result
