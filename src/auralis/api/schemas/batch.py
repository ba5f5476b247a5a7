"""Many things at once: asked for, and edited."""

from typing import Any, Literal

from pydantic import Field

from auralis.api.schemas.base import Request, Shape
from auralis.api.schemas.library import Track, TrackBrief


class BatchGetBody(Request):
    """The tracks that are wanted."""

    track_ids: list[str] = Field(min_length=1, max_length=500)
    include_metadata: bool = Field(default=True, description="false: id, title, artist and duration alone")


class BatchMeta(Shape):
    """How much of a batch was done."""

    total_requested: int
    total_successful: int
    total_failed: int


class MissingTrack(Shape):
    """An id that names nothing."""

    id: str
    error: Literal["NOT_FOUND"]


class BatchTracks(Shape):
    """The tracks that were found, in the order asked for."""

    successful: list[Track | TrackBrief]
    errors: list[MissingTrack]
    meta: BatchMeta


class BatchOperation(Request):
    """One edit."""

    id: str = Field(max_length=100, description="Of the track that it is done to")
    action: str = Field(
        max_length=50,
        description="rating {rating}, favorite {favorite}, update {as a track is edited}, delete {} (A)",
    )
    data: dict[str, Any] = Field(default_factory=dict, max_length=100)


class BatchBody(Request):
    """Edits, each for itself or, where ``atomic``, all or none."""

    atomic: bool = False
    operations: list[BatchOperation] = Field(min_length=1, max_length=500)


class BatchError(Shape):
    """Why an edit was refused."""

    code: str
    message: str
    details: dict[str, Any]


class BatchResult(Shape):
    """What became of one edit."""

    id: str
    action: str
    status: Literal["success", "error"]
    error: BatchError | None


class BatchResults(Shape):
    """What became of every edit, in the order given."""

    results: list[BatchResult]
    meta: BatchMeta
