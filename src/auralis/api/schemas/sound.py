"""The shapes of sound: fingerprints, waveforms, manifests, plans."""

from typing import Annotated, Literal

from pydantic import Field

from auralis.api.schemas.base import Request, Shape
from auralis.api.schemas.library import Track


class Key(Shape):
    """A musical key."""

    tonic: str
    mode: Literal["major", "minor"]
    confidence: float


class BeatGrid(Shape):
    """Where beats lie: the first at the offset, the next by the tempo."""

    tempo_bpm: float
    offset_seconds: float


class Fingerprint(Shape):
    """How a track sounds, in physical units."""

    track_id: str
    kind: Literal["full", "estimate"] = Field(description="Measured, or estimated from parts of the track")
    heard_share: float = Field(description="Of the track, 0..1; 1 where it was measured")
    overall_confidence: float = Field(description="Mean of `confidence`")
    duration_seconds: float
    version: int
    dimensions: dict[str, float] = Field(description="25 dimensions by name")
    confidence: dict[str, float] = Field(description="0..1 for each dimension")
    normalised: dict[str, float] = Field(description="Each dimension placed within its own range, 0..1, for drawing")
    loudness_range_lu: float
    true_peak_dbtp: float
    key: Key
    tempo_alternative_bpm: float = Field(description="The tempo that came second: often half or twice the first")
    beat_grid: BeatGrid
    sample_peak_dbfs: float
    start_silence_seconds: float = Field(description="Before the first sound less than 60 dB under the highest peak")
    end_silence_seconds: float = Field(description="After the last")
    third_octave_db: list[float] = Field(description="31 bands, 20 Hz to 20 kHz, dB of the total power")
    side_third_octave_db: list[float] = Field(description="The part of it that is the side of two channels")


class FoundFingerprint(Fingerprint):
    """A fingerprint as a strategy found it."""

    strategy: Literal["fast", "accurate", "full"] = Field(description="What was asked for")
    source: Literal["stored", "fast", "accurate", "full"] = Field(description="What answered")


class ValidateFingerprintBody(Request):
    """Dimensions to hold against those of a track."""

    track_id: str = Field(min_length=1, max_length=100)
    dimensions: dict[str, Annotated[float, Field(allow_inf_nan=False)]] = Field(
        min_length=1, max_length=100, description="Values by name, in the dimension's unit; some or all of the 25"
    )


class DimensionComparison(Shape):
    """One dimension as given and as measured."""

    dimension: str
    unit: str
    given: float
    own: float
    spreads: float = Field(description="How many usual spreads of music lie between")
    accuracy: float = Field(description="1 less a quarter of the spreads, at least 0")


class FingerprintValidation(Shape):
    """How well given dimensions agree with those of a track."""

    track_id: str
    validation_score: float = Field(description="Cosine of both, each dimension in usual spreads from its middle")
    valid: bool = Field(description="Whether the score is at least 0.95")
    level: Literal["HIGH", "MEDIUM", "LOW"] = Field(description="Valid, and accuracy at least 0.9, 0.8; else LOW")
    accuracy: float = Field(description="Mean over the dimensions")
    dimensions: list[DimensionComparison]


class DimensionInfo(Shape):
    """What a dimension of the fingerprint means."""

    name: str
    group: str
    unit: str
    low: float
    high: float
    definition: str


class DimensionLikeness(Shape):
    """A dimension of a track beside the one it was compared with."""

    dimension: str
    unit: str
    value: float
    reference: float = Field(description="Of the track, or the mean of the tracks, to be similar to")
    spreads: float = Field(description="How many of the library's usual spreads lie between")


class SimilarTrack(Shape):
    """A track that sounds alike, and in what."""

    track: Track
    distance: float = Field(description="Root mean square over the weighted dimensions, in usual spreads")
    agrees: list[DimensionLikeness] = Field(description="What it shares, the most telling first")
    differs: list[DimensionLikeness] = Field(description="What sets it apart, the furthest first")


class SimilarityBasis(Shape):
    """What distances are taken by."""

    tracks: int = Field(description="Tracks that were looked at, all of them")
    fitted_on: int = Field(description="Tracks whose spreads are the measure; 0 while the library is small")


class SimilarTracks(Shape):
    """Tracks that sound alike, the nearest first."""

    basis: SimilarityBasis
    items: list[SimilarTrack]


class AxisDimension(Shape):
    """A dimension that grows, or falls, along an axis of the map."""

    dimension: str
    correlation: float = Field(description="-1 to 1 over the tracks of the library")


class MapAxis(Shape):
    """What an axis of the map shows."""

    explained: float = Field(description="Share of all differences between tracks that lies along it")
    grows: list[AxisDimension] = Field(description="What goes with it, the strongest first")


class MapAxes(Shape):
    """Both axes of the map."""

    x: MapAxis
    y: MapAxis


class MapBounds(Shape):
    """The edges of the whole map: lowest and highest place."""

    x: list[float]
    y: list[float]


class LibraryMap(Shape):
    """Where tracks lie on the map, in columns; places hardly move while the library grows."""

    basis: SimilarityBasis
    axes: MapAxes
    bounds: MapBounds
    inside: int = Field(description="Tracks within the region; more than `ids` where an even part of them is told")
    ids: list[str] = Field(description="Tracks; `POST /tracks/batch-get` tells what they are")
    x: list[float] = Field(description="Places, in the order of `ids`, in usual spreads as distances are")
    y: list[float]
    dimension: str | None
    values: list[float] | None = Field(description="Of the dimension asked for, in its unit")


class Waveform(Shape):
    """The outline of a whole track; values in ±127 of full scale."""

    points: int
    minimum: list[int]
    maximum: list[int]
    rms: list[int]


class SegmentEntry(Shape):
    """One row of a segment table."""

    index: int
    start_frame: int
    frames: int


class OriginalVariant(Shape):
    """The sound of the file itself."""

    key: str
    loudness_lufs: float | None
    true_peak_dbtp: float | None
    gain_db: float = Field(description="What a player adds so that it is as loud as the listener's mode wants")


class PlanDecision(Shape):
    """One decision: what was measured and held against what, what is done about it, and why."""

    stage: str
    subject: str
    measured: float | None
    target: float | None
    unit: str = Field(description="Of both measured and target")
    change: float = Field(description="What is done at the plan's intensity")
    change_unit: str
    reason: str


class PlanDistance(Shape):
    """One dimension on the way to a reference."""

    dimension: str
    unit: str
    reference: float
    before: float
    after: float = Field(description="As the plan foretells it")


class MasteringPlan(Shape):
    """What the mastering does to one track."""

    preset: str
    intensity: float
    plan_hash: str
    decisions: list[PlanDecision]
    eq_curve_db: list[float] = Field(description="31 third octaves, 20 Hz to 20 kHz")
    gain_db: float
    ceiling_dbtp: float
    source_loudness_lufs: float
    source_true_peak_dbtp: float
    wanted_lufs: float
    predicted_loudness_lufs: float
    target_lufs: float = Field(description="The same: what the plan promises")
    limited_by: str | None
    distances: list[PlanDistance] = Field(default=[], description="Towards a reference: how far before and after")


class EnhancedVariant(Shape):
    """The mastered sound and the plan it follows."""

    key: str
    loudness_lufs: float = Field(description="What the plan predicts")
    true_peak_dbtp: float = Field(description="The ceiling that the limiter keeps")
    gain_db: float = Field(description="As that of the original: with both gains both play equally loud")
    plan: MasteringPlan


class Variants(Shape):
    """What can be streamed of a track."""

    original: OriginalVariant
    enhanced: EnhancedVariant | None


class PlaybackLoudness(Shape):
    """How loud a track is to play."""

    mode: Literal["off", "track", "album"]
    plays_at_lufs: float | None = Field(description="Loudness of both variants after their gains")
    limited_by: str | None


class AacSegments(Shape):
    """How segments in AAC are laid on a timeline: appended by `timestampOffset`, cut by the append window."""

    mime_type: str
    bitrate: int = Field(description="Bits a second")
    lead_frames: int = Field(description="Frames in a body before the segment's first one")
    roll_frames: int = Field(description="Frames of the neighbours at each end, to be cut off")


class Alteration(Shape):
    """Something that happens to the samples of a source before they are heard, mastered or not."""

    kind: Literal["folded", "resampled"]
    words: str = Field(description="For people")


class Manifest(Shape):
    """All a player needs to lay a track on its timeline."""

    track_id: str
    sample_rate: int = Field(description="Hz of every segment")
    source_sample_rate: int
    source_channels: int
    frames: int
    frames_exact: bool = Field(description="False: the last segment says where the track really ends")
    fingerprint: Literal["none", "estimate", "full"] = Field(description="What loudness and plan are made from")
    confidence: float | None = Field(description="How sure that is, 0..1; null without any")
    duration: float
    mime_type: str
    aac: AacSegments | None = Field(description="For slow connections; null at a rate that AAC does not know")
    segments: list[SegmentEntry]
    variants: Variants
    alterations: list[Alteration] = Field(description="Of both variants; empty where the original is exact")
    enhanced_unavailable_reason: str | None
    loudness: PlaybackLoudness
