"""Continuous streams: the right sound in the right length, sent while it is made, kept whole or not at all."""

import asyncio
import errno
import io
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import av
import numpy as np
import pytest
from tests.server import RunningServer
from tests.streams import FULL_SCALE, StreamBench, lively, residual_db, samples_of

from auralis.cache import GrowingFile
from auralis.media.decode import read_audio
from auralis.media.encode import write_audio
from auralis.media.stream_formats import STREAM_FORMATS
from auralis.model.errors import InvalidInputError, NotFoundError, OverloadedError, StorageError
from auralis.streaming import wholes
from auralis.streaming.spec import WholeSpec

RATE = 44_100
FRAMES = 9 * RATE + 123


@pytest.fixture(scope="module")
def music(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    folder = tmp_path_factory.mktemp("music")
    files = {name: folder / f"{name}.flac" for name in ("stereo", "mono", "high", "short")}
    write_audio(files["stereo"], lively(RATE, FRAMES / RATE), RATE)
    write_audio(files["mono"], lively(22_050, 5, channels=1), 22_050)
    write_audio(files["high"], lively(96_000, 4), 96_000)
    write_audio(files["short"], lively(RATE, 0.1), RATE)
    return files


@pytest.fixture(scope="module")
def known() -> dict[str, Any]:
    return {}


@pytest.fixture
async def bench(music: dict[str, Path], tmp_path: Path, known: dict[str, Any]) -> AsyncIterator[StreamBench]:
    bench = StreamBench(music, tmp_path / "cache", known)
    yield bench
    await bench.close()


async def taken(bench: StreamBench, spec: WholeSpec) -> bytes:
    whole = await bench.streamer.wholes.open(spec)
    return b"".join([piece async for piece in whole.pieces()])


async def stream(bench: StreamBench, track: str, variant: Any, kind: Any, **options: Any) -> bytes:
    return await taken(bench, await bench.streamer.names.whole(track, variant, kind, **options))


def decoded(data: bytes, tmp_path: Path) -> tuple[np.ndarray, int]:
    path = tmp_path / "stream"
    path.write_bytes(data)
    return read_audio(path)


@pytest.mark.parametrize("kind", STREAM_FORMATS)
@pytest.mark.parametrize("track", ["stereo", "mono", "high", "short"])
async def test_every_format_has_the_length_of_the_track(bench: StreamBench, tmp_path: Path, track: str, kind: Any):
    spec = await bench.streamer.names.whole(track, "enhanced", kind)
    data = await taken(bench, spec)
    samples, rate = decoded(data, tmp_path)
    assert rate == spec.sound.rate
    assert samples.shape == (2, spec.frames)
    original, source_rate = read_audio(bench.library.files[track])
    assert spec.frames == pytest.approx(original.shape[1] * rate / source_rate, abs=1)


@pytest.mark.parametrize("kind", STREAM_FORMATS)
async def test_every_format_sounds_like_the_track_and_lies_in_its_place(bench: StreamBench, tmp_path: Path, kind: Any):
    samples, rate = decoded(await stream(bench, "stereo", "original", kind), tmp_path)
    source, _ = read_audio(bench.library.files["stereo"])
    if rate != RATE:
        from auralis.streaming.resample import Resampling

        way = Resampling(RATE, rate)
        source = way.apply(source, 0, way.frames(source.shape[1]))
    middle = slice(rate, 8 * rate)
    lags = [float(np.sum(samples[:, rate + lag : 8 * rate + lag] * source[:, middle])) for lag in range(-3, 4)]
    assert int(np.argmax(lags)) - 3 == 0


async def test_flac_of_the_original_is_the_original(bench: StreamBench, tmp_path: Path):
    samples, _ = decoded(await stream(bench, "stereo", "original", "flac"), tmp_path)
    assert np.array_equal(samples, read_audio(bench.library.files["stereo"])[0])


async def test_the_head_of_a_flac_stream_tells_its_length(bench: StreamBench):
    data = await stream(bench, "stereo", "original", "flac")
    with av.open(io.BytesIO(data)) as container:
        assert container.streams.audio[0].duration in {FRAMES, None}
    assert int.from_bytes(data[18:26], "big") & ((1 << 36) - 1) == FRAMES


async def test_the_enhanced_stream_equals_the_joined_segments(bench: StreamBench, tmp_path: Path):
    samples, _ = decoded(await stream(bench, "stereo", "enhanced", "flac"), tmp_path)
    parts = [samples_of(await bench.streamer.segment("stereo", "enhanced", n)) for n in range(4)]
    joined = np.concatenate(parts, axis=1)
    assert residual_db(np.rint(samples * FULL_SCALE).astype(np.int64), joined[:, : samples.shape[1]]) < -90


@pytest.mark.parametrize("variant", ["original", "enhanced"])
async def test_a_stream_from_some_moment_on_is_the_rest_of_the_whole(bench: StreamBench, tmp_path: Path, variant: str):
    whole, _ = decoded(await stream(bench, "stereo", variant, "flac"), tmp_path)
    for start in (0.5, 3.25, 8.9):
        rest, _ = decoded(await stream(bench, "stereo", variant, "flac", start_seconds=start), tmp_path)
        first = round(start * RATE)
        assert rest.shape[1] == whole.shape[1] - first
        difference = 20 * np.log10(np.abs(rest - whole[:, first:]).max() + 1e-9)
        assert difference < (-120 if variant == "original" else -90)


@pytest.mark.parametrize("kind", STREAM_FORMATS)
async def test_the_same_stream_has_the_same_bytes_from_any_server(
    music: dict[str, Path], tmp_path: Path, known: dict[str, Any], kind: Any
):
    found = []
    for n in range(2):
        bench = StreamBench(music, tmp_path / f"{n}" / "cache", known)
        spec = await bench.streamer.names.whole("stereo", "enhanced", kind)
        made = await taken(bench, spec)
        kept = await bench.streamer.wholes.find(spec.key)
        assert kept is not None
        assert kept.size == len(made)
        assert b"".join([piece async for piece in kept.pieces()]) == made
        found.append((spec.key, made))
        await bench.close()
    assert found[0] == found[1]


async def test_many_listeners_share_one_making_and_each_hears_all(bench: StreamBench):
    spec = await bench.streamer.names.whole("stereo", "enhanced", "opus")
    bodies = await asyncio.gather(*(taken(bench, spec) for _ in range(5)))
    assert len(set(bodies)) == 1
    assert bench.streamer.wholes.stats().entries == 1


async def test_who_leaves_stops_the_making_and_nothing_is_left(bench: StreamBench, tmp_path: Path):
    spec = await bench.streamer.names.whole("stereo", "enhanced", "mp3")
    whole = await bench.streamer.wholes.open(spec)
    assert len(bench.streamer.wholes) == 1
    whole.close()
    assert len(bench.streamer.wholes) == 0
    for _ in range(1000):
        left = [path for path in (tmp_path / "streams").rglob("*") if path.is_file()]
        if not left and not bench.workers.pending(2):
            break
        await asyncio.sleep(0.01)
    assert not left
    assert await bench.streamer.wholes.find(spec.key) is None


async def test_one_leaving_stops_nothing_for_the_other(bench: StreamBench):
    spec = await bench.streamer.names.whole("stereo", "enhanced", "mp3")
    first = await bench.streamer.wholes.open(spec)
    second = asyncio.create_task(taken(bench, spec))
    await asyncio.sleep(0)
    first.close()
    assert len(await second) == bench.streamer.wholes.stats().bytes - 20


async def test_a_full_disk_is_said_and_never_other_sound(bench: StreamBench, monkeypatch: pytest.MonkeyPatch):
    inner = GrowingFile.append
    room = [0]

    def append(file: GrowingFile, data: bytes) -> None:
        if file.size + len(data) > room[0]:
            raise OSError(errno.ENOSPC, "No space left on device")
        inner(file, data)

    monkeypatch.setattr(GrowingFile, "append", append)
    spec = await bench.streamer.names.whole("stereo", "original", "flac")
    with pytest.raises(StorageError) as refused:
        await bench.streamer.wholes.open(spec)
    assert refused.value.code == "STORAGE_FULL"
    room[0] = 1_000_000
    whole = await bench.streamer.wholes.open(spec)
    heard = []
    with pytest.raises(StorageError):
        async for piece in whole.pieces():
            heard += [piece]
    assert heard
    monkeypatch.setattr(GrowingFile, "append", inner)
    assert (await taken(bench, spec)).startswith(b"".join(heard))


async def test_a_damaged_stream_is_made_again(music: dict[str, Path], tmp_path: Path, known: dict[str, Any]):
    for damage in (None, lambda data: data[:-1], lambda data: data[:500] + bytes((data[500] ^ 1,)) + data[501:]):
        for path in (tmp_path / "streams").rglob("*"):
            if path.is_file() and damage is not None:
                path.write_bytes(damage(path.read_bytes()))
        bench = StreamBench(music, tmp_path / "cache", known)
        made = await stream(bench, "stereo", "original", "flac")
        assert bench.streamer.wholes.stats().corrupt == (damage is not None)
        await bench.close()
        assert np.array_equal(decoded(made, tmp_path)[0], read_audio(music["stereo"])[0])


async def test_streams_keep_to_their_bytes(music: dict[str, Path], tmp_path: Path, known: dict[str, Any]):
    bench = StreamBench(music, tmp_path / "cache", known, whole_disk_bytes=700_000)
    for kind in ("mp3", "opus", "aac", "flac"):
        assert await stream(bench, "stereo", "original", kind)
        kept = sum(path.stat().st_size for path in (tmp_path / "streams").rglob("*") if path.is_file())
        assert kept == bench.streamer.wholes.stats().bytes <= 700_000
    bench.streamer.clear()
    assert not [path for path in (tmp_path / "streams").rglob("*") if path.is_file()]
    await bench.close()


async def test_only_so_many_are_made_at_a_time(bench: StreamBench, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(wholes, "MOST_IN_THE_MAKING", 1)
    first = await bench.streamer.wholes.open(await bench.streamer.names.whole("stereo", "original", "mp3"))
    with pytest.raises(OverloadedError):
        await bench.streamer.wholes.open(await bench.streamer.names.whole("high", "original", "mp3"))
    first.close()


async def test_what_a_format_cannot_is_refused(bench: StreamBench):
    with pytest.raises(InvalidInputError):
        await bench.streamer.names.whole("stereo", "original", "opus", rate=44_100)
    with pytest.raises(NotFoundError):
        await bench.streamer.names.whole("stereo", "original", "flac", start_seconds=15)
    with pytest.raises(NotFoundError):
        await bench.streamer.names.whole("nobody", "original", "flac")


def test_ranges_tags_and_lengths_over_http(demo_server: RunningServer) -> None:
    track = demo_server.get("/tracks", limit=1)[0]["id"]
    path, choice = f"/stream/{track}", {"format": "opus", "variant": "enhanced", "preset": "warm"}
    with demo_server.client as client:
        before = client.head(path, params=choice)
        assert before.status_code == 200
        assert "content-length" not in before.headers
        first = client.get(path, params=choice, headers={"Range": "bytes=0-"})
        assert first.status_code == 200
        whole, tag = first.content, first.headers["etag"]
        again = client.get(path, params=choice)
        assert (again.content, int(again.headers["content-length"])) == (whole, len(whole))
        assert again.headers["accept-ranges"] == "bytes"
        assert int(client.head(path, params=choice).headers["content-length"]) == len(whole)
        for wanted, start, stop in (
            ("bytes=0-99", 0, 100),
            ("bytes=1000-", 1000, len(whole)),
            ("bytes=-50", len(whole) - 50, len(whole)),
        ):
            part = client.get(path, params=choice, headers={"Range": wanted, "If-Range": tag})
            assert (part.status_code, part.content) == (206, whole[start:stop])
            assert part.headers["content-range"] == f"bytes {start}-{stop - 1}/{len(whole)}"
        stale = client.get(path, params=choice, headers={"Range": "bytes=0-99", "If-Range": '"other"'})
        assert (stale.status_code, stale.content) == (200, whole)
        assert client.get(path, params=choice, headers={"Range": f"bytes={len(whole)}-"}).status_code == 416
        assert client.get(path, params=choice, headers={"Range": "bytes=9-3"}).status_code == 416
        assert client.get(path, params=choice, headers={"If-None-Match": tag}).status_code == 304
        # A range of what was never sent before is answered when it is whole.
        other = client.get(path, params=choice | {"format": "aac"}, headers={"Range": "bytes=100-199"})
        assert (other.status_code, len(other.content)) == (206, 100)


def test_what_cannot_be_streamed_is_told(demo_server: RunningServer) -> None:
    track = demo_server.get("/tracks", limit=1)[0]["id"]
    with demo_server.client as client:
        for choice, status in (
            ({"format": "midi"}, 422),
            ({"format": "opus", "rate": 44100}, 422),
            ({"format": "mp3", "kbps": 7}, 422),
            ({"start": -1}, 422),
            ({"start": "nan"}, 422),
            ({"start": 1e5}, 404),
            ({"variant": "ab"}, 422),
        ):
            answer = client.get(f"/stream/{track}", params=choice)
            assert answer.status_code == status, (choice, answer.text)
        assert client.get("/stream/nobody").status_code == 404
