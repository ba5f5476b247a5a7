"""Raw tag values become tidy, bounded text and numbers, whatever stood in the file."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from auralis.media.tag_text import clean, tidy
from auralis.model.library import TrackTags


def test_nothing_gives_nothing() -> None:
    assert tidy({}) == TrackTags()
    assert tidy({"title": ["   "], "artist": ["\0"], "track": ["0"], "date": ["0000"], "bpm": ["0"]}) == TrackTags()


def test_names_are_stripped_and_kept_on_one_line() -> None:
    assert clean("  Tab\there\r\nand\x00there ") == "Tab here  and there"
    assert clean("Sigur Rós 椎名林檎 🎷") == "Sigur Rós 椎名林檎 🎷"
    assert clean("half \ud800 pair") == "half ? pair"
    assert len(clean("x" * 1_000_000)) == 1_000


def test_a_slash_is_part_of_a_name() -> None:
    assert tidy({"artist": ["AC/DC"]}).artists == ("AC/DC",)


def test_several_artists_are_told_apart_and_shown_together() -> None:
    tags = tidy({"artist": ["Ana", "Bo", "Ana"]})
    assert (tags.artist, tags.artists) == ("Ana, Bo", ("Ana", "Bo"))
    tags = tidy({"artist": ["Ana feat. Bo"], "artists": ["Ana", "Bo"]})
    assert (tags.artist, tags.artists) == ("Ana feat. Bo", ("Ana", "Bo"))
    assert tidy({"artist": ["Ana\0Bo"]}).artists == ("Ana", "Bo")


@pytest.mark.parametrize(
    ("raw", "number"), [("3", 3), ("03/12", 3), (" 7 ", 7), ("A1", None), ("-2", None), ("0", None), ("", None)]
)
def test_numbers_of_tracks_and_discs(raw: str, number: int | None) -> None:
    tags = tidy({"track": [raw], "disc": [raw]})
    assert (tags.track_number, tags.disc_number) == (number, number)


@pytest.mark.parametrize(
    ("raw", "date"),
    [
        ("1999", "1999"),
        ("1999-07", "1999-07"),
        ("1999-07-03T12:00:00Z", "1999-07-03"),
        ("c. 1972", "1972"),
        ("1999-13-45", "1999"),
        ("soon", None),
    ],
)
def test_dates_keep_what_is_known(raw: str, date: str | None) -> None:
    assert tidy({"date": [raw]}).date == date


def test_genres_are_split_at_semicolons_only() -> None:
    assert tidy({"genre": ["Jazz; Fusion", "R&B/Soul", "Jazz"]}).genres == ("Jazz", "Fusion", "R&B/Soul")


def test_lyrics_keep_their_lines() -> None:
    assert tidy({"lyrics": ["one\r\ntwo\rthree\x07"]}).lyrics == "one\ntwo\nthree"
    assert len(tidy({"lyrics": ["la " * 1_000_000]}).lyrics or "") <= 200_000


@pytest.mark.parametrize(
    ("raw", "bpm"), [("120", 120.0), ("123.5", 123.5), ("98,4", 98.4), ("nan", None), ("9999", None), ("fast", None)]
)
def test_tempo_is_a_sensible_number(raw: str, bpm: float | None) -> None:
    assert tidy({"bpm": [raw]}).bpm == bpm


_FIELDS = ["title", "artist", "artists", "album", "track", "disc", "date", "genre", "lyrics", "bpm", "compilation"]


@given(st.dictionaries(st.sampled_from(_FIELDS), st.lists(st.text(st.characters(), max_size=60), max_size=4)))
@settings(max_examples=150)
def test_any_text_gives_tags_that_can_be_stored(fields: dict[str, list[str]]) -> None:
    tags = tidy(fields)
    for text in (tags.title, tags.artist, tags.album, tags.date, tags.lyrics, *tags.artists, *tags.genres):
        if text is not None:
            text.encode()
            assert text
            assert "\0" not in text
