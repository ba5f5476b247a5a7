"""What a mastering plan is: plain data, with each decision in figures and in words."""

import hashlib
import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass, fields, replace
from typing import Any

ALGORITHM_VERSION = 1
"""Raised whenever the same figures would sound different, filters and pre-roll included."""

_SOUND = (
    "is_identity", "rumble_hz", "eq_gains_db", "compressor_threshold_lufs", "compressor_slope", "onset_db",
    "side_gains_db", "total_gain_db", "ceiling_dbtp",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Decision:
    """One decision: what was measured, what it was held against, what is done about it, and why, for the listener.

    ``measured`` and ``target`` share ``unit``; ``change`` is what is done at the plan's intensity, in ``change_unit``.
    """

    stage: str
    subject: str
    measured: float | None
    target: float | None
    unit: str
    change: float
    change_unit: str
    reason: str

    def scaled(self, share: float) -> "Decision":
        """Return the decision where only a share of the move is made."""
        return replace(self, change=round(self.change * share, 2))


@dataclass(frozen=True, slots=True)
class Distance:
    """One dimension on the way to a reference: where that lies, where the track was, and where it will be."""

    dimension: str
    unit: str
    reference: float
    before: float
    after: float


@dataclass(frozen=True, slots=True)
class MasteringPlan:
    """What the chain does to one track.

    Attributes
    ----------
    preset, intensity
        The listener's choice; at intensity 0 the plan is the identity.
    rumble_hz
        High-pass of second order that takes DC and rumble away, Hz; 0 is none.
    eq_gains_db, eq_curve_db
        Gain of each equalizer band (``auralis.dsp.equalizer.BANDS_HZ``), and the curve they make at the third octaves
        of ``auralis.model.fingerprint.THIRD_OCTAVE_HZ``, dB.
    compressor_threshold_lufs, compressor_slope
        Momentary loudness in the middle of the knee, LUFS, and dB taken for each dB over it; a slope of 0 is none.
    onset_db
        Most that an onset is raised by, dB.
    side_gains_db
        Gain of the side (half the difference of the channels) in each equalizer band, dB.
    makeup_db
        Gives back the loudness that the steps before have taken or added, dB.
    gain_db
        On the way from the source's own loudness to what is wanted and the caps allow, dB.
    ceiling_dbtp
        Highest true peak that leaves the limiter, dBTP.
    source_loudness_lufs, source_true_peak_dbtp
        The source as measured.
    wanted_lufs
        Loudness asked for, LUFS; the source's own where nothing else is asked.
    predicted_loudness_lufs
        Loudness that the plan promises, LUFS.
    limited_by
        The cap that keeps the promise below what is wanted, or None.
    decisions
        Why, one by one.
    distances
        Towards a reference: how far from it the track was, and how far it will be.
    """

    preset: str
    intensity: float
    rumble_hz: float
    eq_gains_db: tuple[float, ...]
    eq_curve_db: tuple[float, ...]
    compressor_threshold_lufs: float
    compressor_slope: float
    onset_db: float
    side_gains_db: tuple[float, ...]
    makeup_db: float
    gain_db: float
    ceiling_dbtp: float
    source_loudness_lufs: float
    source_true_peak_dbtp: float
    wanted_lufs: float
    predicted_loudness_lufs: float
    limited_by: str | None = None
    decisions: tuple[Decision, ...] = ()
    distances: tuple[Distance, ...] = ()

    @property
    def is_identity(self) -> bool:
        """Whether the enhanced sound is the original itself."""
        return self.intensity <= 0.0

    @property
    def total_gain_db(self) -> float:
        """Gain before the limiter, dB."""
        return round(self.makeup_db + self.gain_db, 4)

    @property
    def plan_hash(self) -> str:
        """SHA-256 of all that decides the samples, in hexadecimal; words and predictions do not count."""
        sound = {name: getattr(self, name) for name in _SOUND}
        canonical = json.dumps({"version": ALGORITHM_VERSION, **sound}, sort_keys=True, separators=(",", ":"))
        return hashlib.sha256(canonical.encode()).hexdigest()

    def to_dict(self) -> dict[str, Any]:
        """Return the plan as JSON shows it; ``targetLufs`` is the loudness that it promises."""
        shown = {_camel(name): value for name, value in asdict(self).items() if name != "decisions"}
        shown["distances"] = list(shown["distances"])
        shown["decisions"] = [
            {_camel(name): value for name, value in asdict(decision).items()} for decision in self.decisions
        ]
        return {**shown, "targetLufs": self.predicted_loudness_lufs, "planHash": self.plan_hash}

    @classmethod
    def from_dict(cls, data: Mapping[str, Any]) -> "MasteringPlan":
        """Rebuild a plan from what ``to_dict`` gave, also after a way through JSON."""
        values = {field.name: data[_camel(field.name)] for field in fields(cls) if field.name != "distances"}
        for name in ("eq_gains_db", "eq_curve_db", "side_gains_db"):
            values[name] = tuple(values[name])
        values["decisions"] = tuple(
            Decision(**{field.name: item[_camel(field.name)] for field in fields(Decision)})
            for item in values["decisions"]
        )
        return cls(**values, distances=tuple(Distance(**item) for item in data.get("distances", ())))


def _camel(name: str) -> str:
    first, *rest = name.split("_")
    return first + "".join(word.capitalize() for word in rest)
