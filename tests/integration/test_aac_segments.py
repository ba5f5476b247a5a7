"""Segments in AAC: small, complete in themselves, and without a tick where they are joined."""

import io
from pathlib import Path

import av
import numpy as np
import pytest
from tests.server import RunningServer
from tests.streams import FULL_SCALE, StreamBench, lively, samples_of

from auralis.media.encode import write_audio
from auralis.model.errors import InvalidInputError
from auralis.streaming import Segment
from auralis.streaming.segments import lead_frames

RATE = 44_100
SECONDS = 19.3


@pytest.fixture(scope="module")
def music(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    path = tmp_path_factory.mktemp("music") / "a.flac"
    write_audio(path, lively(RATE, SECONDS), RATE)
    return {"a": path}


def decoded(segment: Segment) -> np.ndarray:
    """Return a segment's own frames, as a player cuts them out."""
    with av.open(io.BytesIO(segment.body)) as container:
        sound = np.concatenate([frame.to_ndarray() for frame in container.decode(audio=0)], axis=1)
    lead = lead_frames("aac", RATE)
    return sound[:, lead : lead + segment.frames]


@pytest.mark.parametrize("variant", ["original", "enhanced"])
async def test_joins_are_no_worse_than_elsewhere(music: dict[str, Path], tmp_path: Path, variant: str):
    async with StreamBench(music, tmp_path) as streamer:
        manifest = await streamer.manifest("a")
        exact, small, borders = [], [], []
        for row in manifest["segments"]:
            flac = await streamer.segment("a", variant, row["index"])
            aac = await streamer.segment("a", variant, row["index"], codec="aac")
            assert (aac.start_frame, aac.frames, aac.final) == (flac.start_frame, flac.frames, flac.final)
            assert aac.etag != flac.etag
            exact.append(samples_of(flac) / FULL_SCALE)
            small.append(decoded(aac))
            borders.append(aac.start_frame)
        assert manifest["aac"]["leadFrames"] == lead_frames("aac", RATE)
    error = np.concatenate(small, axis=1) - np.concatenate(exact, axis=1)
    assert error.shape == (2, manifest["frames"])

    def residual(start: int) -> float:
        return float(np.sqrt(np.square(error[:, max(0, start - 512) : start + 512]).mean()))

    rng = np.random.default_rng(1)
    elsewhere = np.percentile([residual(int(at)) for at in rng.integers(RATE, manifest["frames"] - RATE, 400)], 95)
    for border in borders[1:]:
        assert 20 * np.log10(residual(border) / elsewhere) < 1, border


async def test_the_same_segment_has_the_same_bytes_and_is_small(music: dict[str, Path], tmp_path: Path):
    bodies = []
    for n in range(2):
        async with StreamBench(music, tmp_path / str(n)) as streamer:
            bodies.append((await streamer.segment("a", "enhanced", 3, codec="aac")).body)
    assert bodies[0] == bodies[1]
    assert len(bodies[0]) < 10 * 160_000 / 8


@pytest.mark.parametrize("seconds", [0.02, 2.7, 15.0, SECONDS - 0.3])
async def test_a_transition_is_as_good_as_elsewhere_at_both_ends(
    music: dict[str, Path], tmp_path: Path, seconds: float
):
    """Its ends are heard beside the segments of both sounds, so they must be right to the last sample."""
    frame = round(seconds * RATE)
    async with StreamBench(music, tmp_path) as streamer:
        exact = await streamer.transition("a", "original", "enhanced", frame)
        small = await streamer.transition("a", "original", "enhanced", frame, codec="aac")
    assert (small.start_frame, small.frames, small.final) == (exact.start_frame, exact.frames, exact.final)
    error = decoded(small) - samples_of(exact) / FULL_SCALE
    assert error.shape == (2, exact.frames)
    levels = np.sqrt(np.square(error[:, : error.shape[1] // 256 * 256]).reshape(2, -1, 256).mean(axis=(0, 2)))
    assert max(levels[0], levels[-1]) <= 2.0 * np.percentile(levels, 95)
    assert small.etag != exact.etag


async def test_what_aac_does_not_know_is_refused(music: dict[str, Path], tmp_path: Path):
    async with StreamBench(music, tmp_path) as streamer:
        with pytest.raises(InvalidInputError):
            await streamer.segment("a", "original", 0, rate=176_400, codec="aac")
        with pytest.raises(InvalidInputError):
            await streamer.segment("a", "ab", 0, codec="aac")
        with pytest.raises(InvalidInputError):
            await streamer.transition("a", "original", "enhanced", 0, rate=176_400, codec="aac")
        assert (await streamer.manifest("a", rate=176_400))["aac"] is None


def test_they_come_over_http(demo_server: RunningServer) -> None:
    track = demo_server.get("/tracks", limit=1)[0]["id"]
    manifest = demo_server.get(f"/stream/{track}/manifest")
    key = manifest["variants"]["enhanced"]["key"]
    with demo_server.client as client:
        answer = client.get(f"/stream/{track}/enhanced/1", params={"codec": "aac", "key": key})
        assert answer.status_code == 200
        assert "immutable" in answer.headers["cache-control"]
        assert int(answer.headers["auralis-frames"]) == 2 * manifest["sampleRate"]
        assert client.get(f"/stream/{track}/enhanced/1", params={"codec": "midi"}).status_code == 422
        assert client.get(f"/stream/{track}/ab/1", params={"codec": "aac"}).status_code == 422
