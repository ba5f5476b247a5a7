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


class CompareBody(Request):
    """What is to be compared with its original."""

    track_id: str = Field(max_length=100)
    rate: int | None = Field(default=None, ge=8000, le=192000, description="Hz; missing: the source's")
    preset: Literal[PRESETS] | None = Field(default=None, description="Missing: the player's own")  # type: ignore[valid-type]
    intensity: float | None = Field(default=None, ge=0, le=1, description="Missing: the player's own")


class Comparison(Shape):
    """Both sounds of a track in one stream of four channels: original left and right, enhanced left and right."""

    track_id: str
    key: str = Field(description="For `/stream/{trackId}/ab/{n}?key=`")
    channels: Literal[4]
    sample_rate: int
    frames: int
    preset: str
    intensity: float
    original_gain_db: float
    enhanced_gain_db: float
    plays_at_lufs: float


class TrialBody(Request):
    """One blind trial: what X was, and what the listener took it for."""

    track_id: str = Field(max_length=100)
    preset: Literal[PRESETS]  # type: ignore[valid-type]
    intensity: float = Field(ge=0, le=1)
    x: Literal["original", "enhanced"]
    answer: Literal["original", "enhanced"]


class TrialSummary(Shape):
    """How many trials, how many correct."""

    trials: int
    correct: int
    p_value: float = Field(description="Chance of so many correct answers or more by guessing (one-sided binomial)")


class TrialShown(Shape):
    """One trial as it was."""

    track_id: str
    preset: str
    intensity: float
    x: str
    answer: str
    correct: bool
    at: str


class TrialStatistics(TrialSummary):
    """How a listener has done in blind trials."""

    presets: dict[str, TrialSummary]
    latest: list[TrialShown]
