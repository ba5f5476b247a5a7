"""The orchestra: every instrument by its name, and how a score becomes sound."""

from collections.abc import Callable
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from auralis.demo import drums, tones
from auralis.demo.effects import echoed, panned
from auralis.demo.score import Note, Part, Score
from auralis.demo.wavetable import Wave, fade_edges


class Voice(NamedTuple):
    """An instrument: ``ring_seconds`` is how long it can sound by itself (None: as long as it is held)."""

    play: Callable[[float, float, float, int], Wave]
    ring_seconds: float | None
    release_seconds: float


VOICES: dict[str, Voice] = {
    "nylon": Voice(tones.nylon, 3.0, 0.25),
    "steel": Voice(tones.steel, 3.0, 0.2),
    "harp": Voice(tones.harp, 4.0, 1.5),
    "pizzicato": Voice(tones.pizzicato, 1.2, 0.4),
    "upright bass": Voice(tones.upright_bass, 1.6, 0.08),
    "synth bass": Voice(tones.synth_bass, None, 0.02),
    "sub bass": Voice(tones.sub_bass, None, 0.03),
    "electric piano": Voice(tones.electric_piano, 3.0, 0.15),
    "marimba": Voice(tones.marimba, 1.5, 0.6),
    "vibraphone": Voice(tones.vibraphone, 3.0, 0.5),
    "bell": Voice(tones.bell, 3.5, 3.0),
    "flute": Voice(tones.flute, None, 0.09),
    "strings": Voice(tones.strings, None, 0.15),
    "violin": Voice(tones.violin, None, 0.12),
    "spiccato": Voice(tones.spiccato, 0.6, 0.3),
    "pad": Voice(tones.pad, None, 0.9),
    "glass pad": Voice(tones.glass_pad, None, 1.0),
    "saw chord": Voice(tones.saw_chord, None, 0.08),
    "saw pad": Voice(tones.saw_pad, None, 0.4),
    "saw lead": Voice(tones.saw_lead, None, 0.06),
    "square": Voice(tones.square, None, 0.01),
    "thin pulse": Voice(tones.thin_pulse, 0.9, 0.05),
    "triangle": Voice(tones.triangle, None, 0.01),
    "sea": Voice(drums.sea, None, 0.0),
    "riser": Voice(drums.riser, None, 0.0),
} | {
    name: Voice(play, 1.0, 1.0)
    for name, play in {
        "kick": drums.kick,
        "soft kick": drums.soft_kick,
        "snare": drums.snare,
        "big snare": drums.big_snare,
        "clap": drums.clap,
        "rim": drums.rim,
        "hat": drums.hat,
        "open hat": drums.open_hat,
        "ride": drums.ride,
        "brush": drums.brush,
        "shaker": drums.shaker,
        "tom": drums.tom,
        "chip noise": drums.chip_noise,
        "chip hat": drums.chip_hat,
    }.items()
}
"""Instruments by name; drums have a length of their own."""

_KICKS = ("kick", "soft kick")
_DUCK_SECONDS = 0.16
_ECHO_BEATS = 0.75


class Buses(NamedTuple):
    """A mixed score: what is heard directly, and what is sent into the room; both ``(2, frames)``."""

    dry: Wave
    room: Wave


class _Player:
    """Renders the notes of one instrument, each distinct one once."""

    def __init__(self, name: str, sample_rate: int) -> None:
        self._voice = VOICES[name]
        self._sample_rate = sample_rate
        self._rendered: dict[tuple[int, int, int], Wave] = {}

    def sound(self, note: Note, held_seconds: float) -> Wave:
        """Return ``note`` at its strength; the timbre follows the strength in eight steps."""
        voice = self._voice
        seconds = held_seconds + voice.release_seconds
        if voice.ring_seconds is not None:
            seconds = min(seconds, voice.ring_seconds)
        key = (note.pitch, max(1, round(seconds * 40)), max(1, round(note.velocity * 8)))
        if key not in self._rendered:
            hz = 440.0 * 2 ** ((note.pitch - 69) / 12)
            wave = voice.play(hz, key[1] / 40, key[2] / 8, self._sample_rate)
            if voice.ring_seconds is not None and seconds < voice.ring_seconds:
                wave = fade_edges(wave, self._sample_rate, 0.0, min(voice.release_seconds, seconds * 0.8))
            self._rendered[key] = wave / max(1e-6, float(np.abs(wave).max()))
        return self._rendered[key] * np.float32(note.velocity**1.4)


def mix(score: Score, sample_rate: int, seed: int) -> Buses:
    """Play every part of ``score`` with the small liberties of a player; the same seed plays the same."""
    frames = int((score.seconds(score.beats) + score.tail_seconds) * sample_rate)
    dry, room, echo = (np.zeros((2, frames), np.float32) for _ in range(3))
    kicks = [score.seconds(n.beat) for p in score.parts if p.voice in _KICKS for n in p.notes]
    pressed = _pressed_by(kicks, frames, sample_rate)
    for number, part in enumerate(score.parts):
        line = _play_part(part, score, sample_rate, frames, np.random.default_rng([seed, number]))
        if part.duck:
            line *= 1 - np.float32(part.duck) * pressed
        dry += line
        if part.room:
            room += np.float32(part.room) * line
        if part.echo:
            echo += np.float32(part.echo) * line
    if echo.any():
        echoes = echoed(echo, sample_rate, _ECHO_BEATS * 60 / score.tempo_bpm)
        dry += echoes
        room += np.float32(0.3) * echoes
    return Buses(dry, room)


def _play_part(part: Part, score: Score, sample_rate: int, frames: int, rng: np.random.Generator) -> Wave:
    player = _Player(part.voice, sample_rate)
    line = np.zeros((2, frames), np.float32)
    gain = np.float32(10 ** (part.gain_db / 20))
    for note in part.notes:
        late = rng.normal(0, part.loose_ms / 1000)
        begin = max(0, round((score.seconds(note.beat) + np.clip(late, -0.012, 0.012)) * sample_rate))
        held = score.seconds(note.beat + note.beats) - score.seconds(note.beat)
        sound = player.sound(note, held) * gain * np.float32(1 + 0.06 * np.clip(rng.normal(), -2, 2))
        end = min(frames, begin + sound.shape[-1])
        if begin < end:
            line[:, begin:end] += panned(sound[..., : end - begin], part.pan)
    return line


def _pressed_by(kicks: list[float], frames: int, sample_rate: int) -> NDArray[np.float32]:
    """Return how far each frame is pressed down by the kick before it, 0 to 1."""
    pressed = np.zeros(frames, np.float32)
    count = int(_DUCK_SECONDS * 3 * sample_rate)
    t = np.arange(count) / sample_rate
    curve = (np.minimum(1, t / 0.004) * np.exp(-((t / _DUCK_SECONDS) ** 2))).astype(np.float32)
    for second in kicks:
        at = int(second * sample_rate)
        stretch = pressed[at : at + count]
        np.maximum(stretch, curve[: stretch.size], out=stretch)
    return pressed
