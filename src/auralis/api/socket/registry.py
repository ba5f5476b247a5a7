"""Every message type of the socket, declared once: name, direction, payload; the rest follows from tables beside it."""

from dataclasses import dataclass
from typing import Any, Literal

from auralis.api import schemas
from auralis.api.schemas import Request, Shape
from auralis.api.socket.messages import (
    AlbumUpdated,
    ArtistUpdated,
    AudioAnalysis,
    CacheStatsTold,
    Clients,
    ClientsChanged,
    Closing,
    Empty,
    EnabledTold,
    FingerprintValidated,
    Hello,
    IntensityTold,
    LibraryResults,
    LibraryUpdated,
    Notification,
    Ping,
    Pong,
    PositionTold,
    PresetTold,
    Ready,
    Refusal,
    Resumed,
    SearchAsked,
    Topics,
    TrackTold,
    TrackUpdated,
    VolumeTold,
)

Direction = Literal["client", "server"]
Category = Literal["connection", "player", "queue", "library", "playlist", "processing", "cache", "settings"]
Priority = Literal["critical", "high", "normal", "low"]
SUBPROTOCOL = "auralis.v1"
EVENTS_SUBPROTOCOL = "auralis.events"
LARGEST_FRAME = 64 * 1024

_CATEGORIES: dict[str, Category] = {
    "connection": "connection",
    "ack": "connection",
    "error": "connection",
    "player": "player",
    "clients": "player",
    "enhancement": "player",
    "queue": "queue",
    "library": "library",
    "scan": "library",
    "track": "library",
    "album": "library",
    "artist": "library",
    "artwork": "library",
    "playlist": "playlist",
    "job": "processing",
    "processing": "processing",
    "reference": "processing",
    "compare": "processing",
    "audio": "processing",
    "cache": "cache",
    "fingerprint": "cache",
    "health": "cache",
    "settings": "settings",
    "notification": "settings",
}
_PRIORITIES: dict[Category, Priority] = {"connection": "critical", "player": "high", "cache": "low"}
_FACTORS: dict[Priority, float] = {"critical": 10.0, "high": 2.0, "normal": 1.0, "low": 0.5}
COALESCED = frozenset({"player.position", "scan.progress", "job.progress", "audio.analysis"})
"""Of these the newest wins; none is sent again after a lost connection."""

_UNCOUNTED = frozenset({"connection.ping", "connection.pong"})
BY_SUBSCRIPTION = frozenset({"audio.analysis"})
TOPICS: frozenset[str] = frozenset({*_CATEGORIES.values()} - {"connection"})
"""What a client hears of without asking."""


@dataclass(frozen=True, slots=True)
class MessageType:
    """One type of message; ``payload`` is the model of its ``data``."""

    name: str
    direction: Direction
    payload: type[Request | Shape]

    @property
    def category(self) -> Category:
        """What it is about."""
        return _CATEGORIES[self.name.partition(".")[0]]

    @property
    def topic(self) -> str:
        """What one subscribes to in order to hear of it."""
        return self.name if self.name in BY_SUBSCRIPTION else self.category

    @property
    def priority(self) -> Priority:
        """How urgent it is."""
        return _PRIORITIES.get(self.category, "normal")

    @property
    def cost(self) -> float:
        """How many tokens a client pays for it."""
        return 0.0 if self.name in _UNCOUNTED else 1.0 / _FACTORS[self.priority]

    @property
    def coalesced(self) -> bool:
        """Whether only the newest counts."""
        return self.name in COALESCED

    @property
    def replayed(self) -> bool:
        """Whether it is numbered, and sent again after a lost connection."""
        return self.direction == "server" and self.category != "connection" and not self.coalesced


_CLIENT: dict[str, type[Request]] = {
    "connection.hello": Hello,
    "connection.ping": Empty,
    "connection.pong": Empty,
    "connection.subscribe": Topics,
    "connection.unsubscribe": Topics,
    "connection.close": Empty,
    "clients.list": Empty,
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
    "library.search": SearchAsked,
    "cache.stats": Empty,
}
_SERVER: dict[str, type[Shape]] = {
    "connection.ready": Ready,
    "connection.resumed": Resumed,
    "connection.ping": Ping,
    "connection.pong": Pong,
    "connection.close": Closing,
    "player.state": schemas.PlayerState,
    "player.started": PositionTold,
    "player.paused": PositionTold,
    "player.stopped": PositionTold,
    "player.trackChanged": TrackTold,
    "player.trackLoaded": TrackTold,
    "player.positionChanged": PositionTold,
    "player.position": PositionTold,
    "player.volumeChanged": VolumeTold,
    "enhancement.toggled": EnabledTold,
    "enhancement.presetChanged": PresetTold,
    "enhancement.intensityChanged": IntensityTold,
    "clients.changed": ClientsChanged,
    "clients.list": Clients,
    "queue.state": schemas.QueueState,
    "queue.updated": schemas.QueueUpdated,
    "scan.started": schemas.ScanStatus,
    "scan.progress": schemas.ScanStatus,
    "scan.complete": schemas.ScanStatus,
    "scan.error": schemas.ScanStatus,
    "library.updated": LibraryUpdated,
    "library.results": LibraryResults,
    "cache.stats": CacheStatsTold,
    "audio.analysis": AudioAnalysis,
    "track.updated": TrackUpdated,
    "fingerprint.validation": FingerprintValidated,
    "album.updated": AlbumUpdated,
    "artist.updated": ArtistUpdated,
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
    "error": Refusal,
}

CLIENT_MESSAGES = {name: MessageType(name, "client", payload) for name, payload in _CLIENT.items()}
SERVER_MESSAGES = {name: MessageType(name, "server", payload) for name, payload in _SERVER.items()}


def json_schemas() -> dict[str, Any]:
    """Return JSON Schemas of all payloads by model name, with references into an OpenAPI document's components."""
    from pydantic.json_schema import models_json_schema  # noqa: PLC0415  (only generators of documents need it)

    payloads: set[Any] = {m.payload for m in (*CLIENT_MESSAGES.values(), *SERVER_MESSAGES.values())}
    payloads.add(schemas.ProblemDocument)  # the form of all errors; no route names it as what it answers with
    ordered = sorted(payloads, key=lambda model: model.__name__)
    modes: list[Any] = [(m, "validation" if issubclass(m, Request) else "serialization") for m in ordered]
    _, document = models_json_schema(modes, by_alias=True, ref_template="#/components/schemas/{model}")
    return dict(document["$defs"])
