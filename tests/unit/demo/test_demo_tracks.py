"""The ground truth of the demo library is complete and consistent."""

import unicodedata
from pathlib import PurePosixPath

from auralis.demo.library import DEMO_TRACKS
from auralis.demo.pieces import ALBUMS
from auralis.model.library import AUDIO_SUFFIXES


def test_there_are_24_tracks_in_6_albums_each_in_a_format_of_its_own() -> None:
    assert len(DEMO_TRACKS) == 24
    assert len({t.album for t in DEMO_TRACKS}) == len(ALBUMS) == 6
    assert {t.format for t in DEMO_TRACKS} == {"flac", "mp3", "ogg", "opus", "m4a", "wav"}
    assert all(len({t.format for t in DEMO_TRACKS if t.album == a.title}) == 1 for a in ALBUMS)


def test_paths_are_relative_distinct_and_portable() -> None:
    paths = [PurePosixPath(t.path) for t in DEMO_TRACKS]
    assert len(set(paths)) == 24
    assert all(len(p.parts) == 3 and p.suffix in AUDIO_SUFFIXES for p in paths)
    assert not [p for p in paths for part in p.parts if set(part) & set('\\:*?"<>|')]


def test_names_try_what_is_hard_in_names() -> None:
    assert any("/" in t.album_artist for t in DEMO_TRACKS)
    assert any(len(t.artists) == 2 and t.artist == " & ".join(t.artists) for t in DEMO_TRACKS)
    assert any(unicodedata.east_asian_width(t.title[0]) == "W" for t in DEMO_TRACKS)
    assert any(unicodedata.normalize("NFD", t.title) != t.title for t in DEMO_TRACKS)
    assert any(t.lyrics and t.lyrics.startswith("[00:") for t in DEMO_TRACKS)
    assert any(t.lyrics and not t.lyrics.startswith("[") for t in DEMO_TRACKS)


def test_the_truths_lie_in_the_ranges_they_were_chosen_from() -> None:
    assert all(80 <= t.tempo_bpm <= 150 for t in DEMO_TRACKS)
    assert {t.mode for t in DEMO_TRACKS} == {"major", "minor"}
    assert len({t.tonic for t in DEMO_TRACKS}) >= 8
    assert min(t.loudness_lufs for t in DEMO_TRACKS) == -24
    assert max(t.loudness_lufs for t in DEMO_TRACKS) == -9
    assert min(t.stereo_width for t in DEMO_TRACKS) <= 0.05
    assert max(t.stereo_width for t in DEMO_TRACKS) >= 0.35
    assert {(t.sample_rate, t.bit_depth) for t in DEMO_TRACKS if t.bit_depth} == {(44100, 16), (48000, 24)}


def test_the_tags_say_what_the_truth_says() -> None:
    track = next(t for t in DEMO_TRACKS if t.title == "Carry the Night")
    tags = track.tags()
    assert tags.artist == "Ox/Bow & Marisol Tende"
    assert tags.artists == ("Ox/Bow", "Marisol Tende")
    assert (tags.album_artist, tags.date, tags.track_number, tags.bpm) == ("Ox/Bow", "2023", 3, 126)
