"""Every instrument sounds, at its pitch and on its beat."""

import numpy as np
import pytest

from auralis.demo import tones
from auralis.demo.orchestra import VOICES, mix
from auralis.demo.score import Note, Part, Score, shifted

RATE = 44100
PITCHED = [name for name, voice in VOICES.items() if voice.play.__module__ == tones.__name__]


@pytest.mark.parametrize("name", VOICES)
def test_an_instrument_sounds_and_ends_in_silence(name: str) -> None:
    wave = VOICES[name].play(220.0, 0.8, 0.7, RATE)
    assert wave.dtype == np.float32
    assert np.isfinite(wave).all()
    assert np.abs(wave).max() > 0.05
    assert np.abs(wave[..., -1]).max() < 0.01
    assert np.array_equal(wave, VOICES[name].play(220.0, 0.8, 0.7, RATE))


@pytest.mark.parametrize("name", PITCHED)
@pytest.mark.parametrize("hz", [110.0, 440.0])
def test_an_instrument_plays_in_tune(name: str, hz: float) -> None:
    wave = np.atleast_2d(VOICES[name].play(hz, 1.0, 0.7, RATE)).sum(axis=0)
    spectrum = np.abs(np.fft.rfft(wave * np.hanning(wave.size), 1 << 18))
    bins = np.arange(spectrum.size) * RATE / (1 << 18)
    near = (bins > hz * 0.8) & (bins < hz * 1.2)
    assert abs(1200 * np.log2(bins[near][spectrum[near].argmax()] / hz)) < 25


def _score(*parts: Part, swing: float = 0.5) -> Score:
    return Score(120, 4, list(parts), swing, tail_seconds=0.5)


def _onsets(sound: np.ndarray) -> list[float]:
    loud = np.abs(sound).max(axis=0) > 0.02
    starts = np.flatnonzero(loud & ~np.concatenate([np.zeros(1, bool), loud[:-1]]))
    return [s / RATE for i, s in enumerate(starts) if i == 0 or s - starts[i - 1] > RATE // 10]


def test_notes_fall_on_their_beats() -> None:
    part = Part("rim", [Note(0), Note(1), Note(2.5)], gain_db=0, room=0, loose_ms=0)
    assert _onsets(mix(_score(part), RATE, 1).dry) == pytest.approx([0, 0.5, 1.25], abs=0.002)


def test_swing_delays_the_second_half_of_a_beat() -> None:
    assert _score(swing=2 / 3).seconds(1.5) == pytest.approx((1 + 2 / 3) * 0.5)
    assert _score(swing=2 / 3).seconds(2.0) == pytest.approx(1.0)


def test_players_are_loose_but_always_in_the_same_way() -> None:
    part = Part("rim", [Note(n / 2) for n in range(8)], gain_db=0, room=0, loose_ms=6)
    first, again, other = (mix(_score(part), RATE, seed).dry for seed in (1, 1, 2))
    assert np.array_equal(first, again)
    assert not np.array_equal(first, other)


def test_pan_room_echo_and_ducking_do_what_they_say() -> None:
    left = mix(_score(Part("triangle", [Note(0, 2)], pan=-1, room=0.5)), RATE, 1)
    assert np.abs(left.dry[1]).max() < 1e-6
    assert np.allclose(left.room, 0.5 * left.dry)
    echo = mix(_score(Part("rim", [Note(0)], gain_db=0, room=0, echo=0.8)), RATE, 1).dry
    assert _onsets(echo)[1] == pytest.approx(0.375, abs=0.02)
    held = Part("triangle", [Note(0, 4)], room=0, loose_ms=0)
    kick = Part("kick", [Note(2)], gain_db=-120, room=0, loose_ms=0)
    ducked = mix(_score(Part("triangle", [Note(0, 4)], room=0, duck=0.8, loose_ms=0), kick), RATE, 1).dry
    free = mix(_score(held, kick), RATE, 1).dry
    at = slice(int(1.01 * RATE), int(1.03 * RATE))
    assert np.abs(ducked[:, at]).max() < 0.4 * np.abs(free[:, at]).max()


def test_shifted_notes_are_later_higher_and_never_over_full_strength() -> None:
    assert shifted([Note(1, 1, 60, 0.9)], 4, semitones=12, louder=2) == [Note(5, 1, 72, 1.0)]
