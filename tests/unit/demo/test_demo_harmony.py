"""Keys, chords and melodies hold to the rules they state."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from auralis.demo.figures import arpeggio, bass_line, drum, over, walking_bass
from auralis.demo.harmony import Key, chord, progression, voicing
from auralis.demo.melody import Manner, melody

C_MAJOR, A_MINOR = Key.named("C", "major"), Key.named("A", "minor")


@pytest.mark.parametrize(
    ("numeral", "key", "tones"),
    [
        ("I", C_MAJOR, {0, 4, 7}),
        ("vi7", C_MAJOR, {9, 0, 4, 7}),
        ("V7", C_MAJOR, {7, 11, 2, 5}),
        ("bVI", C_MAJOR, {8, 0, 3}),
        ("V", A_MINOR, {4, 8, 11}),
        ("VII", A_MINOR, {7, 11, 2}),
        ("ii7b5", A_MINOR, {11, 2, 5, 9}),
    ],
)
def test_numerals_name_the_chords_of_the_key(numeral: str, key: Key, tones: set[int]) -> None:
    assert set(chord(numeral, key).tones) == tones


def test_what_is_no_chord_is_refused() -> None:
    with pytest.raises(ValueError, match="no chord"):
        chord("H7", C_MAJOR)


def test_a_bar_may_hold_two_chords() -> None:
    harmony = progression("I ii7,V7 I", C_MAJOR)
    assert [(begin, beats) for begin, beats, _ in harmony.spans] == [(0, 4), (4, 2), (6, 2), (8, 4)]
    assert harmony.at(6.5).root == 7
    assert harmony.at(12).root == 0


def test_a_harmony_is_repeated_and_cut_to_its_bars() -> None:
    assert [c.root for _, _, c in over(progression("I V", C_MAJOR), 3).spans] == [0, 7, 0]


def test_voices_move_less_than_an_octave_and_stay_on_the_chord() -> None:
    previous: tuple[int, ...] = ()
    for numeral in ("I", "vi", "IV", "V7", "I"):
        tones = chord(numeral, C_MAJOR).tones
        voices = voicing(tones, previous, 55, 76)
        assert {v % 12 for v in voices} <= set(tones)
        assert all(abs(a - b) <= 7 for a, b in zip(voices, previous, strict=False))
        previous = voices


@settings(max_examples=40)
@given(seed=st.integers(0, 10_000), key=st.sampled_from([C_MAJOR, A_MINOR, Key.named("F#", "minor")]))
def test_melodies_meet_the_chords_on_strong_beats_and_come_home(seed: int, key: Key) -> None:
    tonic = "I" if key.mode == "major" else "i"
    harmony = progression(f"{tonic} {'vi' if key.mode == 'major' else 'VI'} V {tonic}", key)
    manner = Manner(((1, 0.5, 0.5, 2), (1.5, 0.5, 1, 1)), ((4,), (2, 2)))
    notes = melody(np.random.default_rng(seed), key, harmony, 8, 72, manner)
    assert all(n.pitch % 12 in harmony.at(n.beat).tones for n in notes if n.beat % 2 == 0)
    assert all(abs(n.pitch - 72) <= 18 for n in notes)
    assert notes[-1].pitch % 12 == key.tonic
    assert notes == melody(np.random.default_rng(seed), key, harmony, 8, 72, manner)


def test_a_walking_bass_steps_on_every_beat_and_lands_on_each_root() -> None:
    harmony = progression("I vi ii7 V7", C_MAJOR)
    notes = walking_bass(np.random.default_rng(1), harmony, C_MAJOR)
    assert [n.beat for n in notes] == list(range(16))
    assert [notes[bar * 4].pitch % 12 for bar in range(4)] == [0, 9, 2, 7]


def test_patterns_are_played_as_drawn() -> None:
    assert [(n.beat, n.velocity) for n in drum("X..o", 2)] == [(0, 1.0), (3, 0.5), (4, 1.0), (7, 0.5)]
    bass = bass_line(progression("I V", C_MAJOR), "x.x.", figure="r5")
    assert [(n.beat, n.pitch % 12) for n in bass] == [(0, 0), (2, 7), (4, 7), (6, 2)]
    broken = arpeggio(progression("I", C_MAJOR), (0, 1, 2), step=1.0, voices=3)
    assert [n.pitch % 12 for n in broken[:3]] == [p % 12 for p in voicing((0, 4, 7), (), 57, 81)]
