"""What the 25 dimensions must read of signals whose true value is known by construction; the reference page shows it."""

# A row a line can be read as the table it is.
# ruff: noqa: E501

from collections.abc import Callable, Sequence
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray
from tests.signals import (
    RATE,
    band_noise,
    clicks,
    concatenated,
    drums,
    frames_of,
    gain,
    loose_clicks,
    melody,
    silence,
    sine,
    square,
    stereo,
    white_noise,
)

Samples = NDArray[np.float32]
Make = Callable[[], Samples]


class Known(NamedTuple):
    """A signal in words, how it is made, and what a dimension must read of it, within an absolute tolerance."""

    dimension: str
    signal: str
    make: Make
    value: float
    tolerance: float


class Family(NamedTuple):
    """Signals along which a dimension must rise, every step by more than nothing."""

    dimension: str
    along: str
    make: Callable[[float], Samples]
    steps: Sequence[float]


BANDS = {
    "sub_bass": (20, 60),
    "bass": (60, 250),
    "low_mid": (250, 500),
    "mid": (500, 2000),
    "upper_mid": (2000, 4000),
    "presence": (4000, 8000),
    "air": (8000, 20_000),
}


def _inside(low: float, high: float, rms_db: float = -20) -> Samples:
    """Noise in a band that keeps clear of its edges: bins are 11 Hz wide."""
    return band_noise(max(low + 8, 1.05 * low), min(high - 8, 0.97 * high), 10, rms_db)


def _within(low: float, high: float) -> Make:
    return lambda: _inside(low, high)


def _beside(low: float, high: float) -> Make:
    """Noise in the band at a tenth of the power of noise elsewhere, in the lower or the higher half."""
    other = (800, 1600) if high <= 500 or low >= 2000 else (4500, 7500)
    return lambda: _inside(low, high, -30) + band_noise(*other, 10, -20, seed=2)


def _white() -> Samples:
    return white_noise(20, -20)


def _tones(*notes: float, seconds: float = 10, level_db: float = -30) -> Samples:
    """Sines of equal level at MIDI pitches."""
    return np.asarray(
        sum(sine(440 * 2 ** ((n - 69) / 12), seconds, level_db, phase=0.1 * n) for n in notes), np.float32
    )


def _mid_and_side(side_db: float) -> Samples:
    mid, side = white_noise(10, -20, channels=1, seed=3), white_noise(10, -20, channels=1, seed=4)
    return stereo(mid, gain(side, side_db))


def _steps(first: Samples, second: Samples) -> Samples:
    return concatenated((first, second))


def _uniform_noise() -> Samples:
    line = np.random.default_rng(6).uniform(-0.5, 0.5, frames_of(20))
    return np.stack((line, line)).astype(np.float32)


def _pulses(share: float, seconds: float = 30, level_db: float = -26) -> Samples:
    """Sines of 1 kHz that sound during a share of every tenth of a second: a crest of 3.01 dB over that share."""
    tone = sine(1000, seconds, level_db)
    place = np.arange(tone.shape[1]) % (RATE // 10) / (RATE // 10)
    return np.where(place < share, tone, 0).astype(np.float32)


def _and_clicks(tone_db: float) -> Samples:
    """A steady chord and, every quarter of a second, clicks of the energy of the chord at 0 dB."""
    spectrum = np.fft.rfft(clicks(240, 20))
    spectrum[:, spectrum.shape[1] * 9000 * 2 // RATE :] = 0
    ticks = np.fft.irfft(spectrum).astype(np.float32)
    tones = _tones(60, 64, 67, seconds=20)
    equal = 10 * np.log10(np.mean(ticks**2) / np.mean(tones**2))
    return ticks + gain(tones, equal + tone_db)


def _two_spectra() -> Samples:
    return band_noise(100, 5050, 20, -20) + band_noise(5050, 10_000, 20, -40, seed=2)


KNOWN: tuple[Known, ...] = (
    *(Known(name, f"noise within {low}-{high} Hz alone", _within(low, high), 1.0, 0.01) for name, (low, high) in BANDS.items()),
    *(Known(name, "the same at a tenth of the power of other noise", _beside(low, high), 1 / 11, 0.003) for name, (low, high) in BANDS.items()),
    *(Known(name, "white noise: the band's width", _white, (high - low) / 19_980, 0.003) for name, (low, high) in BANDS.items()),
    Known("loudness_lufs", "997 Hz at -20 dBFS in both channels", lambda: sine(997, 10, -20), -20.0, 0.05),
    Known("loudness_lufs", "the same in one channel", lambda: sine(997, 10, -20, channels=1), -23.01, 0.05),
    Known("loudness_lufs", "the same, half of it silent", lambda: _steps(sine(997, 10, -20), silence(10)), -20.0, 0.1),
    Known("crest_db", "a sine", lambda: sine(997, 10), 3.01, 0.02),
    Known("crest_db", "a sine on a constant offset of its own height", lambda: sine(997, 10) + np.float32(0.1), 3.01, 0.02),
    Known("crest_db", "a square", lambda: square(100, 10), 0.0, 0.02),
    Known("crest_db", "noise of uniform distribution", _uniform_noise, 4.77, 0.03),
    Known("crest_db", "a sine for a tenth of the time", lambda: _pulses(0.1), 13.01, 0.05),
    Known("bass_mid_ratio_db", "equal noise in 80-220 and 600-1800 Hz", lambda: band_noise(80, 220, 10) + band_noise(600, 1800, 10, seed=2), 0.0, 0.1),
    Known("bass_mid_ratio_db", "the low one 12 dB weaker", lambda: band_noise(80, 220, 10, -32) + band_noise(600, 1800, 10, seed=2), -12.0, 0.1),
    Known("tempo_bpm", "clicks at 60 BPM", lambda: clicks(60, 40), 60.0, 0.3),
    Known("tempo_bpm", "clicks at 97.3 BPM", lambda: clicks(97.3, 40), 97.3, 0.3),
    Known("tempo_bpm", "clicks at 174 BPM", lambda: clicks(174, 40), 174.0, 0.3),
    Known("tempo_bpm", "clicks at 240 BPM: by the octave rule every second one", lambda: clicks(240, 40), 120.0, 0.3),
    Known("tempo_bpm", "drums at 133 BPM", lambda: drums(133, 40), 133.0, 0.4),
    Known("rhythm_stability", "clicks at a steady 120 BPM", lambda: clicks(120, 40), 1.0, 0.1),
    Known("rhythm_stability", "clicks at random times", lambda: loose_clicks(120, 60, 1.0), 0.0, 0.15),
    Known("rhythm_stability", "a steady tone", lambda: sine(440, 20), 0.0, 0.05),
    Known("transient_density", "clicks, two a second", lambda: clicks(120, 40), 2.0, 0.03),
    Known("transient_density", "clicks, five a second", lambda: clicks(300, 40), 5.0, 0.05),
    Known("transient_density", "a tone of 20 s, which begins once", lambda: sine(440, 20), 0.05, 0.001),
    Known("silence_ratio", "a tone, then as long nothing", lambda: _steps(sine(440, 10), silence(10)), 0.5, 0.01),
    Known("silence_ratio", "a tone, then as long one 50 dB weaker", lambda: _steps(sine(440, 10), sine(440, 10, -70)), 0.5, 0.01),
    Known("silence_ratio", "a tone, then as long one 30 dB weaker", lambda: _steps(sine(440, 10), sine(440, 10, -50)), 0.0, 0.01),
    Known("spectral_centroid_hz", "a sine of 440 Hz", lambda: sine(440, 10), 440.0, 1.0),
    Known("spectral_centroid_hz", "sines of 1 and 3 kHz of equal level", lambda: sine(1000, 10, -30) + sine(3000, 10, -30), 2000.0, 10.0),
    Known("spectral_centroid_hz", "white noise", _white, 10_010.0, 50.0),
    Known("spectral_rolloff_hz", "white noise", _white, 17_003.0, 40.0),
    Known("spectral_rolloff_hz", "sines of 1 and 4 kHz, the high one a tenth of the power", lambda: sine(1000, 10, -30) + sine(4000, 10, -40), 1000.0, 15.0),
    Known("spectral_rolloff_hz", "the same, the high one a third of the power", lambda: sine(1000, 10, -30) + sine(4000, 10, -35), 4000.0, 15.0),
    Known("spectral_flatness", "white noise", _white, 1.0, 0.06),
    Known("spectral_flatness", "a sine", lambda: sine(1000, 10), 0.0, 0.001),
    Known("spectral_flatness", "a sine above the range", lambda: sine(12_000, 10), 0.0, 0.001),
    Known("spectral_flatness", "noise, its upper half 20 dB weaker", _two_spectra, 0.198, 0.02),
    Known("harmonic_ratio", "a steady chord", lambda: _tones(60, 64, 67), 1.0, 0.02),
    Known("harmonic_ratio", "clicks", lambda: clicks(240, 20), 0.0, 0.02),
    Known("harmonic_ratio", "both, of equal energy", lambda: _and_clicks(0), 0.5, 0.05),
    Known("harmonic_ratio", "white noise", _white, 0.5, 0.02),
    Known("pitch_stability", "a steady tone of 20 s", lambda: sine(440, 20), 1.0, 0.01),
    Known("pitch_stability", "notes of 0.5 s", lambda: melody(0.5, 30), 0.393, 0.05),
    Known("pitch_stability", "notes of 1 s", lambda: melody(1.0, 30), 0.632, 0.05),
    Known("pitch_stability", "notes of 2 s", lambda: melody(2.0, 30), 0.865, 0.03),
    Known("chroma_energy", "one pitch", lambda: _tones(69), 1.0, 0.01),
    Known("chroma_energy", "one pitch class in three octaves, a quarter tone sharp", lambda: _tones(57.4, 69.4, 81.4), 1.0, 0.02),
    Known("chroma_energy", "two pitches", lambda: _tones(60, 67), 0.674, 0.01),
    Known("chroma_energy", "a major triad", lambda: _tones(60, 64, 67), 0.522, 0.01),
    Known("chroma_energy", "all twelve pitches", lambda: _tones(*range(84, 96)), 0.0, 0.03),
    Known("dynamic_range_variation", "a steady sine", lambda: sine(440, 20), 0.0, 0.01),
    Known("dynamic_range_variation", "a minute of crest 3 dB, then one of 13 dB", lambda: _steps(_pulses(1, 60, -36), _pulses(0.1, 60, -26)), 5.0, 0.1),
    Known("loudness_variation_lu", "a steady sine", lambda: sine(440, 20), 0.0, 0.01),
    Known("loudness_variation_lu", "two minutes of levels 6 dB apart", lambda: _steps(sine(440, 60), sine(440, 60, -26)), 3.0, 0.05),
    Known("loudness_variation_lu", "the second minute under the gate: but for the 3 s of the fall none", lambda: _steps(sine(440, 60), sine(440, 60, -60)), 1.2, 0.05),
    Known("peak_consistency", "a steady sine", lambda: sine(440, 20), 1.0, 0.001),
    Known("peak_consistency", "two minutes of peaks 6 dB apart: deviation over mean is a third", lambda: _steps(sine(440, 60), gain(sine(440, 60), -6.0206)), 0.667, 0.01),
    Known("stereo_width", "both channels alike", lambda: sine(440, 5), 0.0, 0.0),
    Known("stereo_width", "one channel only", lambda: np.stack((sine(440, 5)[0], silence(5)[0])), 0.5, 0.001),
    Known("stereo_width", "one channel inverted", lambda: stereo(silence(5), sine(440, 5)), 1.0, 0.0),
    Known("stereo_width", "a side of half the middle's RMS", lambda: _mid_and_side(-6.0206), 1 / 3, 0.003),
    Known("stereo_width", "the same on an offset of the left channel", lambda: _mid_and_side(-6.0206) + np.array([[0.2], [0.0]], np.float32), 1 / 3, 0.003),
    Known("phase_correlation", "both channels alike", lambda: sine(440, 5), 1.0, 0.0),
    Known("phase_correlation", "one channel inverted", lambda: stereo(silence(5), sine(440, 5)), -1.0, 0.0),
    Known("phase_correlation", "independent noise", _white, 0.0, 0.01),
    Known("phase_correlation", "a quarter of a turn apart", lambda: np.stack((sine(440, 5)[0], sine(440, 5, phase=0.25)[0])), 0.0, 0.001),
    Known("phase_correlation", "a side of half the middle's RMS", lambda: _mid_and_side(-6.0206), 0.6, 0.01),
    Known("phase_correlation", "the same on an offset of both channels", lambda: _mid_and_side(-6.0206) + np.float32(0.2), 0.6, 0.01),
)  # fmt: skip

FAMILIES: tuple[Family, ...] = (
    *(
        Family(
            name,
            "more noise in the band",
            lambda db, low=low, high=high: band_noise(30, 15_000, 5) + band_noise(low, high, 5, db, seed=2),  # type: ignore[misc]
            (-40, -30, -20, -10),
        )
        for name, (low, high) in BANDS.items()
    ),
    Family("loudness_lufs", "level", lambda db: gain(_mid_and_side(-6), db), (-30, -20, -3, -1)),
    Family("crest_db", "sounding ever shorter", lambda share: _pulses(-share, 5), (-0.8, -0.4, -0.2, -0.1, -0.05)),
    Family(
        "bass_mid_ratio_db",
        "more bass",
        lambda db: band_noise(30, 15_000, 5) + band_noise(60, 250, 5, db, seed=2),
        (-30, -20, -10),
    ),
    Family("tempo_bpm", "faster drums", lambda bpm: drums(bpm, 20), (92, 96, 100, 110, 120, 133, 150)),
    Family("rhythm_stability", "less jitter", lambda jitter: loose_clicks(120, 40, -jitter), (-0.5, -0.15, -0.05, 0)),
    Family("transient_density", "more clicks", lambda bpm: clicks(bpm, 20), (40, 80, 160, 320)),
    Family("silence_ratio", "longer pauses", lambda s: _steps(sine(440, 5), silence(s)), (0.5, 1, 2, 4)),
    Family("spectral_centroid_hz", "a higher tone", lambda hz: sine(hz, 3), (60, 250, 1000, 4000, 12_000)),
    Family("spectral_rolloff_hz", "a higher tone", lambda hz: sine(hz, 3), (60, 250, 1000, 4000, 12_000)),
    Family(
        "spectral_flatness", "more noise on a tone", lambda db: sine(1000, 5) + white_noise(5, db), (-80, -60, -40, -20)
    ),
    Family("harmonic_ratio", "more tone among clicks", _and_clicks, (-12, -6, 0, 6, 12)),
    Family("pitch_stability", "longer notes", lambda s: melody(s, 20), (0.25, 0.5, 1, 2, 4)),
    Family(
        "chroma_energy",
        "fewer pitches",
        lambda n: _tones(*range(84, 84 - int(n)), seconds=5),
        (-12, -8, -5, -3, -2, -1),
    ),
    Family(
        "dynamic_range_variation",
        "pulses that differ more",
        lambda share: _steps(_pulses(0.8, 10), _pulses(-share, 10)),
        (-0.8, -0.4, -0.2, -0.1),
    ),
    Family(
        "loudness_variation_lu",
        "levels further apart",
        lambda db: _steps(sine(440, 20), sine(440, 20, -20 - db)),
        (0, 2, 6, 12),
    ),
    Family(
        "peak_consistency",
        "levels less far apart",
        lambda db: _steps(sine(440, 20), sine(440, 20, -20 + db)),
        (-12, -6, -2, 0),
    ),
    Family("stereo_width", "more side", _mid_and_side, (-40, -20, -6, 0, 10)),
    Family("phase_correlation", "less side", lambda db: _mid_and_side(-db), (-10, 0, 6, 20)),
)


class Tolerance(dict[str, float]):
    """How far a dimension may move: by gain, by the sample rate, by the file format."""

    def __init__(self, gain: float, rate: float, file: float) -> None:
        super().__init__(gain=gain, rate=rate, file=file)


INVARIANCE: dict[str, Tolerance] = {
    **dict.fromkeys(BANDS, Tolerance(1e-5, 0.01, 0.01)),
    "sub_bass": Tolerance(1e-5, 0.01, 0.03),
    "bass": Tolerance(1e-5, 0.01, 0.03),
    "loudness_lufs": Tolerance(0.1, 0.1, 0.25),
    "crest_db": Tolerance(0.1, 0.5, 1.5),
    "bass_mid_ratio_db": Tolerance(1e-4, 0.2, 0.3),
    "tempo_bpm": Tolerance(0.0, 0.005, 0.005),
    "rhythm_stability": Tolerance(1e-5, 0.05, 0.05),
    "transient_density": Tolerance(0.0, 0.5, 0.7),
    "silence_ratio": Tolerance(0.01, 0.005, 0.01),
    "spectral_centroid_hz": Tolerance(1e-5, 0.05, 0.1),
    "spectral_rolloff_hz": Tolerance(1e-5, 0.05, 0.15),
    "spectral_flatness": Tolerance(1e-5, 0.005, 0.01),
    "harmonic_ratio": Tolerance(1e-5, 0.02, 0.02),
    "pitch_stability": Tolerance(1e-5, 0.11, 0.11),
    "chroma_energy": Tolerance(1e-5, 0.02, 0.02),
    "dynamic_range_variation": Tolerance(1e-3, 0.4, 0.7),
    "loudness_variation_lu": Tolerance(0.02, 0.02, 0.05),
    "peak_consistency": Tolerance(1e-4, 0.04, 0.1),
    "stereo_width": Tolerance(1e-5, 0.005, 0.05),
    "phase_correlation": Tolerance(1e-5, 0.005, 0.05),
}
"""Per dimension, in its unit; centroid and rolloff in octaves, the tempo as a share."""
