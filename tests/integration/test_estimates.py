"""A long track is played before it is measured: what every client is told of its estimate, over a real socket."""

from pathlib import Path
from typing import Any

import pytest
from tests.server import running_server
from tests.streams import lively
from tests.talk import Talker

from auralis.media.encode import write_audio

RATE = 44_100


def told(talker: Talker, track: str) -> list[dict[str, Any]]:
    frames = (frame for frame in talker.heard if frame["type"] in {"track.updated", "fingerprint.validation"})
    return [frame for frame in frames if frame["data"]["trackId"] == track]


async def test_the_estimate_comes_first_and_then_how_well_it_did(tmp_path: Path) -> None:
    music = tmp_path / "music"
    music.mkdir()
    with running_server(tmp_path / "data", music=music) as server:
        server.wait_until_scanned(0)
        with server.client as client:
            assert client.patch("/settings", json={"analysis.background": False}).status_code == 200
            write_audio(music / "long.flac", lively(RATE, 75), RATE)
            assert client.post("/library/scan").status_code in {200, 202}
        server.wait_until_scanned()
        track = server.get("/tracks")[0]["id"]
        assert server.get(f"/tracks/{track}")["fingerprint"] == "none"
        talker, upper = await Talker.to(server, subprotocols=["auralis.v1"]), await Talker.to(server)
        await talker.hello()
        await upper.say({"type": "CONNECT", "payload": {}, "requestId": "1"})
        manifest = server.get(f"/stream/{track}/manifest")
        assert manifest["fingerprint"] == "estimate"

        validation = await talker.hears(lambda frame: frame["type"] == "fingerprint.validation")
        estimated, measured, judged = told(talker, track)
        assert estimated["data"] == {"trackId": track, "fingerprint": "estimate"}
        assert measured["data"] == {"trackId": track, "fingerprint": "full"}
        assert judged == validation
        assert judged["data"].keys() == {"trackId", "score", "accuracy", "level", "confidence"}
        assert judged["data"]["confidence"] == pytest.approx(manifest["confidence"], abs=1e-3)
        same = await upper.hears(lambda frame: frame["type"] == "VALIDATION_UPDATE")
        assert same["payload"] == judged["data"]
        await talker.close()
        await upper.close()

        assert server.get(f"/tracks/{track}")["fingerprint"] == "full"
        assert len(server.get(f"/fingerprints/{track}")["dimensions"]) == 25
        assert server.get("/cache/stats")["fingerprints"]["validations"]["meanScore"] == pytest.approx(
            judged["data"]["score"], abs=1e-3
        )
