"""The player's shapes, and what clients say to it."""

from typing import Literal

from pydantic import Field

from auralis.api.schemas.base import Request, Shape
from auralis.api.schemas.library import Track


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
