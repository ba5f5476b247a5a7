"""The shapes of processing: what is ordered, how a job stands."""

from typing import Any, Literal

from pydantic import Field

from auralis.api.schemas.base import Request, Shape
from auralis.model.player import PRESETS
from auralis.processing.orders import MOST_TRACKS


class MasterBody(Request):
    """What is to be mastered, how, and into what kind of files."""

    type: Literal["track", "album", "playlist", "tracks"]
    id: str | None = Field(default=None, max_length=100, description="Of the track, album or playlist")
    track_ids: list[str] | None = Field(default=None, max_length=MOST_TRACKS, description="For the type tracks")
    preset: Literal[PRESETS] = "adaptive"  # type: ignore[valid-type]
    intensity: float = Field(default=1.0, ge=0, le=1)
    format: Literal["flac", "wav"] = "flac"
    bit_depth: Literal[16, 24] = Field(default=24, description="16 bits are dithered")
    title: str | None = Field(default=None, max_length=200, description="What the archive of several files is called")


class Job(Shape):
    """A durable job and how it stands."""

    id: str
    kind: Literal["master"]
    state: Literal["queued", "running", "done", "failed", "cancelled"]
    progress: float = Field(description="0..1")
    order: dict[str, Any]
    result: dict[str, Any] | None = Field(description="Name of the file; for each track its levels before and after")
    error: str | None
    created_at: str
    updated_at: str
