"""Which files are there of what plays, of what follows, and of what was missed before."""

from collections.abc import Awaitable, Callable, Collection, Mapping
from typing import NamedTuple

from auralis.model.player import PlayerState

_FURTHER = 8

LostFiles = Callable[[Collection[str]], Awaitable[Mapping[str, str | None]]]


class Findings(NamedTuple):
    """What a look at the files of some tracks has shown; ``lost`` has the directory of each where one is known."""

    lost: Mapping[str, str | None]
    asked: Collection[str]

    def missing_of(self, state: PlayerState) -> frozenset[str]:
        """Return what is missing of a queue now."""
        missing = {*state.missing.difference(self.asked), *self.lost}
        here = {entry.track_id for entry in state.entries} if missing else set()
        return frozenset(missing & here)

    def directories_of(self, track_ids: Collection[str]) -> tuple[str, ...]:
        """Return the directories where lost files should be, in order."""
        return tuple(sorted({place for track_id in track_ids if (place := self.lost.get(track_id)) is not None}))


async def look_near(state: PlayerState, lost_files: LostFiles) -> Findings:
    """Look for the files of the tracks near the current one, further the more of them are gone."""
    near = set(soon_heard(state))
    asked, start, reach = near | state.missing, state.current_index or 0, 2
    lost = {**await lost_files(asked)}
    while near and near <= lost.keys():
        reach *= _FURTHER
        near = {entry.track_id for entry in state.entries[start : start + reach]} - asked
        asked |= near
        lost |= await lost_files(near)
    return Findings(lost, asked)


def soon_heard(state: PlayerState) -> list[str]:
    """Return the tracks of what plays and of what follows."""
    return [entry.track_id for entry in (state.current, state.upcoming) if entry is not None]
