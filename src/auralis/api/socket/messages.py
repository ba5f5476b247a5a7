"""What the socket's own messages carry; those of the player, the queue and the library are the shapes of REST."""

from typing import Any, Literal

from pydantic import Field

from auralis.api import schemas
from auralis.api.schemas import Request, Shape

Topic = Literal[
    "player", "queue", "library", "playlist", "processing", "cache", "settings", "audio.analysis", "health.sampled"
]
Capability = Literal["output", "ping"]


class Empty(Request):
    """No members."""


class Hello(Request):
    """The first frame of a client; with token and number it goes on where its connection was lost."""

    client_name: str = Field(default="client", max_length=100)
    capabilities: list[Capability] = Field(default_factory=list, max_length=10)
    resume_token: str | None = Field(default=None, max_length=100)
    last_seq: int | None = Field(default=None, ge=0, description="The `seq` of the newest frame that was received")
    ticket: str | None = Field(default=None, max_length=200)


class Ready(Shape):
    """The answer to hello: who the client is here, and all that it needs to draw itself."""

    client_id: str
    session_id: str
    server_version: str
    server_time: int = Field(description="Epoch ms")
    features: list[str]
    resume_token: str = Field(description="With the last `seq`, what hello needs to go on after a lost connection")
    seq: int = Field(description="Frames are numbered on from here")
    snapshot: "Snapshot"


class Snapshot(Shape):
    """The state of everything that is pushed."""

    player: schemas.PlayerState
    queue: schemas.QueueState
    scan: schemas.ScanStatus
    analysis: schemas.JobProgress


class Resumed(Shape):
    """The answer to hello after a lost connection: what was missed has been sent before this."""

    client_id: str
    session_id: str
    server_time: int = Field(description="Epoch ms")
    resume_token: str
    seq: int
    replayed: int = Field(description="How many frames were sent again")


class Ping(Shape):
    """Wants a pong, to measure how long the way takes."""

    server_time: int = Field(description="Epoch ms")


class Pong(Shape):
    """Answers a ping."""

    server_time: int = Field(description="Epoch ms")


class Topics(Request):
    """Which topics a client wants to hear of, or no longer."""

    topics: list[Topic] = Field(min_length=1, max_length=20)


class Closing(Shape):
    """Why the server closes the connection."""

    reason: str


class ClientsChanged(Shape):
    """Who is connected and can sound."""

    clients: list[schemas.Client]


class Clients(Shape):
    """Who is connected, with figures of the connections."""

    clients: list[schemas.ClientDetails]


class PositionTold(Shape):
    """Where the player is."""

    entry_id: str | None
    position: schemas.Position


class TrackTold(Shape):
    """The entry that is the current one now."""

    current: schemas.QueueItem | None
    position: schemas.Position
    duration: float | None


class VolumeTold(Shape):
    """The volume now."""

    volume: float


class EnabledTold(Shape):
    """Whether the enhancement is on."""

    enabled: bool


class PresetTold(Shape):
    """The preset now."""

    preset: str


class IntensityTold(Shape):
    """The intensity now, 0 to 1."""

    intensity: float


class SearchAsked(Request):
    """What to look for."""

    query: str = Field(min_length=2, max_length=200)
    limit: int = Field(default=10, ge=1, le=100)
    lyrics: bool | None = Field(default=None, description="In lyrics too; else as the setting `search.lyrics` says")


class BrowseAsked(Request):
    """Which directory of the library to look into; empty: the library's folders."""

    path: str = Field(default="", max_length=5000)
    offset: int = Field(default=0, ge=0)
    limit: int = Field(default=50, ge=1, le=500)


class JobNamed(Request):
    """A job."""

    job_id: str = Field(min_length=1, max_length=100)


class LibraryResults(Shape):
    """What a search has found, or what lies in a directory: `path`, `entries` and their `total`."""

    query: str | None = None
    results: schemas.SearchResult | None = None
    path: str | None = None
    entries: list[schemas.DirectoryEntry] | None = None
    total: int | None = None


class FolderTold(Shape):
    """A folder that belongs to the library from now on, or no longer."""

    id: str
    path: str


class ArtworkTold(Shape):
    """The picture that an album shows now, chosen by its owner or, after that was taken back, out of its files."""

    album_id: str
    artwork_id: str | None


class ProcessingChanged(Shape):
    """A durable job stands otherwise than before."""

    job_id: str
    kind: str
    state: Literal["queued", "running", "done", "failed", "cancelled"]


class SoundApplied(Shape):
    """What the sound is made with from now on."""

    enhancement: schemas.Enhancement
    loudness: str


class CompareTold(Shape):
    """A comparison was asked for (loaded), or its levels are matched and both can be fetched (ready)."""

    track_id: str


class CacheHits(Shape):
    """How often kept answers served, told once a second at most while they do."""

    hits: int
    misses: int
    hit_rate: float


class CacheAlert(Shape):
    """A cache does less than it should."""

    subject: str
    level: Literal["warning", "critical"]
    message: str


class HealthTold(Shape):
    """The server's parts do their work (ok), or one of them cannot."""

    state: Literal["ok", "degraded"]
    checks: dict[str, str]


class HealthSampled(Shape):
    """How the server does, every five seconds while an administrator has asked for it: for charts that move."""

    sampled_at: int = Field(description="Epoch ms")
    figures: dict[str, float] = Field(description="By the names that the trends of the metrics have")
    alerts: list[schemas.Alert]
    health: HealthTold
    cache: schemas.CacheHealth
    caches: dict[str, schemas.CacheTiers]


class CacheStatsTold(Shape):
    """Every cache by name and tier: look-ups, what it holds, its budget."""

    caches: dict[str, dict[str, dict[str, Any] | None]]


class AudioAnalysis(Shape):
    """A reading of what plays, measured on the sound that is sent, before volume and the gain for equal loudness."""

    track_id: str
    entry_id: str
    variant: Literal["original", "enhanced"]
    position: float = Field(description="Seconds; the reading says how things stand here")
    momentary_lufs: float = Field(description="BS.1770 over 0.4 s; -70 is silence")
    short_term_lufs: float = Field(description="BS.1770 over 3 s; -70 is silence")
    true_peak_dbtp: float = Field(description="Highest within the last 1/20 s; -120 is silence")
    rms_db: list[float] = Field(description="Left and right, dBFS, within the last 1/20 s")
    peak_db: list[float] = Field(description="Left and right, dBFS, highest sample within the last 1/20 s")
    correlation: float | None = Field(description="Of left and right over 0.4 s, -1 to 1; null in silence")
    gain_reduction_db: float = Field(description="The most that the limiter took within the last 1/20 s, dB >= 0")
    bass_reduction_db: float = Field(description="The same, of the bass alone")
    spectrum_db: list[float] = Field(
        description="31 third-octave bands from 20 Hz to 20 kHz (20, 25, 31.5, 40 …), dB; a sine of full scale is 0"
    )


class LibraryUpdated(Shape):
    """The library has changed; lists can be asked for again."""

    revision: int


class TrackUpdated(Shape):
    """A track has changed: only the members that have are given; an edit gives the new revision."""

    track_id: str
    fingerprint: Literal["none", "estimate", "full"] | None = None
    revision: int | None = None
    rating: int | None = Field(default=None, description="null: taken back")
    favorite: bool | None = None
    play_count: int | None = None
    skip_count: int | None = None
    last_played: str | None = None
    missing: bool | None = Field(default=None, description="Its file was looked for in vain, or is there again")


class FingerprintValidated(Shape):
    """An estimate of how a track sounds was held against what was measured since."""

    track_id: str
    score: float = Field(description="Cosine of both, each dimension in usual spreads; valid from 0.95 on")
    accuracy: float = Field(description="1 less a quarter of the spreads between, mean over the dimensions")
    level: Literal["HIGH", "MEDIUM", "LOW"]
    confidence: float = Field(description="How sure the estimate was of itself, 0..1")


class AlbumUpdated(Shape):
    """What the listener makes of an album has changed: only the members that have are given."""

    album_id: str
    rating: int | None = Field(default=None, description="null: taken back")
    favorite: bool | None = None


class ArtistUpdated(Shape):
    """What the listener makes of an artist has changed: only the members that have are given."""

    artist_id: str
    rating: int | None = Field(default=None, description="null: taken back")
    favorite: bool | None = None


class Notification(Shape):
    """A sentence for people."""

    level: Literal["info", "warning", "error"]
    message: str


class Refusal(Shape):
    """Why a message was not handled."""

    code: str
    message: str
    details: dict[str, Any]
