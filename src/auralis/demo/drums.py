"""Drums and noises: each is a function of pitch (not used by most), length, strength and sample rate."""

import numpy as np
from numpy.typing import NDArray
from scipy import fft

from auralis.demo.wavetable import Wave, fade_edges

Numbers = NDArray[np.float64]


def _time(seconds: float, sample_rate: int) -> Numbers:
    return np.asarray(np.arange(int(seconds * sample_rate)) / sample_rate)


def _band(seconds: float, sample_rate: int, low_hz: float, high_hz: float, seed: int) -> Numbers:
    """Return noise between two frequencies, at RMS 1."""
    frames = int(seconds * sample_rate)
    size = fft.next_fast_len(frames, real=True)
    spectrum = fft.rfft(np.random.default_rng(seed).standard_normal(size))
    hz = np.maximum(fft.rfftfreq(size, 1 / sample_rate), 1.0)
    spectrum *= 1 / np.sqrt((1 + (low_hz / hz) ** 6) * (1 + (hz / high_hz) ** 6))
    noise = fft.irfft(spectrum, n=size)[:frames]
    return np.asarray(noise / np.sqrt(np.mean(noise**2)))


def _drop(t: Numbers, from_hz: float, to_hz: float, fall_seconds: float) -> Numbers:
    """Return a sine whose pitch falls."""
    cycles = to_hz * t + (from_hz - to_hz) * fall_seconds * (1 - np.exp(-t / fall_seconds))
    return np.asarray(np.sin(2 * np.pi * cycles))


def _finish(wave: Numbers, sample_rate: int) -> Wave:
    return fade_edges(wave.astype(np.float32), sample_rate, 0.0005, 0.01)


def kick(_hz: float, _seconds: float, velocity: float, sample_rate: int) -> Wave:
    """Beat a bass drum, deep and with a click."""
    t = _time(0.42, sample_rate)
    body = _drop(t, 190, 49, 0.028) * np.exp(-t / 0.14)
    click = 0.12 * velocity * _band(0.42, sample_rate, 1500, 6000, 1) * np.exp(-t / 0.004)
    return _finish(np.tanh(1.6 * body) + click, sample_rate)


def soft_kick(_hz: float, _seconds: float, _velocity: float, sample_rate: int) -> Wave:
    """Tap a bass drum, or a foot on a wooden floor."""
    t = _time(0.3, sample_rate)
    body = _drop(t, 120, 62, 0.02) * np.exp(-t / 0.08)
    return _finish(body + 0.05 * _band(0.3, sample_rate, 200, 1500, 2) * np.exp(-t / 0.01), sample_rate)


def snare(_hz: float, _seconds: float, velocity: float, sample_rate: int) -> Wave:
    """Beat a snare drum."""
    t = _time(0.32, sample_rate)
    body = 0.6 * _drop(t, 260, 185, 0.02) * np.exp(-t / 0.07)
    wires = 0.35 * (0.6 + 0.4 * velocity) * _band(0.32, sample_rate, 1200, 9000, 3) * np.exp(-t / 0.085)
    return _finish(body + wires, sample_rate)


def big_snare(_hz: float, _seconds: float, _velocity: float, sample_rate: int) -> Wave:
    """Beat a snare in a large room whose door is shut at once."""
    t = _time(0.42, sample_rate)
    body = 0.7 * _drop(t, 240, 170, 0.03) * np.exp(-t / 0.1)
    gate = 1 / (1 + np.exp((t - 0.28) / 0.012))
    room = 0.3 * _band(0.42, sample_rate, 500, 8000, 4) * (0.35 + np.exp(-t / 0.06)) * gate
    return _finish(body + room, sample_rate)


def clap(_hz: float, _seconds: float, _velocity: float, sample_rate: int) -> Wave:
    """Clap hands: four strokes within a breath."""
    t = _time(0.3, sample_rate)
    strokes = sum(np.where(t >= d, np.exp(-(t - d) / f), 0.0) for d, f in ((0, 0.006), (0.011, 0.006), (0.022, 0.09)))
    return _finish(0.4 * _band(0.3, sample_rate, 800, 5000, 5) * strokes, sample_rate)


def rim(_hz: float, _seconds: float, _velocity: float, sample_rate: int) -> Wave:
    """Knock on the rim."""
    t = _time(0.09, sample_rate)
    tone = np.sin(2 * np.pi * 820 * t) + 0.6 * np.sin(2 * np.pi * 1710 * t)
    return _finish(
        tone * np.exp(-t / 0.012) + 0.1 * _band(0.09, sample_rate, 1500, 7000, 6) * np.exp(-t / 0.01), sample_rate
    )


def _metal(seconds: float, sample_rate: int, low_hz: float, seed: int) -> Numbers:
    t = _time(seconds, sample_rate)
    ring = sum(np.sign(np.sin(2 * np.pi * hz * t)) for hz in (2051, 3047, 3691, 4177, 5399, 6131)) / 6
    return np.asarray(0.65 * _band(seconds, sample_rate, low_hz, 14000, seed) + 0.35 * np.diff(ring, prepend=0.0))


def hat(_hz: float, _seconds: float, velocity: float, sample_rate: int) -> Wave:
    """Close the hi-hat on a stroke."""
    return _finish(
        _metal(0.09, sample_rate, 7000, 7) * np.exp(-_time(0.09, sample_rate) / (0.014 + 0.01 * velocity)), sample_rate
    )


def open_hat(_hz: float, _seconds: float, _velocity: float, sample_rate: int) -> Wave:
    """Let the hi-hat ring."""
    return _finish(_metal(0.34, sample_rate, 6000, 8) * np.exp(-_time(0.34, sample_rate) / 0.1), sample_rate)


def ride(_hz: float, _seconds: float, velocity: float, sample_rate: int) -> Wave:
    """Touch the ride cymbal with the tip of the stick."""
    t = _time(0.9, sample_rate)
    ping = sum(np.sin(2 * np.pi * hz * t) for hz in (3130, 4273, 5381, 6917)) / 4
    wash = 0.3 * _band(0.9, sample_rate, 4000, 12000, 9) * np.exp(-t / 0.25)
    return _finish(0.7 * velocity * ping * np.exp(-t / 0.09) + wash * (0.25 + np.exp(-t / 0.03)), sample_rate)


def brush(_hz: float, _seconds: float, _velocity: float, sample_rate: int) -> Wave:
    """Strike the snare with a brush."""
    t = _time(0.22, sample_rate)
    return _finish(_band(0.22, sample_rate, 900, 6000, 10) * np.exp(-t / 0.05) * (1 - np.exp(-t / 0.004)), sample_rate)


def shaker(_hz: float, _seconds: float, _velocity: float, sample_rate: int) -> Wave:
    """Shake a handful of seeds."""
    t = _time(0.11, sample_rate)
    return _finish(_band(0.11, sample_rate, 4500, 11000, 11) * np.exp(-((t - 0.03) ** 2) / (2 * 0.014**2)), sample_rate)


def tom(hz: float, _seconds: float, _velocity: float, sample_rate: int) -> Wave:
    """Beat a tom of the given pitch."""
    t = _time(0.5, sample_rate)
    return _finish(_drop(t, hz * 1.7, hz, 0.04) * np.exp(-t / 0.16), sample_rate)


def chip_noise(_hz: float, _seconds: float, _velocity: float, sample_rate: int) -> Wave:
    """Play a game console's snare: held random steps."""
    t = _time(0.14, sample_rate)
    steps = np.random.default_rng(12).choice([-1.0, 1.0], size=t.size // 5 + 1)
    return _finish(np.repeat(steps, 5)[: t.size] * np.exp(-t / 0.035), sample_rate)


def chip_hat(_hz: float, _seconds: float, _velocity: float, sample_rate: int) -> Wave:
    """Play a game console's hi-hat."""
    t = _time(0.05, sample_rate)
    steps = np.random.default_rng(13).choice([-1.0, 1.0], size=t.size // 2 + 1)
    return _finish(np.repeat(steps, 2)[: t.size] * np.exp(-t / 0.01), sample_rate)


def sea(_hz: float, seconds: float, _velocity: float, sample_rate: int) -> Wave:
    """Let a wave run up a beach and back."""
    sides = np.stack([_band(seconds, sample_rate, 150, 1400, seed) for seed in (14, 15)])
    return fade_edges(sides.astype(np.float32), sample_rate, seconds * 0.45, seconds * 0.5)


def riser(_hz: float, seconds: float, _velocity: float, sample_rate: int) -> Wave:
    """Let a wind rise towards the next section."""
    sides = np.stack([_band(seconds, sample_rate, 900, 9000, seed) for seed in (16, 17)])
    return fade_edges((sides * np.linspace(0, 1, sides.shape[1]) ** 2.5).astype(np.float32), sample_rate, 0.05, 0.02)
