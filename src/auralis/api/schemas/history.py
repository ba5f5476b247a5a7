"""What listeners make of tracks."""

from pydantic import Field

from auralis.api.schemas.base import Request, Shape
from auralis.api.schemas.library import Track


class RatingBody(Request):
    """A rating from 0 to 5; null takes it back."""

    rating: int | None = Field(ge=0, le=5, strict=True)


class FavoriteBody(Request):
    """Whether a track is a favourite."""

    favorite: bool = Field(strict=True)


class Played(Shape):
    """One play that counted; ``track`` is null when the track is gone for good or hidden."""

    id: str
    played_at: str
    title: str
    artist: str | None
    album: str | None
    duration: float = Field(description="Seconds")
    track: Track | None
