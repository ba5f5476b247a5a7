"""Loudness modes: gain alone, both variants alike, no peak over -1 dBTP by it."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from auralis.streaming.loudness import MOST_GAIN_DB, Level, PlaybackGains, matched_gains, pair_gain, playback_gains

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


@pytest.mark.parametrize("mode", ["off", "track", "album"])
def test_a_pair_plays_as_loud_as_the_track_alone(mode):
    original, enhanced = Level(-12.0, -3.0), Level(-12.1, -2.5)
    album = [original, Level(-10.0, -2.0)] if mode == "album" else []
    pair = original, enhanced
    matched = matched_gains(*pair)
    alone = playback_gains(mode, *pair, album).plays_at_lufs
    assert original.lufs + matched[0] + pair_gain(mode, pair, matched, album) == pytest.approx(alone, abs=0.01)


def test_a_pair_is_raised_no_further_than_its_peaks_allow():
    loud = Level(-8.0, 0.5)
    pair = loud, Level(-9.0, -1.0)
    matched = matched_gains(*pair)
    assert loud.lufs + matched[0] + pair_gain("off", pair, matched) == pytest.approx(-8.0), "as it plays alone"
    pair = loud, Level(-9.0, -0.4)
    matched = matched_gains(*pair)
    assert loud.lufs + matched[0] + pair_gain("off", pair, matched) == pytest.approx(-8.6), "the other would clip"
    assert pair_gain("off", (Level(-70.0, -100.0), Level(-70.0, -100.0)), (0.0, 0.0)) == 0.0


@given(LEVELS, LEVELS, st.lists(LEVELS, max_size=3), st.sampled_from(["off", "track", "album"]))
def test_no_peak_of_a_pair_comes_over_full_scale_or_its_own_and_none_is_louder_than_asked(
    original, enhanced, album, mode
):
    pair = original, enhanced
    matched = matched_gains(*pair)
    gain = pair_gain(mode, pair, matched, [original, *album])
    alone = playback_gains(mode, *pair, [original, *album])
    for sound, own, together in zip(pair, (alone.original_db, alone.enhanced_db), matched, strict=True):
        raised = sound.true_peak_dbtp + together + gain
        assert gain <= 0 or raised <= max(0.0, sound.true_peak_dbtp + own) + 0.01
    assert alone.plays_at_lufs is None or original.lufs + matched[0] + gain <= alone.plays_at_lufs + 0.01
