"""What the doors are given by the composition root, and nothing else."""

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass

from auralis.api.artwork import Artwork
from auralis.api.keeper import Keeper
from auralis.api.socket.hub import Hub
from auralis.bus import Bus
from auralis.cache import CacheStats
from auralis.catalog import Catalog, Pictures, TrackEditor
from auralis.catalog.commands import CommandLedger
from auralis.catalog.playlists import Playlists
from auralis.catalog.trials import CompareTrials
from auralis.fingerprint.lookup import FingerprintLookUp
from auralis.fingerprint.service import AnalysisService
from auralis.fingerprint.similarity import SimilarityService
from auralis.kit.clock import Clock
from auralis.model.settings.declared import SEARCH_LYRICS
from auralis.playback import Player
from auralis.processing import Processing, References
from auralis.scanner import Scanner
from auralis.settings import SettingsBook
from auralis.streaming import Streamer


@dataclass(frozen=True, slots=True)
class Services:
    """Everything that handlers call."""

    settings: SettingsBook
    catalog: Catalog
    editor: TrackEditor
    playlists: Playlists
    scanner: Scanner
    analysis: AnalysisService
    lookup: FingerprintLookUp
    similarity: SimilarityService
    streamer: Streamer
    processing: Processing
    references: References
    trials: CompareTrials
    player: Player
    bus: Bus
    hub: Hub
    clock: Clock
    artwork: Artwork
    pictures: Pictures
    started_at: float
    checks: Callable[[], dict[str, str]]
    keeper: Keeper
    commands: CommandLedger
    caches: Callable[[], Mapping[str, Mapping[str, CacheStats | None]]]
    """Every cache by name and tier, as it stands."""
    database: Callable[[], dict[str, int]]
    clear_files: Callable[[], Awaitable[None]]
    """Forget segments and covers, in memory and on disk."""


def searches_lyrics(services: Services, asked: bool | None) -> bool:  # noqa: FBT001 - as the client gave it
    """Return whether a search looks into lyrics: as it was asked, else as the listener has set."""
    return services.settings.get(SEARCH_LYRICS) if asked is None else asked
