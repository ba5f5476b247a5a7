"""Whether a client already has what it asks for."""

import pytest
from starlette.requests import Request

from auralis.api.envelope import unchanged

TAG = 'W/"abc"'


def request(*if_none_match: str, method: str = "GET") -> Request:
    headers = [(b"if-none-match", value.encode()) for value in if_none_match]
    return Request({"type": "http", "method": method, "headers": headers})


@pytest.mark.parametrize("known", [(TAG,), ('"abc"',), ('"x", W/"abc"',), ('"x"', TAG), ("*",), (' "x" ,"abc" ',)])
def test_a_tag_in_the_list_is_known_weak_or_strong(known: tuple[str, ...]) -> None:
    assert unchanged(request(*known), TAG)
    assert unchanged(request(*known, method="HEAD"), TAG)
    assert not unchanged(request(*known, method="POST"), TAG)


@pytest.mark.parametrize("known", [(), ("",), ('"xabc"',), ('xW/"abc"',), ('W/"abc"x',), ("abc",), ('W/"abc',)])
def test_a_part_of_a_tag_is_not_known(known: tuple[str, ...]) -> None:
    assert not unchanged(request(*known), TAG)
