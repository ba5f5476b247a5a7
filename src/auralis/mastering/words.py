"""The level's decisions in words."""

from auralis.mastering.document import Decision
from auralis.mastering.level import Level, mean_cap_db
from auralis.mastering.presets import Caps
from auralis.mastering.programme import Programme


def level_decisions(
    programme: Programme, caps: Caps, level: Level, wanted_lufs: float, ceiling_dbtp: float, *, asked: bool, album: bool
) -> tuple[Decision, ...]:
    """Return why the track plays as loud as it does, and what its peaks meet."""
    reached = level.loudness_lufs
    if level.limited_by is not None:
        whose = "its place in the album" if album else "asked for" if asked else "its own loudness"
        reason = f"{wanted_lufs:.1f} LUFS is {whose}; {_why(programme, caps, level)}"
    elif album:
        reason = "It keeps its distance to the other tracks of its album."
    elif asked:
        reason = "The loudness asked for is reached within all limits."
    else:
        reason = "Original and enhanced play equally loud, so that only the sound differs."
    loudness = Decision(
        "level",
        "Loudness",
        round(programme.loudness_lufs, 1),
        round(reached, 1),
        "LUFS",
        round(reached - programme.loudness_lufs, 2),
        "LU",
        reason,
    )
    peaks = f"No peak leaves the chain above {ceiling_dbtp:.1f} dBTP, between the samples too"
    if level.work.mean_db > 0.005:
        peaks += f"; the limiter takes about {level.work.mean_db:.2f} dB on average."
    else:
        peaks += "; hardly any comes near."
    return loudness, Decision(
        "limiter",
        "True peak",
        round(programme.true_peak_dbtp, 1),
        ceiling_dbtp,
        "dBTP",
        round(-level.work.peak_db, 2),
        "dB at the highest peaks",
        peaks,
    )


def _why(programme: Programme, caps: Caps, level: Level) -> str:
    mean = mean_cap_db(programme, caps)
    reasons = {
        "mean limiting": f"there the limiter would have to take more than {mean:.1f} dB on average.",
        "peak limiting": f"there the limiter would have to take more than {caps.peak_reduction_db:.0f} dB from peaks.",
        "loudness range": "there the limiter would bring loud and quiet passages too near to each other.",
        "peak-to-loudness ratio": f"there the peaks would lose more than {caps.peak_to_loudness_db:.0f} dB.",
        "limiting": f"the limiter takes {level.work.loudness_lu:.1f} LU of it, and not all of that is given back.",
        "already loud": "the track is a loud master already and is not driven further.",
        "gain": "a track is raised by 6 dB at most.",
    }
    return reasons[level.limited_by or "gain"]
