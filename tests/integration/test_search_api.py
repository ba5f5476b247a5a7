"""Lists with filters and the search for tracks, through the doors of a real server."""

from typing import Any

import pytest
from tests.server import RunningServer

WHOLE = {"limit": 500}


def post(server: RunningServer, body: dict[str, Any]) -> dict[str, Any]:
    with server.client as client:
        response = client.post("/tracks/search", json=body)
    assert response.status_code == 200, response.text
    found: dict[str, Any] = response.json()
    return found


def test_tracks_are_narrowed_by_every_filter_of_the_contract(demo_server: RunningServer) -> None:
    tracks = demo_server.get("/tracks", **WHOLE)
    one = tracks[7]
    years = sorted({t["year"] for t in tracks})
    cases = [
        ({"artist": one["artists"][0]["id"]}, lambda t: one["artists"][0]["id"] in [a["id"] for a in t["artists"]]),
        ({"artist": one["artist"].upper()}, lambda t: one["artist"] in [a["name"] for a in t["artists"]]),
        ({"artist": [one["artist"], "Nobody"]}, lambda t: one["artist"] in [a["name"] for a in t["artists"]]),
        ({"genre": one["genres"][0]}, lambda t: one["genres"][0] in t["genres"]),
        ({"album": one["albumId"]}, lambda t: t["albumId"] == one["albumId"]),
        ({"album": one["album"]}, lambda t: t["album"] == one["album"]),
        ({"yearMin": years[-1]}, lambda t: t["year"] >= years[-1]),
        ({"yearMax": years[0]}, lambda t: t["year"] <= years[0]),
        ({"durationMin": one["duration"]}, lambda t: t["duration"] >= one["duration"]),
        ({"durationMin": 1, "durationMax": one["duration"]}, lambda t: t["duration"] <= one["duration"]),
        ({"ratingMin": 1}, lambda t: (t["rating"] or 0) >= 1),
        ({"addedFrom": "2001-01-01T00:00:00Z"}, lambda _: True),
        ({"addedTo": "2001-01-01T00:00:00Z"}, lambda _: False),
        ({"favorite": True}, lambda t: t["favorite"]),
        ({"played": False}, lambda t: not t["playCount"]),
        ({"missing": False}, lambda t: not t["missing"]),
        ({"missing": True}, lambda t: t["missing"]),
    ]
    for parameters, passes in cases:
        with demo_server.client as client:
            body = client.get("/tracks", params={**parameters, **WHOLE}).json()
        assert [t["id"] for t in body["data"]] == [t["id"] for t in tracks if passes(t)], parameters
        assert body["meta"]["total"] == len(body["data"])


def test_a_random_order_is_the_same_for_the_same_seed_page_by_page(demo_server: RunningServer) -> None:
    ids = {t["id"] for t in demo_server.get("/tracks", **WHOLE)}
    whole = [t["id"] for t in demo_server.get("/tracks", sort="random", seed=5, **WHOLE)]
    pages = [
        t["id"] for at in range(0, 24, 5) for t in demo_server.get("/tracks", sort="random", seed=5, offset=at, limit=5)
    ]
    other = [t["id"] for t in demo_server.get("/tracks", sort="random", seed=6, **WHOLE)]
    assert whole == pages
    assert set(whole) == set(other) == ids
    assert whole != other


@pytest.mark.parametrize(
    ("query", "field"),
    [
        ("ratingMin=6", "ratingMin"),
        ("yearMin=99999999999999999999", "yearMin"),
        ("durationMax=nan", "durationMax"),
        ("durationMin=-1", "durationMin"),
        ("addedFrom=yesterday", "addedFrom"),
        ("addedFrom=2021", "addedFrom"),
        ("favorite=maybe", "favorite"),
        ("sort=random&seed=-1", "seed"),
        ("&".join(["artist=x"] * 101), "artist"),
    ],
)
def test_bad_filters_are_refused_field_by_field(demo_server: RunningServer, query: str, field: str) -> None:
    with demo_server.client as client:
        response = client.get(f"/tracks?{query}")
    assert response.status_code == 422
    assert field in {error["field"] for error in response.json()["errors"]}


def test_a_search_takes_filters_sort_and_every_family_of_paging(demo_server: RunningServer) -> None:
    tracks = demo_server.get("/tracks", **WHOLE)
    artist = tracks[0]["artist"]
    mine = sorted((t for t in tracks if t["artist"] == artist), key=lambda t: -t["duration"])
    narrowed = {
        "query": artist,
        "filters": {
            "artists": [artist],
            "genres": mine[0]["genres"],
            "duration": {"min": 1, "max": 10_000},
            "dateAdded": {"from": "2001-01-01T00:00:00Z", "to": "2100-01-01"},
            "year": {"min": 1, "max": 9999},
        },
        "sort": {"field": "duration", "order": "desc"},
    }
    ids = [t["id"] for t in mine]
    for paging in ({"page": 1, "pageSize": 2}, {"offset": 0, "limit": 2}, {"cursor": "", "pageSize": 2}):
        found = post(demo_server, {**narrowed, "pagination": paging})
        assert [t["id"] for t in found["data"]] == ids[:2]
        assert found["meta"]["total"] == len(ids)
    for sorted_by in (narrowed["sort"], None):
        walked, cursor = [], ""
        while cursor is not None:
            page = post(demo_server, {**narrowed, "sort": sorted_by, "pagination": {"cursor": cursor, "pageSize": 3}})
            walked += [t["id"] for t in page["data"]]
            cursor = page["meta"]["nextCursor"]
        assert sorted(walked) == sorted(ids)
        assert len(walked) == len(ids)


def test_a_search_may_leave_out_the_metadata(demo_server: RunningServer) -> None:
    title = demo_server.get("/tracks", limit=1)[0]["title"]
    found = post(demo_server, {"query": title, "includeMetadata": False})["data"]
    assert set(found[0]) == {"id", "title", "artist", "duration"}


def test_a_mistyped_search_says_that_it_is_approximate(demo_server: RunningServer) -> None:
    track = next(t for t in demo_server.get("/tracks", **WHOLE) if len(t["title"].split()[0]) > 5)
    word = track["title"].split()[0]
    mistyped = word[:2] + word[3] + word[2] + word[4:]
    found = demo_server.get("/search", query=mistyped)
    assert found["approximate"] is True
    assert track["id"] in {t["id"] for t in found["tracks"]}
    assert demo_server.get("/search", query=word)["approximate"] is False


@pytest.mark.parametrize(
    ("body", "field"),
    [
        ({}, "query"),
        ({"query": " x "}, "query"),
        ({"query": "x" * 201}, "query"),
        ({"query": 5}, "query"),
        ({"query": "love", "filters": {"mood": ["sad"]}}, "filters.mood"),
        ({"query": "love", "filters": {"rating": {"min": 9}}}, "filters.rating.min"),
        ({"query": "love", "filters": {"year": {"from": 1999}}}, "filters.year.from"),
        ({"query": "love", "filters": {"dateAdded": {"from": "soon"}}}, "filters.dateAdded.from"),
        ({"query": "love", "filters": {"dateAdded": {"from": 2021}}}, "filters.dateAdded.from"),
        ({"query": "love", "filters": {"dateAdded": {"to": "2021"}}}, "filters.dateAdded.to"),
        ({"query": "love", "filters": {"duration": {"min": 1e300}}}, "filters.duration.min"),
        ({"query": "love", "filters": {"artists": "Anna"}}, "filters.artists"),
        ({"query": "love", "sort": {"field": "colour"}}, "sort.field"),
        ({"query": "love", "sort": {"field": "title", "order": "up"}}, "sort.order"),
        ({"query": "love", "pagination": {"page": 1, "offset": 2}}, "pagination.page"),
        ({"query": "love", "pagination": {"pageSize": 501}}, "pagination.pageSize"),
        ({"query": "love", "pagination": {"cursor": "x"}}, "cursor"),
        ({"query": "love", "colour": "red"}, "colour"),
    ],
)
def test_a_bad_search_is_refused_field_by_field(demo_server: RunningServer, body: dict[str, Any], field: str) -> None:
    with demo_server.client as client:
        response = client.post("/tracks/search", json=body)
    assert response.status_code == 422, response.text
    assert field in {error["field"] for error in response.json()["errors"]}, response.text


@pytest.mark.parametrize("text", ["\\ud800\\ud800", "a\\u0000b", "\\uffff\\uffff", "\\u202eabc"])
def test_no_text_is_a_fault(demo_server: RunningServer, text: str) -> None:
    body = f'{{"query": "{text}", "filters": {{"artists": ["{text}"]}}}}'
    with demo_server.client as client:
        response = client.post("/tracks/search", content=body, headers={"content-type": "application/json"})
    assert response.status_code in {200, 422}, response.text


def test_a_cursor_of_one_search_is_refused_by_another(demo_server: RunningServer) -> None:
    first = post(demo_server, {"query": "th", "pagination": {"cursor": "", "pageSize": 1}})
    cursor = first["meta"]["nextCursor"]
    assert cursor
    with demo_server.client as client:
        for changed in (
            {"query": "an"},
            {"query": "th", "filters": {"year": {"min": 1}}},
            {"query": "th", "sort": {"field": "title"}},
        ):
            body = {**changed, "pagination": {"cursor": cursor, "pageSize": 1}}
            assert client.post("/tracks/search", json=body).status_code == 422, changed
        for at in range(0, len(cursor), 5):
            forged = cursor[:at] + ("A" if cursor[at] != "A" else "B") + cursor[at + 1 :]
            body = {"query": "th", "pagination": {"cursor": forged, "pageSize": 1}}
            assert client.post("/tracks/search", json=body).status_code == 422


@pytest.mark.parametrize(
    "path",
    [
        *("/tracks?sort=artist", "/tracks?sort=random&seed=3", "/tracks?artist=x", "/albums?sort=year", "/artists"),
        *("/library/artists?order=desc", "/library/genres", "/library/genres?sort=name", "/library/years"),
        *("/library/browse", "/library/problems"),
    ],
)
def test_every_collection_is_walked_by_every_family(demo_server: RunningServer, path: str) -> None:
    mark = "&" if "?" in path else "?"
    with demo_server.client as client:
        whole = client.get(f"{path}{mark}limit=500").json()
        total = whole["meta"]["total"]
        assert total == len(whole["data"])
        for first in ("page=1&pageSize=3", "offset=0&limit=3", "cursor=&pageSize=3"):
            found, link = [], f"/api/v1{path}{mark}{first}"
            while link:
                answer = client.get(f"{demo_server.url}{link}").json()
                assert answer["meta"]["total"] == total
                found += answer["data"]
                link = answer["links"]["next"]
            assert found == whole["data"], first
        assert client.get(f"{path}{mark}cursor=AAAA&pageSize=3").status_code == 422
        assert client.get(f"{path}{mark}page=1&limit=3").status_code == 422


def test_folders_are_browsed_down_to_the_tracks(demo_server: RunningServer) -> None:
    found, paths = [], [""]
    with demo_server.client as client:
        while paths:
            listed = client.get("/library/browse", params={"path": paths.pop(), "limit": 500}).json()["data"]
            found += [entry["track"]["id"] for entry in listed if entry["kind"] == "track"]
            paths += [entry["path"] for entry in listed if entry["kind"] == "directory"]
        assert sorted(found) == sorted(t["id"] for t in demo_server.get("/tracks", **WHOLE))
        for path in ("..", "/etc", "../../etc/passwd", "nothing", "\0"):
            response = client.get("/library/browse", params={"path": path})
            assert (response.status_code, response.json()["code"]) == (404, "DIRECTORY_NOT_FOUND")


def test_the_figures_are_those_of_the_tracks(demo_server: RunningServer) -> None:
    tracks = demo_server.get("/tracks", **WHOLE)
    stats = demo_server.get("/library/stats")
    assert stats["size"] == sum(t["fileSize"] for t in tracks)
    assert stats["duration"] == pytest.approx(sum(t["duration"] for t in tracks), abs=0.1)
    assert sum(each["trackCount"] for each in stats["formats"]) == stats["tracks"] == len(tracks)
    years = demo_server.get("/library/years", limit=500)
    assert sum(each["trackCount"] for each in years) == len(tracks)
