"""Playlists: what they hold, what clients send, what they are told."""

from typing import Literal

from pydantic import Field

from auralis.api.schemas.base import Request, Shape
from auralis.api.schemas.library import Track

MOST_TRACKS_AT_ONCE = 10_000


class Playlist(Shape):
    """A playlist as lists show it."""

    id: str
    name: str
    description: str
    track_count: int
    date_added: str
    date_modified: str
    revision: int
    can_undo: bool
    can_redo: bool


class PlaylistEntry(Shape):
    """One place in a playlist; ``track`` is null when the track is gone for good or hidden."""

    entry_id: str
    title: str
    artist: str | None
    duration: float = Field(description="Seconds")
    track: Track | None


class PlaylistDetail(Playlist):
    """A playlist with a part of its entries."""

    duration: float = Field(description="Seconds, of all entries")
    offset: int = Field(description="Of the first entry given here")
    entries: list[PlaylistEntry]


class PlaylistBody(Request):
    """A new playlist."""

    name: str = Field(description="1 to 200 characters of any script, on one line")
    description: str = ""
    track_ids: list[str] = Field(default_factory=list, max_length=MOST_TRACKS_AT_ONCE)


class PlaylistPatch(Request):
    """Members that are left out stay as they are."""

    name: str | None = None
    description: str | None = None
    expected_revision: int | None = None


class PlaylistCopyBody(Request):
    """What a copy is called; without a name, as the original, with a word added."""

    name: str | None = None


class PlaylistTracksBody(Request):
    """Tracks to put in, before the entry at ``position`` (from 0); without it, at the end."""

    track_ids: list[str] = Field(max_length=MOST_TRACKS_AT_ONCE)
    position: int | None = Field(default=None, ge=0, le=2**53)
    expected_revision: int | None = None


class PlaylistReorderBody(Request):
    """Puts an entry after another one; null puts it first."""

    entry_id: str
    after_entry_id: str | None
    expected_revision: int | None = None


class RevisionBody(Request):
    """The revision that the change is meant for; any, if it is left out."""

    expected_revision: int | None = None


class PlaylistImport(Request):
    """An M3U as text."""

    name: str | None = None
    content: str = Field(max_length=10 * 1024 * 1024)


class UnmatchedLine(Shape):
    """A line for which the library has no track."""

    line: int
    text: str
    title: str | None = Field(description="What #EXTINF says")
    reason: str


class ImportReport(Shape):
    """What became of the lines of a file; of those without a track at most 1,000 are listed."""

    matched: int
    unmatched_count: int
    unmatched: list[UnmatchedLine]


class PlaylistImported(Shape):
    """The playlist that was made, and what is missing in it."""

    playlist: Playlist
    report: ImportReport


class PlaylistChange(Shape):
    """An entry that was put in."""

    entry_id: str
    track_id: str | None


class PlaylistUpdate(Shape):
    """A playlist after a change, with what has changed where there is more to say."""

    playlist: Playlist
    previous_revision: int
    change: Literal["details", "order", "undo", "redo"] | None = Field(default=None, description="Of playlist.updated")
    entry_id: str | None = Field(default=None, description="The entry that was moved or taken out")
    after_entry_id: str | None = Field(default=None, description="After which it, or what was put in, stands now")
    added: list[PlaylistChange] | None = Field(default=None, description="At most 500 of what was put in")
    added_count: int | None = None
