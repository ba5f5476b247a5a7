"""The shapes that clients see, in camelCase; REST documents and the socket registry are generated from them."""

from typing import Any, Generic, Literal, TypeVar

from pydantic import BaseModel, ConfigDict, Field
from pydantic.alias_generators import to_camel

T = TypeVar("T")


class Shape(BaseModel):
    """What a client is given."""

    model_config = ConfigDict(alias_generator=to_camel, populate_by_name=True)


class Request(BaseModel):
    """What a client sends; members that nobody knows are refused."""

    model_config = ConfigDict(
        alias_generator=to_camel, populate_by_name=True, extra="forbid", allow_inf_nan=False, str_max_length=2000
    )


# --- the library ---------------------------------------------------------------------------------------------------


class ArtistCredit(Shape):
    """One artist's part in a track."""

    id: str
    name: str
    role: str


class Track(Shape):
    """A track as every list and every event shows it."""

    id: str
    title: str
    artist: str | None = Field(description="Display name of all artists together")
    artists: list[ArtistCredit]
    album: str | None
    album_id: str | None
    album_artist: str | None
    track_number: int | None
    disc_number: int | None
    year: int | None
    date: str | None
    genres: list[str]
    duration: float = Field(description="Seconds")
    format: str
    codec: str
    bitrate: int = Field(description="Bits per second")
    sample_rate: int = Field(description="Hz")
    channels: int
    bit_depth: int | None
    file_size: int = Field(description="Bytes")
    date_added: str
    last_played: str | None
    play_count: int
    skip_count: int
    rating: int | None = Field(description="0 to 5")
    favorite: bool
    artwork_id: str | None
    loudness_lufs: float | None
    fingerprint: Literal["none", "estimate", "full"]
    missing: bool = Field(description="The file's folder is away, or the file is")
    revision: int


class Album(Shape):
    """An album as lists show it."""

    id: str
    title: str
    artist: str | None
    year: int | None
    track_count: int
    duration: float = Field(description="Seconds")
    artwork_id: str | None
    date_added: str


class AlbumDetail(Album):
    """An album with its tracks in playing order."""

    tracks: list[Track]


class Artist(Shape):
    """An artist as lists show it."""

    id: str
    name: str
    album_count: int
    track_count: int
    artwork_id: str | None


class ArtistDetail(Artist):
    """An artist with albums and tracks."""

    albums: list[Album]
    tracks: list[Track]


class Genre(Shape):
    """A genre and how many tracks carry it."""

    id: str
    name: str
    track_count: int


class SearchResult(Shape):
    """The best of each kind."""

    tracks: list[Track]
    albums: list[Album]
    artists: list[Artist]


class LibraryStats(Shape):
    """The library in figures."""

    tracks: int
    albums: int
    artists: int
    duration: float = Field(description="Seconds")
    size: int = Field(description="Bytes")
    analysed: int
    problems: int


class LibraryFolder(Shape):
    """A folder that is scanned."""

    id: str
    path: str
    kind: Literal["music", "demo"]
    available: bool
    track_count: int


class Problem(Shape):
    """A file that could not be read, and why."""

    folder: str
    path: str
    reason: str
    date: str


class ScanCounts(Shape):
    """What a scan did."""

    files: int
    added: int
    updated: int
    moved: int
    missing: int
    failed: int
    seconds: float


class ScanStatus(Shape):
    """How far a scan is; ``total`` is null while files are being counted."""

    state: Literal["idle", "running"]
    done: int
    total: int | None
    added: int
    updated: int
    moved: int
    missing: int
    failed: int
    rate_per_second: float
    remaining_seconds: float | None
    counts: ScanCounts
    reason: str | None = Field(default=None, description="Why the scan could not go on")
    cancelled: bool = False


class JobProgress(Shape):
    """How far a long piece of work is."""

    job_id: str
    kind: Literal["analysis", "demo"]
    state: Literal["idle", "running", "paused"]
    done: int
    total: int
    failed: int
    rate_per_second: float
    remaining_seconds: float | None


# --- sound ---------------------------------------------------------------------------------------------------------


class Key(Shape):
    """A musical key."""

    tonic: str
    mode: Literal["major", "minor"]
    confidence: float


class Fingerprint(Shape):
    """How a track sounds, in physical units."""

    track_id: str
    version: int
    dimensions: dict[str, float] = Field(description="25 dimensions by name")
    confidence: dict[str, float] = Field(description="0..1 for each dimension")
    normalised: dict[str, float] = Field(description="Each dimension placed within its own range, 0..1, for drawing")
    loudness_range_lu: float
    true_peak_dbtp: float
    key: Key
    tempo_alternative_bpm: float
    third_octave_db: list[float] = Field(description="31 bands, 20 Hz to 20 kHz, dB of the total power")


class DimensionInfo(Shape):
    """What a dimension of the fingerprint means."""

    name: str
    group: str
    unit: str
    low: float
    high: float
    definition: str


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


class EnhancedVariant(Shape):
    """The mastered sound and the plan it follows."""

    key: str
    loudness_lufs: float = Field(description="What the plan predicts")
    true_peak_dbtp: float = Field(description="The ceiling that the limiter keeps")
    plan: dict[str, Any]


class Variants(Shape):
    """What can be streamed of a track."""

    original: OriginalVariant
    enhanced: EnhancedVariant | None


class Manifest(Shape):
    """All a player needs to lay a track on its timeline."""

    track_id: str
    sample_rate: int = Field(description="Hz of every segment")
    source_sample_rate: int
    source_channels: int
    frames: int
    frames_exact: bool = Field(description="False: the last segment says where the track really ends")
    duration: float
    mime_type: str
    segments: list[SegmentEntry]
    variants: Variants
    enhanced_unavailable_reason: str | None


# --- the player ----------------------------------------------------------------------------------------------------


class Enhancement(Shape):
    """The listener's choice of sound."""

    enabled: bool
    preset: str
    intensity: float = Field(description="0 (the original) to 1")


class QueueItem(Shape):
    """A queue entry with its track."""

    entry_id: str
    track: Track


class Position(Shape):
    """``seconds`` at ``serverTime`` (epoch ms), moving at ``rate``."""

    seconds: float
    server_time: int
    rate: float


class Client(Shape):
    """A connected client."""

    client_id: str
    name: str
    can_output: bool


class PlayerState(Shape):
    """The whole state that every device shares."""

    revision: int
    is_playing: bool
    current: QueueItem | None
    next: QueueItem | None
    position: Position
    duration: float | None
    volume: float
    enhancement: Enhancement
    output_client_id: str | None
    clients: list[Client]
    queue_revision: int


class QueueState(Shape):
    """At most 200 entries around the current one."""

    revision: int
    total: int
    offset: int
    current_index: int | None
    entries: list[QueueItem]


class PlayContext(Request):
    """Where the queue comes from."""

    type: Literal["tracks", "album", "artist", "search", "library"]
    id: str | None = None
    track_ids: list[str] | None = Field(default=None, max_length=10_000)
    query: str | None = Field(default=None, min_length=2, max_length=200)
    sort: str | None = None
    order: Literal["asc", "desc"] | None = None


class PlayBody(Request):
    """What to play; without members the player resumes."""

    track_id: str | None = None
    entry_id: str | None = None
    context: PlayContext | None = None
    start_at: float = Field(default=0.0, ge=0)


class SeekBody(Request):
    """Where to go in the current track, in seconds."""

    position: float = Field(ge=0)


class VolumeBody(Request):
    """The volume, 0 to 1."""

    volume: float = Field(ge=0, le=1)


class EnhancementBody(Request):
    """Members that are left out stay as they are."""

    enabled: bool | None = None
    preset: str | None = None
    intensity: float | None = Field(default=None, ge=0, le=1)


class OutputBody(Request):
    """The client that is to sound."""

    client_id: str


class ReportBody(Request):
    """What the output really plays."""

    entry_id: str
    position: float = Field(ge=0)
    is_playing: bool
    underruns: int = Field(default=0, ge=0)
    revision: int | None = Field(default=None, description="Revision of the state that the output follows")


# --- searching -----------------------------------------------------------------------------------------------------


class Pagination(Request):
    """One family of paging."""

    page: int | None = None
    page_size: int | None = None
    offset: int | None = None
    limit: int | None = None


class SearchBody(Request):
    """A search for tracks."""

    query: str
    pagination: Pagination = Field(default_factory=Pagination)


# --- service -------------------------------------------------------------------------------------------------------


class Health(Shape):
    """Whether the server can do its work."""

    state: Literal["ok", "degraded"]
    version: str
    uptime_seconds: float
    checks: dict[str, str]


class Meta(Shape):
    """Facts about the answer; the paging members stand on collections only."""

    request_id: str
    processing_time_ms: float
    total: int | None = None
    page: int | None = None
    page_size: int | None = None
    total_pages: int | None = None
    has_next_page: bool | None = None
    has_previous_page: bool | None = None
    offset: int | None = None
    limit: int | None = None
    next_cursor: str | None = None


class Links(Shape):
    """Relative links of a collection."""

    self: str
    first: str
    last: str | None
    next: str | None
    previous: str | None


class Envelope(Shape, Generic[T]):
    """Every successful answer."""

    status: Literal["success"]
    data: T
    message: str | None
    timestamp: str
    meta: Meta


class Collection(Shape, Generic[T]):
    """Every successful answer that lists things."""

    status: Literal["success"]
    data: list[T]
    message: str | None
    timestamp: str
    meta: Meta
    links: Links


class FieldProblem(Shape):
    """One bad field."""

    field: str
    message: str
    value: Any = None


class ProblemDocument(Shape):
    """Every error (RFC 9457)."""

    type: str
    title: str
    status: int
    detail: str
    instance: str
    code: str
    message: str
    details: dict[str, Any]
    errors: list[FieldProblem] | None = None
    request_id: str
    timestamp: str
    path: str
