"""The library's shapes: tracks, albums, artists, folders, scans."""

from typing import Literal

from pydantic import Field

from auralis.api.schemas.base import Request, Shape


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
