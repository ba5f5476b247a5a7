"""The library's entities: what a file says of itself, and what was found wrong with one."""

from dataclasses import dataclass, field
from pathlib import Path
from typing import NamedTuple

READER_VERSION = 1
"""Raised when more is read of files than before: what an older reader has read is read once more by the next scan."""

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


class MediaFile(NamedTuple):
    """Where the file of a track lies, and its size and time (ns) when the library read it.

    ``unsafe`` tells that the file in that state broke the process that decoded it.
    """

    path: Path
    size: int
    modified_ns: int
    unsafe: bool = False

    def breaks_decoders(self, size: int, modified_ns: int) -> bool:
        """Tell whether a file of this size and time is the one that did."""
        return self.unsafe and (size, modified_ns) == (self.size, self.modified_ns)


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
class TagRules:
    """How one text that names several artists is split; nothing is split within an exception. Case does not matter."""

    separators: tuple[str, ...] = (
        ";",
        " / ",
        " feat. ",
        " feat ",
        " ft. ",
        " ft ",
        " featuring ",
        " (feat. ",
        " [feat. ",
        " (ft. ",
        " (featuring ",
        " vs. ",
    )
    exceptions: tuple[str, ...] = ("AC/DC", "Earth, Wind & Fire", "Crosby, Stills & Nash", "Tyler, The Creator")


@dataclass(frozen=True, slots=True)
class Credit:
    """Somebody's part in a track besides being its artist; ``instrument`` says what a performer plays or sings."""

    name: str
    role: str
    instrument: str | None = None


@dataclass(frozen=True, slots=True)
class Gain:
    """Loudness as tags tell it: ReplayGain 2.0 (to -18 LUFS), peaks as amplitude.

    ``header_db`` is Opus's output gain, which every decoder has applied already.
    """

    track_db: float | None = None
    track_peak: float | None = None
    album_db: float | None = None
    album_peak: float | None = None
    header_db: float | None = None


@dataclass(frozen=True, slots=True)
class TagDetails:
    """What only well-kept files say; ids are MusicBrainz's, lists of ids and sort names go with the names in order."""

    album_artists: tuple[str, ...] = ()
    artist_ids: tuple[str, ...] = ()
    album_artist_ids: tuple[str, ...] = ()
    artist_sorts: tuple[str, ...] = ()
    album_artist_sorts: tuple[str, ...] = ()
    title_sort: str | None = None
    album_sort: str | None = None
    credits: tuple[Credit, ...] = ()
    disc_subtitle: str | None = None
    original_date: str | None = None
    release_date: str | None = None
    labels: tuple[str, ...] = ()
    catalog_numbers: tuple[str, ...] = ()
    barcode: str | None = None
    isrcs: tuple[str, ...] = ()
    recording_id: str | None = None
    release_track_id: str | None = None
    release_id: str | None = None
    release_group_id: str | None = None
    gain: Gain | None = None
    explicit: bool | None = None
    key: str | None = None
    moods: tuple[str, ...] = ()
    synced_lyrics: str | None = None
    lyrics_language: str | None = None


NO_DETAILS = TagDetails()


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
    details: TagDetails = NO_DETAILS


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
