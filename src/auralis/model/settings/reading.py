"""How rooms read settings: through whatever the composition root hands them."""

from typing import Protocol, TypeVar

from auralis.model.library import LOCAL_OWNER
from auralis.model.settings.kinds import Setting

T = TypeVar("T")


class SettingsReader(Protocol):
    """Settings as they are now; cheap enough to be asked each time."""

    def get(self, setting: Setting[T], user_id: str = LOCAL_OWNER) -> T:
        """Return the value of a setting, a personal one as ``user_id`` has set it."""
        ...


class DefaultSettings:
    """Everything as it is by default: for tools that open no database of settings."""

    def get(self, setting: Setting[T], user_id: str = LOCAL_OWNER) -> T:
        """Return the default."""
        del user_id
        return setting.default
