"""Rooms, echoes and the shape of the spectrum, on stereo sound ``(2, frames)``."""

from functools import lru_cache

import numpy as np
from numpy.typing import NDArray
from scipy import fft, signal
from scipy.ndimage import minimum_filter1d, uniform_filter1d

from auralis.demo.wavetable import Wave


@lru_cache(maxsize=4)
def room_response(sample_rate: int, decay_seconds: float, darkness: float) -> Wave:
    """Return a stereo impulse response: sparse first reflections, then noise whose highs die faster."""
    rng = np.random.default_rng(int(decay_seconds * 1000))
    frames = int(decay_seconds * 1.15 * sample_rate)
    t = np.arange(frames) / sample_rate
    tail = np.zeros((2, frames))
    size = fft.next_fast_len(frames, real=True)
    hz = fft.rfftfreq(size, 1 / sample_rate)
    for low, high, share in ((90, 500, 1.0), (500, 2500, 0.8), (2500, 9000, 0.8 - 0.6 * darkness)):
        band = 1 / np.sqrt((1 + (low / np.maximum(hz, 1)) ** 4) * (1 + (hz / high) ** 4))
        noise = fft.irfft(fft.rfft(rng.standard_normal((2, size)), axis=1) * band, n=size, axis=1)[:, :frames]
        tail += noise * np.exp(-6.9 * t / (decay_seconds * share))
    tail *= np.clip((t - 0.018) / 0.03, 0, 1)
    tail /= np.sqrt((tail**2).sum(axis=1, keepdims=True))
    for _ in range(14):
        place = int(rng.uniform(0.006, 0.07) * sample_rate)
        tail[rng.integers(2), place] += rng.choice([-1, 1]) * 0.16 * np.exp(-place / (0.04 * sample_rate))
    return np.asarray(tail, np.float32)


def in_room(sound: Wave, sample_rate: int, decay_seconds: float, darkness: float = 0.5) -> Wave:
    """Return what a room gives back of ``sound``, of the same length."""
    response = room_response(sample_rate, decay_seconds, darkness)
    size = fft.next_fast_len(sound.shape[1] + response.shape[1] - 1, real=True)
    wet = fft.irfft(fft.rfft(sound, size, axis=1) * fft.rfft(response, size, axis=1), size, axis=1)
    return np.asarray(wet[:, : sound.shape[1]], np.float32)


def echoed(sound: Wave, sample_rate: int, delay_seconds: float, feedback: float = 0.42) -> Wave:
    """Return the echoes of ``sound``, which go from side to side and grow darker."""
    delay = round(delay_seconds * sample_rate)
    numerator, denominator = signal.butter(1, 3800 / (sample_rate / 2))
    echoes = np.zeros_like(sound)
    repeat = sound
    for n in range(1, 5):
        repeat = signal.lfilter(numerator, denominator, repeat[::-1], axis=1).astype(np.float32) * np.float32(feedback)
        at = n * delay
        if at >= sound.shape[1]:
            break
        echoes[:, at:] += repeat[:, : sound.shape[1] - at]
    return echoes


def shape_spectrum(sound: Wave, sample_rate: int, curve_db: tuple[tuple[float, float], ...]) -> Wave:
    """Return ``sound`` with gains drawn through ``curve_db``, points of (Hz, dB) joined on a logarithmic axis."""
    if not curve_db:
        return sound
    size = fft.next_fast_len(sound.shape[1] + sample_rate // 4, real=True)
    hz = np.maximum(fft.rfftfreq(size, 1 / sample_rate), 1.0)
    points = np.array(curve_db)
    gain_db = np.interp(np.log(hz), np.log(points[:, 0]), points[:, 1])
    rumble = hz**2 / (hz**2 + 18.0**2)
    shaped = fft.rfft(sound, size, axis=1) * (rumble * 10 ** (gain_db / 20)).astype(np.float32)
    return np.asarray(fft.irfft(shaped, size, axis=1)[:, : sound.shape[1]], np.float32)


def panned(voice: Wave, pan: float) -> Wave:
    """Return a mono voice at its place, or a stereo one leaning there, at constant power."""
    angle = (pan + 1) * np.pi / 4
    sides = np.sqrt(2) * np.array([[np.cos(angle)], [np.sin(angle)]], np.float32)
    return np.asarray(sides * voice, np.float32)


def with_side_gain(sound: Wave, gain: NDArray[np.float32] | float) -> Wave:
    """Return ``sound`` with the difference of its sides scaled; 0 is mono."""
    middle, side = (sound[0] + sound[1]) / 2, (sound[0] - sound[1]) / 2 * gain
    return np.stack([middle + side, middle - side]).astype(np.float32)


def hold_peaks(sound: Wave, sample_rate: int, ceiling: float) -> Wave:
    """Return ``sound`` with no sample over ``ceiling``: a gain that looks 3 ms ahead and recovers in 60 ms."""
    peaks = np.abs(sound).max(axis=0)
    if peaks.max(initial=0.0) <= ceiling:
        return sound
    needed = np.minimum(1.0, ceiling / np.maximum(peaks, 1e-9))
    fast, slow = int(0.003 * sample_rate) | 1, int(0.06 * sample_rate) | 1
    gain = uniform_filter1d(minimum_filter1d(needed, slow), slow)
    rest = np.minimum(1.0, ceiling / np.maximum(peaks * gain, 1e-9))
    gain *= uniform_filter1d(minimum_filter1d(rest, fast), fast)
    return np.asarray(sound * gain, np.float32)
