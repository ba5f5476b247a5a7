"""The three ways to say the same: tables of names and encoders, and nothing more."""

import itertools
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, Literal

import orjson

from auralis.api.socket.framing import Opcode, frame_of
from auralis.api.socket.registry import SERVER_MESSAGES
from auralis.kit.clock import iso_utc, server_time
from auralis.model.errors import FieldError, InvalidInputError

Dialect = Literal["auralis.v1", "upper", "events"]
LONGEST_ID = 100

UPPER_IN: dict[str, str] = {
    "CONNECT": "connection.hello",
    "PLAY": "player.play",
    "PAUSE": "player.pause",
    "SEEK": "player.seek",
    "NEXT_TRACK": "player.next",
    "PREVIOUS_TRACK": "player.previous",
    "ADD_TRACK": "queue.add",
    "REMOVE_TRACK": "queue.remove",
    "CLEAR_QUEUE": "queue.clear",
    "SET_VOLUME": "player.volume",
    "GET_CACHE_STATS": "cache.stats",
}
UPPER_OUT: dict[str, tuple[str, ...]] = {
    "player.state": ("PLAYER_STATE_UPDATE", "PLAYBACK_STATE"),
    "queue.state": ("QUEUE_UPDATE",),
    "player.position": ("PLAYBACK_POSITION",),
    "cache.hit": ("CACHE_HIT",),
    "cache.stats": ("CACHE_STATS",),
    "error": ("ERROR",),
    "fingerprint.validation": ("VALIDATION_UPDATE",),
    "scan.progress": ("PROGRESS_UPDATE",),
    "job.progress": ("PROGRESS_UPDATE",),
}
EVENTS_OUT: dict[str, tuple[str, ...]] = {
    "player.state": ("player_state", "player_update"),
    "player.started": ("playback_started",),
    "player.paused": ("playback_paused",),
    "player.stopped": ("playback_stopped",),
    "player.trackChanged": ("track_changed",),
    "player.trackLoaded": ("track_loaded",),
    "player.positionChanged": ("position_changed",),
    "player.volumeChanged": ("volume_changed",),
    "enhancement.toggled": ("enhancement_toggled",),
    "enhancement.presetChanged": ("enhancement_preset_changed",),
    "enhancement.intensityChanged": ("enhancement_intensity_changed",),
    "queue.state": ("queue_updated",),
    "scan.complete": ("scan_complete",),
    "scan.error": ("scan_error",),
    "scan.folderAdded": ("scan_folder_added",),
    "scan.folderRemoved": ("scan_folder_removed",),
    "playlist.created": ("playlist_created",),
    "playlist.updated": ("playlist_updated",),
    "playlist.deleted": ("playlist_deleted",),
    "playlist.tracksAdded": ("playlist_tracks_added",),
    "playlist.trackRemoved": ("playlist_track_removed",),
    "playlist.cleared": ("playlist_cleared",),
    "processing.changed": ("processing_changed",),
    "processing.settingsApplied": ("processing_settings_applied",),
    "processing.presetApplied": ("preset_applied",),
    "reference.loaded": ("reference_loaded",),
    "compare.loaded": ("comparison_tracks_loaded",),
    "compare.ready": ("ab_track_ready",),
    "job.progress": ("job_progress",),
    "audio.analysis": ("audio_analysis",),
    "settings.changed": ("settings_changed",),
    "settings.reset": ("settings_reset",),
    "artwork.extracted": ("artwork_extracted",),
    "artwork.deleted": ("artwork_deleted",),
}

_numbers = itertools.count(1)
_WORD = re.compile(r"(?<=[a-z0-9])(?=[A-Z])")


@dataclass(frozen=True, slots=True)
class Asked:
    """A client's frame, understood: canonical type and data; ``id`` is what its answer refers to."""

    kind: str
    data: Any
    id: str | None


class Fact:
    """Something to be told, encoded once for each dialect whatever the number of clients."""

    __slots__ = ("_encoded", "also", "at", "body", "kind", "refusal", "replayed", "topic")

    def __init__(
        self, kind: str, data: object, *, refusal: Mapping[str, Any] | None = None, also: str | None = None
    ) -> None:
        message = SERVER_MESSAGES[kind]
        self.kind = kind
        self.also = also  # a narrower topic that somebody may have asked for alone
        self.topic = None if message.category == "connection" else message.topic
        self.replayed = message.replayed
        self.at = server_time()
        self.refusal = refusal
        self.body = data if isinstance(data, bytes) else orjson.dumps(data)
        self._encoded: dict[str, bytes] = {}

    def frame(self, dialect: Dialect | None, reply_to: str | None = None, *, alias: bool = False) -> bytes | None:
        """Return the frame for a client, or None for what its dialect has no word for."""
        if dialect == "upper":
            return self._upper(reply_to, alias=alias)
        if dialect == "events":
            return self._event(alias=alias)
        if reply_to is not None:
            return frame_of(Opcode.TEXT, self._head() + b',"replyTo":' + orjson.dumps(reply_to) + b"}")
        whole = self._encoded.get("whole")
        if whole is None:
            whole = self._encoded["whole"] = frame_of(Opcode.TEXT, self._head() + b"}")
        return whole

    def numbered(self, seq: int) -> bytes:
        """Return the frame of ``auralis.v1`` as number ``seq`` of a client, which is its last member."""
        return frame_of(Opcode.TEXT, self._head() + b',"seq":%d}' % seq)

    def _head(self) -> bytes:
        head = self._encoded.get("head")
        if head is None:
            name, content = ("data", self.body) if self.refusal is None else ("error", orjson.dumps(self.refusal))
            start = (
                f'{{"v":1,"id":"s-{next(_numbers)}","type":"{self.kind}","timestamp":{int(self.at * 1000)},"{name}":'
            )
            head = self._encoded["head"] = start.encode() + content
        return head

    def _upper(self, request_id: str | None, *, alias: bool) -> bytes | None:
        names = UPPER_OUT.get(self.kind)
        if names is None:
            return None
        name = names[-1 if alias else 0]
        frame = self._encoded.get(name) if request_id is None else None
        if frame is None:
            told = {
                "type": name,
                "payload": self.refusal if self.refusal is not None else orjson.Fragment(self.body),
                "requestId": request_id,
                "timestamp": iso_utc(self.at),
                "version": "1.0",
            }
            frame = frame_of(Opcode.TEXT, orjson.dumps(told))
            if request_id is None:
                self._encoded[name] = frame
        return frame

    def _event(self, *, alias: bool) -> bytes | None:
        names = EVENTS_OUT.get(self.kind) if self.refusal is None else ("error",)
        if names is None:
            return None
        name = names[-1 if alias else 0]
        frame = self._encoded.get(name)
        if frame is None:
            data = self.refusal if self.refusal is not None else orjson.loads(self.body)
            shown = _SHAPES.get(self.kind, snake_case)(data)
            frame = frame_of(Opcode.TEXT, orjson.dumps({"type": name, "data": shown, "timestamp": self.at}))
            self._encoded[name] = frame
        return frame


def dialect_of(message: Mapping[str, Any]) -> Dialect:
    """Return the dialect that a first frame is in."""
    return "upper" if "v" not in message and message["type"].isupper() else "auralis.v1"


def read_frame(raw: bytes) -> dict[str, Any]:
    """Return a frame as an object with a type.

    Raises
    ------
    InvalidInputError
        When it is none.
    """
    try:
        message = orjson.loads(raw)
    except orjson.JSONDecodeError:
        raise InvalidInputError("The frame is not JSON.", [FieldError("frame", "is not JSON")]) from None
    if not isinstance(message, dict) or not isinstance(message.get("type"), str):
        raise InvalidInputError("A frame is an object with a type.", [FieldError("type", "is missing")])
    return message


def unknown_type(kind: str) -> InvalidInputError:
    """Return what to say to a type that the registry does not have."""
    return InvalidInputError(f"There is no message type '{kind[:80]}'.", [FieldError("type", "is not known", kind)])


def id_of(message: Mapping[str, Any]) -> str | None:
    """Return what the answer to a frame refers to."""
    given = message.get("id", message.get("requestId"))
    if given is not None and not (isinstance(given, str) and len(given) <= LONGEST_ID):
        raise InvalidInputError(
            f"An id is a string of at most {LONGEST_ID} characters.", [FieldError("id", "is not valid")]
        )
    return given


def asked(message: Mapping[str, Any], dialect: Dialect) -> Asked:
    """Return what a frame asks for."""
    kind = message["type"]
    if dialect != "upper":
        data = message.get("data")
        return Asked(kind, {} if data is None else data, id_of(message))
    if kind not in UPPER_IN:
        raise unknown_type(kind)
    payload = message.get("payload") or {}
    if not isinstance(payload, dict):
        raise InvalidInputError("A payload is an object.", [FieldError("payload", "is not an object")])
    return Asked(UPPER_IN[kind], _UPPER_PAYLOADS.get(kind, dict)(payload), id_of(message))


def snake_case(value: Any) -> Any:
    """Return JSON with the names of members in snake_case."""
    if isinstance(value, dict):
        return {_WORD.sub("_", name).lower(): snake_case(member) for name, member in value.items()}
    return [snake_case(member) for member in value] if isinstance(value, list) else value


def _player_state(data: dict[str, Any]) -> dict[str, Any]:
    current = data["current"]
    return {
        **snake_case(data),
        "current_track": None if current is None else snake_case(current["track"]),
        "current_time": data["position"]["seconds"],
        "volume": round(data["volume"] * 100, 1),
    }


def _volume(data: dict[str, Any]) -> dict[str, Any]:
    return {"volume": round(data["volume"] * 100, 1)}


_SHAPES: dict[str, Callable[[Any], Any]] = {"player.state": _player_state, "player.volumeChanged": _volume}


def _added(payload: dict[str, Any]) -> dict[str, Any]:
    rest = {name: value for name, value in payload.items() if name != "trackId"}
    return {**rest, "trackIds": [payload["trackId"]]} if "trackId" in payload else rest


def _removed(payload: dict[str, Any]) -> dict[str, Any]:
    rest = {name: value for name, value in payload.items() if name != "entryId"}
    return {**rest, "entryIds": [payload["entryId"]]} if "entryId" in payload else rest


def _connected(payload: dict[str, Any]) -> dict[str, Any]:
    """Return the name alone: older clients say more of themselves than is asked for here."""
    name = payload.get("clientName")
    return {"clientName": name} if name is not None else {}


_UPPER_PAYLOADS: dict[str, Callable[[dict[str, Any]], dict[str, Any]]] = {
    "CONNECT": _connected,
    "ADD_TRACK": _added,
    "REMOVE_TRACK": _removed,
}
