"""What an owner can choose about scans."""

from collections.abc import Callable
from dataclasses import dataclass

from auralis.media.artist_names import DEFAULT_RULES
from auralis.model.library import TagRules
from auralis.model.settings import SettingsReader
from auralis.model.settings.declared import (
    LIBRARY_PURGE_AFTER_DAYS,
    SCAN_SCHEDULE_HOURS,
    SCAN_SETTLE_SECONDS,
    SCAN_WATCH,
    TAGS_ARTIST_EXCEPTIONS,
    TAGS_ARTIST_SEPARATORS,
)


@dataclass(frozen=True, slots=True)
class ScanSettings:
    """When the library is scanned of itself, and what becomes of tracks whose files are gone.

    ``schedule_hours`` 0 is never; ``purge_after_days`` None is never, 0 at the end of the scan that misses the file.
    """

    watch: bool = True
    settle_seconds: float = 5.0
    schedule_hours: float = 0.0
    purge_after_days: float | None = None
    tag_rules: TagRules = DEFAULT_RULES


def scan_settings(reader: SettingsReader) -> ScanSettings:
    """Return the settings of scans as they are now."""
    return ScanSettings(
        watch=reader.get(SCAN_WATCH),
        settle_seconds=reader.get(SCAN_SETTLE_SECONDS),
        schedule_hours=reader.get(SCAN_SCHEDULE_HOURS),
        purge_after_days=reader.get(LIBRARY_PURGE_AFTER_DAYS),
        tag_rules=tag_rules(reader),
    )


def tag_rules(reader: SettingsReader) -> TagRules:
    """Return how texts that name several artists are split."""
    return TagRules(reader.get(TAGS_ARTIST_SEPARATORS), reader.get(TAGS_ARTIST_EXCEPTIONS))


SettingsNow = Callable[[], ScanSettings]
"""Asked each time something depends on it, so that a change holds at once."""
