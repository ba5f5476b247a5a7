"""The library's entities: what a file says of itself, and what was found wrong with one."""

from dataclasses import dataclass, field

AUDIO_SUFFIXES = frozenset(
    [
        ".wav",
        ".flac",
        ".aif",
        ".aiff",
        ".aifc",
        ".mp3",
        ".m4a",
        ".m4b",
        ".mp4",
        ".aac",
        ".ogg",
        ".oga",
        ".opus",
        ".wma",
        ".ape",
        ".wv",
    ]
)
"""Endings of the files that a scan looks at, in lower case."""

LOCAL_OWNER = "owner"
"""Id of the one implicit user of local mode; every annotation carries a user id."""


@dataclass(frozen=True, slots=True)
class StreamInfo:
    """Properties of an audio stream; ``frames`` is exact where the container says so, else an estimate."""

    format: str
    codec: str
    sample_rate: int
    channels: int
    duration_seconds: float
    frames: int
    bitrate: int
    bit_depth: int | None


@dataclass(frozen=True, slots=True)
class TrackTags:
    """What the tags of a file say; ``artist`` is the display name, ``artists`` the single ones."""

    title: str | None = None
    artist: str | None = None
    artists: tuple[str, ...] = ()
    album: str | None = None
    album_artist: str | None = None
    track_number: int | None = None
    disc_number: int | None = None
    date: str | None = None
    genres: tuple[str, ...] = ()
    lyrics: str | None = None
    bpm: float | None = None
    compilation: bool = False


@dataclass(frozen=True, slots=True)
class AudioFile:
    """A file as read from disk: its stream, its tags, and the hash of its embedded cover, if any."""

    stream: StreamInfo
    tags: TrackTags
    cover_hash: str | None = None


@dataclass(frozen=True, slots=True)
class ScanCounts:
    """What a scan did; ``files`` counts the audio files looked at."""

    files: int = 0
    added: int = 0
    updated: int = 0
    moved: int = 0
    missing: int = 0
    failed: int = 0
    seconds: float = 0.0


@dataclass(frozen=True, slots=True)
class ScanStatus:
    """A scan as seen from outside while it runs or after; ``total`` is None while files are still being counted."""

    state: str = "idle"
    done: int = 0
    total: int | None = None
    counts: ScanCounts = field(default_factory=ScanCounts)
    rate_per_second: float = 0.0
    remaining_seconds: float | None = None


@dataclass(frozen=True, slots=True)
class Problem:
    """A file that could not be read, where in its library folder, why, and when that was found (epoch seconds)."""

    folder: str
    path: str
    reason: str
    found_at: float
