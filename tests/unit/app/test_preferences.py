"""Settings of the library, as each room wants them."""

from auralis.app.preferences import player_preferences
from auralis.model.library import LOCAL_OWNER
from auralis.model.settings import DefaultSettings
from auralis.playback.contracts import PlayerPreferences


def test_the_defaults_of_the_settings_are_those_of_the_player() -> None:
    assert player_preferences(DefaultSettings(), LOCAL_OWNER) == PlayerPreferences()
