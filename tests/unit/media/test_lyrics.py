"""LRC texts are read as their lines in time, whatever else stands in them."""

from hypothesis import given
from hypothesis import strategies as st

from auralis.media.lyrics import LyricLine, as_lrc, read_lrc, without_times


def test_lines_come_in_their_order_in_time() -> None:
    text = "[ar:Ana]\n[00:10.50][00:02]chorus\n[00:05.1] <00:05.2>verse <00:06.0>two\nno time\n[01:00:25]end"
    assert read_lrc(text) == [
        LyricLine(2.0, "chorus"),
        LyricLine(5.1, "verse two"),
        LyricLine(10.5, "chorus"),
        LyricLine(60.25, "end"),
    ]
    assert without_times(text) == "chorus\nverse two\nchorus\nend"


def test_an_offset_moves_all_lines() -> None:
    assert read_lrc("[offset:+500]\n[00:01.00]a\n[00:00.10]b") == [LyricLine(0.0, "b"), LyricLine(0.5, "a")]


def test_text_without_times_is_only_text() -> None:
    assert read_lrc("one\n[two]\n") == []
    assert without_times("one\ntwo") == "one\ntwo"


@given(st.text(max_size=300))
def test_any_text_can_be_read(text: str) -> None:
    assert all(line.seconds >= 0 for line in read_lrc(text))


@given(st.lists(st.tuples(st.integers(0, 5_999_999), st.text("abc d", min_size=1, max_size=9)), max_size=9))
def test_what_is_written_is_read(lines: list[tuple[int, str]]) -> None:
    given_lines = sorted(LyricLine(at / 1000, " ".join(text.split())) for at, text in lines)
    assert sorted(read_lrc(as_lrc(given_lines))) == given_lines
