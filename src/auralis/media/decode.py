"""Audio files as samples: one reader for every format, streaming, with positions counted from the start."""

import stat
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from types import TracebackType
from typing import Protocol, Self

import numpy as np
from numpy.typing import NDArray

from auralis.model.errors import MediaError
from auralis.model.library import StreamInfo

_LOUDEST = np.float32(2.0**20)
"""No recording is 120 dB over full scale; what claims to be is broken, as NaN and infinity are."""


class _Source(Protocol):
    info: StreamInfo
    begins_at: int

    @property
    def sample_rate(self) -> int: ...

    @property
    def channels(self) -> int: ...

    def blocks(self) -> Iterator[NDArray[np.float32]]: ...

    def excerpt(self, start_seconds: float, frames: int) -> NDArray[np.float32]: ...

    def close(self) -> None: ...


class AudioReader:
    """The audio of one file as a stream of blocks.

    Encoder delay and padding are trimmed where the container declares them. Nothing is resampled. Broken packets are
    passed over, and a truncated file yields what is there. Positions are counts of samples from the start of the
    file, never timestamps, so that the same file always gives the same samples at the same places.

    Parameters
    ----------
    path
        The file. It is opened, and its first samples are decoded, at once.
    start
        Where to begin, in frames; ``position`` tells where it does, which may be the start of the file.

    Attributes
    ----------
    info : StreamInfo
        What the container says; ``sample_rate`` and ``channels`` are those of the decoded samples.
    position : int
        Frames delivered so far.

    Raises
    ------
    MediaError
        ``UNREADABLE_AUDIO`` if nothing can be decoded, ``UNSUPPORTED_FORMAT`` if there is no decoder for it.
    """

    def __init__(self, path: Path, start: int = 0) -> None:
        self._source = _open(path, start)
        rate = self._source.sample_rate
        info = self._source.info
        frames = info.frames if rate == info.sample_rate else round(info.duration_seconds * rate)
        self.info = replace(info, sample_rate=rate, channels=self._source.channels, frames=frames)
        self.position = self._source.begins_at

    def __enter__(self) -> Self:
        """Read within a `with` block."""
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Let go of the file."""
        self.close()

    def close(self) -> None:
        """Let go of the file."""
        self._source.close()

    def __iter__(self) -> Iterator[NDArray[np.float32]]:
        """Yield blocks of float32 ``(channels, frames)``, about 65,000 frames each, from the start to the end, once.

        Raises
        ------
        MediaError
            ``INVALID_AUDIO`` at a block that holds NaN, infinity or absurd levels.
        """
        for block in self._source.blocks():
            self.position += block.shape[1]
            yield _checked(block)

    def excerpt(self, start_seconds: float, frames: int) -> NDArray[np.float32]:
        """Return about the audio at ``start_seconds``, found by the container's timestamps; reading on is over then.

        For looking into a long file, not for playing it: some formats miss the place by a little.

        Returns
        -------
        ndarray of float32, shape (channels, frames)
            Fewer frames where the file ends, none where nothing can be sought in it.

        Raises
        ------
        MediaError
            ``INVALID_AUDIO`` if it holds NaN, infinity or absurd levels.
        """
        return _checked(self._source.excerpt(start_seconds, frames))


def probe(path: Path) -> StreamInfo:
    """Return what the container of ``path`` says of its audio, without decoding it.

    Raises
    ------
    MediaError
        If the file is no audio file, or holds no audio.
    """
    from auralis.media import ffmpeg  # noqa: PLC0415 - PyAV stays out of the server's start

    _check_is_file(path)
    try:
        with ffmpeg.open_container(path) as container:
            return ffmpeg.stream_info(container, ffmpeg.audio_stream(container))
    except MediaError as error:
        return _second_reader(path, error).info


def read_audio(path: Path, max_frames: int | None = None) -> tuple[NDArray[np.float32], int]:
    """Decode a whole file, or its first ``max_frames``.

    Returns
    -------
    samples : ndarray of float32, shape (channels, frames)
    sample_rate : int
        Hz.

    Raises
    ------
    MediaError
        As `AudioReader`.
    """
    blocks: list[NDArray[np.float32]] = []
    with AudioReader(path) as reader:
        if max_frames != 0:
            for block in reader:
                blocks.append(block)
                if max_frames is not None and reader.position >= max_frames:
                    break
        empty = np.zeros((reader.info.channels, 0), np.float32)
        return np.concatenate(blocks or [empty], axis=1)[:, :max_frames], reader.info.sample_rate


def decode_segment(body: bytes) -> NDArray[np.float32]:
    """Return the samples of a segment that `encode.encode_flac_segment` made, shape (channels, frames), exactly."""
    from auralis.media import ffmpeg  # noqa: PLC0415 - PyAV stays out of the server's start

    return ffmpeg.decode_bytes(body)


def available_decoders() -> frozenset[str]:
    """Return FFmpeg's names of the decoders that are there: ``flac``, ``vorbis``, ``pcm_s16le`` and so on."""
    from auralis.media import ffmpeg  # noqa: PLC0415 - PyAV stays out of the server's start

    return ffmpeg.available_decoders()


def _checked(block: NDArray[np.float32]) -> NDArray[np.float32]:
    # Comparisons with NaN are false, so one pair of them finds NaN, infinity and absurd levels alike.
    if block.size and not (block.max() < _LOUDEST and block.min() > -_LOUDEST):
        raise MediaError("The audio holds values that are no sound (NaN or infinity).", code="INVALID_AUDIO")
    return block


def _open(path: Path, start: int) -> _Source:
    from auralis.media import ffmpeg  # noqa: PLC0415 - PyAV stays out of the server's start

    _check_is_file(path)
    try:
        return ffmpeg.FFmpegSource(path, start)
    except MediaError as error:
        return _second_reader(path, error)


def _check_is_file(path: Path) -> None:
    """Refuse folders, pipes and devices: opening one of them may never come back."""
    try:
        mode = path.stat().st_mode
    except (OSError, ValueError):
        return  # the readers say why
    if not stat.S_ISREG(mode):
        raise MediaError("This is not a file.")


def _second_reader(path: Path, first_error: MediaError) -> _Source:
    """Open ``path`` with libsndfile; where that fails too, the first reader's reason stands."""
    from auralis.media import sndfile  # noqa: PLC0415 - needed for few files

    try:
        return sndfile.SndfileSource(path)
    except MediaError:
        raise first_error from None
