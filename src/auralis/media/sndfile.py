"""Ogg and FLAC files as libsndfile reads them: the second reader, for valid files that FFmpeg refuses."""

import os
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import soundfile
from numpy.typing import NDArray

from auralis.model.errors import MediaError
from auralis.model.library import StreamInfo

_BLOCK_FRAMES = 1 << 16
_MAGIC = (b"OggS", b"fLaC")
_DEPTHS = {"PCM_S8": 8, "PCM_16": 16, "PCM_24": 24}


class SndfileSource:
    """One file's audio as libsndfile decodes it."""

    begins_at = 0

    def __init__(self, path: Path) -> None:
        try:
            with path.open("rb") as file:
                if not file.read(4).startswith(_MAGIC):
                    raise MediaError("This is not an audio file that can be read here.")
            self._file = soundfile.SoundFile(os.fsencode(path))
        except (soundfile.SoundFileError, OSError) as error:
            raise MediaError("Nothing in the file can be decoded.") from error
        if not self._file.frames:
            self._file.close()
            raise MediaError("The file holds no audio.")
        self.sample_rate = int(self._file.samplerate)
        self.channels = int(self._file.channels)
        seconds = self._file.frames / self.sample_rate
        name = self._file.format.lower()
        self.info = StreamInfo(
            format="opus" if self._file.subtype == "OPUS" else name,
            codec=self._file.subtype.lower() if name == "ogg" else name,
            sample_rate=self.sample_rate,
            channels=self.channels,
            duration_seconds=seconds,
            frames=int(self._file.frames),
            bitrate=round(8 * path.stat().st_size / seconds),
            bit_depth=_DEPTHS.get(self._file.subtype),
        )

    def close(self) -> None:
        """Let go of the file."""
        self._file.close()

    def blocks(self) -> Iterator[NDArray[np.float32]]:
        """Yield the audio from its start as float32 ``(channels, frames)``; a torn end ends it."""
        while True:
            try:
                block = self._file.read(_BLOCK_FRAMES, dtype="float32", always_2d=True)
            except soundfile.SoundFileError:
                return
            if not len(block):
                return
            yield np.ascontiguousarray(block.T)

    def excerpt(self, start_seconds: float, frames: int) -> NDArray[np.float32]:
        """Return ``frames`` of the audio from ``start_seconds`` on, fewer where it ends."""
        try:
            self._file.seek(min(self._file.frames, round(start_seconds * self.sample_rate)))
            block = self._file.read(frames, dtype="float32", always_2d=True)
        except soundfile.SoundFileError:
            return np.zeros((self.channels, 0), np.float32)
        return np.ascontiguousarray(block.T)
