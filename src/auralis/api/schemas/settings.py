"""Settings as data: what can be set, its range, its value."""

from typing import Any, Literal

from pydantic import Field

from auralis.api.schemas.base import Request, Shape


class Setting(Shape):
    """One setting with all that a client needs to offer it."""

    name: str = Field(description="`group.what`")
    group: str
    label: str
    help: str
    scope: Literal["personal", "server"]
    type: Literal["boolean", "number", "choice", "ranking", "list"]
    value: Any
    default: Any
    locked: bool = Field(description="Fixed by the environment or the file of settings; cannot be changed here")
    restart: bool = Field(description="Takes effect with the next start")
    nullable: bool = False
    without: str | None = Field(default=None, description="What null means")
    minimum: float | None = None
    maximum: float | None = None
    unit: str | None = None
    choices: list[str] | None = Field(default=None, description="Of a choice, or what a ranking may hold, once each")
    max_items: int | None = Field(default=None, description="Of a list")
    max_length: int | None = Field(default=None, description="Of each text in a list")


class SettingsReset(Request):
    """Which settings go back to their defaults; without names, all."""

    names: list[str] | None = Field(default=None, max_length=500)
    expected_revision: int | None = None


class SettingChange(Shape):
    """One setting before and after."""

    name: str
    old: Any
    new: Any


class SettingsUpdated(Shape):
    """What has changed; the old values are what undo sets."""

    revision: int
    changes: list[SettingChange]
