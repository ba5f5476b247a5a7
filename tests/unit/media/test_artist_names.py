"""Several artists in one text are told apart, and one artist stays one."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from auralis.media.artist_names import split_artists
from auralis.media.tag_text import tidy
from auralis.model.library import TagRules


@pytest.mark.parametrize(
    ("text", "names"),
    [
        ("AC/DC", ("AC/DC",)),
        ("Earth, Wind & Fire", ("Earth, Wind & Fire",)),
        ("Simon & Garfunkel", ("Simon & Garfunkel",)),
        ("Tyler, The Creator", ("Tyler, The Creator",)),
        ("Ana feat. Bo", ("Ana", "Bo")),
        ("Ana Ft. Bo", ("Ana", "Bo")),
        ("Ana (feat. Bo)", ("Ana", "Bo")),
        ("Ana [feat. Bo]", ("Ana", "Bo")),
        ("Ana featuring Bo; Cy", ("Ana", "Bo", "Cy")),
        ("Ana / Bo", ("Ana", "Bo")),
        ("Ana/Bo", ("Ana/Bo",)),
        ("Ana;Ana", ("Ana",)),
        ("; ", ("; ",)),
        ("Feature", ("Feature",)),
        ("(Sandy) Alex G; Bo", ("(Sandy) Alex G", "Bo")),
    ],
)
def test_separators_and_names_that_hold_them(text: str, names: tuple[str, ...]) -> None:
    assert split_artists(text) == names


def test_exceptions_stand_whatever_the_separators() -> None:
    rules = TagRules((",", "&", "/"), ("AC/DC", "Earth, Wind & Fire"))
    assert split_artists("AC/DC, Earth, Wind & Fire & Bo", rules) == ("AC/DC", "Earth, Wind & Fire", "Bo")
    assert split_artists("ac/dc & Bo", rules) == ("ac/dc", "Bo")
    assert split_artists("Ana;Bo", TagRules(())) == ("Ana;Bo",)


def test_the_count_of_ids_decides() -> None:
    assert split_artists("Ana feat. Bo", ids=1) == ("Ana feat. Bo",)
    assert split_artists("Ana feat. Bo", ids=2) == ("Ana", "Bo")
    assert split_artists("Ana feat. Bo", ids=3) == ("Ana feat. Bo",)
    assert split_artists("Simon & Garfunkel", ids=2) == ("Simon", "Garfunkel")
    assert split_artists("Earth, Wind & Fire & Bo", ids=2) == ("Earth, Wind & Fire", "Bo")
    assert split_artists("Earth, Wind & Fire", ids=1) == ("Earth, Wind & Fire",)


def test_single_artists_that_the_file_tells_are_not_split() -> None:
    ids = [f"aaaaaaaa-bbbb-cccc-dddd-00000000000{n}" for n in (1, 2)]
    tags = tidy({"artist": ["X; Y"], "artists": ["X; Y"]})
    assert tags.artists == ("X; Y",)
    tags = tidy({"artist": ["Ana & Bo"], "artist_id": ids})
    assert (tags.artist, tags.artists, tags.details.artist_ids) == ("Ana & Bo", ("Ana", "Bo"), tuple(ids))
    tags = tidy({"artist": ["Ana feat. Bo"], "artist_id": ids[:1]})
    assert (tags.artists, tags.details.artist_ids) == (("Ana feat. Bo",), (ids[0],))
    assert tidy({"artist": ["Ana"], "artist_id": ids}).details.artist_ids == ()


_SEPARATORS = st.lists(st.sampled_from([";", ",", "&", " feat. ", "/", "", " ", "x"]), max_size=4).map(tuple)
_EXCEPTIONS = st.lists(st.text(max_size=8), max_size=3).map(tuple)


@given(st.text(max_size=80), st.builds(TagRules, _SEPARATORS, _EXCEPTIONS), st.integers(0, 4))
@settings(max_examples=300)
def test_any_text_gives_names_that_stand_in_it(text: str, rules: TagRules, ids: int) -> None:
    names = split_artists(text, rules, ids)
    assert names
    assert all(name in text for name in names)
    assert len(set(names)) == len(names)
    assert not ids or len(names) in {1, ids}
