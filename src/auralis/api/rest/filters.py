"""What a list of tracks is narrowed to, read from a query string or from the body of a search."""

from datetime import UTC, datetime
from typing import Annotated

from fastapi import Query

from auralis.api.schemas import SearchFilters
from auralis.api.schemas.base import Moment
from auralis.catalog import OpinionFilter, TrackFilter

MOST_NAMES = 100
"""So many artists or genres can be asked for at once."""

_Names = Annotated[list[str] | None, Query(max_length=MOST_NAMES, description="Id or name; any of several")]
_Year = Annotated[int | None, Query(ge=0, le=9999)]
_Seconds = Annotated[float | None, Query(ge=0, le=1e9, allow_inf_nan=False, description="Seconds")]
_Rating = Annotated[int | None, Query(ge=0, le=5)]
_Time = Annotated[Moment | None, Query(description="ISO 8601; UTC where no zone is named")]


async def track_filter(  # a plain function would be sent to a thread
    *,
    artist: _Names = None,
    genre: _Names = None,
    album: Annotated[str | None, Query(description="Id or title")] = None,
    yearMin: _Year = None,  # noqa: N803  (the contract's name)
    yearMax: _Year = None,  # noqa: N803  (the contract's name)
    durationMin: _Seconds = None,  # noqa: N803  (the contract's name)
    durationMax: _Seconds = None,  # noqa: N803  (the contract's name)
    ratingMin: _Rating = None,  # noqa: N803  (the contract's name)
    ratingMax: _Rating = None,  # noqa: N803  (the contract's name)
    addedFrom: _Time = None,  # noqa: N803  (the contract's name)
    addedTo: _Time = None,  # noqa: N803  (the contract's name)
    favorite: bool | None = None,
    played: bool | None = None,
    missing: bool | None = None,
) -> TrackFilter:
    """Read the filters of a query string."""
    return TrackFilter(
        artists=tuple(artist or ()),
        genres=tuple(genre or ()),
        album=album,
        year_min=yearMin,
        year_max=yearMax,
        duration_min=durationMin,
        duration_max=durationMax,
        rating_min=ratingMin,
        rating_max=ratingMax,
        added_from=_epoch_seconds(addedFrom),
        added_to=_epoch_seconds(addedTo),
        favorite=favorite,
        played=played,
        missing=missing,
    )


async def opinion_filter(
    *,
    favorite: bool | None = None,
    ratingMin: _Rating = None,  # noqa: N803  (the contract's name)
    ratingMax: _Rating = None,  # noqa: N803  (the contract's name)
) -> OpinionFilter:
    """Read what a list of albums or artists is narrowed to."""
    return OpinionFilter(favorite, ratingMin, ratingMax)


def search_filter(wanted: SearchFilters) -> TrackFilter:
    """Read the filters of a search."""
    return TrackFilter(
        artists=tuple(wanted.artists),
        genres=tuple(wanted.genres),
        year_min=wanted.year.min,
        year_max=wanted.year.max,
        duration_min=wanted.duration.min,
        duration_max=wanted.duration.max,
        rating_min=wanted.rating.min,
        rating_max=wanted.rating.max,
        added_from=_epoch_seconds(wanted.date_added.from_),
        added_to=_epoch_seconds(wanted.date_added.to),
    )


def _epoch_seconds(time: datetime | None) -> float | None:
    if time is None:
        return None
    return (time if time.tzinfo else time.replace(tzinfo=UTC)).timestamp()
