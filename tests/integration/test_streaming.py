"""Streaming over real files: the original bit for bit, segments as pure functions, joins without a seam."""

import asyncio
import itertools
import os
import random
from collections.abc import AsyncIterator
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from tests.mixes import judge
from tests.streams import FULL_SCALE, StreamBench, lively, residual_db, samples_of

from auralis.dsp.fold import fold
from auralis.fingerprint.service import measure_file
from auralis.mastering import trial
from auralis.mastering.chain import Chain
from auralis.mastering.plan import plan_mastering
from auralis.media.decode import read_audio
from auralis.media.encode import write_audio
from auralis.media.quantize import to_int24
from auralis.model.errors import ConflictError, InvalidInputError, MediaError, NotFoundError
from auralis.model.fingerprint import Fingerprint
from auralis.streaming import Sound, Streamer
from auralis.streaming.resample import Resampling
from auralis.streaming.segments import bounds
from auralis.streaming.tiers import SegmentTiers

RATE = 44100
SECONDS = 18.4
TYPES = [".flac", ".mp3", ".ogg", ".opus", ".m4a", ".wav"]


@pytest.fixture(scope="module")
def music(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    folder = tmp_path_factory.mktemp("music")
    files = {}
    for suffix in TYPES:
        rate = 48000 if suffix == ".opus" else RATE
        files[suffix] = folder / f"lively{suffix}"
        write_audio(files[suffix], lively(rate, SECONDS), rate)
    for name, channels, depth, rate in [("16", 2, 16, RATE), ("24", 2, 24, 96000), ("mono", 1, 16, 22050)]:
        files[name] = folder / f"{name}.flac"
        write_audio(files[name], lively(rate, 5.3, channels), rate, bit_depth=depth)
    files["surround"] = folder / "surround.flac"
    write_audio(files["surround"], lively(RATE, 5.3, 6), RATE)
    return files


@pytest.fixture(scope="module")
def known() -> dict:
    return {}


@pytest.fixture
async def bench(music: dict[str, Path], known: dict, tmp_path: Path) -> AsyncIterator[StreamBench]:
    bench = StreamBench(music, tmp_path / "cache", known)
    yield bench
    await bench.close()


@pytest.fixture
def streamer(bench: StreamBench) -> Streamer:
    return bench.streamer


async def whole(streamer: Streamer, track_id: str, variant: str, **options: object) -> np.ndarray:
    """Return a track as its joined segments."""
    pieces = []
    for n in itertools.count():
        segment = await streamer.segment(track_id, variant, n, **options)
        assert segment.start_frame == sum(piece.shape[1] for piece in pieces)
        pieces.append(samples_of(segment))
        if segment.final:
            break
    return np.concatenate(pieces, axis=1)


@pytest.mark.parametrize("name", [*TYPES, "16", "24"])
async def test_the_original_is_the_decoders_output_bit_for_bit(streamer: Streamer, music: dict[str, Path], name: str):
    decoded, _ = read_audio(music[name])
    assert np.array_equal(await whole(streamer, name, "original"), to_int24(decoded))


async def test_a_16_bit_source_fills_the_upper_bits(streamer: Streamer):
    assert not (await whole(streamer, "16", "original") & 0xFF).any()


async def test_mono_is_the_same_on_both_sides(streamer: Streamer, music: dict[str, Path]):
    decoded, _ = read_audio(music["mono"])
    original = await whole(streamer, "mono", "original")
    assert np.array_equal(original, np.repeat(to_int24(decoded), 2, axis=0))
    enhanced = await whole(streamer, "mono", "enhanced")
    assert np.array_equal(enhanced[0], enhanced[1])


async def test_surround_is_folded_by_the_matrix(streamer: Streamer, music: dict[str, Path]):
    decoded, _ = read_audio(music["surround"])
    assert np.array_equal(await whole(streamer, "surround", "original"), to_int24(fold(decoded)))
    assert (await whole(streamer, "surround", "enhanced")).shape == decoded[:2].shape


@pytest.mark.parametrize("name", [*TYPES, "mono", "24", "surround"])
async def test_the_manifest_tells_what_the_segments_are(streamer: Streamer, music: dict[str, Path], name: str):
    manifest = await streamer.manifest(name)
    decoded, rate = read_audio(music[name])
    assert manifest["framesExact"]
    assert manifest["frames"] == decoded.shape[1]
    assert manifest["sampleRate"] == manifest["sourceSampleRate"] == rate
    assert manifest["sourceChannels"] == len(decoded)
    assert manifest["duration"] == pytest.approx(decoded.shape[1] / rate)
    assert manifest["enhancedUnavailableReason"] is None
    last = manifest["segments"][-1]
    for variant in ("original", "enhanced"):
        key = manifest["variants"][variant]["key"]
        segment = await streamer.segment(name, variant, last["index"], key=key)
        assert (segment.start_frame, segment.frames) == (last["startFrame"], last["frames"])
        assert segment.final
        with pytest.raises(NotFoundError) as gone:
            await streamer.segment(name, variant, last["index"] + 1)
        assert gone.value.code == "SEGMENT_NOT_FOUND"


@pytest.mark.parametrize(
    ("name", "rate"),
    [(".flac", None), (".flac", 48000), (".mp3", None), (".ogg", 32000), (".opus", 44100), (".m4a", None)],
)
async def test_segments_are_the_same_in_any_order_and_from_any_server(
    music: dict[str, Path], known: dict, tmp_path: Path, name: str, rate: int | None
):
    numbers = range(5)
    async with StreamBench(music, tmp_path / "a", known) as streamer:
        forward = {
            (variant, n): (await streamer.segment(name, variant, n, rate=rate)).body
            for variant in ("original", "enhanced")
            for n in numbers
        }
    jumps = list(forward)
    random.Random(name).shuffle(jumps)
    async with StreamBench(music, tmp_path / "b", known, memory_bytes=1, disk_bytes=1, pcm_bytes=1) as streamer:
        for variant, n in jumps:
            assert (await streamer.segment(name, variant, n, rate=rate)).body == forward[variant, n]


async def test_segments_survive_a_restart_without_being_rendered_again(
    music: dict[str, Path], known: dict, tmp_path: Path
):
    async with StreamBench(music, tmp_path, known) as streamer:
        first = [await streamer.segment(".flac", "enhanced", n) for n in range(3)]
    async with StreamBench(music, tmp_path, known) as streamer:
        assert [await streamer.segment(".flac", "enhanced", n) for n in range(3)] == first
        assert streamer.stats().disk.hits >= 3


@pytest.mark.parametrize("preset", ["adaptive", "punchy"])
@pytest.mark.parametrize("rate", [None, 48000])
async def test_joined_segments_equal_one_continuous_render(
    streamer: Streamer, bench: StreamBench, music: dict[str, Path], preset: str, rate: int | None
):
    joined = await whole(streamer, ".flac", "enhanced", preset=preset, rate=rate)
    decoded, source_rate = read_audio(music[".flac"])
    way = Resampling(source_rate, rate or source_rate)
    frames = way.frames(decoded.shape[1])
    first, last = way.source_window(0, frames)
    source = way.apply(decoded[:, first:last], 0, frames)
    plan = plan_mastering(await bench.analysis.ensure(".flac"), preset, 1.0)
    chain = Chain(plan, way.rate)
    late = chain.process(np.pad(source, ((0, 0), (0, chain.latency_frames))))
    continuous = to_int24(late[:, chain.latency_frames :])
    assert joined.shape == continuous.shape
    assert residual_db(joined, continuous) <= -90


async def test_intensity_nought_is_the_original_to_the_byte(streamer: Streamer):
    manifest = await streamer.manifest(".mp3", intensity=0)
    original, enhanced = manifest["variants"]["original"], manifest["variants"]["enhanced"]
    assert enhanced["key"] == original["key"]
    assert enhanced["loudnessLufs"] == original["loudnessLufs"]
    assert enhanced["truePeakDbtp"] == original["truePeakDbtp"]
    a, b = [await streamer.segment(".mp3", v, 1, intensity=0) for v in ("original", "enhanced")]
    assert a == b


async def test_every_choice_has_its_own_key(streamer: Streamer, music: dict[str, Path]):
    keys = set()
    for options in ({}, {"rate": 48000}, {"preset": "warm"}, {"intensity": 0.5}):
        variants = (await streamer.manifest(".flac", **options))["variants"]
        keys |= {variants["original"]["key"], variants["enhanced"]["key"]}
    assert len(keys) == 2 + 4


async def test_a_stale_key_is_refused(streamer: Streamer):
    manifest = await streamer.manifest(".flac", preset="warm")
    key = manifest["variants"]["enhanced"]["key"]
    with pytest.raises(ConflictError) as stale:
        await streamer.segment(".flac", "enhanced", 0, preset="bright", key=key)
    assert stale.value.code == "PLAN_CHANGED"
    assert stale.value.details["current"] != key


@pytest.mark.parametrize("rate", [None, 48000])
@pytest.mark.parametrize(
    ("before", "after", "seconds"),
    [
        ("original", "enhanced", 2.71),
        ("enhanced", "original", 9.9),
        ("original", "enhanced", 6.8),
        ("enhanced", "original", 0),
    ],
)
async def test_a_transition_leaves_one_variant_and_arrives_in_the_other(
    streamer: Streamer, before: str, after: str, seconds: float, rate: int | None
):
    hz = rate or RATE
    frame = round(seconds * hz)
    old = await whole(streamer, ".flac", before, rate=rate)
    new = await whole(streamer, ".flac", after, rate=rate)
    segment = await streamer.transition(".flac", before, after, frame, rate=rate)
    piece = samples_of(segment)
    stop = frame + segment.frames
    fade = round(0.03 * hz)
    assert segment.start_frame == frame
    assert segment.frames >= hz // 2
    assert stop in {bounds(n, hz)[0] for n in range(9)}
    assert np.array_equal(piece[:, 0], old[:, frame])
    assert np.array_equal(piece[:, fade:], new[:, frame + fade : stop])
    ramp = np.arange(fade) / fade
    mixed = old[:, frame : frame + fade] * (1 - ramp) + new[:, frame : frame + fade] * ramp
    assert np.abs(piece[:, :fade] - mixed).max() <= 1.5


async def test_a_transition_between_presets(streamer: Streamer):
    old = await whole(streamer, ".flac", "enhanced", preset="warm", intensity=0.5)
    new = await whole(streamer, ".flac", "enhanced", preset="bright")
    segment = await streamer.transition(
        ".flac", "enhanced", "enhanced", 50000, preset="bright", from_preset="warm", from_intensity=0.5
    )
    piece = samples_of(segment)
    assert np.array_equal(piece[:, 0], old[:, 50000])
    assert np.array_equal(piece[:, 1323:], new[:, 51323 : 50000 + segment.frames])


async def test_a_transition_near_the_end_goes_to_the_end(streamer: Streamer):
    original = await whole(streamer, ".flac", "original")
    end = original.shape[1]
    segment = await streamer.transition(".flac", "enhanced", "original", end - 4000)
    assert segment.final
    assert segment.frames == 4000
    assert np.array_equal(samples_of(segment)[:, 1323:], original[:, end - 4000 + 1323 :])
    shorter_than_the_fade = await streamer.transition(".flac", "enhanced", "original", end - 100)
    assert shorter_than_the_fade.frames == 100
    for beyond in (end, end + 10_000_000):
        with pytest.raises(NotFoundError):
            await streamer.transition(".flac", "enhanced", "original", beyond)


async def test_a_track_that_cannot_be_analysed_still_plays(bench: StreamBench, music: dict[str, Path]):
    bench.analysis.broken[".ogg"] = MediaError("It sounds like nothing.")
    manifest = await bench.streamer.manifest(".ogg")
    assert manifest["variants"]["enhanced"] is None
    assert manifest["enhancedUnavailableReason"] == "It sounds like nothing."
    assert manifest["variants"]["original"]["loudnessLufs"] is None
    assert not manifest["framesExact"]
    decoded, _ = read_audio(music[".ogg"])
    assert np.array_equal(await whole(bench.streamer, ".ogg", "original"), to_int24(decoded))
    with pytest.raises(MediaError, match="sounds like nothing"):
        await bench.streamer.segment(".ogg", "enhanced", 0)


async def test_a_manifest_does_not_wait_for_ever_for_the_analysis(music: dict[str, Path], tmp_path: Path):
    bench = StreamBench(music, tmp_path, patience_seconds=0.01)
    bench.analysis.gate.clear()
    manifest = await bench.streamer.manifest(".flac")
    assert manifest["variants"]["enhanced"] is None
    assert "still" in manifest["enhancedUnavailableReason"]
    key = manifest["variants"]["original"]["key"]
    bench.analysis.gate.set()
    assert (await bench.streamer.segment(".flac", "original", 0, key=key)).frames == RATE
    await bench.close()


async def test_a_file_that_changes_is_a_stale_key_and_one_that_vanishes_an_error(
    streamer: Streamer, bench: StreamBench, music: dict[str, Path], tmp_path: Path
):
    path = tmp_path / "short.flac"
    write_audio(path, lively(RATE, 2.5), RATE)
    bench.library.files["changing"] = path
    key = (await streamer.manifest("changing"))["variants"]["original"]["key"]
    assert (await streamer.segment("changing", "original", 0, key=key)).frames == RATE
    os.utime(path, (1, 1))
    with pytest.raises(ConflictError):
        await streamer.segment("changing", "original", 0, key=key)
    path.unlink()
    with pytest.raises(MediaError, match="not there"):
        await streamer.segment("changing", "original", 0, key=key)
    with pytest.raises(MediaError, match="not there"):
        await streamer.manifest("changing")


async def test_sound_that_is_no_number_is_a_clear_error(streamer: Streamer, bench: StreamBench, tmp_path: Path):
    import soundfile

    samples = lively(RATE, 5).T.copy()
    samples[3 * RATE] = np.nan
    path = tmp_path / "nan.wav"
    soundfile.write(path, samples, RATE, subtype="FLOAT")
    bench.library.files["nan"] = path
    manifest = await streamer.manifest("nan")
    assert manifest["variants"]["enhanced"] is None
    assert manifest["enhancedUnavailableReason"]
    with pytest.raises(MediaError) as error:
        await whole(streamer, "nan", "original")
    assert error.value.code == "INVALID_AUDIO"


async def test_what_is_no_audio_is_a_clear_error(streamer: Streamer, bench: StreamBench, tmp_path: Path):
    path = tmp_path / "text.mp3"
    path.write_text("no music " * 500)
    bench.library.files["text"] = path
    bench.analysis.broken["text"] = MediaError("This is not an audio file.")
    with pytest.raises(MediaError):
        await streamer.manifest("text")
    with pytest.raises(MediaError):
        await streamer.segment("text", "original", 0)


@pytest.mark.parametrize(
    "options",
    [{"rate": 7999}, {"rate": 192001}, {"preset": "loudest"}, {"intensity": 1.01}, {"intensity": float("nan")}],
)
async def test_what_cannot_be_made_is_refused(streamer: Streamer, options: dict):
    with pytest.raises(InvalidInputError) as refused:
        await streamer.manifest(".flac", **options)
    assert refused.value.errors[0].field in options
    with pytest.raises(InvalidInputError):
        await streamer.segment(".flac", "enhanced", 0, **options)


async def test_unknown_tracks_and_numbers_below_nought_are_not_found(streamer: Streamer):
    with pytest.raises(NotFoundError):
        await streamer.manifest("nobody")
    with pytest.raises(NotFoundError):
        await streamer.segment(".flac", "original", -1)
    with pytest.raises(NotFoundError):
        await streamer.transition(".flac", "original", "enhanced", -1)


async def test_a_file_that_took_the_place_of_a_scanned_one_is_told_as_it_is(tmp_path: Path, music: dict[str, Path]):
    file = tmp_path / "replaced.flac"
    file.write_bytes(music["mono"].read_bytes())
    async with StreamBench({"t": file}, tmp_path / "cache") as streamer:
        before = await streamer.manifest("t")
    bench = StreamBench({"t": file}, tmp_path / "cache")
    scanned = file.stat()
    bench.library.scanned["t"] = scanned.st_size, scanned.st_mtime_ns
    bench.analysis.known["t"] = measure_file(file)
    file.write_bytes(music["24"].read_bytes())
    async with bench as streamer:
        after, again = await asyncio.gather(streamer.manifest("t"), streamer.manifest("t", preset="warm"))
        segments = await whole(streamer, "t", "enhanced")
    samples, rate = read_audio(music["24"])
    assert (before["sampleRate"], after["sampleRate"]) == (22050, rate)
    assert after["framesExact"]
    assert after["frames"] == again["frames"] == samples.shape[1] == segments.shape[1]
    assert after["variants"]["enhanced"]["plan"] != before["variants"]["enhanced"]["plan"]


async def test_the_manifest_tells_what_happens_to_the_samples(streamer: Streamer):
    async def words(track_id: str, rate: int | None = None) -> list[str]:
        return [step["words"] for step in (await streamer.manifest(track_id, rate=rate))["alterations"]]

    assert await words("16") == []
    assert await words("mono") == []
    assert await words("16", 48_000) == ["resampled from 44.1 to 48 kHz"]
    assert await words("surround", 96_000) == ["6 channels folded down to 2", "resampled from 44.1 to 96 kHz"]


async def test_the_manifest_tells_gains_by_which_both_variants_play_alike(streamer: Streamer, bench: StreamBench):
    off = await streamer.manifest("16")
    assert off["variants"]["original"]["gainDb"] == off["variants"]["enhanced"]["gainDb"] == 0.0
    track = await streamer.manifest("16", loudness="track")
    plays_at = {
        round(variant["loudnessLufs"] + variant["gainDb"], 2) for variant in (*track["variants"].values(),) if variant
    }
    assert max(plays_at) - min(plays_at) <= 0.02
    assert track["variants"]["original"]["key"] == off["variants"]["original"]["key"]
    louder = replace_loudness(bench.analysis.known["16"], -8.0)
    bench.library.albums["16"] = {"16": bench.analysis.known["16"], "other": louder, "new": None}
    album = await streamer.manifest("16", loudness="album")
    assert album["variants"]["original"]["gainDb"] == pytest.approx(-6.0, abs=0.6)


def replace_loudness(fingerprint: Fingerprint, lufs: float) -> Fingerprint:
    return replace(fingerprint, dimensions={**fingerprint.dimensions, "loudness_lufs": lufs})


@pytest.mark.parametrize("name", [".flac", ".mp3", "mono"])
async def test_both_sounds_lie_beside_each_other_level_matched_and_phase_exact(streamer: Streamer, name: str):
    told = await streamer.comparisons.between(Sound(name), Sound(name, "warm"))
    first = await streamer.segment(name, "ab", 0, preset="warm", key=told["key"])
    both = samples_of(first, channels=4)
    assert (told["channels"], both.shape) == (4, (4, first.frames))
    apart = [
        samples_of(await streamer.segment(name, variant, 0, preset="warm")) for variant in ("original", "enhanced")
    ]
    for pair, alone, side in zip((both[:2], both[2:]), apart, "ab", strict=True):
        assert np.abs(pair - alone * 10 ** (told[side]["gainDb"] / 20)).max() <= 2.0
    assert_equally_loud(await whole_pair(streamer, Sound(name), Sound(name, "warm"), told["key"]), told)


async def test_any_two_sounds_lie_beside_each_other(streamer: Streamer):
    presets = Sound(".flac", "warm"), Sound(".flac", "bright", 0.5)
    told = await streamer.comparisons.between(*presets)
    assert_equally_loud(await whole_pair(streamer, *presets, told["key"]), told)
    tracks = Sound("16"), Sound("mono")
    told = await streamer.comparisons.between(*tracks)
    pair = await whole_pair(streamer, *tracks, told["key"])
    assert pair.shape[1] == told["frames"] == max(told["a"]["frames"], told["b"]["frames"])
    assert_equally_loud(pair, told)
    shorter = min("ab", key=lambda side: told[side]["frames"])
    rows = slice(0, 2) if shorter == "a" else slice(2, 4)
    assert not pair[rows, told[shorter]["frames"] :].any()
    folded = Sound("surround"), Sound("16", "live")
    told = await streamer.comparisons.between(*folded)
    assert_equally_loud(await whole_pair(streamer, *folded, told["key"]), told)
    with pytest.raises(NotFoundError):
        await streamer.segment("16", "ab", 99, pair=tracks)
    with pytest.raises(InvalidInputError):
        await streamer.comparisons.between(Sound("16", "loud"), Sound("mono"))


async def test_what_is_compared_follows_the_plan_of_the_album_where_the_listener_hears_that(
    bench: StreamBench, streamer: Streamer
):
    alone = await streamer.manifest("16", preset="warm")
    await streamer.manifest("surround")
    bench.library.albums["16"] = {name: bench.analysis.known[name] for name in ("16", "surround")}
    bench.loudness = "album"
    heard = await streamer.manifest("16", preset="warm")
    assert heard["variants"]["enhanced"]["key"] != alone["variants"]["enhanced"]["key"], "else this proves nothing"
    told = await streamer.comparisons.between(Sound("16"), Sound("16", "warm"))
    pair = Sound("16"), Sound("16", "warm")
    beside = samples_of(await streamer.segment("16", "ab", 1, preset="warm", pair=pair, key=told["key"]), channels=4)
    without_pair = await streamer.segment("16", "ab", 1, preset="warm", key=told["key"])
    assert np.array_equal(samples_of(without_pair, channels=4), beside)
    for variant, rows, side in (("original", beside[:2], "a"), ("enhanced", beside[2:], "b")):
        played = samples_of(await streamer.segment("16", variant, 1, preset="warm"))
        assert np.abs(rows - played * 10 ** (told[side]["gainDb"] / 20)).max() <= 2.0
    assert_equally_loud(await whole_pair(streamer, *pair, told["key"]), told)


async def whole_pair(streamer: Streamer, first: Sound, second: Sound, key: str) -> np.ndarray:
    pieces = []
    for n in itertools.count():
        segment = await streamer.segment(first.track_id, "ab", n, preset=second.preset, key=key, pair=(first, second))
        pieces.append(samples_of(segment, channels=4) / FULL_SCALE)
        if segment.final:
            return np.concatenate(pieces, axis=1).astype(np.float32)
    raise AssertionError


def assert_equally_loud(pair: np.ndarray, told: dict) -> None:
    sounds = pair[:2, : told["a"]["frames"]], pair[2:, : told["b"]["frames"]]
    heard = [judge(sound, told["sampleRate"]).lufs for sound in sounds]
    assert abs(heard[0] - heard[1]) <= 0.1
    assert np.abs(pair).max() < 1.0


async def test_what_a_trial_has_shown_outlives_a_restart(
    music: dict[str, Path], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr(trial, "needs_trial", lambda plan: not plan.is_identity)
    first = StreamBench(music, tmp_path / "segments")
    told = await first.streamer.manifest("16", preset="punchy")
    compared = await first.streamer.comparisons.between(Sound("16"), Sound("16", "punchy"))
    await first.close()
    monkeypatch.setattr(SegmentTiers, "tried", None)
    monkeypatch.setattr(SegmentTiers, "heard", None)
    second = StreamBench(music, tmp_path / "segments", known=first.analysis.known)
    assert await second.streamer.manifest("16", preset="punchy") == told
    assert await second.streamer.comparisons.between(Sound("16"), Sound("16", "punchy")) == compared
    await second.close()
