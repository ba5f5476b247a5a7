"""The book of settings: what is set stands in the database, what is read stands in memory."""

import asyncio
from collections.abc import Callable, Iterable, Mapping
from typing import Any, TypeVar

from auralis.bus import Bus
from auralis.model.errors import ConflictError, FieldError, InvalidInputError
from auralis.model.events import SettingChange, SettingsChanged, SettingsReset
from auralis.model.library import LOCAL_OWNER
from auralis.model.revisions import ANY, Expected
from auralis.model.settings import BY_NAME, SETTINGS, Setting
from auralis.store import Database
from auralis.store.database import Connection
from auralis.store.listener.setting_steps import add_step, next_step, turn_step
from auralis.store.listener.settings import StoredSettings, read_settings, save_settings, settings_revision

T = TypeVar("T")


class SettingsBook:
    """Reads and changes settings; those in ``fixed`` were given to the program when it was started and are locked."""

    def __init__(self, database: Database, bus: Bus, fixed: Mapping[str, Any] | None = None) -> None:
        self._database = database
        self._bus = bus
        self._fixed = _checked(fixed or {}, locked=frozenset())
        self._stored = database.read_now(read_settings)
        self._turn = asyncio.Lock()

    def get(self, setting: Setting[T], user_id: str = LOCAL_OWNER) -> T:
        """Return the value of a setting, a personal one as ``user_id`` has set it."""
        if setting.name in self._fixed:
            value: T = self._fixed[setting.name]
            return value
        given = self._given(setting.name, user_id)
        if setting.name not in given:
            return setting.default
        try:
            return setting.checked(given[setting.name])
        except ValueError:  # kept by a version that allowed more
            return setting.default

    def watch(self, setting: Setting[T], react: Callable[[T], None]) -> Callable[[], None]:
        """Call ``react`` with the new value whenever a setting of the server changes; return how to stop that."""

        def heard(event: SettingsChanged) -> None:
            if any(change.name == setting.name for change in event.changes):
                react(self.get(setting))

        return self._bus.subscribe(SettingsChanged, heard)

    async def described(self, user_id: str = LOCAL_OWNER) -> tuple[list[dict[str, Any]], int]:
        """Return all settings as data, and the revision of them."""
        revision = await self._database.read(lambda db: settings_revision(db, user_id))
        return self._describe(user_id), revision

    async def change(
        self, wanted: Mapping[str, Any], expected: Expected = ANY, user_id: str = LOCAL_OWNER
    ) -> tuple[list[dict[str, Any]], int]:
        """Set what is wanted, all or nothing, and return the settings after that.

        Raises
        ------
        InvalidInputError
            When a name is unknown or locked, or a value is not what the setting takes.
        ConflictError
            When the settings have moved on from what was expected.
        """
        return await self._write(_checked(wanted, locked=self._fixed.keys()), expected, user_id, reset=False)

    async def reset(
        self, names: Iterable[str] | None = None, expected: Expected = ANY, user_id: str = LOCAL_OWNER
    ) -> tuple[list[dict[str, Any]], int]:
        """Take settings back to their defaults: those named, or all that are not locked."""
        if names is None:
            chosen = [setting.name for setting in SETTINGS if setting.name not in self._fixed]
        else:
            chosen = list(names)
            _refuse([error for name in chosen if (error := _misnamed(name, self._fixed.keys()))])
        return await self._write(dict.fromkeys(chosen, ...), expected, user_id, reset=True)

    async def undo(self, expected: Expected = ANY, user_id: str = LOCAL_OWNER) -> tuple[list[dict[str, Any]], int]:
        """Take back the listener's newest change of settings, a reset too.

        Raises
        ------
        ConflictError
            When there is nothing to take back, or the settings have moved on from what was expected.
        """
        return await self._take_step(expected, user_id, undo=True)

    async def redo(self, expected: Expected = ANY, user_id: str = LOCAL_OWNER) -> tuple[list[dict[str, Any]], int]:
        """Make again what was taken back last.

        Raises
        ------
        ConflictError
            When nothing was taken back, or the settings have been changed since.
        """
        return await self._take_step(expected, user_id, undo=False)

    async def _write(
        self, wanted: Mapping[str, Any], expected: Expected, user_id: str, *, reset: bool
    ) -> tuple[list[dict[str, Any]], int]:
        def decide(connection: Connection) -> Mapping[str, Any]:
            kept = {
                name: value
                for name, value in wanted.items()
                if (self._is_set(name, user_id) if value is ... else value != self.get(BY_NAME[name], user_id))
            }
            if kept:
                add_step(connection, user_id, self._opposite(kept, user_id))
            return kept

        return await self._save(decide, expected, user_id, SettingsReset if reset else SettingsChanged)

    async def _take_step(self, expected: Expected, user_id: str, *, undo: bool) -> tuple[list[dict[str, Any]], int]:
        def decide(connection: Connection) -> Mapping[str, Any]:
            step = next_step(connection, user_id, undo=undo)
            if step is None:
                message = f"There is nothing to {'undo' if undo else 'redo'}."
                raise ConflictError(message, details={"current": self._current(connection, user_id)})
            number, values = step
            kept = {name: value for name, value in values.items() if _misnamed(name, self._fixed.keys()) is None}
            turn_step(connection, user_id, number, {**values, **self._opposite(kept, user_id)}, undone=undo)
            return kept

        return await self._save(decide, expected, user_id, SettingsChanged)

    async def _save(
        self,
        decide: Callable[[Connection], Mapping[str, Any]],
        expected: Expected,
        user_id: str,
        kind: type[SettingsChanged],
    ) -> tuple[list[dict[str, Any]], int]:
        """Set what is decided, where the settings are as expected, and tell every client what is different then."""

        def write(connection: Connection) -> tuple[StoredSettings, int]:
            revision = settings_revision(connection, user_id)
            if not expected.allows(revision):
                expected.require(revision, self._current(connection, user_id))
            save_settings(connection, user_id, *_by_scope(decide(connection)))
            return read_settings(connection), settings_revision(connection, user_id)

        async with self._turn:
            before = {setting.name: self.get(setting, user_id) for setting in SETTINGS}
            self._stored, revision = await self._database.write(write)
            changes = [
                SettingChange(name, old, self.get(BY_NAME[name], user_id))
                for name, old in before.items()
                if old != self.get(BY_NAME[name], user_id)
            ]
        if changes:
            self._bus.publish(kind(user_id, revision, tuple(changes)))
        return self._describe(user_id), revision

    def _opposite(self, values: Mapping[str, Any], user_id: str) -> dict[str, Any]:
        """Return what is set now of settings that are about to be set to something else."""
        return {name: self._given(name, user_id).get(name, ...) for name in values}

    def _current(self, connection: Connection, user_id: str) -> dict[str, Any]:
        return {"revision": settings_revision(connection, user_id), "settings": self._describe(user_id)}

    def _given(self, name: str, user_id: str) -> Mapping[str, Any]:
        """Return what is set of those settings among which this one is."""
        return self._stored.personal.get(user_id, {}) if BY_NAME[name].scope == "personal" else self._stored.server

    def _is_set(self, name: str, user_id: str) -> bool:
        return name in self._given(name, user_id)

    def _describe(self, user_id: str) -> list[dict[str, Any]]:
        return [
            {
                "name": setting.name,
                "group": setting.group,
                "label": setting.label,
                "help": setting.help,
                "scope": setting.scope,
                "default": setting.default,
                "value": self.get(setting, user_id),
                "locked": setting.name in self._fixed,
                "restart": setting.restart,
                **setting.form(),
            }
            for setting in SETTINGS
        ]


def _by_scope(values: Mapping[str, Any]) -> tuple[dict[str, Any], dict[str, Any]]:
    personal = {name: value for name, value in values.items() if BY_NAME[name].scope == "personal"}
    return {name: value for name, value in values.items() if name not in personal}, personal


def _checked(wanted: Mapping[str, Any], locked: Iterable[str]) -> dict[str, Any]:
    """Return all values as rooms read them, or refuse all of them, field by field."""
    errors: list[FieldError] = []
    values: dict[str, Any] = {}
    for name, value in wanted.items():
        error = _misnamed(name, locked)
        if error is None:
            try:
                values[name] = BY_NAME[name].checked(value)
            except ValueError as found:
                error = FieldError(name, str(found), value)
        if error is not None:
            errors.append(error)
    _refuse(errors)
    return values


def _misnamed(name: str, locked: Iterable[str]) -> FieldError | None:
    if name not in BY_NAME:
        return FieldError(name, "is not a setting")
    if name in locked:
        return FieldError(name, "was fixed when the server was started")
    return None


def _refuse(errors: list[FieldError]) -> None:
    if errors:
        raise InvalidInputError("The settings are not valid; none was changed.", errors)
