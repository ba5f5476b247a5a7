"""Every collection of the route table, walked by every family of paging; cursors meddled with; any query."""

from collections.abc import Iterator
from typing import Any

import httpx
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.conftest import PROOF
from tests.server import RunningServer

from auralis.api.application import ApiSettings, create_api, routes_of

COLLECTIONS = sorted(
    route.path
    for route in routes_of(create_api(ApiSettings()))
    if route.include_in_schema
    and "GET" in (route.methods or ())
    and getattr(route.response_model, "__name__", "").startswith("Collection")
)
SIZES = (1, 5, 7)
QUERIES = 3000 if PROOF else 60


@pytest.fixture(scope="module")
def client(demo_server: RunningServer) -> Iterator[httpx.Client]:
    demo_server.wait_until_analysed()  # what is still being measured changes while it is walked along
    demo_server.wait_until(
        lambda: all(each["artworkPreview"] for each in demo_server.get("/albums")), "covers are seen"
    )
    with httpx.Client(base_url=demo_server.url, timeout=60) as opened:
        yield opened


@pytest.fixture(scope="module")
def known(client: httpx.Client) -> dict[str, str]:
    """What path and query parameters of collections may be, so that there is something to walk along."""
    tracks = [t["id"] for t in client.get("/api/v1/tracks?limit=24").json()["data"]]
    for name in ("First", "Second", "Third"):
        made = client.post("/api/v1/playlists", json={"name": name, "trackIds": tracks * 2}).json()["data"]
    return {"playlist_id": made["id"], "track_id": tracks[0]}


def address(path: str, known: dict[str, str]) -> str:
    try:
        return path.format_map(known)
    except KeyError as missing:
        raise AssertionError(f"{path}: say in `known` what {missing} may be") from None


def walk(client: httpx.Client, path: str | None) -> list[Any]:
    """Follow the links from page to page."""
    found: list[Any] = []
    while path:
        body = client.get(path).json()
        assert "meta" in body, body
        assert body["meta"]["hasNextPage"] == (body["links"]["next"] is not None)
        found += body["data"]
        path = body["links"]["next"]
    return found


@pytest.mark.parametrize("path", COLLECTIONS)
def test_every_walk_gives_the_whole_in_order(client: httpx.Client, known: dict[str, str], path: str) -> None:
    here = address(path, known)
    whole = client.get(f"{here}?limit=500").json()
    for size in SIZES if len(whole["data"]) < 30 else SIZES[1:]:
        for start in (f"page=1&pageSize={size}", f"offset=0&limit={size}", f"cursor=&pageSize={size}"):
            assert walk(client, f"{here}?{start}") == whole["data"], (path, start)
    assert whole["meta"]["total"] == len(whole["data"])


FAMILIES = [{"page": 1, "pageSize": 4}, {"offset": 0, "limit": 4}, {"cursor": "", "pageSize": 4}]


@pytest.mark.parametrize("family", FAMILIES)
def test_a_search_is_walked_like_any_list(client: httpx.Client, family: dict[str, Any]) -> None:
    def page(paging: dict[str, Any]) -> dict[str, Any]:
        answer = client.post("/api/v1/tracks/search", json={"query": "the", "pagination": paging})
        found: dict[str, Any] = answer.json()
        return found

    whole = page({"limit": 500})["data"]
    found: list[Any] = []
    body = page(family)
    while body["data"]:
        found += body["data"]
        meta = body["meta"]
        if not meta["hasNextPage"]:
            break
        moved = {"page": meta["page"] and meta["page"] + 1, "offset": len(found), "cursor": meta["nextCursor"]}
        body = page({name: moved.get(name, value) for name, value in family.items()})
    assert found == whole


@pytest.mark.parametrize("family", FAMILIES)
def test_the_links_of_a_search_take_the_same_body(client: httpx.Client, family: dict[str, Any]) -> None:
    body = {"query": "the", "pagination": family}
    whole = client.post("/api/v1/tracks/search", json={"query": "the", "pagination": {"limit": 500}}).json()["data"]
    found: list[Any] = []
    answer = client.post("/api/v1/tracks/search", json=body).json()
    while True:
        found += answer["data"]
        again = client.post(answer["links"]["self"], json=body).json()
        assert (again["data"], again["links"]) == (answer["data"], answer["links"])
        if answer["links"]["next"] is None:
            break
        answer = client.post(answer["links"]["next"], json=body).json()
    assert found == whole
    assert len(whole) > 4
    mixed = client.post("/api/v1/tracks/search?page=1&offset=3", json=body)
    assert (mixed.status_code, mixed.json()["errors"][0]["field"]) == (422, "page")


@pytest.mark.parametrize("path", COLLECTIONS)
def test_a_cursor_that_was_meddled_with_is_refused(client: httpx.Client, known: dict[str, str], path: str) -> None:
    here = address(path, known)
    cursor = client.get(f"{here}?cursor=&pageSize=1").json()["meta"]["nextCursor"]
    if cursor is None:
        cursor = client.get("/api/v1/tracks?cursor=&pageSize=1").json()["meta"]["nextCursor"]
    else:
        assert client.get(here, params={"cursor": cursor, "pageSize": 1}).status_code == 200
    other = "B" if cursor[9] != "B" else "C"
    for bad in (cursor[:9] + other + cursor[10:], cursor[:-4], cursor + "AAAA", cursor[::-1], "x", "0" * 5000, "é\0"):
        answer = client.get(here, params={"cursor": bad, "pageSize": 1})
        assert answer.status_code == 422, (path, bad)
        assert answer.json()["errors"][0]["field"] == "cursor"


def test_a_cursor_belongs_to_its_own_sort_and_filters(client: httpx.Client) -> None:
    cursor = client.get("/api/v1/tracks?cursor=&pageSize=1&sort=title").json()["meta"]["nextCursor"]
    for other in ("sort=artist", "sort=title&order=desc", "sort=title&yearMin=1990", "sort=random&seed=3"):
        answer = client.get(f"/api/v1/tracks?cursor={cursor}&pageSize=1&{other}")
        assert (answer.status_code, answer.json()["errors"][0]["field"]) == (422, "cursor"), other


@pytest.mark.proof
def test_any_query_is_answered_or_refused_by_its_length_alone(client: httpx.Client) -> None:
    @settings(max_examples=QUERIES, derandomize=not PROOF, database=None)
    @given(st.text(st.characters(codec="utf-8"), max_size=210))
    def every(query: str) -> None:
        allowed = 2 <= len(query.strip()) <= 200
        found = client.post("/api/v1/tracks/search", json={"query": query, "pagination": {"limit": 3}})
        assert found.status_code == (200 if allowed else 422), found.text
        both = client.get("/api/v1/search", params={"query": query, "limit": 2})
        assert both.status_code == (200 if allowed else 422), both.text

    every()
