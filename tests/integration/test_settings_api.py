"""Settings through the doors of a real server: REST to change them, the socket to hear of it."""

from collections.abc import Iterator
from typing import Any

import httpx
import pytest
from tests.server import RunningServer, running_server


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[RunningServer]:
    data = tmp_path_factory.mktemp("settings")
    environment = {"AURALIS_FIXED": '{"listening.played_seconds": 60}'}
    with running_server(data, environment=environment) as server:
        yield server


@pytest.fixture
def client(server: RunningServer) -> Iterator[httpx.Client]:
    with server.client as client:
        client.post("/settings/reset")
        yield client


def listed(client: httpx.Client) -> dict[str, dict[str, Any]]:
    return {each["name"]: each for each in client.get("/settings").json()["data"]}


def test_settings_are_listed_with_their_ranges(client: httpx.Client) -> None:
    settings = listed(client)
    preset = settings["player.preset"]
    assert (preset["type"], preset["default"], preset["value"], preset["scope"]) == (
        "choice",
        "adaptive",
        "adaptive",
        "personal",
    )
    assert "warm" in preset["choices"]
    assert settings["player.intensity"].items() >= {"minimum": 0, "maximum": 1, "type": "number"}.items()
    assert settings["listening.played_seconds"].items() >= {"locked": True, "value": 60}.items()


def test_settings_are_changed_all_or_none(client: httpx.Client) -> None:
    changed = client.patch("/settings", json={"player.preset": "warm", "player.intensity": 0.5})
    assert changed.status_code == 200
    assert {each["name"]: each["value"] for each in changed.json()["data"]}["player.intensity"] == 0.5
    refused = client.patch("/settings", json={"player.preset": "live", "player.intensity": 2, "listening.x": 1})
    assert (refused.status_code, refused.json()["code"]) == (422, "VALIDATION_ERROR")
    assert {error["field"] for error in refused.json()["errors"]} == {"player.intensity", "listening.x"}
    assert listed(client)["player.preset"]["value"] == "warm"
    locked = client.patch("/settings", json={"listening.played_seconds": 100})
    assert locked.status_code == 422
    reset = client.post("/settings/reset", json={"names": ["player.preset"]})
    assert reset.status_code == 200
    assert listed(client)["player.preset"]["value"] == "adaptive"
    assert listed(client)["player.intensity"]["value"] == 0.5


def test_stale_changes_are_refused_with_the_current_state(client: httpx.Client) -> None:
    before = client.get("/settings")
    tag, revision = before.headers["etag"], before.json()["meta"]["revision"]
    fresh = client.patch("/settings", json={"player.preset": "warm"}, headers={"If-Match": tag})
    assert fresh.status_code == 200
    by_header = client.patch("/settings", json={"player.preset": "live"}, headers={"If-Match": tag})
    by_body = client.patch("/settings", json={"player.preset": "live", "expectedRevision": revision})
    by_reset = client.post("/settings/reset", json={"expectedRevision": revision})
    foreign = client.patch("/settings", json={"player.preset": "live"}, headers={"If-Match": '"something"'})
    assert [answer.status_code for answer in (by_header, by_body, by_reset, foreign)] == [412, 409, 409, 412]
    for answer in (by_header, by_body, by_reset, foreign):
        assert answer.json()["code"] == "CONFLICT"
        assert answer.json()["details"]["current"]["revision"] == fresh.json()["meta"]["revision"]
    assert client.patch("/settings", json={}, headers={"If-Match": "*"}).status_code == 200


def test_changes_are_taken_back_and_made_again(client: httpx.Client) -> None:
    before = client.patch("/settings", json={"player.preset": "warm"}).json()
    client.patch("/settings", json={"player.preset": "live", "player.intensity": 0.5})
    stale = client.post("/settings/undo", json={"expectedRevision": before["meta"]["revision"]})
    assert (stale.status_code, stale.json()["code"]) == (409, "CONFLICT")
    undone = client.post("/settings/undo")
    assert (undone.status_code, undone.json()["data"]) == (200, before["data"])
    redone = client.post("/settings/redo", json={"expectedRevision": undone.json()["meta"]["revision"]})
    assert redone.status_code == 200
    assert listed(client)["player.preset"]["value"] == "live"
    nothing = client.post("/settings/redo")
    assert (nothing.status_code, nothing.json()["code"]) == (409, "CONFLICT")
    assert nothing.json()["details"]["current"]["revision"] == redone.json()["meta"]["revision"]
    assert client.post("/settings/undo", json={"steps": 3}).status_code == 422


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"[]",
        b"3",
        b'{"player.preset": ',
        b'{"\\ud800": 1}',
        b'{"player.preset": "\\ud800"}',
        b'{"player.intensity": 1e999}',
        b'{"player.intensity": NaN}',
        b'{"expectedRevision": "x", "player.preset": "warm"}',
        b'{"": 1}',
        b'{"player.intensity": ' + b"9" * 5000 + b"}",
        b"{" + b",".join(b'"s%d": 1' % n for n in range(2000)) + b"}",
        b'{"player.preset": ' + b"[" * 50_000 + b"]" * 50_000 + b"}",
    ],
)
def test_bad_bodies_are_refused(client: httpx.Client, body: bytes) -> None:
    for path, method in (("/settings", "PATCH"), ("/settings/reset", "POST")):
        if method == "POST" and not body:
            continue
        answer = client.request(method, path, content=body, headers={"content-type": "application/json"})
        assert answer.status_code == 422, answer.text
        assert answer.json()["code"] == "VALIDATION_ERROR"
    assert listed(client)["player.preset"]["value"] == "adaptive"


def test_the_background_analysis_follows_its_setting(client: httpx.Client) -> None:
    for wanted in (False, True):
        answer = client.patch("/settings", json={"analysis.background": wanted})
        assert answer.status_code == 200
        assert listed(client)["analysis.background"]["value"] is wanted
