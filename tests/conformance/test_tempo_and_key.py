"""Tempo and key on pieces rendered anew: other tempi, keys and players than those of the demo library.

The demo library itself is judged track by track in ``tests/integration/test_demo_library.py``.
"""

from collections.abc import Iterator
from dataclasses import replace
from functools import cache
from random import Random
from typing import NamedTuple

import numpy as np
import pytest
from tests.conftest import PROOF
from tests.signals import MAJOR_CHORDS, MINOR_CHORDS, RATE, clicks, drums, gain, progression

from auralis.demo.pieces import ALBUMS, Piece
from auralis.demo.rendering import render_unlevelled
from auralis.dsp.tonal import PITCH_CLASSES
from auralis.fingerprint.extractor import extract
from auralis.model.fingerprint import Fingerprint

PIECES_PER_STYLE = 8 if PROOF else 2
LEAST_STRICT, LEAST_WITH_SECOND, LEAST_KEYS = 0.95, 0.98, 0.95
STRICT = 0.01


class Heard(NamedTuple):
    """A piece, and what was measured of it."""

    piece: Piece
    found: Fingerprint

    def is_tempo(self, bpm: float) -> bool:
        return abs(bpm / self.piece.tempo_bpm - 1) <= STRICT


@cache
def heard() -> tuple[Heard, ...]:
    return tuple(_heard())


def _heard() -> Iterator[Heard]:
    random = Random(2)
    for album in ALBUMS:
        for number in range(PIECES_PER_STYLE):
            model = album.pieces[number % len(album.pieces)]
            piece = replace(
                model,
                tempo_bpm=round(model.tempo_bpm * random.uniform(0.9, 1.1), 2),
                tonic=random.choice(PITCH_CLASSES),
                seed=random.randrange(10**6),
            )
            sound = np.ascontiguousarray(render_unlevelled(album, piece), np.float32)
            yield Heard(piece, extract(sound, album.sample_rate))


@pytest.mark.proof
@pytest.mark.timeout(1800)
def test_the_tempo_of_rendered_pieces_is_strictly_right() -> None:
    pieces = heard()
    right = [h for h in pieces if h.is_tempo(h.found.dimensions["tempo_bpm"])]
    second = [h for h in pieces if h not in right and h.is_tempo(h.found.tempo_alternative_bpm)]
    missed = [(h.piece.title, h.piece.tempo_bpm, h.found.dimensions["tempo_bpm"]) for h in pieces if h not in right]
    assert len(right) >= LEAST_STRICT * len(pieces), missed
    assert len(right) + len(second) >= LEAST_WITH_SECOND * len(pieces), missed


@pytest.mark.proof
@pytest.mark.timeout(1800)
def test_the_key_of_rendered_pieces_is_right() -> None:
    pieces = heard()
    missed = [
        (h.piece.title, h.piece.tonic, h.piece.mode, h.found.key)
        for h in pieces
        if (h.found.key.tonic, h.found.key.mode) != (h.piece.tonic, h.piece.mode)
    ]
    assert len(missed) <= (1 - LEAST_KEYS) * len(pieces), missed


@pytest.mark.parametrize("tonic", range(12))
@pytest.mark.parametrize("mode", ["major", "minor"])
def test_a_progression_is_heard_in_its_key(tonic: int, mode: str) -> None:
    chords = MAJOR_CHORDS if mode == "major" else MINOR_CHORDS
    key = extract(progression(tonic, chords, 12), RATE).key
    assert (key.tonic, key.mode) == (PITCH_CLASSES[tonic], mode)
    assert key.confidence > 0.5


@pytest.mark.parametrize("bpm", range(66, 190, 7))
def test_a_click_track_within_the_rule_s_octaves_or_its_half_is_exact(bpm: int) -> None:
    found = extract(clicks(bpm, 25), RATE)
    assert found.dimensions["tempo_bpm"] == pytest.approx(bpm, rel=0.002)
    assert found.beat_offset_seconds % (60 / bpm) == pytest.approx(0.25 % (60 / bpm), abs=0.015)


@pytest.mark.parametrize("bpm", [93, 112, 128, 140, 160])
def test_the_second_candidate_of_drums_is_an_octave_away(bpm: int) -> None:
    found = extract(drums(bpm, 25) + gain(progression(0, MAJOR_CHORDS, 25, bpm), -6), RATE)
    assert found.dimensions["tempo_bpm"] == pytest.approx(bpm, rel=0.005)
    assert found.tempo_alternative_bpm / bpm == pytest.approx(2, rel=0.02) or found.tempo_alternative_bpm / bpm == (
        pytest.approx(0.5, rel=0.02)
    )
