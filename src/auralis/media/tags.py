"""Tags and covers of audio files: the doors that other rooms use."""

from pathlib import Path

from auralis.media.audio_files import read_file
from auralis.media.tag_writer import write_tags
from auralis.media.tagged import front_cover, open_tagged

__all__ = ["embedded_cover", "read_file", "write_tags"]


def embedded_cover(path: Path) -> bytes | None:
    """Return the front cover embedded in ``path``, else its first picture, else None.

    Raises
    ------
    MediaError
        If the file is not there or may not be read.
    """
    audio, _ = open_tagged(path)
    return front_cover(audio) if audio is not None else None
