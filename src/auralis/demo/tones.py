"""Instruments with a pitch: each is a function of pitch, length, strength and sample rate."""

import numpy as np
from numpy.typing import NDArray

from auralis.demo.wavetable import Wave, Wavetable, fade_edges, harmonic_numbers, row_times, vibrato

Numbers = NDArray[np.float64]


def _low_pass(hz: Numbers, corner_hz: Numbers | float, order: float = 2.0) -> Numbers:
    return np.asarray(1.0 / np.sqrt(1.0 + (hz / corner_hz) ** (2 * order)))


def _noise(frames: int, seed: float) -> Numbers:
    return np.random.default_rng(int(seed * 100)).standard_normal(frames)


def plucked(
    hz: float,
    seconds: float,
    velocity: float,
    sample_rate: int,
    *,
    place: float = 0.18,
    corner_hz: float = 2600.0,
    sustain_seconds: float = 1.3,
    damping: float = 0.012,
    knock: float = 0.05,
) -> Wave:
    """Pluck a string at ``place`` of its length; its upper harmonics die first."""
    k = harmonic_numbers(hz, sample_rate)
    start = np.abs(np.sin(np.pi * k * place)) / k**1.1 * _low_pass(k * hz, corner_hz * (0.45 + velocity), 1.0)
    decay = (hz / 220) ** 0.35 / sustain_seconds * (1 + damping * k**1.7)
    rows = start * np.exp(-decay * row_times(96, seconds))
    frames = int(seconds * sample_rate)
    wave = Wavetable(rows, k**2 * 0.7).play(hz, frames, sample_rate)
    wave /= np.abs(wave).max()
    tick = min(frames, sample_rate // 50)
    wave[:tick] += (knock * velocity * _noise(tick, hz) * np.exp(-np.arange(tick) / (0.004 * sample_rate))).astype(
        np.float32
    )
    return fade_edges(wave, sample_rate, 0.0015, 0.01)


def nylon(hz: float, seconds: float, velocity: float, sample_rate: int) -> Wave:
    """Play a soft guitar."""
    return plucked(hz, seconds, velocity, sample_rate)


def steel(hz: float, seconds: float, velocity: float, sample_rate: int) -> Wave:
    """Play a steel-strung guitar."""
    return plucked(hz, seconds, velocity, sample_rate, place=0.12, corner_hz=5600.0, damping=0.006, knock=0.08)


def harp(hz: float, seconds: float, velocity: float, sample_rate: int) -> Wave:
    """Play a harp, which rings long."""
    return plucked(
        hz, seconds, velocity, sample_rate, place=0.33, corner_hz=2200.0, sustain_seconds=2.2, damping=0.02, knock=0.02
    )


def pizzicato(hz: float, seconds: float, velocity: float, sample_rate: int) -> Wave:
    """Pluck a bowed instrument: short and round."""
    return plucked(
        hz, seconds, velocity, sample_rate, place=0.22, corner_hz=1500.0, sustain_seconds=0.35, damping=0.03, knock=0.04
    )


def upright_bass(hz: float, seconds: float, velocity: float, sample_rate: int) -> Wave:
    """Pluck a double bass."""
    return plucked(
        hz, seconds, velocity, sample_rate, place=0.3, corner_hz=620.0, sustain_seconds=0.55, damping=0.02, knock=0.06
    )


def synth_bass(hz: float, seconds: float, velocity: float, sample_rate: int) -> Wave:
    """Play a sawtooth through a low-pass filter that closes after each note's start."""
    k = harmonic_numbers(hz, sample_rate)
    t = row_times(48, seconds)
    corner = 260 + (900 + 1400 * velocity) * np.exp(-t / 0.11)
    wave = Wavetable(_low_pass(k * hz, corner) / k).play(hz, int(seconds * sample_rate), sample_rate)
    return fade_edges(wave, sample_rate, 0.003, 0.02)


def sub_bass(hz: float, seconds: float, velocity: float, sample_rate: int) -> Wave:
    """Play a round, deep bass: a sine and a little above it."""
    k = harmonic_numbers(hz, sample_rate, most=4)
    rows = np.array([1.0, 0.28, 0.1, 0.04])[: k.size] * np.exp(-row_times(24, seconds) * (0.6 + 2.2 * (k - 1)))
    wave = Wavetable(rows).play(hz, int(seconds * sample_rate), sample_rate)
    return fade_edges(wave * (0.7 + 0.3 * velocity), sample_rate, 0.005, 0.03)


def electric_piano(hz: float, seconds: float, velocity: float, sample_rate: int) -> Wave:
    """Play a tine piano by frequency modulation, with its bell at the start."""
    t = np.arange(int(seconds * sample_rate)) / sample_rate
    cycle = 2 * np.pi * hz * t
    index = (0.35 + 1.3 * velocity) * np.exp(-t / 0.7)
    body = np.sin(cycle + index * np.sin(cycle)) * np.exp(-t / 1.5)
    bell = 0.16 * velocity * np.sin(min(14.0, 9000 / hz) * cycle) * np.exp(-t / 0.09)
    return fade_edges((body + bell).astype(np.float32), sample_rate, 0.002, 0.04)


def _struck(
    hz: float, seconds: float, sample_rate: int, modes: tuple[tuple[float, float, float], ...], seed: float
) -> Wave:
    t = np.arange(int(seconds * sample_rate)) / sample_rate
    wave = np.zeros(t.size)
    for ratio, level, decay_seconds in modes:
        if hz * ratio < 0.45 * sample_rate:
            wave += level * np.sin(2 * np.pi * hz * ratio * t) * np.exp(-t / decay_seconds)
    tick = min(t.size, sample_rate // 100)
    wave[:tick] += 0.03 * _noise(tick, seed) * np.exp(-np.arange(tick) / (0.002 * sample_rate))
    return fade_edges(wave.astype(np.float32), sample_rate, 0.001, 0.03)


def marimba(hz: float, seconds: float, velocity: float, sample_rate: int) -> Wave:
    """Strike a wooden bar, tuned to the double octave."""
    body = 0.45 * (330 / hz) ** 0.5
    return _struck(
        hz, seconds, sample_rate, ((1, 1, body), (3.93, 0.25 * velocity, body / 4), (9.2, 0.08 * velocity, 0.03)), hz
    )


def vibraphone(hz: float, seconds: float, velocity: float, sample_rate: int) -> Wave:
    """Strike a metal bar over a turning fan."""
    wave = _struck(hz, seconds, sample_rate, ((1, 1, 1.6), (4, 0.18 * velocity, 0.7), (10.1, 0.06 * velocity, 0.1)), hz)
    t = np.arange(wave.size) / sample_rate
    return (wave * (1 - 0.22 * (1 - np.cos(2 * np.pi * 5.2 * t)) / 2)).astype(np.float32)


def bell(hz: float, seconds: float, velocity: float, sample_rate: int) -> Wave:
    """Strike a small bell: its partials are not quite harmonic."""
    modes = ((1, 1, 1.8), (2.0, 0.5, 1.3), (3.01, 0.3 * velocity, 0.8), (4.17, 0.2 * velocity, 0.5), (5.43, 0.12, 0.3))
    return _struck(hz, seconds, sample_rate, modes, hz)


def flute(hz: float, seconds: float, velocity: float, sample_rate: int) -> Wave:
    """Blow a flute: few harmonics, a breath, a vibrato that comes late."""
    frames = int(seconds * sample_rate)
    k = harmonic_numbers(hz, sample_rate, most=8)
    level = np.array([1.0, 0.42, 0.2, 0.07, 0.035, 0.02, 0.01, 0.006])[: k.size]
    rows = level * (0.35 + 0.65 * velocity) ** ((k - 1) * 0.6)
    bend = vibrato(frames, sample_rate, 5.0, 14, 0.25) * (1 - 0.012 * np.exp(-np.arange(frames) / (0.03 * sample_rate)))
    wave = Wavetable(np.atleast_2d(rows)).play(hz * bend, frames, sample_rate)
    breath = _noise(frames + 8, hz)
    breath = np.convolve(breath, np.hanning(10)[1:], "valid")[:frames]
    breath = np.diff(breath, prepend=0.0)
    wave[: breath.size] += (0.012 * breath * (0.6 + np.exp(-np.arange(breath.size) / (0.08 * sample_rate)))).astype(
        np.float32
    )
    return fade_edges(wave, sample_rate, 0.045, min(0.09, seconds / 3))


def _bowed(hz: float, seconds: float, velocity: float, sample_rate: int, attack_seconds: float, players: int) -> Wave:
    """Bow a string, ``players`` times a little apart; a box resonates round 300, 900 and 2400 Hz."""
    frames = int(seconds * sample_rate)
    k = harmonic_numbers(hz, sample_rate)
    partials = k * hz
    box = 0.35 + sum(
        gain * np.exp(-((np.log2(partials / centre) / 0.55) ** 2))
        for centre, gain in ((300, 0.8), (900, 0.6), (2400, 0.5))
    )
    corner = (900 + 3200 * velocity) * (0.35 + 0.65 * np.minimum(1, row_times(48, seconds) / (attack_seconds * 1.6)))
    table = Wavetable(box * _low_pass(partials, corner, 1.5) / k**0.9, k**2 * 1.3)
    sides = np.zeros((2, frames), np.float32)
    for player in range(players):
        spread = (player - (players - 1) / 2) / max(1, players - 1)
        bend = vibrato(frames, sample_rate, 5.3 + 0.45 * spread, 11 + 4 * spread, 0.18 + 0.1 * abs(spread))
        voice = table.play(hz * 2 ** (7 * spread / 1200) * bend, frames, sample_rate, start=0.37 * player)
        sides += np.array([[1 - 0.5 * spread], [1 + 0.5 * spread]], np.float32) * voice
    return fade_edges(sides, sample_rate, attack_seconds, min(0.18, seconds / 2))


def strings(hz: float, seconds: float, velocity: float, sample_rate: int) -> Wave:
    """Play a section of three in long bows."""
    return _bowed(hz, seconds, velocity, sample_rate, 0.11, 3)


def violin(hz: float, seconds: float, velocity: float, sample_rate: int) -> Wave:
    """Play one bowed string that speaks quickly."""
    return _bowed(hz, seconds, velocity, sample_rate, 0.045, 1)


def spiccato(hz: float, seconds: float, velocity: float, sample_rate: int) -> Wave:
    """Let the bow bounce: short notes by a section of two."""
    wave = _bowed(hz, seconds, velocity, sample_rate, 0.012, 2)
    return (wave * np.exp(-np.arange(wave.shape[1]) / (0.16 * sample_rate))).astype(np.float32)


def _ensemble(
    amplitudes: Numbers,
    hz: float,
    seconds: float,
    sample_rate: int,
    cents: tuple[float, ...],
    edges: tuple[float, float],
) -> Wave:
    """Play a table in several tunings, spread from left to right."""
    frames = int(seconds * sample_rate)
    table = Wavetable(amplitudes)
    sides = np.zeros((2, frames), np.float32)
    for n, offset in enumerate(cents):
        side = n / (len(cents) - 1)
        voice = table.play(hz * 2 ** (offset / 1200), frames, sample_rate, start=(0.618 * n) % 1)
        sides += np.array([[np.cos(side * np.pi / 2)], [np.sin(side * np.pi / 2)]], np.float32) * voice
    return fade_edges(sides, sample_rate, edges[0], min(edges[1], seconds / 2))


def pad(hz: float, seconds: float, velocity: float, sample_rate: int) -> Wave:
    """Hold a warm, slow chord tone."""
    k = harmonic_numbers(hz, sample_rate, most=40)
    swell = np.sin(np.pi * np.clip(row_times(24, 1.0), 0, 1)) ** 0.7
    rows = _low_pass(k * hz, 420 + 1100 * velocity * swell) / k
    return _ensemble(rows, hz, seconds, sample_rate, (-9, 4, -3, 8), (0.7, 1.1))


def glass_pad(hz: float, seconds: float, velocity: float, sample_rate: int) -> Wave:
    """Hold a clear tone of odd harmonics, like a glass harmonica."""
    k = harmonic_numbers(hz, sample_rate, most=9)
    rows = np.where(k % 2 == 1, 1.0, 0.18) / k**1.8 * np.ones((2, 1)) * (0.6 + 0.4 * velocity)
    return _ensemble(rows, hz, seconds, sample_rate, (-5, 0, 5), (0.5, 1.2))


def saw_chord(hz: float, seconds: float, velocity: float, sample_rate: int) -> Wave:
    """Play detuned sawtooths through a filter that closes: a stab."""
    k = harmonic_numbers(hz, sample_rate)
    rows = _low_pass(k * hz, 500 + (1500 + 3500 * velocity) * np.exp(-row_times(32, seconds) / 0.16)) / k
    return _ensemble(rows, hz, seconds, sample_rate, (-11, -4, 4, 11), (0.004, 0.08))


def saw_pad(hz: float, seconds: float, velocity: float, sample_rate: int) -> Wave:
    """Hold bright detuned sawtooths."""
    k = harmonic_numbers(hz, sample_rate)
    rows = _low_pass(k * hz, 900 + 2600 * velocity, 1.2) / k * np.ones((2, 1))
    return _ensemble(rows, hz, seconds, sample_rate, (-13, -5, 6, 12), (0.12, 0.5))


def saw_lead(hz: float, seconds: float, velocity: float, sample_rate: int) -> Wave:
    """Sing a melody on two sawtooths."""
    frames = int(seconds * sample_rate)
    k = harmonic_numbers(hz, sample_rate)
    table = Wavetable(np.atleast_2d(_low_pass(k * hz, 2200 + 3500 * velocity, 1.0) / k))
    bend = vibrato(frames, sample_rate, 5.6, 16, 0.3)
    voices = [table.play(hz * 2 ** (c / 1200) * bend, frames, sample_rate, start=s) for c, s in ((-6, 0.0), (6, 0.4))]
    return fade_edges(np.stack([voices[0] + 0.5 * voices[1], voices[1] + 0.5 * voices[0]]), sample_rate, 0.012, 0.07)


def _pulse(hz: float, seconds: float, sample_rate: int, duty: float, cents: float) -> Wave:
    frames = int(seconds * sample_rate)
    k = harmonic_numbers(hz, sample_rate)
    table = Wavetable(np.atleast_2d(np.sin(np.pi * k * duty) / k), np.pi / 2)
    wave = table.play(hz * vibrato(frames, sample_rate, 6.0, cents, 0.2), frames, sample_rate)
    return fade_edges(wave, sample_rate, 0.002, 0.012)


def square(hz: float, seconds: float, velocity: float, sample_rate: int) -> Wave:
    """Play a game console's lead voice."""
    return _pulse(hz, seconds, sample_rate, 0.5 - 0.1 * velocity, 12.0)


def thin_pulse(hz: float, seconds: float, velocity: float, sample_rate: int) -> Wave:
    """Play a game console's second voice: a narrow pulse that dies away."""
    wave = _pulse(hz, seconds, sample_rate, 0.125 + 0.05 * velocity, 0.0)
    return (wave * np.exp(-np.arange(wave.size) / (0.22 * sample_rate))).astype(np.float32)


def triangle(hz: float, seconds: float, velocity: float, sample_rate: int) -> Wave:
    """Play a game console's bass voice."""
    k = harmonic_numbers(hz, sample_rate, most=21)
    rows = np.where(k % 2 == 1, np.sin(np.pi * k / 2), 0.0) / k**2 * (0.8 + 0.2 * velocity)
    wave = Wavetable(np.atleast_2d(rows)).play(hz, int(seconds * sample_rate), sample_rate)
    return fade_edges(wave, sample_rate, 0.002, 0.015)
