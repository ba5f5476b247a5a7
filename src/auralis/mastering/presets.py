"""The six presets as data: how much of what is unusual they correct, what character they add, what they may cost."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from types import MappingProxyType


@dataclass(frozen=True, slots=True)
class Caps:
    """What mastering may cost at most; whichever binds first lowers the loudness.

    Limiter reduction over gated time in dB (mean, 95th percentile), loudness range in LU, peak-to-loudness ratio in
    dB.
    """

    mean_reduction_db: float = 1.0
    peak_reduction_db: float = 4.0
    loudness_range_lu: float = 1.0
    peak_to_loudness_db: float = 2.0


@dataclass(frozen=True, slots=True)
class Preset:
    """A preset at intensity 1.

    Attributes
    ----------
    correction
        Share of the adaptive equalizer's correction that is made, 0..1.
    character_db
        Gain at some frequencies (Hz), dB; between them it is interpolated, and no band is led out of its normal range.
    width_db
        Gain of the side above the bass, dB.
    levels
        Whether an unusually wide loudness range is narrowed.
    corrects_width
        Whether an unusual stereo width is corrected.
    onset_db
        Most that an onset is raised by, dB.
    export_lufs
        Loudness that exported files aim at, LUFS.
    """

    description: str
    correction: float
    character_db: Mapping[float, float] = field(default_factory=lambda: MappingProxyType({}))
    width_db: float = 0.0
    levels: bool = False
    corrects_width: bool = False
    onset_db: float = 0.0
    export_lufs: float = -14.0
    caps: Caps = field(default_factory=Caps)


_CAREFUL = Caps(loudness_range_lu=0.5, peak_to_loudness_db=1.0)

PRESETS: Mapping[str, Preset] = MappingProxyType(
    {
        "adaptive": Preset(
            "Corrects what is unusual in a track, leaves the rest.", correction=1.0, levels=True, corrects_width=True
        ),
        "gentle": Preset(
            "Small moves of tone; the dynamics are kept.", correction=0.5, export_lufs=-16.0, caps=_CAREFUL
        ),
        "warm": Preset(
            "More body, a softer top.",
            correction=0.5,
            character_db=MappingProxyType(
                {80: 0.3, 160: 1.3, 400: 1.2, 1000: 0.0, 3000: -0.5, 7000: -1.6, 14000: -2.0}
            ),
        ),
        "bright": Preset(
            "More presence and air, never harsh.",
            correction=0.5,
            character_db=MappingProxyType({250: -0.3, 1000: 0.0, 3000: 0.3, 5500: 1.3, 10000: 1.9, 14000: 2.0}),
        ),
        "punchy": Preset(
            "Tighter bass, stronger onsets.",
            correction=0.5,
            character_db=MappingProxyType(
                {40: 0.0, 80: 1.0, 150: -0.3, 260: -1.4, 500: -0.5, 1500: 0.0, 4000: 0.9, 9000: 0.3}
            ),
            onset_db=1.5,
            caps=Caps(loudness_range_lu=1.5, peak_to_loudness_db=2.0),
        ),
        "live": Preset(
            "A wider stage; the dynamics are kept.",
            correction=0.5,
            character_db=MappingProxyType({250: 0.0, 400: -0.5, 1000: 0.0, 5000: 0.4, 12000: 0.8}),
            width_db=1.5,
            export_lufs=-16.0,
            caps=_CAREFUL,
        ),
    }
)
