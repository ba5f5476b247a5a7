"""The fingerprint of a file: a plain function, for worker processes and for the command line."""

import os
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from auralis.fingerprint.extractor import Extractor
from auralis.media.decode import AudioReader
from auralis.model.fingerprint import Fingerprint

Samples = NDArray[np.float32]


def fingerprint_file(path: Path, *, ahead: bool | None = None) -> Fingerprint:
    """Decode the file at ``path``, block by block, and return its fingerprint.

    Parameters
    ----------
    path
        The file.
    ahead
        While one block is measured, let a second thread decode the next. That is over sooner where a core is idle, but
        keeps processors busier, for both threads need the interpreter's lock by turns. None leaves it out of processes
        that are niced: there are as many of them as cores, and nobody waits for any.

    Raises
    ------
    MediaError
        If it cannot be decoded, or holds values that are no sound.
    """
    with AudioReader(path) as reader:
        extractor = Extractor(reader.info.sample_rate, reader.info.channels)
        for block in _decoded_ahead(reader) if ahead or (ahead is None and not _is_niced()) else reader:
            extractor.push(block)
        return extractor.finish()


def _decoded_ahead(reader: AudioReader) -> Iterator[Samples]:
    with ThreadPoolExecutor(1, "decode") as decoder:
        blocks = iter(reader)
        coming = decoder.submit(next, blocks, None)
        while (block := coming.result()) is not None:
            coming = decoder.submit(next, blocks, None)
            yield block


def _is_niced() -> bool:
    return hasattr(os, "nice") and os.nice(0) > 0
