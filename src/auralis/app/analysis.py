"""The background analysis, begun and ended as its setting says."""

from auralis.fingerprint.service import AnalysisService
from auralis.kit.power import on_battery
from auralis.model.settings.declared import ANALYSIS_BACKGROUND, ANALYSIS_ON_BATTERY
from auralis.settings import SettingsBook


def follow_setting(analysis: AnalysisService, book: SettingsBook) -> None:
    """Let the analysis run, or not, as the setting says from now on."""

    def turn(on: bool) -> None:  # noqa: FBT001 - called with the value of the setting
        (analysis.start if on else analysis.rest)()

    if book.get(ANALYSIS_BACKGROUND):
        analysis.start()
    book.watch(ANALYSIS_BACKGROUND, turn)


def has_power(book: SettingsBook) -> bool:
    """Tell whether there is power for work that nobody waits for."""
    return bool(book.get(ANALYSIS_ON_BATTERY)) or not on_battery()
