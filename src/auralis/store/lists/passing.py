"""Which tracks pass a filter, among some or of all, in no order: for those who find tracks by other means than SQL."""

from collections.abc import Sequence
from functools import lru_cache

from sqlalchemy import select

from auralis.store.database import Connection
from auralis.store.lists.filters import CONDITIONS, TrackFilter, filter_values
from auralis.store.schema import SHOWN, SHOWN_OF_FEW, tracks
from auralis.store.statements import Statement, as_json, texts_in


def passing_ids(
    connection: Connection, wanted: TrackFilter, user_id: str, among: Sequence[str] | None = None
) -> list[str]:
    """Return the ids of the tracks that pass, of those named, or of all."""
    values = filter_values(connection, wanted)
    if among is not None:
        values["among"] = as_json(among)
    rows = _statement(wanted.active, among is not None).rows(connection, user_id=user_id, **values)
    return [track_id for (track_id,) in rows]


@lru_cache(maxsize=256)
def _statement(active: tuple[str, ...], of_few: bool) -> Statement:  # noqa: FBT001 - a key of the cache
    conditions = [CONDITIONS[name] for name in active]
    named = [SHOWN_OF_FEW, tracks.c.id.in_(texts_in("among"))] if of_few else [SHOWN]
    return Statement(select(tracks.c.id).where(*named, *conditions))
