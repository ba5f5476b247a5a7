"""Synthesised signals with known answers: float32 ``(channels, frames)``, full scale ±1."""

from collections.abc import Iterable, Sequence

import numpy as np
from numpy.typing import NDArray

Samples = NDArray[np.float32]

RATE = 44_100


def _rows(*channels: NDArray[np.float64]) -> Samples:
    return np.stack(channels).astype(np.float32)


def frames_of(seconds: float, sample_rate: int = RATE) -> int:
    return round(seconds * sample_rate)


def silence(seconds: float, channels: int = 2, sample_rate: int = RATE) -> Samples:
    return np.zeros((channels, frames_of(seconds, sample_rate)), np.float32)


def sine(
    frequency_hz: float, seconds: float, level_db: float = -20.0, channels: int = 2, sample_rate: int = RATE,
    phase: float = 0.0,
) -> Samples:  # fmt: skip
    """A sine whose peak is ``level_db`` under full scale, the same in every channel; ``phase`` in turns."""
    turns = np.arange(frames_of(seconds, sample_rate)) * (frequency_hz / sample_rate) + phase
    return _rows(*[10 ** (level_db / 20) * np.sin(2 * np.pi * turns)] * channels)


def white_noise(
    seconds: float, rms_db: float = -20.0, channels: int = 2, sample_rate: int = RATE, seed: int = 1
) -> Samples:
    """Gaussian white noise, independent in each channel."""
    noise = np.random.default_rng(seed).standard_normal((channels, frames_of(seconds, sample_rate)))
    return (10 ** (rms_db / 20) * noise).astype(np.float32)


def band_noise(
    low_hz: float, high_hz: float, seconds: float, rms_db: float = -20.0, sample_rate: int = RATE, seed: int = 1
) -> Samples:
    """Noise with even power between two frequencies and none elsewhere, the same in both channels."""
    frames = frames_of(seconds, sample_rate)
    spectrum = np.fft.rfft(np.random.default_rng(seed).standard_normal(frames))
    frequencies = np.fft.rfftfreq(frames, 1 / sample_rate)
    spectrum[(frequencies < low_hz) | (frequencies > high_hz)] = 0
    noise = np.fft.irfft(spectrum, frames)
    return _rows(*[noise * (10 ** (rms_db / 20) / np.sqrt(np.mean(noise**2)))] * 2)


def clicks(bpm: float, seconds: float, first: float = 0.25, sample_rate: int = RATE, length_ms: float = 3.0) -> Samples:
    """Short noise bursts at an exact rate, beginning at ``first`` seconds; mono in two channels."""
    line = np.zeros(frames_of(seconds, sample_rate))
    burst = np.random.default_rng(2).uniform(-0.5, 0.5, frames_of(length_ms / 1000, sample_rate))
    for start in np.round(np.arange(first, seconds, 60 / bpm) * sample_rate).astype(int):
        line[start : start + burst.size] += burst[: line.size - start]
    return _rows(line, line)


def _tone(midi: float, seconds: float, sample_rate: int, partials: int = 6) -> NDArray[np.float64]:
    time = np.arange(frames_of(seconds, sample_rate)) / sample_rate
    frequency = 440.0 * 2.0 ** ((midi - 69) / 12)
    tone = sum(
        np.sin(2 * np.pi * frequency * n * time + n) / n**1.5
        for n in range(1, partials + 1)
        if frequency * n < 0.45 * sample_rate
    )
    fade = np.minimum(1.0, np.minimum(time, time[::-1]) / 0.01)
    return np.asarray(tone) * fade * np.exp(-1.5 * time)


def chord(pitches: Sequence[float], seconds: float, sample_rate: int = RATE) -> NDArray[np.float64]:
    """A plucked chord of MIDI pitches, one line of float64 at about -12 dBFS."""
    return np.asarray(
        sum(_tone(pitch, seconds, sample_rate) for pitch in pitches) * (0.25 / max(1, len(pitches)) ** 0.5)
    )


MAJOR_CHORDS = ((0, 4, 7), (9, 12, 16), (5, 9, 12), (7, 11, 14))
"""I vi IV V, in semitones over the tonic."""
MINOR_CHORDS = ((0, 3, 7), (8, 12, 15), (5, 8, 12), (7, 11, 14))
"""i VI iv V, in semitones over the tonic."""


def progression(
    tonic: int, chords: Sequence[Sequence[int]], seconds: float, bpm: float = 100.0, sample_rate: int = RATE
) -> Samples:
    """Chords on every beat, four beats each, over their roots in the bass; ``tonic`` is 0 for C to 11 for B."""
    beat = 60 / bpm
    line = np.zeros(frames_of(seconds, sample_rate))
    for number, start in enumerate(np.arange(0, seconds, beat)):
        steps = chords[number // 4 % len(chords)]
        sound = chord([60 + tonic + step for step in steps], beat, sample_rate)
        sound = sound + chord([36 + tonic + steps[0] % 12], beat, sample_rate)
        first = frames_of(start, sample_rate)
        line[first : first + sound.size] += sound[: line.size - first]
    return _rows(line, line)


def drums(bpm: float, seconds: float, first: float = 0.0, sample_rate: int = RATE) -> Samples:
    """Kick on one and three, snare on two and four, hats on the eighths; mono in two channels."""
    line = np.zeros(frames_of(seconds, sample_rate))
    random = np.random.default_rng(3)
    time = np.arange(frames_of(0.2, sample_rate)) / sample_rate
    kick = 0.6 * np.sin(2 * np.pi * (55 * time + 3 * (1 - np.exp(-40 * time)))) * np.exp(-18 * time)
    snare = 0.3 * random.standard_normal(time.size) * np.exp(-25 * time)
    hat = 0.12 * np.diff(random.standard_normal(time.size + 1)) * np.exp(-60 * time)
    for number, start in enumerate(np.arange(first, seconds, 30 / bpm)):
        sound = hat + (0.0 if number % 2 else (kick, snare)[number // 2 % 2])
        at = frames_of(start, sample_rate)
        line[at : at + sound.size] += sound[: line.size - at]
    return _rows(line, line)


def stereo(mid: Samples, side: Samples) -> Samples:
    """Left and right of a mid and a side row."""
    return np.stack((mid[0] + side[0], mid[0] - side[0]))


def gain(samples: Samples, gain_db: float) -> Samples:
    return (samples * np.float32(10 ** (gain_db / 20))).astype(np.float32)


def concatenated(parts: Iterable[Samples]) -> Samples:
    """One after the other."""
    return np.ascontiguousarray(np.concatenate(list(parts), axis=1))


def square(frequency_hz: float, seconds: float, level_db: float = -20.0, sample_rate: int = RATE) -> Samples:
    """A square wave between two samples' values, the same in both channels."""
    turns = np.arange(frames_of(seconds, sample_rate)) * (frequency_hz / sample_rate)
    return _rows(*[np.where(turns % 1 < 0.5, 1.0, -1.0) * 10 ** (level_db / 20)] * 2)


def loose_clicks(bpm: float, seconds: float, jitter: float, sample_rate: int = RATE, seed: int = 7) -> Samples:
    """Noise bursts on beats, each off by up to ``jitter`` beats to either side; mono in two channels."""
    random = np.random.default_rng(seed)
    line = np.zeros(frames_of(seconds, sample_rate))
    burst = random.uniform(-0.5, 0.5, frames_of(0.003, sample_rate))
    for beat in np.arange(0.25, seconds, 60 / bpm):
        start = frames_of(max(0.0, beat + random.uniform(-jitter, jitter) * 60 / bpm), sample_rate)
        line[start : start + burst.size] += burst[: max(0, line.size - start)]
    return _rows(line, line)


def melody(note_seconds: float, seconds: float, level_db: float = -20.0, sample_rate: int = RATE) -> Samples:
    """Sines one after the other, each next one a fourth or a fifth away, so that no pitch class holds on."""
    notes = np.resize([60, 65, 70, 63, 68, 61, 66, 71, 64, 69, 62, 67], int(np.ceil(seconds / note_seconds)))
    sound = [sine(440 * 2 ** ((n - 69) / 12), note_seconds, level_db, sample_rate=sample_rate) for n in notes]
    return concatenated(sound)[:, : frames_of(seconds, sample_rate)]
