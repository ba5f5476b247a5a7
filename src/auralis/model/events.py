"""Facts that rooms tell each other over the bus, named in the past tense."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from auralis.model.jobs import Job
from auralis.model.library import ScanStatus
from auralis.model.player import PlayerState
from auralis.model.queue import Change
from auralis.model.references import Reference


@dataclass(frozen=True, slots=True)
class ScanStarted:
    """A scan has begun."""

    status: ScanStatus


@dataclass(frozen=True, slots=True)
class ScanProgressed:
    """A scan has moved on; sent a few times a second at most."""

    status: ScanStatus


@dataclass(frozen=True, slots=True)
class ScanCompleted:
    """A scan has ended, whole or cancelled."""

    status: ScanStatus
    cancelled: bool = False


@dataclass(frozen=True, slots=True)
class ScanFailed:
    """A scan could not go on; ``reason`` is fit for a stranger's eyes."""

    status: ScanStatus
    reason: str


@dataclass(frozen=True, slots=True)
class FolderAdded:
    """A folder of music belongs to the library now."""

    folder_id: str
    path: str


@dataclass(frozen=True, slots=True)
class FolderRemoved:
    """A folder was taken out of the library."""

    folder_id: str
    path: str


@dataclass(frozen=True, slots=True)
class ArtworkChosen:
    """An album shows the picture that its owner has given it."""

    album_id: str
    artwork_id: str


@dataclass(frozen=True, slots=True)
class ArtworkForgotten:
    """An album shows again what its files hold, if they hold anything."""

    album_id: str
    artwork_id: str | None


@dataclass(frozen=True, slots=True)
class CompareLoaded:
    """Somebody wants to compare what a track sounds like in two ways."""

    track_id: str


@dataclass(frozen=True, slots=True)
class CompareReady:
    """The levels of a comparison are matched: both can be heard."""

    track_id: str


@dataclass(frozen=True, slots=True)
class LibraryChanged:
    """Tracks were added, updated or went missing; ``revision`` is the library's new one."""

    revision: int


@dataclass(frozen=True, slots=True)
class TrackAnalysed:
    """A track has a full fingerprint now."""

    track_id: str


@dataclass(frozen=True, slots=True)
class TrackEstimated:
    """There is an estimate of how a track sounds, this sure (0..1), while it is not measured yet."""

    track_id: str
    confidence: float


@dataclass(frozen=True, slots=True)
class FingerprintValidated:
    """An estimate was held against what was measured; ``level`` is HIGH, MEDIUM or LOW."""

    track_id: str
    score: float
    accuracy: float
    level: str
    confidence: float


@dataclass(frozen=True, slots=True)
class TrackEdited:
    """A track's tags were edited, or it was hidden or shown again; ``revision`` is its new one."""

    track_id: str
    revision: int


@dataclass(frozen=True, slots=True)
class AnalysisProgressed:
    """The background analysis has moved on; ``state`` is running, idle or paused."""

    state: str
    done: int
    total: int
    failed: int
    rate_per_second: float
    remaining_seconds: float | None


@dataclass(frozen=True, slots=True)
class PlayerChanged:
    """The player has a new state; ``changes`` are those of its queue, each with the revision that it led to."""

    state: PlayerState
    queue_changed: bool
    before: PlayerState | None = None
    changes: tuple[tuple[int, Change], ...] = ()


@dataclass(frozen=True, slots=True)
class ClientConnected:
    """A client has introduced itself and may play."""

    client_id: str


@dataclass(frozen=True, slots=True)
class OutputLost:
    """The client that sounded has gone, and the player paused; ``client_name`` is how people know it."""

    client_name: str


@dataclass(frozen=True, slots=True)
class FilesMissed:
    """Files of the queue are not where the library knows them; ``passed_over`` is the track that was to play."""

    track_ids: tuple[str, ...]
    directories: tuple[str, ...]
    passed_over: str | None = None


@dataclass(frozen=True, slots=True)
class FilesFound:
    """Files of the queue that were missed are there again."""

    track_ids: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class DemoProgressed:
    """So many pieces of the demo library are made."""

    done: int
    total: int


@dataclass(frozen=True, slots=True)
class SettingChange:
    """One setting before and after."""

    name: str
    old: Any
    new: Any


@dataclass(frozen=True, slots=True)
class SettingsChanged:
    """Settings have new values, the personal ones for ``user_id``."""

    user_id: str
    revision: int
    changes: tuple[SettingChange, ...]


class SettingsReset(SettingsChanged):
    """Settings were taken back to their defaults."""

    __slots__ = ()


@dataclass(frozen=True, slots=True)
class CacheAlerted:
    """A cache does less than it should; ``level`` is warning or critical."""

    subject: str
    level: str
    message: str


@dataclass(frozen=True, slots=True)
class TrackListened:
    """What ``user_id`` makes of a track has changed; ``changes`` are members of its document."""

    user_id: str
    track_id: str
    changes: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class AlbumJudged:
    """What ``user_id`` makes of an album has changed; ``changes`` are members of its document."""

    user_id: str
    album_id: str
    changes: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class ArtistJudged:
    """What ``user_id`` makes of an artist has changed; ``changes`` are members of its document."""

    user_id: str
    artist_id: str
    changes: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class PlaylistChanged:
    """A playlist of ``user_id`` has changed; ``playlist`` is how clients see it now, ``details`` what has changed."""

    user_id: str
    playlist: Mapping[str, Any]
    previous_revision: int
    details: Mapping[str, Any]


class PlaylistCreated(PlaylistChanged):
    """A playlist is there that was not."""

    __slots__ = ()


class PlaylistUpdated(PlaylistChanged):
    """It is called otherwise, its order is another, or a change was taken back or made again."""

    __slots__ = ()


class PlaylistDeleted(PlaylistChanged):
    """A playlist is gone."""

    __slots__ = ()


class PlaylistTracksAdded(PlaylistChanged):
    """Tracks were put in."""

    __slots__ = ()


class PlaylistTrackRemoved(PlaylistChanged):
    """An entry was taken out."""

    __slots__ = ()


class PlaylistCleared(PlaylistChanged):
    """Everything was taken out."""

    __slots__ = ()


@dataclass(frozen=True, slots=True)
class JobChanged:
    """A durable job has moved on; while it runs, told a few times a second at most."""

    job: Job


@dataclass(frozen=True, slots=True)
class ReferenceLoaded:
    """A reference of mastering has been measured and can be chosen."""

    reference: Reference


Event = (
    ScanStarted
    | ScanProgressed
    | ScanCompleted
    | ScanFailed
    | FolderAdded
    | FolderRemoved
    | ArtworkChosen
    | ArtworkForgotten
    | CompareLoaded
    | CompareReady
    | LibraryChanged
    | TrackAnalysed
    | TrackEstimated
    | FingerprintValidated
    | TrackEdited
    | AnalysisProgressed
    | PlayerChanged
    | ClientConnected
    | OutputLost
    | FilesMissed
    | FilesFound
    | DemoProgressed
    | SettingsChanged
    | CacheAlerted
    | JobChanged
    | ReferenceLoaded
    | PlaylistChanged
    | TrackListened
    | AlbumJudged
    | ArtistJudged
)
