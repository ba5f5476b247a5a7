"""Samples as stream segments and as files; everything written is whole, or not there at all."""

from collections.abc import Iterable
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from auralis.kit.files import replacing
from auralis.model.errors import StorageError

Samples = NDArray[np.float32]


def encode_flac_segment(samples: Samples, sample_rate: int) -> bytes:
    """Encode audio as one self-contained segment: 24-bit FLAC in fragmented MP4.

    The body is ``ftyp moov moof mdat`` with exactly one fragment that begins at decode time 0, so that a player may
    append it anywhere by ``timestampOffset`` (ISO/IEC 14496-12 section 8.8; "Encapsulation of FLAC in ISO Base Media
    File Format"). The same samples always give the same bytes.

    Parameters
    ----------
    samples : ndarray of float32, shape (channels, frames)
        ±1.0 full scale, at least one frame and 1 to 8 channels. What lies outside is clipped.
    sample_rate : int
        Hz.

    Raises
    ------
    MediaError
        ``INVALID_AUDIO`` for NaN or infinity.
    ValueError
        If there is no frame, or more channels than FLAC knows.
    """
    from auralis.media import encoders  # noqa: PLC0415 - PyAV stays out of the server's start

    return encoders.flac_segment(samples, sample_rate)


def encode_aac_segment(samples: Samples, sample_rate: int, bitrate: int) -> bytes:
    """Encode two channels as one self-contained segment: AAC-LC in fragmented MP4, for slow connections.

    Its first sample stands ``stream_formats.AAC_PRIMING`` samples into the body, for which there is no edit list.

    Raises
    ------
    MediaError
        ``INVALID_AUDIO`` for NaN or infinity.
    """
    from auralis.media import encoders  # noqa: PLC0415 - PyAV stays out of the server's start

    return encoders.aac_segment(samples, sample_rate, bitrate)


def write_audio(
    path: Path,
    audio: Samples | Iterable[Samples],
    sample_rate: int,
    *,
    bit_depth: int = 24,
    bitrate: int | None = None,
) -> None:
    """Write audio to ``path``, its kind told by the ending: .flac .wav .mp3 .ogg .opus .m4a.

    Parameters
    ----------
    path
        Where to; a file that is there already is replaced when the new one is whole.
    audio : ndarray of float32, shape (channels, frames), or an iterable of such blocks
        ±1.0 full scale; integer formats clip what lies outside.
    sample_rate : int
        Hz. Opus takes 8, 12, 16, 24 and 48 kHz only.
    bit_depth
        For .flac 16 or 24, for .wav also 32 (float). 16 bits are dithered where the source is finer.
    bitrate
        Bits a second of lossy formats; None is a transparent default.

    Raises
    ------
    MediaError
        ``UNSUPPORTED_FORMAT`` for another ending, depth or rate, ``INVALID_AUDIO`` for NaN or infinity.
    StorageError
        If the disk refuses; ``STORAGE_FULL`` when it is full.
    """
    from auralis.media import encoders  # noqa: PLC0415 - PyAV stays out of the server's start

    writer = encoders.writer_for(path.suffix.lower(), bit_depth, bitrate)
    blocks = iter([audio]) if isinstance(audio, np.ndarray) else iter(audio)
    try:
        with replacing(path) as partial:
            partial.touch()
            writer(partial, blocks, sample_rate)
    except OSError as error:
        raise StorageError.of(error, f"'{path.name}' cannot be written there.") from error
