"""Settings as data: every declared one can be set to what it takes and to nothing else, all or none."""

import asyncio
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from auralis.app.settings import Settings
from auralis.bus import Bus
from auralis.model.errors import ConflictError, InvalidInputError, PreconditionError
from auralis.model.events import SettingsChanged, SettingsReset
from auralis.model.revisions import Expected
from auralis.model.settings import SETTINGS, DefaultSettings, Setting
from auralis.model.settings.declared import (
    ANALYSIS_BACKGROUND,
    LISTENING_PLAYED_PERCENT,
    PLAYER_ENHANCE,
    PLAYER_PRESET,
)
from auralis.model.settings.kinds import Choice, Number, OptionalNumber, Ranking, Texts, Toggle
from auralis.settings import SettingsBook
from auralis.store import Database

SOURCE = Path(__file__).resolve().parents[2] / "src" / "auralis"
EVERY = pytest.mark.parametrize("setting", SETTINGS, ids=lambda setting: setting.name)
NEVER_VALID: list[Any] = [
    {},
    {"a": 1},
    "nothing of this name",
    [1],
    [None],
    [["a"]],
    10**400,
    float("nan"),
    float("inf"),
    -(2**63),
]


def good_and_bad(setting: Setting[Any]) -> tuple[list[Any], list[Any]]:
    """Return values at the bounds of what a setting takes, and values just beyond them or of another kind."""
    match setting:
        case Toggle():
            return [True, False], [None, 0, 1, "true", []]
        case Number(minimum=low, maximum=high) | OptionalNumber(minimum=low, maximum=high):
            optional = isinstance(setting, OptionalNumber)
            good = [low, high, (low + high) / 2]
            bad: list[Any] = [low - 0.001, high + 0.001, True, "1", []]
            return ([None, *good], bad) if optional else (good, [None, *bad])
        case Choice(choices=choices):
            return list(choices), [None, "", choices[0].upper(), f" {choices[0]}", 0, list(choices)]
        case Ranking(choices=choices):
            return [[*choices], [*reversed(choices)], [choices[0]], []], [None, [choices[0]] * 2, [""], choices[0]]
        case Texts(most=most, longest=longest):
            texts = [[], ["a"], ["x" * longest], [f"t{n}" for n in range(most)], ["/", " feat. ", "椎"]]
            long = [[f"t{n}" for n in range(most + 1)], ["x" * (longest + 1)]]
            return texts, [None, "a", [""], ["   "], ["\0"], ["a\nb"], *long]
        case _:
            raise AssertionError(f"this kind has no walk: {setting}")


class World:
    def __init__(self, path: Path, fixed: dict[str, Any] | None = None) -> None:
        self.database = Database(path)
        self.bus = Bus()
        self.events: list[SettingsChanged] = []
        self.bus.subscribe(SettingsChanged, self.events.append)
        self.book = SettingsBook(self.database, self.bus, fixed)

    async def values(self) -> dict[str, Any]:
        return {each["name"]: each["value"] for each in (await self.book.described())[0]}


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "auralis.db"


@pytest.fixture
def world(path: Path) -> Iterator[World]:
    built = World(path)
    yield built
    built.database.close()


@EVERY
async def test_a_setting_takes_its_bounds_and_keeps_them(setting: Setting[Any], world: World, path: Path) -> None:
    assert setting.checked(setting.default) == setting.default
    for value in good_and_bad(setting)[0]:
        await world.book.change({setting.name: value})
        kept = world.book.get(setting)
        assert kept == setting.checked(value)
        again = SettingsBook(world.database, Bus())
        assert again.get(setting) == kept
        assert isinstance(again.get(setting), type(kept))


@EVERY
async def test_a_setting_refuses_everything_else(setting: Setting[Any], world: World) -> None:
    _, bad = good_and_bad(setting)
    for value in [*bad, *NEVER_VALID]:
        with pytest.raises(InvalidInputError) as refused:
            await world.book.change({setting.name: value})
        assert [error.field for error in refused.value.errors] == [setting.name]
        assert world.book.get(setting) == setting.default
    assert world.events == []


@EVERY
def test_a_setting_is_described_whole_and_read_by_some_room(setting: Setting[Any]) -> None:
    assert setting.label
    assert setting.help.endswith(".")
    assert setting.form()["type"] in {"boolean", "number", "choice", "ranking", "list"}
    assert DefaultSettings().get(setting) == setting.default
    constant = setting.name.upper().replace(".", "_")
    readers = [
        file
        for file in SOURCE.rglob("*.py")
        if constant in file.read_text(encoding="utf-8") and file.parent != SOURCE / "model" / "settings"
    ]
    assert [file for file in readers if file.name != "settings.py"], f"nothing reads {constant}"


async def test_a_change_is_all_or_nothing(world: World) -> None:
    with pytest.raises(InvalidInputError) as refused:
        await world.book.change(
            {"player.enhance": False, "player.preset": "loud", "nothing.here": 1, "listening.played_percent": 500}
        )
    assert {error.field for error in refused.value.errors} == {
        "player.preset",
        "nothing.here",
        "listening.played_percent",
    }
    assert world.book.get(PLAYER_ENHANCE) is True
    assert world.events == []


async def test_a_change_tells_old_and_new_and_can_be_taken_back_by_them(world: World) -> None:
    before = await world.values()
    _, first = await world.book.change({"player.enhance": False, "player.preset": "warm"})
    (event,) = world.events
    assert [(c.name, c.old, c.new) for c in event.changes] == [
        ("player.enhance", True, False),
        ("player.preset", "adaptive", "warm"),
    ]
    assert event.revision == first
    _, second = await world.book.change({change.name: change.old for change in event.changes})
    assert second > first
    assert await world.values() == before


async def test_a_change_that_changes_nothing_is_told_to_nobody(world: World) -> None:
    _, first = await world.book.described()
    for _ in range(2):
        _, again = await world.book.change({"player.enhance": True})
        _, reset = await world.book.reset()
        assert (again, reset) == (first, first)
    assert world.events == []


async def test_a_reset_takes_back_what_is_named_or_everything(world: World) -> None:
    await world.book.change({"player.enhance": False, "player.preset": "warm", "analysis.background": False})
    _, before = await world.book.described()
    _, after = await world.book.reset(["player.preset"])
    assert after > before
    assert isinstance(world.events[-1], SettingsReset)
    assert [(c.name, c.old, c.new) for c in world.events[-1].changes] == [("player.preset", "warm", "adaptive")]
    assert world.book.get(PLAYER_ENHANCE) is False
    await world.book.reset()
    assert await world.values() == {s.name: s.default for s in SETTINGS}
    with pytest.raises(InvalidInputError):
        await world.book.reset(["player.preset", "nothing.here"])


async def test_every_step_is_taken_back_and_made_again_also_after_a_restart(world: World) -> None:
    steps: list[dict[str, Any]] = [
        {"player.preset": "warm", "analysis.background": False},
        {"player.preset": "adaptive"},
        {"listening.played_percent": 90, "player.preset": "live"},
    ]
    seen = [await world.values()]
    for step in steps:
        await world.book.change(step)
        seen.append(await world.values())
    await world.book.reset()
    seen.append(await world.values())
    world.book = SettingsBook(world.database, world.bus)
    _, revision = await world.book.described()
    for before in reversed(seen[:-1]):
        shown, now = await world.book.undo()
        assert {each["name"]: each["value"] for each in shown} == before
        assert now > revision
        revision = now
    with pytest.raises(ConflictError, match="nothing to undo"):
        await world.book.undo()
    for after in seen[1:]:
        await world.book.redo()
        assert await world.values() == after
    with pytest.raises(ConflictError, match="nothing to redo"):
        await world.book.redo()


async def test_a_change_after_undo_ends_what_could_be_made_again(world: World) -> None:
    await world.book.change({"player.preset": "warm"})
    await world.book.undo()
    await world.book.change({"player.preset": "live"})
    with pytest.raises(ConflictError):
        await world.book.redo()
    await world.book.change({"player.preset": "live"})
    await world.book.undo()
    assert world.book.get(PLAYER_PRESET) == "adaptive"
    assert [(c.old, c.new) for c in world.events[-1].changes] == [("live", "adaptive")]


async def test_so_many_steps_are_kept_and_not_more(world: World) -> None:
    for percent in range(10, 70):
        await world.book.change({"listening.played_percent": percent})
    for _ in range(50):
        await world.book.undo()
    assert world.book.get(LISTENING_PLAYED_PERCENT) == 19
    with pytest.raises(ConflictError):
        await world.book.undo()


async def test_undo_is_each_listeners_own_and_leaves_alone_what_was_fixed_since(world: World) -> None:
    world.database.write_now(lambda db: db.execute("INSERT INTO users VALUES ('anna', 'Anna', 0)"))
    await world.book.change({"player.preset": "warm", "analysis.background": False})
    with pytest.raises(ConflictError):
        await world.book.undo(user_id="anna")
    fixed = SettingsBook(world.database, Bus(), {"analysis.background": False})
    await fixed.undo()
    assert fixed.get(PLAYER_PRESET) == "adaptive"
    again = SettingsBook(world.database, Bus())
    assert again.get(ANALYSIS_BACKGROUND) is False
    await again.redo()
    assert again.get(PLAYER_PRESET) == "warm"


async def test_a_stale_revision_is_refused_with_the_current_state(world: World) -> None:
    _, seen = await world.book.described()
    await world.book.change({"player.preset": "warm"}, Expected(body=seen))
    for expected, kind in ((Expected(body=seen), ConflictError), (Expected(frozenset([seen])), PreconditionError)):
        for attempt in (
            world.book.change({"player.preset": "live"}, expected),
            world.book.reset(None, expected),
            world.book.undo(expected),
        ):
            with pytest.raises(kind) as refused:
                await attempt
            current = refused.value.details["current"]
            assert current["revision"] == seen + 1
            shown = {each["name"]: each["value"] for each in current["settings"]}
            assert shown["player.preset"] == "warm"
    assert world.book.get(PLAYER_PRESET) == "warm"


async def test_of_many_changes_at_once_to_one_revision_one_wins(world: World) -> None:
    _, seen = await world.book.described()
    presets = ["gentle", "warm", "bright", "punchy", "live"]
    outcomes = await asyncio.gather(
        *(world.book.change({"player.preset": preset}, Expected(body=seen)) for preset in presets),
        return_exceptions=True,
    )
    assert sum(isinstance(outcome, tuple) for outcome in outcomes) == 1
    assert len(world.events) == 1


async def test_what_was_fixed_at_the_start_wins_and_is_locked(path: Path) -> None:
    first = World(path)
    await first.book.change({"analysis.background": True, "player.preset": "warm"})
    first.database.close()
    world = World(path, {"analysis.background": False})
    described = {each["name"]: each for each in (await world.book.described())[0]}
    assert described["analysis.background"]["locked"] is True
    assert described["player.preset"]["locked"] is False
    assert world.book.get(ANALYSIS_BACKGROUND) is False
    for attempt in (world.book.change({"analysis.background": True}), world.book.reset(["analysis.background"])):
        with pytest.raises(InvalidInputError):
            await attempt
    await world.book.reset()
    assert world.book.get(ANALYSIS_BACKGROUND) is False
    assert world.book.get(PLAYER_PRESET) == "adaptive"
    world.database.close()


async def test_personal_settings_are_each_listeners_own(world: World) -> None:
    world.database.write_now(lambda db: db.execute("INSERT INTO users VALUES ('anna', 'Anna', 0)"))
    await world.book.change({"player.preset": "warm", "analysis.background": False}, user_id="anna")
    assert world.book.get(PLAYER_PRESET, "anna") == "warm"
    assert world.book.get(PLAYER_PRESET) == "adaptive"
    assert world.book.get(ANALYSIS_BACKGROUND) is False


async def test_a_value_that_is_no_longer_allowed_falls_back_to_the_default(world: World) -> None:
    await world.book.change({"listening.played_percent": 90})
    world.database.write_now(lambda db: db.execute("UPDATE user_settings SET value = '\"many\"'"))
    assert SettingsBook(world.database, Bus()).get(LISTENING_PLAYED_PERCENT) == LISTENING_PLAYED_PERCENT.default


def test_the_environment_fixes_settings(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AURALIS_FIXED", '{"player.preset": "warm"}')
    monkeypatch.setenv("AURALIS_ANALYSE", "false")
    assert Settings().all_fixed == {"player.preset": "warm", "analysis.background": False}
    for wrong in ('{"player.preset": "loud"}', '{"nothing.here": 1}'):
        monkeypatch.setenv("AURALIS_FIXED", wrong)
        with pytest.raises(ValueError, match=r"player\.preset|nothing\.here"):
            Settings()
