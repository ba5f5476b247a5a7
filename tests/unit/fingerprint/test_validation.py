"""Two sets of dimensions beside each other: by name, each in the spreads that are usual in music."""

from dataclasses import replace

import pytest
from tests.measuring import measured

from auralis.fingerprint.space import USUAL
from auralis.fingerprint.validation import compare
from auralis.model.fingerprint import DIMENSION_NAMES

OWN = replace(measured(), dimensions={**measured().dimensions, "tempo_bpm": 120.0, "loudness_lufs": -14.0})


def test_equal_dimensions_agree_whatever_their_order() -> None:
    validation = compare(dict(reversed(OWN.dimensions.items())), OWN)
    assert (validation.score, validation.accuracy, validation.level, validation.valid) == (1.0, 1.0, "HIGH", True)
    assert tuple(each.dimension for each in validation.dimensions) == DIMENSION_NAMES


def test_differences_are_told_in_usual_spreads() -> None:
    off = USUAL["loudness_lufs"][1]
    (only,) = compare({"loudness_lufs": -14.0 + off}, OWN).dimensions
    assert (only.given, only.own) == (pytest.approx(-14.0 + off), -14.0)
    assert only.spreads == pytest.approx(1)
    assert only.accuracy == pytest.approx(0.75)


def test_an_octave_of_tempo_is_as_far_either_way() -> None:
    up, down = (compare({"tempo_bpm": bpm}, OWN).dimensions[0].spreads for bpm in (240.0, 60.0))
    assert up == pytest.approx(down, rel=0.2)


def test_other_music_is_not_valid() -> None:
    other = {name: OWN.dimensions[name] + (-1) ** n * 3 * USUAL[name][1] for n, name in enumerate(DIMENSION_NAMES)}
    validation = compare(other, OWN)
    assert not validation.valid
    assert validation.level == "LOW"
    assert -1 <= validation.score < 0.95


@pytest.mark.parametrize("value", [0.0, -1e308, 1e308, 5e-324])
def test_any_number_can_be_compared(value: float) -> None:
    validation = compare(dict.fromkeys(DIMENSION_NAMES, value), OWN)
    assert -1 <= validation.score <= 1
    assert 0 <= validation.accuracy <= 1


def test_nothing_cannot_be_compared() -> None:
    with pytest.raises(ValueError, match="nothing"):
        compare({}, OWN)
