"""The fingerprint: 25 dimensions in one declared order, and what is measured beside them."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Any, NamedTuple


class Dimension(NamedTuple):
    """One dimension: its stable name, its group, its unit, its range and its definition.

    ``since`` is the version of the measurements that changed it last: what an older one measured of it is out of date.
    """

    name: str
    group: str
    unit: str
    low: float
    high: float
    definition: str
    since: int = 1


DIMENSIONS: tuple[Dimension, ...] = (
    Dimension("sub_bass", "spectrum", "share", 0, 1, "Share of the programme's power in 20-60 Hz."),
    Dimension("bass", "spectrum", "share", 0, 1, "Share of the programme's power in 60-250 Hz."),
    Dimension("low_mid", "spectrum", "share", 0, 1, "Share of the programme's power in 250-500 Hz."),
    Dimension("mid", "spectrum", "share", 0, 1, "Share of the programme's power in 500-2000 Hz."),
    Dimension("upper_mid", "spectrum", "share", 0, 1, "Share of the programme's power in 2-4 kHz."),
    Dimension("presence", "spectrum", "share", 0, 1, "Share of the programme's power in 4-8 kHz."),
    Dimension("air", "spectrum", "share", 0, 1, "Share of the programme's power in 8-20 kHz."),
    Dimension("loudness_lufs", "level", "LUFS", -70, 10, "Integrated loudness, ITU-R BS.1770-5, gated."),
    Dimension(
        "crest_db",
        "level",
        "dB",
        0,
        60,
        "Robust peak (99.9th percentile of 100 ms peaks) over the gated RMS of the loudest channel.",
        since=3,
    ),
    Dimension("bass_mid_ratio_db", "spectrum", "dB", -120, 120, "Power in 60-250 Hz over power in 500-2000 Hz."),
    Dimension(
        "tempo_bpm",
        "rhythm",
        "BPM",
        30,
        300,
        "Dominant tempo: of a pulse's multiples the one nearest to 131 BPM, unless another repeats clearly better.",
    ),
    Dimension(
        "rhythm_stability",
        "rhythm",
        "ratio",
        0,
        1,
        "Mean autocorrelation of the onsets at whole beats up to 8 s apart.",
    ),
    Dimension("transient_density", "rhythm", "1/s", 0, 50, "Onsets per second."),
    Dimension(
        "silence_ratio", "level", "ratio", 0, 1, "Share of 100 ms hops more than 40 LU under the track's loudness."
    ),
    Dimension(
        "spectral_centroid_hz",
        "spectrum",
        "Hz",
        0,
        22050,
        "Power-weighted mean frequency from 20 Hz to 20 kHz, median over audible frames.",
    ),
    Dimension(
        "spectral_rolloff_hz",
        "spectrum",
        "Hz",
        0,
        22050,
        "Frequency under which 85 % of the power from 20 Hz to 20 kHz lies.",
    ),
    Dimension(
        "spectral_flatness",
        "spectrum",
        "ratio",
        0,
        1,
        "Geometric over arithmetic mean of the power spectrum, 100 Hz to 10 kHz, median.",
    ),
    Dimension(
        "harmonic_ratio",
        "tonal",
        "ratio",
        0,
        1,
        "Harmonic over harmonic plus percussive energy, 20 Hz to 10 kHz, by medians.",
        since=3,
    ),
    Dimension(
        "pitch_stability",
        "tonal",
        "ratio",
        0,
        1,
        "1 - exp(-T), T the mean time in s that a pitch class holds, 60 Hz to 5 kHz.",
    ),
    Dimension(
        "chroma_energy",
        "tonal",
        "ratio",
        0,
        1,
        "Spread of the chroma over that of a single pitch class, 60 Hz to 5 kHz; 1 is one class.",
    ),
    Dimension(
        "dynamic_range_variation", "level", "dB", 0, 60, "Standard deviation of the crest over gated windows of 3 s."
    ),
    Dimension(
        "loudness_variation_lu", "level", "LU", 0, 40, "Standard deviation of short-term loudness over the gate."
    ),
    Dimension(
        "peak_consistency",
        "level",
        "ratio",
        0,
        1,
        "1 less deviation over mean of the peaks of gated windows of 3 s; 1 is all alike.",
    ),
    Dimension(
        "stereo_width", "stereo", "ratio", 0, 1, "Side over mid plus side RMS, a constant offset apart.", since=3
    ),
    Dimension(
        "phase_correlation",
        "stereo",
        "ratio",
        -1,
        1,
        "Correlation of left and right, a constant offset apart; mono is 1.",
        since=3,
    ),
)
DIMENSION_NAMES: tuple[str, ...] = tuple(d.name for d in DIMENSIONS)

BESIDE: dict[str, int] = {
    "loudness_range_lu": 1,
    "true_peak_dbtp": 1,
    "sample_peak_dbfs": 1,
    "key": 6,
    "tempo_alternative_bpm": 1,
    "beat_offset_seconds": 1,
    "third_octave_db": 1,
    "side_third_octave_db": 2,
    "momentary_histogram": 1,
    "peak_histogram": 1,
    "waveform": 1,
    "start_silence_seconds": 4,
    "end_silence_seconds": 4,
    "passages": 5,
}
"""What is measured beside the dimensions, and since which version as it is now."""

THIRD_OCTAVE_HZ: tuple[float, ...] = tuple(1000.0 * 10 ** (n / 10) for n in range(-17, 14))
"""Exact centre frequencies of the 31 third-octave bands from 20 Hz to 20 kHz (IEC 61260-1, base ten)."""

HISTOGRAM_FLOOR_DB = -70.0
HISTOGRAM_STEP_DB = 0.5
HISTOGRAM_BINS = 160
"""Level histograms have 160 bins of 0.5 dB from -70 to +10; values outside fall into the end bins."""

SILENCE_LUFS = -70.0
"""Loudness given to digital silence, as libebur128's absolute gate does."""


@dataclass(frozen=True, slots=True)
class Key:
    """A musical key: ``tonic`` of C, C#, D … B, ``mode`` major or minor, ``confidence`` 0..1."""

    tonic: str
    mode: str
    confidence: float


@dataclass(frozen=True, slots=True)
class Waveform:
    """About 2,000 points over the whole track; ``minimum``, ``maximum`` and ``rms`` in ±127 of full scale."""

    minimum: tuple[int, ...]
    maximum: tuple[int, ...]
    rms: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Passage:
    """Stretches of like loudness (LUFS), their ``share`` of the track, their power per third octave over all of it, dB.

    ``side_third_octave_db`` has the part of it that is the side of two channels.
    """

    loudness_lufs: float
    share: float
    third_octave_db: tuple[float, ...]
    side_third_octave_db: tuple[float, ...]


@dataclass(frozen=True, slots=True)
class Fingerprint:
    """What was measured of one audio stream.

    ``dimensions`` and ``confidence`` have the 25 names of ``DIMENSION_NAMES``. ``third_octave_db`` has the 31 bands
    of ``THIRD_OCTAVE_HZ``: power in the band over the power of all bands, dB, floor -120, the powers of the channels
    added. ``side_third_octave_db`` has the part of it that is the side of two channels (2 S², S = (L - R) / 2) over
    the same total: -120 for mono, empty where it was not measured. ``momentary_histogram`` counts the 400 ms loudness
    blocks (100 ms hop) per level, ``peak_histogram`` the sample peaks of 100 ms blocks (dBFS). ``frames`` counts
    decoded samples a channel at ``sample_rate``. ``start_silence_seconds`` and ``end_silence_seconds`` lie 60 dB under
    the highest peak. ``passages`` go from quiet to loud, empty where they were not measured. ``heard_share`` is below 1
    for an estimate from parts of the track; its ``frames`` are then the container's word.
    """

    version: int
    sample_rate: int
    channels: int
    frames: int
    dimensions: Mapping[str, float]
    confidence: Mapping[str, float]
    loudness_range_lu: float
    true_peak_dbtp: float
    sample_peak_dbfs: float
    key: Key
    tempo_alternative_bpm: float
    beat_offset_seconds: float
    third_octave_db: tuple[float, ...]
    momentary_histogram: tuple[int, ...]
    peak_histogram: tuple[int, ...]
    waveform: Waveform
    side_third_octave_db: tuple[float, ...] = ()
    start_silence_seconds: float = 0.0
    end_silence_seconds: float = 0.0
    heard_share: float = 1.0
    passages: tuple[Passage, ...] = ()

    @property
    def is_estimate(self) -> bool:
        """Whether only parts of the track were heard."""
        return self.heard_share < 1.0

    @property
    def overall_confidence(self) -> float:
        """Mean of the dimensions' confidence."""
        return sum(self.confidence.values()) / len(self.confidence)

    def vector(self) -> tuple[float, ...]:
        """Return the 25 dimensions in their declared order, in physical units."""
        return tuple(self.dimensions[name] for name in DIMENSION_NAMES)

    def to_dict(self) -> dict[str, Any]:
        """Return plain data for JSON; ``from_dict`` is its inverse."""
        return asdict(self)

    @classmethod
    def from_dict(cls, data: Mapping[str, Any]) -> "Fingerprint":
        """Rebuild a fingerprint from what ``to_dict`` gave, also after a way through JSON."""
        return cls(
            **{
                **data,
                "key": Key(**data["key"]),
                "third_octave_db": tuple(data["third_octave_db"]),
                "side_third_octave_db": tuple(data.get("side_third_octave_db", ())),
                "momentary_histogram": tuple(data["momentary_histogram"]),
                "peak_histogram": tuple(data["peak_histogram"]),
                "passages": tuple(
                    Passage(
                        row["loudness_lufs"],
                        row["share"],
                        tuple(row["third_octave_db"]),
                        tuple(row["side_third_octave_db"]),
                    )
                    for row in data.get("passages", ())
                ),
                "waveform": Waveform(**{name: tuple(points) for name, points in data["waveform"].items()}),
            }
        )
