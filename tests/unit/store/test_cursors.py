"""Cursors: what was sealed comes back, and nothing else is taken."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from auralis.model.errors import InvalidInputError
from auralis.store.lists.cursors import open_cursor, seal_cursor

SECRET = b"s" * 32
LISTING = ["tracks", "title", False]
places = st.lists(st.one_of(st.text(), st.integers(-(2**53), 2**53), st.none()), max_size=5)


@given(places)
def test_a_cursor_gives_back_its_place(place: list[object]) -> None:
    assert open_cursor(SECRET, LISTING, seal_cursor(SECRET, LISTING, place)) == place


@given(st.text(max_size=80))
def test_anything_else_is_refused(text: str) -> None:
    with pytest.raises(InvalidInputError) as caught:
        open_cursor(SECRET, LISTING, text)
    assert [error.field for error in caught.value.errors] == ["cursor"]


@given(st.data())
def test_a_cursor_with_one_character_changed_is_refused(data: st.DataObject) -> None:
    cursor = seal_cursor(SECRET, LISTING, ["title", 7])
    at = data.draw(st.integers(0, len(cursor) - 2))  # the last character may carry bits that decoding drops
    other = data.draw(st.sampled_from([c for c in "ABCxyz019-_" if c != cursor[at]]))
    with pytest.raises(InvalidInputError):
        open_cursor(SECRET, LISTING, cursor[:at] + other + cursor[at + 1 :])


def test_a_cursor_of_another_list_or_library_is_refused() -> None:
    cursor = seal_cursor(SECRET, LISTING, ["title", 7])
    with pytest.raises(InvalidInputError, match="another sort or filter"):
        open_cursor(SECRET, ["tracks", "title", True], cursor)
    with pytest.raises(InvalidInputError, match="not a cursor of this server"):
        open_cursor(b"other secret", LISTING, cursor)
