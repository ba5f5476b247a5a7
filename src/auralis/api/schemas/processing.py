"""The shapes of processing: what is ordered, how a job stands."""

from typing import Any, Literal

from pydantic import Field

from auralis.api.schemas.base import PresetName, Request, Shape
from auralis.processing.orders import MOST_TRACKS


class MasterBody(Request):
    """What is to be mastered, how, and into what kind of files."""

    type: Literal["track", "album", "playlist", "tracks"]
    id: str | None = Field(default=None, max_length=100, description="Of the track, album or playlist")
    track_ids: list[str] | None = Field(default=None, max_length=MOST_TRACKS, description="For the type tracks")
    preset: PresetName = "adaptive"
    intensity: float = Field(default=1.0, ge=0, le=1)
    format: Literal["flac", "wav"] = "flac"
    bit_depth: Literal[16, 24] = Field(default=24, description="16 bits are dithered")
    together: bool | None = Field(
        default=None, description="One tone, and each track as loud beside the others as it was; missing: for albums"
    )
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
    error_code: str | None = Field(description="One of the documented codes, where the reason is known")
    created_at: str
    updated_at: str


class ReferenceBody(Request):
    """A track of the library to be a reference."""

    track_id: str = Field(max_length=100)
    name: str | None = Field(default=None, max_length=200, description="Missing: the track's title")


class SoundReference(Shape):
    """A sound that others can be mastered towards."""

    id: str
    preset: str = Field(description="Its name wherever a preset is chosen; as a trackId, the reference itself is heard")
    name: str
    track_id: str | None
    uploaded: bool
    duration: float
    loudness_lufs: float
    true_peak_dbtp: float
    stereo_width: float
    third_octave_db: list[float]
    created_at: str


class SoundChoice(Request):
    """A track as it is, or mastered by a preset at an intensity."""

    track_id: str = Field(max_length=100)
    preset: Literal["original"] | PresetName = "original"
    intensity: float = Field(default=1.0, ge=0, le=1)


class CompareBody(Request):
    """Any two sounds; with ``trackId`` alone a track's original and its enhanced sound."""

    a: SoundChoice | None = None
    b: SoundChoice | None = None
    track_id: str | None = Field(default=None, max_length=100, description="In place of a and b")
    rate: int | None = Field(default=None, ge=8000, le=192000, description="Hz; missing: that of a's source")
    preset: PresetName | None = Field(default=None, description="With trackId; missing: the player's own")
    intensity: float | None = Field(default=None, ge=0, le=1, description="With trackId; missing: the player's own")


class ComparedSound(Shape):
    """One of two sounds: how loud it comes out, and what brings it to the loudness of both."""

    track_id: str
    preset: str
    intensity: float
    frames: int
    loudness_lufs: float = Field(description="As it really comes out, before its gain")
    gain_db: float = Field(description="Already in the samples of the stream")


class Comparison(Shape):
    """Two sounds in one stream of four channels, level-matched: left and right of a, left and right of b."""

    key: str
    channels: Literal[4]
    sample_rate: int
    frames: int = Field(description="Of the longer one; the shorter one ends in silence")
    gain_db: float = Field(
        description="For the player to turn both up or down by: so loud are they by the setting `sound.loudness`"
    )
    plays_at_lufs: float = Field(description="Both, with that gain")
    segments: str = Field(description="Address of each segment, with {n} for its number from 0")
    a: ComparedSound
    b: ComparedSound


class TrialBody(Request):
    """One blind trial: what X was, and what the listener took it for.

    ``a`` and ``b`` are the two sounds; with ``trackId`` alone they are a track's original and its enhanced sound.
    """

    a: SoundChoice | None = None
    b: SoundChoice | None = None
    track_id: str | None = Field(default=None, max_length=100, description="In place of a and b")
    preset: PresetName | None = Field(default=None, description="With trackId")
    intensity: float | None = Field(default=None, ge=0, le=1, description="With trackId")
    x: Literal["a", "b"]
    answer: Literal["a", "b"]


class TrialSummary(Shape):
    """How many trials, how many correct."""

    trials: int
    correct: int
    p_value: float = Field(description="Chance of so many correct answers or more by guessing (one-sided binomial)")


class TrialSound(Shape):
    """One of the two sounds of a trial."""

    track_id: str
    preset: str
    intensity: float


class TrialShown(Shape):
    """One trial as it was."""

    a: TrialSound
    b: TrialSound
    x: Literal["a", "b"]
    answer: Literal["a", "b"]
    correct: bool
    at: str


class TrialStatistics(TrialSummary):
    """How a listener has done in blind trials."""

    presets: dict[str, TrialSummary] = Field(description="By the preset of b")
    latest: list[TrialShown]
