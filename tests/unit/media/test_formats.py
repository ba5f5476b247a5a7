"""Names of formats and depths of samples are read from what FFmpeg tells."""

import pytest

from auralis.media.formats import bit_depth, codec_name, container_name


@pytest.mark.parametrize(
    ("demuxer", "codec", "name"),
    [
        ("flac", "flac", "flac"),
        ("mov,mp4,m4a,3gp,3g2,mj2", "alac", "m4a"),
        ("ogg", "vorbis", "ogg"),
        ("ogg", "opus", "opus"),
        ("asf", "wmav2", "wma"),
        ("new,newer", "x", "new"),
    ],
)
def test_containers_have_short_names(demuxer: str, codec: str, name: str) -> None:
    assert container_name(demuxer, codec) == name


def test_codecs_have_short_names() -> None:
    assert [codec_name(c) for c in ("pcm_s24le", "wmapro", "opus")] == ["pcm", "wma", "opus"]


@pytest.mark.parametrize(
    ("codec", "sample_format", "extradata", "depth"),
    [
        ("pcm_s24le", "s32", None, 24),
        ("pcm_u8", "u8", None, 8),
        ("pcm_alaw", "s16", None, None),
        ("flac", "s32", bytes.fromhex("12001200000000006e5a0ac44370"), 24),
        ("flac", "s16", bytes.fromhex("12001200000000006e5a0ac442f0"), 16),
        ("flac", "s16", None, 16),
        ("alac", "s32p", bytes(17) + b"\x18", 24),
        ("wavpack", "s16p", None, 16),
        ("mp3", "fltp", None, None),
    ],
)
def test_only_lossless_audio_has_a_depth(
    codec: str, sample_format: str, extradata: bytes | None, depth: int | None
) -> None:
    assert bit_depth(codec, sample_format, extradata) == depth
