"""What a newer version of the measurements means for what older ones have measured."""

from dataclasses import replace

import pytest
from tests.signals import RATE, drums, gain, melody

from auralis.fingerprint import version
from auralis.fingerprint.extractor import extract
from auralis.fingerprint.version import PLAYING, SINCE, VERSION, version_for
from auralis.mastering.plan import plan_mastering
from auralis.mastering.programme import programme_of
from auralis.model.fingerprint import DIMENSION_NAMES, Fingerprint, Key
from auralis.model.player import PRESETS

APART = {"version", "sample_rate", "channels", "frames", "dimensions", "confidence", "heard_share"}


def test_everything_measured_has_a_version() -> None:
    assert set(SINCE) == (set(Fingerprint.__dataclass_fields__) - APART) | set(DIMENSION_NAMES)
    assert all(1 <= since <= VERSION for since in SINCE.values())


def test_a_change_of_one_measure_puts_only_those_who_need_it_out_of_date(monkeypatch: pytest.MonkeyPatch) -> None:
    before = version_for(PLAYING)
    monkeypatch.setitem(version.SINCE, "key", VERSION + 1)
    assert version_for(SINCE) == VERSION + 1
    assert version_for(PLAYING) == before
    monkeypatch.setitem(version.SINCE, "loudness_lufs", VERSION + 1)
    assert version_for(PLAYING) == VERSION + 1


def test_a_plan_reads_nothing_but_what_playing_is_said_to_need() -> None:
    found = extract(gain(drums(120, 12) + melody(60, 12), -6), RATE)
    # A plan keeps out of the dimensions' own shape: only what they share with the loudness and the bands moves it.
    other = replace(
        found,
        version=1,
        dimensions={n: v if n in PLAYING else -v for n, v in found.dimensions.items()},
        **{
            name: Key("F#", "minor", 0.1) if name == "key" else type(getattr(found, name))()
            for name in SINCE
            if name not in PLAYING and name not in DIMENSION_NAMES and name != "waveform"
        },
    )
    assert repr(programme_of(other)) == repr(programme_of(found))
    for preset in PRESETS:
        assert plan_mastering(other, preset, 1.0).plan_hash == plan_mastering(found, preset, 1.0).plan_hash
