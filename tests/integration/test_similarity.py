"""The search for tracks that sound alike, by HTTP over the demo library."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from tests.server import RunningServer, running_server


@pytest.fixture(scope="module")
def server(demo_music: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[RunningServer]:
    with running_server(tmp_path_factory.mktemp("data"), music=demo_music) as server:
        server.wait_until_scanned(24)
        server.wait_until_analysed()
        yield server


@pytest.fixture(scope="module")
def tracks(server: RunningServer) -> list[dict[str, Any]]:
    return server.get("/tracks", limit=100)


def search(server: RunningServer, **parameters: Any) -> Any:
    return server.get("/fingerprints/search", **parameters)


def test_the_nearest_of_most_tracks_stand_on_their_album(server: RunningServer, tracks: list[dict[str, Any]]) -> None:
    right = 0
    for track in tracks:
        found = search(server, similarTo=track["id"], limit=5)
        assert found["basis"] == {"tracks": 24, "fittedOn": 0}
        assert len(found["items"]) == 5
        assert track["id"] not in {item["track"]["id"] for item in found["items"]}
        distances = [item["distance"] for item in found["items"]]
        assert distances == sorted(distances)
        right += found["items"][0]["track"]["album"] == track["album"]
    assert right >= 18, right


def test_a_match_tells_in_what_it_is_alike(server: RunningServer, tracks: list[dict[str, Any]]) -> None:
    item = search(server, similarTo=tracks[0]["id"], limit=1)["items"][0]
    own = server.get(f"/fingerprints/{item['track']['id']}")["dimensions"]
    asked = server.get(f"/fingerprints/{tracks[0]['id']}")["dimensions"]
    assert item["agrees"]
    for told in (*item["agrees"], *item["differs"]):
        assert told["value"] == pytest.approx(own[told["dimension"]], rel=1e-3, abs=1e-3)
        assert told["reference"] == pytest.approx(asked[told["dimension"]], rel=1e-3, abs=1e-3)


def test_ranges_narrow_to_what_lies_within(server: RunningServer, tracks: list[dict[str, Any]]) -> None:
    found = search(server, range=["tempo_bpm:100..140", "loudness_lufs:..-12"], limit=100)["items"]
    within = set()
    for track in tracks:
        dimensions = server.get(f"/fingerprints/{track['id']}")["dimensions"]
        if 100 <= dimensions["tempo_bpm"] <= 140 and dimensions["loudness_lufs"] <= -12:
            within.add(track["id"])
    assert {item["track"]["id"] for item in found} == within
    assert 0 < len(within) < 24


def test_several_tracks_and_some_to_keep_away_from(server: RunningServer, tracks: list[dict[str, Any]]) -> None:
    named = [track["id"] for track in tracks[:3]]
    found = search(server, similarTo=named[:2], awayFrom=named[2], limit=10)["items"]
    assert len(found) == 10
    assert not {item["track"]["id"] for item in found} & set(named)


def test_filters_narrow_to_what_passes(server: RunningServer, tracks: list[dict[str, Any]]) -> None:
    album = tracks[5]["album"]
    own = {track["id"] for track in tracks if track["album"] == album}
    found = search(server, similarTo=tracks[0]["id"], album=album, limit=50)["items"]
    assert {item["track"]["id"] for item in found} == own - {tracks[0]["id"]}
    distances = [item["distance"] for item in found]
    assert distances == sorted(distances)
    longer = search(server, similarTo=tracks[0]["id"], durationMin=20, limit=50)["items"]
    assert all(item["track"]["duration"] >= 20 for item in longer)
    assert search(server, similarTo=tracks[0]["id"], artist="nobody of this name")["items"] == []


@pytest.mark.parametrize(
    ("parameters", "status", "code"),
    [
        ({}, 422, "VALIDATION_ERROR"),
        ({"awayFrom": "x"}, 422, "VALIDATION_ERROR"),
        ({"similarTo": "unknown"}, 404, "FINGERPRINT_NOT_FOUND TRACK_NOT_FOUND"),
        ({"range": "tempo_bpm"}, 422, "VALIDATION_ERROR"),
        ({"range": "tempo_bpm:.."}, 422, "VALIDATION_ERROR"),
        ({"range": "tempo_bpm:a..b"}, 422, "VALIDATION_ERROR"),
        ({"range": "tempo_bpm:nan..1"}, 422, "VALIDATION_ERROR"),
        ({"range": "tempo_bpm:1..inf"}, 422, "VALIDATION_ERROR"),
        ({"range": "tempo_bpm:140..100"}, 422, "VALIDATION_ERROR"),
        ({"range": "tempo:100..140"}, 422, "VALIDATION_ERROR"),
        ({"range": ["tempo_bpm:100..140"] * 26}, 422, "VALIDATION_ERROR"),
        ({"similarTo": ["x"] * 51}, 422, "VALIDATION_ERROR"),
        ({"range": "tempo_bpm:1..2", "limit": 0}, 422, "VALIDATION_ERROR"),
        ({"range": "tempo_bpm:1..2", "limit": 101}, 422, "VALIDATION_ERROR"),
    ],
)
def test_what_cannot_be_understood_is_told(
    server: RunningServer, parameters: dict[str, Any], status: int, code: str
) -> None:
    with server.client as client:
        answer = client.get("/fingerprints/search", params=parameters)
    assert answer.status_code == status
    assert answer.json()["code"] in code.split()


def test_a_range_that_nothing_is_in_is_an_empty_answer(server: RunningServer) -> None:
    assert search(server, range="tempo_bpm:299.5..300")["items"] == []


def test_the_map_has_a_place_for_every_track(server: RunningServer, tracks: list[dict[str, Any]]) -> None:
    sheet = server.get("/map", dimension="tempo_bpm")
    assert sheet["basis"] == {"tracks": 24, "fittedOn": 0}
    assert sorted(sheet["ids"]) == sorted(track["id"] for track in tracks)
    assert len(sheet["x"]) == len(sheet["y"]) == len(sheet["values"]) == sheet["inside"] == 24
    own = server.get(f"/fingerprints/{sheet['ids'][3]}")["dimensions"]
    assert sheet["values"][3] == pytest.approx(own["tempo_bpm"], rel=1e-3)
    assert sheet["axes"]["x"]["grows"]


def test_a_part_of_the_map_is_told(server: RunningServer) -> None:
    whole = server.get("/map")
    right = server.get("/map", x="0..")
    assert right["ids"] == [name for name, x in zip(whole["ids"], whole["x"], strict=True) if x >= 0]
    few = server.get("/map", limit=5, trackId=[whole["ids"][20], "unknown"])
    assert few["ids"][0] == whole["ids"][20]
    assert (few["inside"], len(few["ids"])) == (24, len({*few["ids"]}))
    assert few["values"] is None


@pytest.mark.parametrize(
    "parameters",
    [
        {"x": "1"}, {"x": ".."}, {"y": "a..b"}, {"y": "nan..1"}, {"limit": 0}, {"limit": 100_001},
        {"dimension": "tempo"}, {"trackId": ["x"] * 501},
    ],
)  # fmt: skip
def test_a_map_that_cannot_be_drawn_is_refused(server: RunningServer, parameters: dict[str, Any]) -> None:
    with server.client as client:
        answer = client.get("/map", params=parameters)
    assert (answer.status_code, answer.json()["code"]) == (422, "VALIDATION_ERROR")


def validate(server: RunningServer, body: dict[str, Any]) -> Any:
    with server.client as client:
        answer = client.post("/fingerprints/validate", json=body)
    assert answer.status_code == 200, answer.text
    return answer.json()["data"]


def test_a_fingerprint_is_validated_by_name(server: RunningServer, tracks: list[dict[str, Any]]) -> None:
    own = server.get(f"/fingerprints/{tracks[0]['id']}")["dimensions"]
    shuffled = dict(reversed(list(own.items())))
    told = validate(server, {"trackId": tracks[0]["id"], "dimensions": shuffled})
    assert (told["validationScore"], told["valid"], told["level"], told["accuracy"]) == (1.0, True, "HIGH", 1.0)
    assert [each["dimension"] for each in told["dimensions"]] == list(own)
    off = {"tempo_bpm": 2 * own["tempo_bpm"], "loudness_lufs": own["loudness_lufs"]}
    told = validate(server, {"trackId": tracks[0]["id"], "dimensions": off})
    accuracies = {each["dimension"]: each["accuracy"] for each in told["dimensions"]}
    assert accuracies["loudness_lufs"] == pytest.approx(1, abs=1e-3)
    assert accuracies["tempo_bpm"] < 0.5
    assert told["level"] == "LOW"


@pytest.mark.parametrize(
    ("body", "status"),
    [
        ({"dimensions": {"tempo_bpm": 120}}, 422),
        ({"trackId": "unknown", "dimensions": {"tempo_bpm": 120}}, 404),
        ({"trackId": "unknown", "dimensions": {}}, 422),
        ({"trackId": "unknown", "dimensions": {"tempo": 120}}, 422),
        ({"trackId": "unknown", "dimensions": {"tempo_bpm": "fast"}}, 422),
        ({"trackId": "unknown", "dimensions": {"tempo_bpm": None}}, 422),
        ({"trackId": "unknown", "dimensions": [1, 2]}, 422),
        ({"trackId": "unknown", "dimensions": {"tempo_bpm": 1e308}}, 404),
    ],
)
def test_what_cannot_be_validated_is_refused(server: RunningServer, body: dict[str, Any], status: int) -> None:
    with server.client as client:
        assert client.post("/fingerprints/validate", json=body).status_code == status


def test_extreme_values_are_compared_too(server: RunningServer, tracks: list[dict[str, Any]]) -> None:
    extreme = {"tempo_bpm": 1e308, "air": -1e308, "spectral_centroid_hz": -5.0, "stereo_width": 0}
    told = validate(server, {"trackId": tracks[0]["id"], "dimensions": extreme})
    assert all(0 <= each["accuracy"] <= 1 for each in told["dimensions"])


def test_a_fingerprint_is_looked_up_by_strategy(server: RunningServer, tracks: list[dict[str, Any]]) -> None:
    for strategy in ("fast", "accurate", "full"):
        found = server.get(f"/tracks/{tracks[0]['id']}/fingerprint", strategy=strategy)
        assert (found["kind"], found["strategy"], found["source"], found["heardShare"]) == (
            "full",
            strategy,
            "stored",
            1,
        )
    assert found["dimensions"] == server.get(f"/fingerprints/{tracks[0]['id']}")["dimensions"]
    figures = server.get("/cache/stats")["fingerprints"]
    assert figures["strategies"]["stored"]["answered"] >= 3
    assert figures["strategies"]["full"]["asked"] >= 1
    with server.client as client:
        assert client.get("/tracks/unknown/fingerprint").status_code == 404
        assert client.get(f"/tracks/{tracks[0]['id']}/fingerprint?strategy=slow").status_code == 422
