"""The library in figures: how much of it there is, by format, by genre, by year."""

from typing import Any

from sqlalchemy import bindparam, func, select

from auralis.store.database import Connection
from auralis.store.lists.browse import album_count, artist_count
from auralis.store.lists.documents import folders_away
from auralis.store.lists.remembered import remembered
from auralis.store.schema import SHOWN, SHOWN_OF_FEW, format_figures, genres, tracks
from auralis.store.statements import Statement

_f = format_figures.c
_FORMATS = Statement(
    select(_f.format, _f.track_count, _f.duration_ms, _f.size)
    .where(_f.track_count > bindparam("none", 0))
    .order_by(_f.track_count.desc(), _f.format)
)
_carried = select(genres.c.id, genres.c.name, genres.c.track_count).where(genres.c.track_count > bindparam("none", 0))
_GENRES = {
    "tracks": Statement(_carried.order_by(genres.c.track_count.desc(), genres.c.name_sort, genres.c.key)),
    "name": Statement(_carried.order_by(genres.c.name_sort, genres.c.key)),
}
GENRE_SORTS = tuple(_GENRES)
_COUNT_GENRES = Statement(select(func.count()).select_from(genres).where(genres.c.track_count > bindparam("none", 0)))
_YEAR_BEFORE = Statement(
    select(tracks.c.year)
    .where(SHOWN, tracks.c.year < bindparam("later"))
    .order_by(tracks.c.year.desc())
    .limit(bindparam("one", 1))
)
_COUNT_YEAR = Statement(select(func.count()).select_from(tracks).where(SHOWN, tracks.c.year == bindparam("of_year")))
_COUNT_MISSING = Statement(
    select(func.count())
    .select_from(tracks)
    .where(SHOWN_OF_FEW, tracks.c.missing == 1, tracks.c.folder_key > bindparam("least", 0))
)
_COUNT_AWAY = Statement(
    select(func.count()).select_from(tracks).where(SHOWN, tracks.c.folder_key == bindparam("of_folder"))
)
_COUNT_MISSING_AWAY = Statement(
    select(func.count())
    .select_from(tracks)
    .where(SHOWN, tracks.c.folder_key == bindparam("of_folder"), tracks.c.missing == bindparam("one", 1))
)
_LATEST = 1 << 31


def list_genres(connection: Connection, sort: str = "tracks") -> list[dict[str, Any]]:
    """Return the genres that tracks carry, by name or the most frequent first."""
    return [{"id": i, "name": name, "trackCount": count} for i, name, count in _GENRES[sort].rows(connection)]


def list_years(connection: Connection) -> list[dict[str, Any]]:
    """Return the years of tracks and how many each has, the latest first; those without a year come last."""
    return remembered(connection, "years", lambda: _count_years(connection))


def _count_years(connection: Connection) -> list[dict[str, Any]]:
    found = []
    year = _YEAR_BEFORE.value(connection, later=_LATEST)
    while year is not None:
        # Counting one year is a walk along the index alone, which is a third of what grouping all of them takes.
        found.append({"year": year or None, "trackCount": _COUNT_YEAR.value(connection, of_year=year)})
        year = _YEAR_BEFORE.value(connection, later=year)
    return found


def library_totals(connection: Connection) -> dict[str, Any]:
    """Return how much music there is, of which formats, and how much of it is missing."""
    formats = _FORMATS.rows(connection)
    return {
        "tracks": sum(row[1] for row in formats),
        "albums": album_count(connection),
        "artists": artist_count(connection),
        "genres": _COUNT_GENRES.value(connection),
        "duration": sum(row[2] for row in formats) / 1000,
        "size": sum(row[3] for row in formats),
        "missing": _missing(connection),
        "formats": [
            {"format": name, "trackCount": count, "duration": milliseconds / 1000, "size": size}
            for name, count, milliseconds, size in formats
        ],
    }


def _missing(connection: Connection) -> int:
    """Count the tracks whose files, or the folders of them, are away."""
    count = int(_COUNT_MISSING.value(connection))
    for folder in folders_away(connection):
        count += _COUNT_AWAY.value(connection, of_folder=folder)
        count -= _COUNT_MISSING_AWAY.value(connection, of_folder=folder)
    return count
