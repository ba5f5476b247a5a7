"""Loudness modes: gain alone, both variants alike, no peak over -1 dBTP by it."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from auralis.streaming.loudness import MOST_GAIN_DB, Level, PlaybackGains, playback_gains

LEVELS = st.builds(Level, st.floats(-60, 0), st.floats(-30, 3))


def test_off_changes_nothing():
    assert playback_gains("off", Level(-8, 0.5), Level(-9, -1)) == PlaybackGains(0.0, 0.0, -8.0)


def test_tracks_meet_at_16_lufs_below_full_scale():
    gains = playback_gains("track", Level(-9.0, -0.2), Level(-9.1, -1.0))
    assert (gains.original_db, gains.enhanced_db, gains.plays_at_lufs) == (-7.0, -6.9, -16.0)


def test_an_album_keeps_the_distances_between_its_tracks():
    album = [Level(-10, -1), Level(-18, -6), Level(-13, -2)]
    gains = [playback_gains("album", level, level, album).original_db for level in album]
    assert gains == [-4.0, -4.0, -4.0]


def test_a_track_without_an_album_stands_for_itself():
    assert playback_gains("album", Level(-20, -12), None).plays_at_lufs == -14.0


@pytest.mark.parametrize(("level", "reason"), [(Level(-40, -30), "gain"), (Level(-20, -3), "peaks")])
def test_what_keeps_a_quiet_track_quiet_is_told(level: Level, reason: str):
    assert playback_gains("track", level, level).limited_by == reason


def test_silence_and_what_is_not_measured_stay_as_they_are():
    assert playback_gains("track", None, None).original_db == 0.0
    assert playback_gains("album", Level(-70, -100), None).original_db == 0.0


@given(st.sampled_from(["track", "album"]), LEVELS, LEVELS, st.lists(LEVELS, max_size=5))
def test_both_variants_play_alike_and_nothing_is_raised_too_far(mode, original, enhanced, album):
    gains = playback_gains(mode, original, enhanced, [original, *album])
    after = original.lufs + gains.original_db, enhanced.lufs + gains.enhanced_db
    assert after[0] == pytest.approx(after[1], abs=0.01)
    assert gains.original_db <= MOST_GAIN_DB
    for level, gain in ((original, gains.original_db), (enhanced, gains.enhanced_db)):
        assert gain <= 0.001 or level.true_peak_dbtp + gain <= -0.999
