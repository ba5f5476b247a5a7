"""Settings that are kept in the library: read by every room, changed through the doors, told to every client."""

from auralis.settings.book import SettingsBook

__all__ = ["SettingsBook"]
