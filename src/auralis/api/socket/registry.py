"""Every message type of the socket, declared once: name, direction, category and payload."""

from dataclasses import dataclass
from typing import Any, Literal

from pydantic import Field

from auralis.api import schemas
from auralis.api.schemas import Request, Shape

Direction = Literal["client", "server"]
SUBPROTOCOL = "auralis.v1"
LARGEST_FRAME = 64 * 1024


class Empty(Request):
    """No members."""


class Hello(Request):
    """The first frame of a client."""

    client_name: str = Field(default="client", max_length=100)
    capabilities: list[Literal["output"]] = Field(default_factory=list, max_length=10)


class Ready(Shape):
    """The answer to hello: who the client is here, and all that it needs to draw itself."""

    client_id: str
    session_id: str
    server_version: str
    server_time: int = Field(description="Epoch ms")
    features: list[str]
    snapshot: "Snapshot"


class Snapshot(Shape):
    """The state of everything that is pushed."""

    player: schemas.PlayerState
    queue: schemas.QueueState
    scan: schemas.ScanStatus
    analysis: schemas.JobProgress


class Pong(Shape):
    """Answers a ping."""

    server_time: int = Field(description="Epoch ms")


class Closing(Shape):
    """Why the server closes the connection."""

    reason: str


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


class Notification(Shape):
    """A sentence for people."""

    level: Literal["info", "warning", "error"]
    message: str


@dataclass(frozen=True, slots=True)
class MessageType:
    """One type of message; ``payload`` is the model of its ``data``."""

    name: str
    direction: Direction
    payload: type[Request | Shape]

    @property
    def category(self) -> str:
        """The part before the dot."""
        return self.name.partition(".")[0]


_CLIENT: dict[str, type[Request]] = {
    "connection.hello": Hello,
    "connection.ping": Empty,
    "player.play": schemas.PlayBody,
    "player.load": schemas.PlayBody,
    "player.pause": Empty,
    "player.stop": Empty,
    "player.seek": schemas.SeekBody,
    "player.next": Empty,
    "player.previous": Empty,
    "player.volume": schemas.VolumeBody,
    "player.enhancement": schemas.EnhancementBody,
    "player.output": schemas.OutputBody,
    "player.report": schemas.ReportBody,
    "player.repeat": schemas.RepeatBody,
    "player.shuffle": schemas.ShuffleBody,
    "player.crossfade": schemas.CrossfadeBody,
    "player.sleep": schemas.SleepBody,
    "queue.get": schemas.QueueGetBody,
    "queue.add": schemas.QueueAddBody,
    "queue.remove": schemas.QueueRemoveBody,
    "queue.clear": schemas.QueueClearBody,
    "queue.reorder": schemas.QueueReorderBody,
    "queue.undo": schemas.QueueChange,
    "queue.redo": schemas.QueueChange,
    "library.scan": Empty,
}
_SERVER: dict[str, type[Shape]] = {
    "connection.ready": Ready,
    "connection.pong": Pong,
    "connection.close": Closing,
    "player.state": schemas.PlayerState,
    "queue.state": schemas.QueueState,
    "queue.updated": schemas.QueueUpdated,
    "scan.started": schemas.ScanStatus,
    "scan.progress": schemas.ScanStatus,
    "scan.complete": schemas.ScanStatus,
    "scan.error": schemas.ScanStatus,
    "library.updated": LibraryUpdated,
    "track.updated": TrackUpdated,
    "job.progress": schemas.JobProgress,
    "job.done": schemas.Job,
    "job.failed": schemas.Job,
    "playlist.created": schemas.PlaylistUpdate,
    "playlist.updated": schemas.PlaylistUpdate,
    "playlist.deleted": schemas.PlaylistUpdate,
    "playlist.tracksAdded": schemas.PlaylistUpdate,
    "playlist.trackRemoved": schemas.PlaylistUpdate,
    "playlist.cleared": schemas.PlaylistUpdate,
    "settings.changed": schemas.SettingsUpdated,
    "settings.reset": schemas.SettingsUpdated,
    "notification": Notification,
    "ack": Shape,
}

CLIENT_MESSAGES = {name: MessageType(name, "client", payload) for name, payload in _CLIENT.items()}
SERVER_MESSAGES = {name: MessageType(name, "server", payload) for name, payload in _SERVER.items()}


def json_schemas() -> dict[str, Any]:
    """Return JSON Schemas of all payloads by model name, with references into an OpenAPI document's components."""
    from pydantic.json_schema import models_json_schema  # noqa: PLC0415  (only generators of documents need it)

    payloads = {message.payload for message in (*CLIENT_MESSAGES.values(), *SERVER_MESSAGES.values())}
    ordered = sorted(payloads, key=lambda model: model.__name__)
    modes: list[Any] = [(m, "validation" if issubclass(m, Request) else "serialization") for m in ordered]
    _, document = models_json_schema(modes, by_alias=True, ref_template="#/components/schemas/{model}")
    return dict(document["$defs"])
