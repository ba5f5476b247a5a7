"""Every message type of the socket, declared once: name, payload, who may say it; the rest follows from tables."""

from dataclasses import dataclass
from typing import Any, Literal

from auralis.api import schemas
from auralis.api.rules import Role
from auralis.api.schemas import Request, Shape
from auralis.api.socket.messages import (
    AlbumUpdated,
    ArtistUpdated,
    ArtworkTold,
    AudioAnalysis,
    BrowseAsked,
    CacheAlert,
    CacheHits,
    CacheStatsTold,
    Clients,
    ClientsChanged,
    Closing,
    CompareTold,
    Empty,
    EnabledTold,
    FingerprintValidated,
    FolderTold,
    HealthSampled,
    HealthTold,
    Hello,
    IntensityTold,
    JobNamed,
    LibraryResults,
    LibraryUpdated,
    Notification,
    Ping,
    Pong,
    PositionTold,
    PresetTold,
    ProcessingChanged,
    Ready,
    Refusal,
    Resumed,
    SearchAsked,
    SoundApplied,
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
COALESCED = frozenset(
    {"player.position", "scan.progress", "job.progress", "audio.analysis", "cache.hit", "health.sampled"}
)
"""Of these the newest wins; none is sent again after a lost connection."""

_UNCOUNTED = frozenset({"connection.ping", "connection.pong"})
BY_SUBSCRIPTION = frozenset({"audio.analysis", "health.sampled"})
TOPICS: frozenset[str] = frozenset({*_CATEGORIES.values()} - {"connection"})
"""What a client hears of without asking."""


@dataclass(frozen=True, slots=True)
class MessageType:
    """One type of message; ``payload`` is the model of its ``data``, ``role`` who may say it or hear it."""

    name: str
    direction: Direction
    payload: type[Request | Shape]
    role: Role = Role.BASIC

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


_CLIENT: dict[str, tuple[type[Request], Role]] = {
    "connection.hello": (Hello, Role.ANYONE),
    "connection.ping": (Empty, Role.ANYONE),
    "connection.pong": (Empty, Role.ANYONE),
    "connection.subscribe": (Topics, Role.BASIC),
    "connection.unsubscribe": (Topics, Role.BASIC),
    "connection.close": (Empty, Role.ANYONE),
    "clients.list": (Empty, Role.BASIC),
    "player.play": (schemas.PlayBody, Role.BASIC),
    "player.load": (schemas.PlayBody, Role.BASIC),
    "player.pause": (Empty, Role.BASIC),
    "player.stop": (Empty, Role.BASIC),
    "player.seek": (schemas.SeekBody, Role.BASIC),
    "player.next": (Empty, Role.BASIC),
    "player.previous": (Empty, Role.BASIC),
    "player.volume": (schemas.VolumeBody, Role.BASIC),
    "player.enhancement": (schemas.EnhancementBody, Role.BASIC),
    "player.output": (schemas.OutputBody, Role.BASIC),
    "player.report": (schemas.ReportBody, Role.BASIC),
    "player.repeat": (schemas.RepeatBody, Role.BASIC),
    "player.shuffle": (schemas.ShuffleBody, Role.BASIC),
    "player.crossfade": (schemas.CrossfadeBody, Role.BASIC),
    "player.sleep": (schemas.SleepBody, Role.BASIC),
    "queue.get": (schemas.QueueGetBody, Role.BASIC),
    "queue.add": (schemas.QueueAddBody, Role.BASIC),
    "queue.remove": (schemas.QueueRemoveBody, Role.BASIC),
    "queue.clear": (schemas.QueueClearBody, Role.BASIC),
    "queue.reorder": (schemas.QueueReorderBody, Role.BASIC),
    "queue.undo": (schemas.QueueChange, Role.BASIC),
    "queue.redo": (schemas.QueueChange, Role.BASIC),
    "library.scan": (Empty, Role.ADMIN),
    "library.search": (SearchAsked, Role.BASIC),
    "library.browse": (BrowseAsked, Role.BASIC),
    "job.subscribe": (JobNamed, Role.BASIC),
    "job.cancel": (JobNamed, Role.BASIC),
    "cache.stats": (Empty, Role.BASIC),
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
    "scan.folderAdded": FolderTold,
    "scan.folderRemoved": FolderTold,
    "library.updated": LibraryUpdated,
    "library.results": LibraryResults,
    "cache.stats": CacheStatsTold,
    "audio.analysis": AudioAnalysis,
    "cache.hit": CacheHits,
    "cache.alert": CacheAlert,
    "health.changed": HealthTold,
    "health.sampled": HealthSampled,
    "track.updated": TrackUpdated,
    "fingerprint.validation": FingerprintValidated,
    "album.updated": AlbumUpdated,
    "artist.updated": ArtistUpdated,
    "artwork.extracted": ArtworkTold,
    "artwork.deleted": ArtworkTold,
    "job.progress": schemas.JobProgress,
    "job.done": schemas.Job,
    "job.failed": schemas.Job,
    "processing.changed": ProcessingChanged,
    "processing.settingsApplied": SoundApplied,
    "processing.presetApplied": PresetTold,
    "compare.loaded": CompareTold,
    "compare.ready": CompareTold,
    "reference.loaded": schemas.SoundReference,
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

CLIENT_MESSAGES = {name: MessageType(name, "client", payload, role) for name, (payload, role) in _CLIENT.items()}
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
