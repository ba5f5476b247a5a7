"""Blind trials: kept one by one, told with what they prove."""

import time
from collections.abc import Iterable
from typing import Any

from auralis.kit.clock import iso_utc
from auralis.model.compare import Compared, Trial, guessing_probability
from auralis.store import Database
from auralis.store.listener import trials

MOST_TRIALS = 10_000
_SHOWN = 100


class CompareTrials:
    """A listener's blind trials."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def add(self, user_id: str, a: Compared, b: Compared, x: str, answer: str) -> None:
        """Keep one trial; it is on disk when this returns."""
        trial = Trial(a, b, x, answer, round(time.time() * 1000))
        await self._database.write(lambda db: trials.add_trial(db, user_id, trial), edit=False)

    async def statistics(self, user_id: str, track_id: str | None = None) -> dict[str, Any]:
        """Return how a listener has done: in all, by preset, and the latest trials; of one track, or of all."""
        found = await self._database.read(lambda db: trials.list_trials(db, user_id, MOST_TRIALS))
        if track_id is not None:
            found = [trial for trial in found if track_id in {trial.a.track_id, trial.b.track_id}]
        presets = sorted({trial.b.preset for trial in found})
        return {
            **_summary(found),
            "presets": {preset: _summary(trial for trial in found if trial.b.preset == preset) for preset in presets},
            "latest": [_shown(trial) for trial in found[:_SHOWN]],
        }


def _summary(found: Iterable[Trial]) -> dict[str, Any]:
    answers = [trial.is_correct for trial in found]
    correct = sum(answers)
    return {"trials": len(answers), "correct": correct, "pValue": guessing_probability(correct, len(answers))}


def _shown(trial: Trial) -> dict[str, Any]:
    return {
        "a": _sound(trial.a),
        "b": _sound(trial.b),
        "x": trial.x,
        "answer": trial.answer,
        "correct": trial.is_correct,
        "at": iso_utc(trial.at / 1000),
    }


def _sound(compared: Compared) -> dict[str, Any]:
    return {"trackId": compared.track_id, "preset": compared.preset, "intensity": compared.intensity}
