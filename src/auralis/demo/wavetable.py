"""Harmonic sounds whose spectrum changes in time: rows of harmonics become tables, read at any pitch."""

import numpy as np
from numpy.typing import NDArray
from scipy import fft

Wave = NDArray[np.float32]
"""Audio at ±1.0: one voice is ``(frames,)``, a stereo sound ``(2, frames)``."""

_LENGTH = 2048
_HIGHEST_SHARE = 0.42


def harmonic_numbers(hz: float, sample_rate: int, most: int = 96) -> NDArray[np.float64]:
    """Return 1, 2, 3 … up to the highest harmonic of ``hz`` that stays well under half the sample rate."""
    count = max(1, min(most, int(_HIGHEST_SHARE * sample_rate / hz)))
    return np.arange(1, count + 1, dtype=np.float64)


def row_times(rows: int, seconds: float) -> NDArray[np.float64]:
    """Return when each of ``rows`` rows is reached, as a column: dense at first, where sounds change most."""
    return (seconds * np.linspace(0.0, 1.0, rows) ** 2)[:, None]


class Wavetable:
    """Tables made from ``amplitudes`` (rows, harmonics) and one phase a harmonic, in radians."""

    def __init__(self, amplitudes: NDArray[np.float64], phases: NDArray[np.float64] | float = 0.0) -> None:
        rows, harmonics = amplitudes.shape
        spectrum = np.zeros((rows, _LENGTH // 2 + 1), np.complex64)
        spectrum[:, 1 : harmonics + 1] = amplitudes * np.exp(1j * (phases - np.pi / 2)) * (_LENGTH / 2)
        tables = fft.irfft(spectrum, n=_LENGTH, axis=1)
        self._rows = rows
        self._flat = np.concatenate([tables, tables[:, :1]], axis=1).astype(np.float32).ravel()

    def play(self, hz: NDArray[np.float64] | float, frames: int, sample_rate: int, start: float = 0.0) -> Wave:
        """Read ``frames`` samples at ``hz`` (constant or one value a frame), beginning ``start`` of a cycle in."""
        phase = np.cumsum(hz / sample_rate) if isinstance(hz, np.ndarray) else np.arange(frames) * (hz / sample_rate)
        phase += start
        phase -= np.floor(phase)
        phase *= _LENGTH
        column = phase.astype(np.int32)
        across = (phase - column).astype(np.float32)
        place = np.sqrt(np.linspace(0.0, 1.0, frames, dtype=np.float32)) * (self._rows - 1)
        row = np.minimum(place.astype(np.int32), max(self._rows - 2, 0))
        down = place - row
        index = row * (_LENGTH + 1) + column
        above: Wave = self._flat[index]
        above += across * (self._flat[index + 1] - above)
        if self._rows == 1:
            return above
        index += _LENGTH + 1
        below = self._flat[index]
        below += across * (self._flat[index + 1] - below)
        return np.asarray(above + down * (below - above), np.float32)


def fade_edges(wave: Wave, sample_rate: int, attack_seconds: float, release_seconds: float) -> Wave:
    """Return ``wave`` with raised-cosine edges."""
    frames = wave.shape[-1]
    shaped = wave.copy()
    for seconds, part in ((attack_seconds, slice(None)), (release_seconds, slice(None, None, -1))):
        count = min(frames, max(1, int(seconds * sample_rate)))
        ramp = (0.5 - 0.5 * np.cos(np.pi * (np.arange(count) + 0.5) / count)).astype(np.float32)
        shaped[..., part][..., :count] *= ramp
    return shaped


def vibrato(frames: int, sample_rate: int, rate_hz: float, cents: float, delay_seconds: float) -> NDArray[np.float64]:
    """Return a factor on frequency that begins to swing after ``delay_seconds``."""
    seconds = np.arange(frames) / sample_rate
    depth = cents / 1200 * np.log(2) * np.clip((seconds - delay_seconds) / 0.4, 0.0, 1.0)
    return np.asarray(1.0 + depth * np.sin(2 * np.pi * rate_hz * seconds))
