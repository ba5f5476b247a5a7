"""What a scan hands to the store: files as they are found, names already folded to sort, match and search by."""

from dataclasses import dataclass, field
from typing import Any, NamedTuple

FILE, DIRECTORY, ANALYSIS = "file", "directory", "analysis"


class Name(NamedTuple):
    """An artist or a genre: as it is shown, what makes two of them one, and how it sorts.

    ``alias`` is the identity that the name alone would give where ``identity`` is a MusicBrainz id.
    """

    shown: str
    identity: str
    sort: str
    alias: str | None = None


class AlbumName(NamedTuple):
    """An album as one of its tracks names it; ``artist`` is the album's own, if any; ``alias`` as in `Name`."""

    title: str
    identity: str
    sort: str
    artist: str | None
    alias: str | None = None


class NamedCredit(NamedTuple):
    """Somebody's part in a track besides being its artist."""

    name: Name
    role: str
    instrument: str | None


class FileState(NamedTuple):
    """A file as the file system knows it; a file whose state is the same has not changed.

    ``words`` is another number for each state of the file of lyrics beside it, 0 if there is none.
    """

    name: bytes
    size: int
    mtime_ns: int
    inode: int
    words: int = 0


class Description(NamedTuple):
    """What a file says, in the library's terms.

    ``facts`` are the members of the track's document that come from the file alone; ``search`` is title, artist and
    album as the search table holds them; ``details`` and ``lyrics`` are JSON, None where a file has none; ``sketch``
    tells its audio from others, 0 if nothing does; ``sung`` are the words of the lyrics as search has them.
    """

    facts: dict[str, Any]
    title_sort: str
    artists: tuple[Name, ...]
    artist_sort: str
    album: AlbumName | None
    album_artists: tuple[Name, ...]
    genres: tuple[Name, ...]
    disc_number: int
    track_number: int
    year: int
    duration_seconds: float
    cover_hash: str | None
    search: tuple[str, str, str]
    credits: tuple[NamedCredit, ...] = ()
    details: bytes | None = None
    lyrics: bytes | None = None
    sketch: int = 0
    sung: str = ""


class KnownTrack(NamedTuple):
    """A track as it was last seen: its audio, its place, and what it calls itself."""

    key: int
    sketch: int
    audio_hash: bytes | None
    folder: bytes
    folder_removed: int
    directory: bytes
    name: bytes
    size: int
    mtime_ns: int
    inode: int
    title_sort: str
    artist_sort: str
    artist: str | None
    duration_seconds: float
    missing: int


class TrackRecord(NamedTuple):
    """One audio file; ``key`` is that of the track it updates, or None.

    ``same_sound`` if what was measured of the track still holds; ``audio_hash`` where it had to be computed already.
    """

    key: int | None
    same_sound: bool
    directory: bytes
    file: FileState
    says: Description
    audio_hash: bytes | None = None


class Reunited(NamedTuple):
    """A track that takes the place of a copy of it, and the copy's key."""

    record: TrackRecord
    copy_key: int


class ImageRecord(NamedTuple):
    """The image beside the music of a directory, or, with ``file`` None, that there is none any more."""

    directory: bytes
    file: FileState | None
    hash: str | None


class FoundProblem(NamedTuple):
    """A problem as a scan finds it: where, of what kind, why, and the state of the file that was looked at."""

    directory: bytes
    name: bytes
    kind: str
    reason: str
    size: int | None = None
    mtime_ns: int | None = None


@dataclass(slots=True)
class Batch:
    """What one transaction of a scan writes; keys are those of tracks, ``solved`` those of problems.

    ``displaced`` tracks lose their place to another one before anything else happens.
    """

    displaced: list[int] = field(default_factory=list)
    tracks: list[TrackRecord] = field(default_factory=list)
    reunited: list[Reunited] = field(default_factory=list)
    images: list[ImageRecord] = field(default_factory=list)
    found_again: list[int] = field(default_factory=list)
    missing: list[int] = field(default_factory=list)
    problems: list[FoundProblem] = field(default_factory=list)
    solved: list[int] = field(default_factory=list)

    def __len__(self) -> int:
        """Return how many things there are to write."""
        return sum(
            len(part)
            for part in (
                self.displaced,
                self.tracks,
                self.reunited,
                self.images,
                self.found_again,
                self.missing,
                self.problems,
                self.solved,
            )
        )
