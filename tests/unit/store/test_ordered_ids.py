"""Ids of rows: opaque, unique, and in the order of their keys."""

from hypothesis import given
from hypothesis import strategies as st

from auralis.store.library.names import ordered_id

keys = st.integers(1, 2**35 - 1)


@given(keys, keys)
def test_ids_sort_as_their_keys_do(one: int, other: int) -> None:
    assert (ordered_id(one) < ordered_id(other)) == (one < other) or one == other


def test_ids_are_short_safe_in_urls_and_not_to_be_guessed() -> None:
    ids = {ordered_id(7) for _ in range(1000)}
    assert len(ids) == 1000
    assert all(len(each) == 16 and each.isalnum() and each.islower() | each.isdigit() for each in ids)
