"""M3U as text: what is written is read again, whatever the names are."""

import re

from hypothesis import given, settings
from hypothesis import strategies as st
from tests.conftest import PROOF

from auralis.catalog.playlists import m3u, names
from auralis.catalog.playlists.transfer import _spellings
from auralis.model.playlists import LONGEST_NAME


@settings(max_examples=1000 if PROOF else 100, deadline=None)
@given(path=st.binary(min_size=1, max_size=40), title=st.text(max_size=30), artist=st.none() | st.text(max_size=30))
def test_any_path_is_one_line_that_means_it(path: bytes, title: str, artist: str | None) -> None:
    text = m3u.written("n", [m3u.Written(path, title, artist, 1.0)]).encode("utf-8", "replace")
    (line,) = m3u.read(text).lines
    meant = {spelling.removeprefix(b"./") for spelling in _spellings(line.path)}
    assert path in meant


@given(name=st.text(max_size=300))
def test_any_name_found_in_a_file_can_be_a_playlists_name(name: str) -> None:
    called, _ = names.checked(names.shortened(name), "")
    assert 1 <= len(called) <= LONGEST_NAME
    assert len(names.checked(names.of_copy(called), "")[0]) <= LONGEST_NAME


@given(st.lists(st.sampled_from(["\r", "\n", "\r\n", "a.flac", " ", "#x"]), max_size=30))
def test_lines_have_the_numbers_that_an_editor_shows(parts: list[str]) -> None:
    text = "".join(parts)
    numbered = enumerate(re.split(r"\r\n|\r|\n", text), 1)
    wanted = [n for n, line in numbered if line.strip(" ") and line.strip()[0] != "#"]
    assert [line.number for line in m3u.read(text.encode()).lines] == wanted


def test_a_file_of_empty_lines_takes_no_time() -> None:
    assert m3u.read(b"\n" * 3_000_000 + b"a.flac").lines[0].number == 3_000_001
