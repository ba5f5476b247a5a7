"""Words one edit away: the walk along the library's words finds what a slow comparison of all of them does."""

import sqlite3

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from auralis.store import creation
from auralis.store.library.search_index import add_words
from auralis.store.lists.mistyped import one_edit_away

WORDS = ["beatles", "beetles", "beat", "queen", "quern", "nightwish", "knight", "night", "might", "björk", "sonata"]


def library(*words: str) -> sqlite3.Connection:
    connection = sqlite3.connect(":memory:", isolation_level=None)
    creation.create(connection)
    connection.executemany("INSERT OR IGNORE INTO search_words VALUES (?)", ((word,) for word in words))
    return connection


def distance_is_one(first: str, second: str) -> bool:
    """Say whether one letter more, less or other, or two neighbours exchanged, make the words equal."""
    if first == second:
        return False
    if len(first) == len(second):
        other = [n for n, (a, b) in enumerate(zip(first, second, strict=True)) if a != b]
        swapped = len(other) == 2 and other[1] == other[0] + 1
        return len(other) == 1 or (
            swapped and first[other[0]] == second[other[1]] and first[other[1]] == second[other[0]]
        )
    longer, shorter = sorted((first, second), key=len, reverse=True)
    return len(longer) == len(shorter) + 1 and any(longer[:n] + longer[n + 1 :] == shorter for n in range(len(longer)))


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("beatels", ["beatles"]),
        ("betles", ["beatles", "beetles"]),
        ("qeen", ["queen"]),
        ("quueen", ["queen"]),
        ("nihgt", ["night"]),
        ("night", ["knight", "might"]),
        ("ightwish", ["nightwish"]),
        ("nightwis", ["nightwish"]),
        ("metallica", []),
    ],
)
def test_one_edit_is_forgiven(typed: str, meant: list[str]) -> None:
    assert sorted(one_edit_away(library(*WORDS), typed, begins=False)) == meant


letters = st.text("abcé椎\U0010ffff\ud7ff\ue000", min_size=1, max_size=6)


@given(words=st.lists(letters, max_size=25), typed=letters)
@example(words=["\U0010ffff\U0010ffff"], typed="\U0010ffff")
@settings(max_examples=300, deadline=None)
def test_whole_words_are_those_of_a_slow_comparison(words: list[str], typed: str) -> None:
    found = one_edit_away(library(*words), typed, begins=False)
    assert sorted(found) == sorted({word for word in words if distance_is_one(word, typed)})
    assert len(found) == len(set(found))


@given(words=st.lists(letters, max_size=25), typed=letters)
@settings(max_examples=300, deadline=None)
def test_beginnings_are_those_of_a_slow_comparison(words: list[str], typed: str) -> None:
    beginnings = {word[:n] for word in words for n in range(len(word) + 1)}
    found = one_edit_away(library(*words), typed, begins=True)
    assert sorted(found) == sorted({each for each in beginnings if distance_is_one(each, typed)})


def test_numbers_and_very_short_or_long_words_are_not_kept() -> None:
    connection = library()
    add_words(connection, ["the 1999 ab abc", "x" * 41 + " 20th 林檎", ""])
    kept = [word for (word,) in connection.execute("SELECT word FROM search_words ORDER BY word")]
    assert kept == ["20th", "abc", "the"]
