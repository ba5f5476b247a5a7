"""Turns facts from the bus into frames for every client, in the order in which they happened."""

import asyncio
import itertools
from collections.abc import Callable
from typing import Any, get_args

import structlog

from auralis.api import player_views, views
from auralis.api.services import Services
from auralis.api.socket.actions import job_topic
from auralis.api.socket.hub import PING_SECONDS
from auralis.api.socket.session import Session
from auralis.model import events
from auralis.model.jobs import Job
from auralis.model.settings.declared import SOUND_LOUDNESS

_log = structlog.get_logger(__name__)

HEALTH_SECONDS = 10

CLIENTS_SECONDS = 0.05
"""Who is connected is told so long after the first change, and the later the more they are."""


_FRAMES: dict[type, tuple[str, Callable[[Any], dict[str, Any]]]] = {
    events.ScanStarted: ("scan.started", lambda event: views.scan_view(event.status)),
    events.ScanProgressed: ("scan.progress", lambda event: views.scan_view(event.status)),
    events.ScanCompleted: ("scan.complete", lambda event: views.scan_view(event.status, cancelled=event.cancelled)),
    events.ScanFailed: ("scan.error", lambda event: views.scan_view(event.status, event.reason)),
    events.FolderAdded: ("scan.folderAdded", lambda event: {"id": event.folder_id, "path": event.path}),
    events.FolderRemoved: ("scan.folderRemoved", lambda event: {"id": event.folder_id, "path": event.path}),
    events.ArtworkChosen: ("artwork.extracted", views.artwork_view),
    events.ArtworkForgotten: ("artwork.deleted", views.artwork_view),
    events.CompareLoaded: ("compare.loaded", lambda event: {"trackId": event.track_id}),
    events.CompareReady: ("compare.ready", lambda event: {"trackId": event.track_id}),
    events.LibraryChanged: ("library.updated", lambda event: {"revision": event.revision}),
    events.TrackAnalysed: ("track.updated", lambda event: {"trackId": event.track_id, "fingerprint": "full"}),
    events.TrackEstimated: ("track.updated", lambda event: {"trackId": event.track_id, "fingerprint": "estimate"}),
    events.FingerprintValidated: (
        "fingerprint.validation",
        lambda event: {
            "trackId": event.track_id,
            "score": round(event.score, 4),
            "accuracy": round(event.accuracy, 4),
            "level": event.level,
            "confidence": round(event.confidence, 4),
        },
    ),
    events.TrackEdited: (
        "track.updated",
        lambda event: {"trackId": event.track_id, "revision": event.revision},
    ),
    events.AnalysisProgressed: ("job.progress", views.analysis_view),
    events.DemoProgressed: ("job.progress", views.demo_view),
    events.ReferenceLoaded: ("reference.loaded", lambda event: views.reference_view(event.reference)),
    events.SettingsChanged: ("settings.changed", views.settings_view),
    events.SettingsReset: ("settings.reset", views.settings_view),
    events.TrackListened: ("track.updated", lambda event: {"trackId": event.track_id, **event.changes}),
    events.AlbumJudged: ("album.updated", lambda event: {"albumId": event.album_id, **event.changes}),
    events.ArtistJudged: ("artist.updated", lambda event: {"artistId": event.artist_id, **event.changes}),
    events.PlaylistCreated: ("playlist.created", views.playlist_view),
    events.PlaylistUpdated: ("playlist.updated", views.playlist_view),
    events.PlaylistDeleted: ("playlist.deleted", views.playlist_view),
    events.PlaylistTracksAdded: ("playlist.tracksAdded", views.playlist_view),
    events.PlaylistTrackRemoved: ("playlist.trackRemoved", views.playlist_view),
    events.PlaylistCleared: ("playlist.cleared", views.playlist_view),
    events.CacheAlerted: (
        "cache.alert",
        lambda event: {"subject": event.subject, "level": event.level, "message": event.message},
    ),
    events.OutputLost: (
        "notification",
        lambda event: {"level": "info", "message": f"Playback paused: {event.client_name} has gone."},
    ),
}


class Announcer:
    """Listens on the bus and broadcasts; player states that follow each other quickly are sent as the newest one."""

    def __init__(self, services: Services) -> None:
        self._services = services
        self._waiting: asyncio.Queue[events.Event | Callable[[], None] | None] = asyncio.Queue()
        self._sent_revision = -1
        self._told_hits = 0
        self._told_health: dict[str, Any] | None = None
        self._job_states: dict[str, str] = {}
        self._tasks: list[asyncio.Task[None]] = []
        self._telling: asyncio.TimerHandle | None = None
        self._newcomers: set[Session | None] = set()

    def start(self) -> None:
        """Listen from now on."""
        for kind in get_args(events.Event):
            self._services.bus.subscribe(kind, self._waiting.put_nowait)
        self._tasks = [
            asyncio.create_task(self._run(), name="announcer"),
            asyncio.create_task(self._tick(), name="positions and pings"),
        ]

    def clients_changed(self, but: Session | None = None) -> None:
        """Tell every client but a newcomer who is here; who comes and goes meanwhile is told of together."""
        self._newcomers = {but} if self._telling is None else set()
        if self._telling is None:
            delay = CLIENTS_SECONDS * (1 + len(self._services.hub) / 20)
            self._telling = asyncio.get_running_loop().call_later(delay, self._tell_clients)

    def _tell_clients(self) -> None:
        self._telling = None
        hub, newcomers = self._services.hub, self._newcomers

        def announce() -> None:
            told = {"clients": player_views.clients_view(hub)}
            hub.broadcast("clients.changed", told, only=lambda session: session not in newcomers)

        self._waiting.put_nowait(announce)

    async def close(self) -> None:
        """Send what waits, and end."""
        if self._telling is not None:
            self._telling.cancel()
        self._waiting.put_nowait(None)
        if self._tasks:
            run, tick = self._tasks
            tick.cancel()
            await run

    async def _run(self) -> None:
        while (event := await self._waiting.get()) is not None:
            try:
                if callable(event):
                    event()
                else:
                    await self._announce(event)
            except Exception:  # noqa: BLE001  (the edge of a loop: the next fact must still be told)
                _log.exception("announcing failed", event_type=type(event).__name__)

    async def _tick(self) -> None:
        """Tell the position every second while it moves, and ask for pongs every half a minute."""
        services = self._services
        for second in itertools.count(1):
            await asyncio.sleep(1.0)
            state = services.player.state
            if state.position.rate > 0:
                services.hub.broadcast("player.position", player_views.told_position(services, state))
            self._tell_hits()
            if second % HEALTH_SECONDS == 0:
                self._tell_health()
            services.hub.ping(newcomers=second % int(PING_SECONDS) != 0)

    async def _announce(self, event: events.Event) -> None:
        if isinstance(event, events.PlayerChanged):
            await self._announce_player(event)
        elif isinstance(event, events.JobChanged):
            self._announce_job(event.job)
        elif type(event) in _FRAMES:
            kind, view = _FRAMES[type(event)]
            owner = event.user_id if isinstance(event, events.TrackListened | events.PlaylistChanged) else None
            self._services.hub.broadcast(kind, view(event), only=_of(owner))
            self._announce_further(event)
        elif isinstance(event, events.FilesMissed | events.FilesFound):
            await self._announce_files(event)

    def _announce_job(self, job: Job) -> None:
        hub, topic, own = self._services.hub, job_topic(job.id), _of(job.user_id)
        if self._job_states.get(job.id) != job.state:
            self._job_states[job.id] = job.state
            hub.broadcast(
                "processing.changed", {"jobId": job.id, "kind": job.kind, "state": job.state}, also=topic, only=own
            )
        if job.is_finished:
            del self._job_states[job.id]
        if job.state in {"done", "failed"}:
            hub.broadcast(f"job.{job.state}", views.job_view(job), also=topic, only=own)
        else:
            hub.broadcast("job.progress", views.job_progress_view(job), also=topic, only=own)

    def _announce_further(self, event: events.Event) -> None:
        """Tell what some facts mean besides."""
        hub = self._services.hub
        if isinstance(event, events.CacheAlerted):
            hub.broadcast("notification", {"level": "warning", "message": event.message})
        elif isinstance(event, events.SettingsChanged) and any(c.name == SOUND_LOUDNESS.name for c in event.changes):
            hub.broadcast("processing.settingsApplied", player_views.sound_view(self._services))

    async def _announce_files(self, event: events.FilesMissed | events.FilesFound) -> None:
        """Tell which tracks have no file, or have one again; and what that means for playback."""
        hub, missing = self._services.hub, isinstance(event, events.FilesMissed)
        for track_id in event.track_ids[: player_views.QUEUE_WINDOW]:
            hub.broadcast("track.updated", {"trackId": track_id, "missing": missing})
        if isinstance(event, events.FilesMissed) and event.passed_over is not None:
            title = await player_views.title_of(self._services, event.passed_over)
            message = f"{title} was passed over: its file is not there."
            hub.broadcast("notification", {"level": "warning", "message": message})

    def _tell_hits(self) -> None:
        """Tell how the kept answers serve, where they have since the last second."""
        totals = self._services.keeper.answers.usage.totals
        hits, misses = totals.kept.count, totals.made.count
        if hits != self._told_hits:
            self._told_hits = hits
            told = {"hits": hits, "misses": misses, "hitRate": round(hits / (hits + misses), 4)}
            self._services.hub.broadcast("cache.hit", told)

    def _tell_health(self) -> None:
        """Tell when a part of the server stops or begins again to do its work."""
        health = views.health_view(self._services)
        if health != self._told_health:
            if self._told_health is not None:
                self._services.hub.broadcast("health.changed", health)
            self._told_health = health

    async def _announce_player(self, event: events.PlayerChanged) -> None:
        """Tell all that a command has led to in one go, so that each client is written to once."""
        hub, services = self._services.hub, self._services
        told: list[tuple[str, dict[str, Any], Callable[[Session], bool] | None]] = []
        for revision, change in event.changes:
            update = await player_views.queue_updated_view(services, event.state, revision, change)
            told.append(("queue.updated", update, None))
            whole = update["splices"] is None
            if whole or any(_speaks_otherwise(session) for session in hub.ready()):
                told.append(
                    ("queue.state", await player_views.queue_view(services), None if whole else _speaks_otherwise)
                )
        if event.before is not None and event.before.missing != event.state.missing:
            told.append(("queue.state", await player_views.queue_view(services), None))
        told += [(kind, data, None) for kind, data in await player_views.told_changes(services, event)]
        if services.player.state.revision != self._sent_revision:
            state = await player_views.player_view(services)
            self._sent_revision = state["revision"]
            told.append(("player.state", state, None))
        for kind, data, only in told:
            hub.broadcast(kind, data, only=only)


def _of(user_id: str | None) -> Callable[[Session], bool] | None:
    """Return who hears of what is a user's own: that user's clients; of what is nobody's, everyone."""
    return None if user_id is None else lambda session: session.caller.user_id == user_id


def _speaks_otherwise(session: Session) -> bool:
    """Tell whether a client needs the state that a change led to: its dialect has no word for changes."""
    return session.dialect != "auralis.v1"
