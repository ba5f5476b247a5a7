"""The one paging resolver."""

from dataclasses import dataclass, field

import pytest
from hypothesis import given
from hypothesis import strategies as st

from auralis.api.paging import PageRequest, page_request
from auralis.model.errors import InvalidInputError


@dataclass
class FakePage:
    items: list[bytes] = field(default_factory=list)
    total: int = 0
    next_cursor: str | None = None


def test_the_default_is_the_first_page_of_50() -> None:
    assert page_request({}) == PageRequest("page", 0, 50)


def test_each_family_says_where_to_read() -> None:
    assert page_request({"page": 3, "pageSize": 20}) == PageRequest("page", 40, 20)
    assert page_request({"offset": 7, "limit": 5}) == PageRequest("offset", 7, 5)
    assert page_request({"cursor": "abc", "pageSize": 5}) == PageRequest("cursor", 0, 5, "abc")


@pytest.mark.parametrize(
    "mixed",
    [
        {"page": 1, "offset": 0},
        {"page": 1, "limit": 5},
        {"cursor": "x", "offset": 0},
        {"cursor": "x", "page": 1},
        {"offset": 1, "pageSize": 5},
        {"page": 0},
        {"pageSize": 501},
        {"limit": 0},
        {"offset": -1},
        {"page": "many"},
    ],
)
def test_mixed_or_unreasonable_paging_is_refused(mixed: dict[str, object]) -> None:
    with pytest.raises(InvalidInputError) as refused:
        page_request(mixed, "pagination.")
    assert all(error.field.startswith("pagination.") for error in refused.value.errors)


def test_from_beyond_the_end_a_link_leads_back_to_what_is_there() -> None:
    for asked in ({"page": 900, "pageSize": 10}, {"offset": 9_000, "limit": 10}):
        links = page_request(asked).links("/things", b"", FakePage([], 25))
        assert links["previous"] == links["last"]
        assert links["next"] is None


@given(st.integers(0, 2000), st.integers(1, 500), st.integers(1, 50))
def test_following_the_links_by_page_covers_the_whole_once(total: int, size: int, start: int) -> None:
    seen, asked, visits = [], page_request({"page": 1, "pageSize": size}), 0
    while True:
        items = [b"x"] * max(0, min(size, total - asked.offset))
        page = FakePage(items, total)
        seen += range(asked.offset, asked.offset + len(items))
        meta, links = asked.meta(page), asked.links("/things", f"sort=title&page={start}".encode(), page)
        assert (links["next"] is not None) == meta["hasNextPage"]
        visits += 1
        if not meta["hasNextPage"]:
            break
        assert links["next"].startswith("/things?sort=title&page=")
        asked = page_request({"page": asked.offset // size + 2, "pageSize": size})
    assert seen == list(range(total))
    assert visits == max(1, -(-total // size)) == max(1, meta["totalPages"])


def test_cursors_lead_forward_only() -> None:
    asked = page_request({"cursor": "here", "pageSize": 2})
    links = asked.links("/t", b"cursor=here&pageSize=2&genre=a&genre=b", FakePage([b"1", b"2"], 9, "there"))
    assert links["next"] == "/t?genre=a&genre=b&cursor=there&pageSize=2"
    assert links["last"] is None
    assert links["previous"] is None
    assert asked.meta(FakePage([b"1"], 9, None))["nextCursor"] is None
