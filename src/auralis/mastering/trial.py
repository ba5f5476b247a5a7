"""Holds a plan against excerpts rendered by it: figures alone do not foretell how loud crushed masters become."""

from collections.abc import Callable, Sequence
from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from auralis.dsp.loudness import LoudnessMeter
from auralis.mastering.chain import Chain
from auralis.mastering.document import MasteringPlan
from auralis.mastering.level import NEVER_LOUDER_LU
from auralis.mastering.programme import is_loud_master
from auralis.model.fingerprint import SILENCE_LUFS

EXCERPTS, EXCERPT_SECONDS, LEAD_SECONDS = 12, 2.0, 1.0
"""Each excerpt is heard after a lead in which the chain finds its state."""
_TRUSTED_LOSS_LU, _TRUSTED_TRIM_DB = 0.1, 0.3

Samples = NDArray[np.float32]


def needs_trial(plan: MasteringPlan) -> bool:
    """Tell whether the limiter has so much to do on a loud master that its promise must be tried."""
    loud = is_loud_master(plan.source_loudness_lufs, plan.source_true_peak_dbtp)
    loss = plan.source_loudness_lufs + plan.gain_db - plan.predicted_loudness_lufs
    return loud and not plan.is_identity and (loss > _TRUSTED_LOSS_LU or plan.gain_db < -_TRUSTED_TRIM_DB)


def excerpt_starts(seconds: float) -> list[float]:
    """Return where the excerpts begin, lead included, spread over a track; one from the start where it is short."""
    span = EXCERPT_SECONDS + LEAD_SECONDS
    if seconds < EXCERPTS * span:
        return [0.0]
    return [n * (seconds - span) / (EXCERPTS - 1) for n in range(EXCERPTS)]


def corrected_by_trial(
    plan: MasteringPlan, excerpts: Sequence[Samples], sample_rate: int, check: Callable[[], None] = lambda: None
) -> MasteringPlan:
    """Return the plan with its promise as excerpts have shown it, and softer where they were too loud.

    Parameters
    ----------
    plan
        As made from the fingerprint.
    excerpts : sequence of ndarray of float32, shape (2, frames)
        Each with its lead.
    sample_rate
        Hz.
    check
        May raise to stop the work.
    """
    before, after = LoudnessMeter(sample_rate, 2), LoudnessMeter(sample_rate, 2)
    lead = round(LEAD_SECONDS * sample_rate)
    for excerpt in excerpts:
        check()
        chain = Chain(plan, sample_rate)
        late = np.zeros((2, chain.latency_frames), np.float32)
        rendered = np.concatenate((chain.process(excerpt), chain.process(late)), axis=1)[:, chain.latency_frames :]
        # The very start of a track is heard too where that is all there is.
        skipped = lead if len(excerpts) > 1 else 0
        before.push(excerpt[:, skipped:])
        after.push(rendered[:, skipped:])
    levels = before.integrated_lufs(), after.integrated_lufs()
    if min(levels) <= SILENCE_LUFS:
        return plan
    shown = plan.source_loudness_lufs + levels[1] - levels[0]
    louder = max(0.0, shown - (plan.wanted_lufs - NEVER_LOUDER_LU))
    return with_level(replace(plan, gain_db=round(plan.gain_db - louder, 3)), shown - louder)


def with_level(plan: MasteringPlan, loudness_lufs: float) -> MasteringPlan:
    """Return the plan with another promise of loudness, LUFS, told by its decision on the level too."""
    change = round(loudness_lufs - plan.source_loudness_lufs, 2)
    return replace(
        plan,
        predicted_loudness_lufs=round(loudness_lufs, 3),
        decisions=tuple(
            replace(decision, target=round(loudness_lufs, 1), change=change) if decision.stage == "level" else decision
            for decision in plan.decisions
        ),
    )
