"""Clock, ids, files and text."""

import string

import pytest
from hypothesis import given
from hypothesis import strategies as st

from auralis.kit.clock import SystemClock, iso_utc
from auralis.kit.files import replacing
from auralis.kit.ids import new_id
from auralis.kit.text import fold, sort_key


def test_times_are_written_in_utc_with_milliseconds() -> None:
    assert iso_utc(0.1234) == "1970-01-01T00:00:00.123Z"


def test_the_system_clock_moves_forward() -> None:
    clock = SystemClock()
    assert clock.monotonic() <= clock.monotonic()
    assert clock.now() > 1_700_000_000


def test_ids_are_distinct_and_safe_in_urls() -> None:
    ids = {new_id() for _ in range(1000)}
    assert len(ids) == 1000
    assert all(set(i) <= set(string.ascii_lowercase + string.digits) and len(i) == 16 for i in ids)


def test_a_file_appears_whole_or_not_at_all(tmp_path) -> None:
    target = tmp_path / "out.bin"
    with replacing(target) as partial:
        partial.write_bytes(b"whole")
        assert not target.exists()
    assert target.read_bytes() == b"whole"
    with pytest.raises(RuntimeError), replacing(target) as partial:
        partial.write_bytes(b"half")
        raise RuntimeError
    assert [path.name for path in tmp_path.iterdir()] == ["out.bin"]
    assert target.read_bytes() == b"whole"


@given(st.text())
def test_folding_twice_is_folding_once(text: str) -> None:
    assert fold(fold(text)) == fold(text)


def test_sort_keys_ignore_case_diacritics_and_articles() -> None:
    assert sort_key("The Émigrés") == "emigres"
    assert sort_key("The") == "the"
    assert fold("ＡＢＣ  ß") == "abc ss"
