"""The library's shapes: tracks, albums, artists, folders, scans."""

from typing import Annotated, Literal

from pydantic import Field

from auralis.api.schemas.base import Moment, Request, Shape


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


class TrackBrief(Shape):
    """The essentials of a track: what `includeMetadata: false` asks for."""

    id: str
    title: str
    artist: str | None
    duration: float = Field(description="Seconds")


class Album(Shape):
    """An album as lists show it."""

    id: str
    title: str
    artist: str | None
    year: int | None
    track_count: int
    duration: float = Field(description="Seconds")
    artwork_id: str | None
    artwork_color: str | None = Field(description="The colour that stands out, `#rrggbb`, once it was looked at")
    artwork_preview: str | None = Field(description="4 x 4 pixels, RGB row by row, base64: shown until it is here")
    date_added: str
    rating: int | None = Field(description="0 to 5, of the album itself")
    favorite: bool


class ArtworkExtract(Request):
    """The picture embedded in a track."""

    extract: str = Field(description="Id of a track")


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
    rating: int | None = Field(description="0 to 5, of the artist")
    favorite: bool


class ArtistDetail(Artist):
    """An artist with albums and tracks."""

    albums: list[Album]
    tracks: list[Track]


class Genre(Shape):
    """A genre and how many tracks carry it."""

    id: str
    name: str
    track_count: int


class Year(Shape):
    """A year and how many tracks are of it; null: tracks that name none."""

    year: int | None
    track_count: int


class DirectoryEntry(Shape):
    """What lies in a directory: another one, with the path to ask for it by, or a track."""

    kind: Literal["directory", "track"]
    name: str = Field(description="Of the directory or the file")
    path: str | None
    track: Track | None


class FormatStats(Shape):
    """How much of the library is of one format."""

    format: str
    track_count: int
    duration: float = Field(description="Seconds")
    size: int = Field(description="Bytes")


class LibraryStats(Shape):
    """The library in figures."""

    tracks: int
    albums: int
    artists: int
    genres: int
    duration: float = Field(description="Seconds")
    size: int = Field(description="Bytes")
    formats: list[FormatStats] = Field(description="The most frequent first")
    missing: int = Field(description="Tracks whose files, or the folders of them, are away")
    analysed: int
    problems: int


class LibraryFolder(Shape):
    """A folder that is scanned."""

    id: str
    path: str
    kind: Literal["music", "demo"]
    available: bool
    track_count: int


class FolderBody(Request):
    """A folder of music on the server's machine, by its absolute path."""

    path: str = Field(min_length=1, max_length=4096, pattern=r"^/[^\x00]*$")


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


class ScanBody(Request):
    """What to scan: everything, a folder by its id, or a path: relative to the folder, or absolute within one."""

    folder_id: str | None = None
    path: str | None = Field(default=None, max_length=4096)
    thorough: bool = Field(default=False, description="Read every file anew, changed or not")


class JobProgress(Shape):
    """How far a long piece of work is."""

    job_id: str
    kind: Literal["analysis", "demo", "master"]
    state: Literal["idle", "running", "paused", "queued", "done", "failed", "cancelled"]
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
    cursor: str | None = None


class NumberRange(Request):
    """From ``min`` to ``max``, both included; either may be left out."""

    min: float | None = Field(default=None, ge=0, le=1e9)
    max: float | None = Field(default=None, ge=0, le=1e9)


class RatingRange(Request):
    """Ratings from ``min`` to ``max``, both included; what is not rated is in neither."""

    min: int | None = Field(default=None, ge=0, le=5)
    max: int | None = Field(default=None, ge=0, le=5)


class YearRange(Request):
    """Years from ``min`` to ``max``, both included."""

    min: int | None = Field(default=None, ge=0, le=9999)
    max: int | None = Field(default=None, ge=0, le=9999)


class TimeRange(Request):
    """Points in time from ``from`` to ``to``, both included; ISO 8601, UTC where no zone is named."""

    from_: Annotated[Moment | None, Field(alias="from")] = None
    to: Moment | None = None


class SearchFilters(Request):
    """What is found is narrowed to this; artists and genres are ids or names, any of which will do."""

    artists: list[str] = Field(default_factory=list, max_length=100)
    genres: list[str] = Field(default_factory=list, max_length=100)
    duration: NumberRange = Field(default_factory=NumberRange, description="Seconds")
    date_added: TimeRange = Field(default_factory=TimeRange)
    rating: RatingRange = Field(default_factory=RatingRange)
    year: YearRange = Field(default_factory=YearRange)


class SearchSort(Request):
    """An order; without one the best come first."""

    field: Literal["title", "artist", "album", "duration", "dateAdded", "rating", "plays", "year", "lastPlayed"]
    order: Literal["asc", "desc"] = "asc"


class SearchBody(Request):
    """A search for tracks."""

    query: str
    filters: SearchFilters = Field(default_factory=SearchFilters)
    sort: SearchSort | None = None
    pagination: Pagination = Field(default_factory=Pagination)
    include_metadata: bool = Field(default=True, description="False: only id, title, artist and duration")
    lyrics: bool | None = Field(default=None, description="In lyrics too; else as the setting `search.lyrics` says")
