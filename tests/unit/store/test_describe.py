"""Files described: unknown things named, hostile text tamed, albums told apart."""

from typing import Any

import orjson
import pytest
from hypothesis import given
from hypothesis import strategies as st

from auralis.kit.text import SORTS_LAST
from auralis.model.library import AudioFile, StreamInfo, TrackTags
from auralis.store.library.describe import LONGEST_NAME, clean, describe
from auralis.store.library.records import Description

STREAM = StreamInfo("flac", "flac", 44_100, 2, 12.3456, 544_441, 900_000, 16)


def described(directory: bytes = b"a", name: bytes = b"03 some song.flac", **tags: Any) -> Description:
    return describe(AudioFile(STREAM, TrackTags(**tags)), directory, name)


def test_an_untagged_file_is_called_by_its_stem_and_sorts_after_the_named() -> None:
    found = described()
    assert found.facts["title"] == "03 some song"
    assert found.facts["artist"] is None
    assert found.facts["album"] is None
    assert found.album is None
    assert found.artists == ()
    assert found.artist_sort == SORTS_LAST


@pytest.mark.parametrize(
    ("name", "title"),
    [
        (b"a\nb.mp3", "a b"),
        (b"\xff\xfe.mp3", "\ufffd\ufffd"),
        ("🎵.ogg".encode(), "🎵"),
        (b".mp3", "?"),
        (b"x" * 255 + b".mp3", "x" * 255),
    ],
)
def test_strange_names_make_titles_that_can_be_shown(name: bytes, title: str) -> None:
    assert described(name=name).facts["title"] == title


def test_several_artists_are_shown_as_the_file_shows_them() -> None:
    found = described(artist="A feat. B", artists=("A", "B", "A"))
    assert found.facts["artist"] == "A feat. B"
    assert [name.shown for name in found.artists] == ["A", "B"]
    assert described(artists=("A", "B")).facts["artist"] == "A, B"


@pytest.mark.parametrize(
    ("date", "year"),
    [
        ("1999", 1999),
        ("1999-02-03", 1999),
        ("03.02.1999", 1999),
        ("", None),
        ("0000", None),
        ("19", None),
        (None, None),
    ],
)
def test_the_year_is_found_in_dates(date: str | None, year: int | None) -> None:
    found = described(date=date)
    assert found.facts["year"] == year
    assert found.year == (year or 0)


@pytest.mark.parametrize("number", [0, -1, 10**9, None])
def test_numbers_that_make_no_sense_are_unknown(number: int | None) -> None:
    assert described(track_number=number).facts["trackNumber"] is None
    assert described(disc_number=number).disc_number == 0


def identity(directory: bytes = b"x", **tags: Any) -> str:
    album = described(directory, **{"album": "Album", **tags}).album
    assert album is not None
    return album.identity


def test_an_album_artist_and_a_title_make_an_album_wherever_its_files_lie() -> None:
    assert identity(b"here", album_artist="Björk") == identity(b"there", album_artist="BJORK", album="ALBUM")
    assert identity(album_artist="A") != identity(album_artist="B")


def test_without_an_album_artist_a_directory_makes_the_album() -> None:
    assert identity(b"here", artist="A") == identity(b"here", artist="B")
    assert identity(b"here") != identity(b"there")


def test_discs_of_one_album_belong_together() -> None:
    assert identity(b"m/CD1") == identity(b"m/cd 2") == identity(b"m/Disc_03") == identity(b"m")
    assert identity(b"m/CD1") != identity(b"n/CD1")


def test_two_collections_of_the_same_name_stay_apart() -> None:
    assert identity(b"a", album_artist="Various Artists") != identity(b"b", album_artist="Various Artists")
    compilation = described(b"a", album="Hits", compilation=True).album
    assert compilation is not None
    assert compilation.artist == "Various Artists"


@given(st.text(st.characters(), max_size=60))
def test_any_text_in_tags_becomes_json_and_comes_back(text: str) -> None:
    found = described(title=text, artist=text, album=text, genres=(text,), album_artist=text, date=text)
    assert orjson.loads(orjson.dumps(found.facts)) == found.facts
    assert "\0" not in found.facts["title"]


def test_endless_tags_are_cut() -> None:
    assert clean("x" * 10_000_000) == "x" * LONGEST_NAME
    assert clean(" \0\x07 ") is None
