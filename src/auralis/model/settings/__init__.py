"""Settings as data: what can be set, how, and who reads it."""

from auralis.model.settings.declared import BY_NAME, SETTINGS
from auralis.model.settings.kinds import Scope, Setting
from auralis.model.settings.reading import DefaultSettings, SettingsReader

__all__ = ["BY_NAME", "SETTINGS", "DefaultSettings", "Scope", "Setting", "SettingsReader"]
