"""What a search finds."""

from pydantic import Field

from auralis.api.schemas.base import Shape
from auralis.api.schemas.library import Album, Artist, Track
from auralis.api.schemas.playlists import Playlist


class SearchResult(Shape):
    """The best of each kind; ``approximate`` if nothing is found as typed, but by words one edit from it."""

    tracks: list[Track]
    albums: list[Album]
    artists: list[Artist]
    playlists: list[Playlist] = Field(description="The listener's own")
    approximate: bool
