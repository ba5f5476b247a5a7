"""Search text: what is stored and what is asked meet in the same words."""

import sqlite3

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from auralis.kit.search_text import searchable
from auralis.store.lists.expressions import joined, match_expression, parse

DDL = "CREATE VIRTUAL TABLE t USING fts5(title, tokenize='unicode61 remove_diacritics 2', prefix='2 3')"


def table(*titles: str) -> sqlite3.Connection:
    connection = sqlite3.connect(":memory:")
    connection.execute(DDL)
    connection.executemany("INSERT INTO t(title) VALUES (?)", [(searchable(title),) for title in titles])
    return connection


def found(query: str, *titles: str) -> list[str]:
    expression = match_expression(query)
    if expression is None:
        return []
    rows = table(*titles).execute("SELECT rowid FROM t WHERE t MATCH ? ORDER BY rowid", (expression,))
    return [titles[key - 1] for (key,) in rows]


@pytest.mark.parametrize(
    ("query", "title"),
    [
        ("AC/DC", "AC/DC"),
        ("ac dc", "AC/DC"),
        ("P!nk", "P!nk"),
        ("100%", "Give 100%"),
        ("!!!", "!!!"),
        ("!!", "!!!"),
        ("❤️", "❤️"),
        ("÷", "÷"),
        ("椎名林檎", "椎名林檎"),
        ("名林", "椎名林檎"),
        ("檎", "椎名林檎"),
        ("林檎", "東京事変と椎名林檎のうた"),
        ("ガラス", "ガラスの部屋"),
        ("노래", "좋은노래모음"),
        ("เพลง", "รวมเพลงดัง"),
        ("bjork", "Björk"),
        ("Björk", "Bjork"),
        ("motorhead", "Motörhead"),
        ("sigur ros", "Sigur Rós"),
        ("trentemoller", "Trentemøller"),
        ("strasse", "Straße"),
        ("bey", "Beyoncé"),
        ("moonl son", "Moonlight Sonata"),
        ("don't", "Don't Stop"),
        ('say "hello"', "Say Hello"),
        ("AND", "This and That"),
        ("or NOT near", "Or not near"),
        ("f**k", "F**k it"),
        ("my_song", "my song"),
        ("ＡＢＣ", "abc"),
        ("title:", "The Title"),
        ("(live", "Live at Home"),
        ("^sun", "Sun"),
    ],
)
def test_what_a_person_types_finds_what_they_mean(query: str, title: str) -> None:
    if query == "moonl son":  # only the last word may be a beginning
        assert found(query, title) == []
        assert found("moonlight son", title) == [title]
        return
    assert found(query, "Something Else", title) == [title]


@pytest.mark.parametrize(
    ("query", "others"),
    [
        ("100%", ["1000 Miles", "100 Years"]),
        ("lo*", ["Love", "Low"]),
        ("a%", ["Abba"]),
        ("林名", ["椎名林檎"]),
        ("zzz", ["!!!"]),
        ("!!!", ["What!?"]),
    ],
)
def test_signs_and_order_mean_themselves(query: str, others: list[str]) -> None:
    assert found(query, *others) == []


@settings(max_examples=300)
@given(st.text(max_size=40))
@example('"')
@example('""')
@example("'")
@example("\0")
@example("a\0b")
@example("*")
@example("a AND OR NOT NEAR(b, 2)")
@example("{title} : x")
@example("्")
@example("\ud800")
@example("\ue000")
@example("a" * 200)
@example(" ".join("abcdefghij" * 10))
def test_no_query_is_an_error(query: str) -> None:
    expression = match_expression(query)
    if expression is not None:
        connection = table("Something", "Else")
        connection.execute("SELECT rowid FROM t WHERE t MATCH ?", (expression,)).fetchall()
        connection.execute("SELECT rowid FROM t WHERE t MATCH ?", (joined(parse(query), beginning="title"),)).fetchall()


@settings(max_examples=300)
@given(st.text(st.characters(codec="utf-8", exclude_characters="\0"), min_size=2, max_size=30))
def test_every_title_is_found_by_itself(title: str) -> None:
    if match_expression(title) is not None:
        assert found(title, title) == [title]


@settings(max_examples=200)
@given(st.text("椎名林檎東京事変ガラス", min_size=2, max_size=12), st.data())
def test_every_part_of_an_unspaced_title_is_found(title: str, data: st.DataObject) -> None:
    start = data.draw(st.integers(0, len(title) - 1))
    end = data.draw(st.integers(start + 1, len(title)))
    assert found(title[start:end], title) == [title]
