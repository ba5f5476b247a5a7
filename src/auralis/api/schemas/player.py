"""The player's shapes, and what clients say to it."""

from typing import Literal

from pydantic import Field

from auralis.api.schemas.base import Request, Shape
from auralis.api.schemas.queue import PlayContext, QueueItem


class Enhancement(Shape):
    """The listener's choice of sound."""

    enabled: bool
    preset: str
    intensity: float = Field(description="0 (the original) to 1")


class Position(Shape):
    """``seconds`` at ``serverTime``, moving at ``rate``."""

    seconds: float
    server_time: int = Field(
        description="Epoch ms as they were at the server's start, running on evenly: it can be compared with other"
        " stamps of the socket, and does not follow a wall clock that is set meanwhile"
    )
    rate: float


class Client(Shape):
    """A connected client."""

    client_id: str
    name: str
    can_output: bool


class Sleep(Shape):
    """When playback is to pause."""

    at: int | None = Field(description="Epoch ms of the server's clock, as `serverTime`")
    end_of: Literal["track", "queue"] | None


class ConnectionFigures(Shape):
    """What has gone over a connection."""

    connected_at: int = Field(description="Epoch ms")
    uptime_seconds: float
    dialect: str
    messages_in: int
    messages_out: int
    bytes_in: int
    bytes_out: int
    waiting: int = Field(description="Frames that wait to be sent")
    dropped: int = Field(description="Frames that gave way to newer ones of their type")
    refused: int = Field(description="Messages over the limit")
    latency_ms: float | None = Field(description="There and back, by the newest ping")


class ClientDetails(Client):
    """A connected client with figures of its connection."""

    connection: ConnectionFigures


class PlayerState(Shape):
    """The whole state that every device shares."""

    revision: int
    is_playing: bool
    current: QueueItem | None
    next: QueueItem | None = Field(description="What follows without a pause, if that is known")
    position: Position
    duration: float | None
    volume: float
    repeat: Literal["off", "one", "all"]
    shuffle: bool
    shuffle_seed: int
    crossfade: float = Field(description="Seconds")
    sleep: Sleep | None
    enhancement: Enhancement
    quality: Literal["lossless", "save_data"] = Field(description="The setting `sound.quality`")
    output_client_id: str | None
    underruns: int = Field(description="How often the output ran dry since it began")
    clients: list[Client] = Field(description="Those that can sound")
    queue_revision: int


class PlayBody(Request):
    """What to play; without members the player resumes."""

    track_id: str | None = None
    entry_id: str | None = None
    context: PlayContext | None = None
    start_at: float | None = Field(default=None, ge=0, description="Seconds into the track")


class SeekBody(Request):
    """Where to go in the current track, in seconds."""

    position: float = Field(ge=0)


class VolumeBody(Request):
    """The volume, 0 to 1."""

    volume: float = Field(ge=0, le=1)


class RepeatBody(Request):
    """What to repeat."""

    mode: Literal["off", "one", "all"]


class ShuffleBody(Request):
    """Whether to shuffle; the same seed gives the same order."""

    enabled: bool
    seed: int | None = Field(default=None, ge=0, le=2**31 - 1)


class CrossfadeBody(Request):
    """How long tracks that do not belong together overlap, 0 to 12 seconds."""

    seconds: float = Field(ge=0, le=12)


class SleepBody(Request):
    """When to pause: after minutes, or at an end; without members, not any more."""

    minutes: float | None = Field(default=None, gt=0, le=24 * 60)
    end_of: Literal["track", "queue"] | None = None


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
    ended: bool = Field(default=False, description="The entry was heard to its end and nothing follows it here")
    revision: int | None = Field(default=None, description="Revision of the state that the output follows")
