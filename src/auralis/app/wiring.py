"""Everything that is built, in one readable list: read it from top to bottom and you know the house."""

import asyncio
import shutil
import threading
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import cast

import structlog

from auralis.api import site
from auralis.api.artwork import Artwork
from auralis.api.keeper import Keeper
from auralis.api.services import Services
from auralis.api.socket.announcer import Announcer
from auralis.api.socket.endpoint import SocketEndpoint
from auralis.api.socket.hub import Hub, SocketSettings
from auralis.api.socket.meters import Meters
from auralis.app.analysis import follow_setting, has_power
from auralis.app.demo import DemoMaker
from auralis.app.files import follow_files
from auralis.app.preferences import player_preferences, results_kept
from auralis.app.settings import MEGABYTE, Settings
from auralis.bus import Bus
from auralis.cache import CacheStats, Changes, DiskCache
from auralis.catalog import Catalog, Darkroom, Pictures, TrackEditor
from auralis.catalog.commands import CommandLedger
from auralis.catalog.jobs import JobLedger
from auralis.catalog.listening import Listening
from auralis.catalog.player_memory import QueueMemory
from auralis.catalog.playlists import Playlists
from auralis.catalog.references import ReferenceShelf
from auralis.catalog.trials import CompareTrials
from auralis.fingerprint.lookup import FingerprintLookUp
from auralis.fingerprint.service import AnalysisService
from auralis.fingerprint.similarity import SimilarityService
from auralis.fingerprint.version import PLAYING, VERSION, version_for
from auralis.jobs import Workers
from auralis.kit.clock import SystemClock
from auralis.model.events import ClientConnected, PlayerChanged
from auralis.model.player import PlayerState
from auralis.model.settings import SettingsReader
from auralis.model.settings.declared import SAVE_DATA, SOUND_LOUDNESS, SOUND_QUALITY
from auralis.playback import Player
from auralis.processing import Processing, References
from auralis.scanner import AudioHasher, Scanner, Watcher
from auralis.scanner.preferences import scan_settings, tag_rules
from auralis.settings import SettingsBook
from auralis.store import Database
from auralis.streaming import LibraryRange, Streamer, StreamSettings
from auralis.streaming.loudness import LoudnessMode
from auralis.streaming.names import Variant

_log = structlog.get_logger(__name__)
LEAST_FREE_BYTES = 100 * MEGABYTE
RENDER_THREADS = 2


@dataclass(frozen=True, slots=True)
class House:
    """What the server's doors need of a house that is open."""

    services: Services
    endpoint: SocketEndpoint


@asynccontextmanager
async def open_house(settings: Settings, *, make_demo: bool = False) -> AsyncIterator[House]:
    """Build everything, let it run while the context is open, and close it in the opposite order."""
    loop = asyncio.get_running_loop()
    clock = SystemClock()
    bus = Bus()
    bus.attach(loop)
    database = await asyncio.to_thread(Database, settings.database_path)
    book = SettingsBook(database, bus, settings.all_fixed)
    workers = Workers(RENDER_THREADS, "render")
    catalog = Catalog(database, Listening(database, bus, book))
    scanner = Scanner(database, bus, lambda: scan_settings(book), apart=True)
    watcher = Watcher(database, bus, scanner.start, lambda: scan_settings(book), apart_from=settings.data)
    hasher = AudioHasher(database, bus, lambda: scanner.status.state == "running")
    analysis = AnalysisService(catalog, bus, workers, VERSION, may_work=lambda: has_power(book))
    lookup = FingerprintLookUp(catalog, analysis, workers, bus, version_for(PLAYING))
    references = References(ReferenceShelf(database), analysis, bus, settings.data / "references")
    normal = LibraryRange(catalog, settings.data / "normal-range.json")
    streamer = Streamer(
        catalog,
        lookup,
        workers,
        _stream_settings(settings),
        references=references,
        normal=normal.current,
        loudness=lambda: cast("LoudnessMode", book.get(SOUND_LOUDNESS)),
    )
    processing = Processing(
        JobLedger(database),
        catalog,
        bus,
        settings.data / "exports",
        references=references,
        normal=normal.current,
        keep=lambda: results_kept(book),
    )
    player = Player(
        catalog,
        bus,
        clock,
        memory=QueueMemory(database),
        preferences=lambda user_id: player_preferences(book, user_id),
    )
    covers = DiskCache(settings.cache_path / "artwork", settings.artwork_disk_mb * MEGABYTE)
    darkroom = Darkroom()
    pictures = Pictures(database, bus, settings.data / "artwork", darkroom)
    changes = Changes()
    database.on_commit(lambda rows, edited: changes.note(rows, edited=edited))
    keeper = Keeper(changes, bus, settings.response_memory_mb * MEGABYTE)
    keeper.watch("segment", streamer.at_hand.listening_counts)
    services = Services(
        settings=book,
        catalog=catalog,
        editor=TrackEditor(database, bus, lambda: tag_rules(book)),
        playlists=Playlists(database, bus),
        scanner=scanner,
        analysis=analysis,
        lookup=lookup,
        similarity=SimilarityService(catalog, bus),
        streamer=streamer,
        processing=processing,
        references=references,
        trials=CompareTrials(database),
        player=player,
        bus=bus,
        hub=Hub(_socket_settings(settings), clock),
        clock=clock,
        artwork=Artwork(pictures, darkroom, covers),
        pictures=pictures,
        started_at=clock.now(),
        checks=lambda: _checks(settings),
        keeper=keeper,
        commands=CommandLedger(database),
        caches=lambda: _caches(keeper, streamer, lookup, covers),
        database=database.figures,
        clear_files=lambda: asyncio.to_thread(_clear, streamer, covers),
    )
    announcer = Announcer(services)
    meters = Meters(services)
    demo = DemoMaker(catalog.library_folders, scanner, bus, settings.data / "demo")

    bus.subscribe(PlayerChanged, lambda event: _prepare_what_follows(streamer, event.state, book))
    follow_files(bus, player, scanner)

    await normal.start(bus)
    await player.restore()
    announcer.start()
    meters.start()
    await processing.start()
    follow_setting(analysis, book)
    if make_demo:
        demo.start_where_empty()
    for start in (scanner.start, watcher.start, hasher.start, pictures.start):
        start()
    _warm_for_listeners(bus, streamer)
    try:
        yield House(services, SocketEndpoint(services, announcer))
    finally:
        for close in (
            *(meters.close, keeper.close, processing.close, demo.close, pictures.close),
            *(darkroom.close, references.close),
        ):
            await close()
        for end in (watcher.close, hasher.close, scanner.close):
            await asyncio.to_thread(end)
        for close in (
            *(normal.close, streamer.close, lookup.close, analysis.close),
            *(player.close, announcer.close),
        ):
            await close()
        for end in (workers.close, database.close):
            await asyncio.to_thread(end)


def _prepare_what_follows(streamer: Streamer, state: PlayerState, settings: SettingsReader) -> None:
    """Have the head of the next track ready before the current one ends; the same wish again costs nothing."""
    if state.is_playing and state.upcoming is not None:
        enhancement = state.enhancement
        variant: Variant = "enhanced" if enhancement.enabled else "original"
        streamer.heads.prepare_next(
            state.upcoming.track_id,
            variant,
            preset=enhancement.preset,
            intensity=enhancement.intensity,
            codec="aac" if settings.get(SOUND_QUALITY) == SAVE_DATA else "flac",
            after=state.current.track_id if state.current is not None else None,
        )


def _stream_settings(settings: Settings) -> StreamSettings:
    return StreamSettings(
        cache_folder=settings.cache_path / "segments",
        memory_bytes=settings.segment_memory_mb * MEGABYTE,
        disk_bytes=settings.segment_disk_mb * MEGABYTE,
        whole_disk_bytes=settings.stream_disk_mb * MEGABYTE,
        pcm_bytes=settings.pcm_memory_mb * MEGABYTE,
    )


def _socket_settings(settings: Settings) -> SocketSettings:
    tokens = settings.socket_messages_per_minute
    return SocketSettings(settings.socket_connections, tokens, tokens)


def _warm_for_listeners(bus: Bus, streamer: Streamer) -> None:
    """Load compiled code (some 90 MB) when the first client shows itself, which is before it plays."""

    def begin(_: ClientConnected) -> None:
        stop_listening()
        threading.Thread(target=_warm, args=(streamer,), name="warm", daemon=True).start()

    stop_listening = bus.subscribe(ClientConnected, begin)


def _warm(streamer: Streamer) -> None:
    """Where warming fails, the first render says why."""
    try:
        streamer.warm()
    except Exception:  # noqa: BLE001  (the edge of a thread: the server lives on, and rendering will report)
        _log.exception("warming the sound failed")


def _caches(
    keeper: Keeper, streamer: Streamer, lookup: FingerprintLookUp, covers: DiskCache
) -> dict[str, dict[str, CacheStats | None]]:
    """Return every cache by name and tier; what a cache does not have is None."""
    sound = streamer.stats()
    return {
        "responses": {"tier1": keeper.answers.stats(), "tier2": None},
        "segments": {"tier1": sound.memory, "tier2": sound.disk},
        "fingerprints": {"tier1": lookup.stats(), "tier2": None},
        "samples": {"tier1": CacheStats(bytes=sound.pcm_bytes, budget_bytes=sound.pcm_budget_bytes), "tier2": None},
        "streams": {"tier1": None, "tier2": streamer.wholes.stats()},
        "artwork": {"tier1": None, "tier2": covers.stats()},
    }


def _clear(streamer: Streamer, covers: DiskCache) -> None:
    streamer.clear()
    covers.clear()


def _checks(settings: Settings) -> dict[str, str]:
    free = shutil.disk_usage(settings.data).free
    return {
        "disk": "ok" if free > LEAST_FREE_BYTES else f"only {free // MEGABYTE} MB are free",
        "webPlayer": "ok" if site.is_built() else "not built into this installation",
    }
