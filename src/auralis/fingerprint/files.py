"""The fingerprint of a file: a plain function, for worker processes and for the command line."""

from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from auralis.fingerprint.extractor import Extractor
from auralis.media.decode import AudioReader
from auralis.model.fingerprint import Fingerprint


def fingerprint_file(path: Path) -> Fingerprint:
    """Decode the file at ``path``, block by block, and return its fingerprint.

    While one block is measured, a second thread decodes the next: both let go of the interpreter's lock.

    Raises
    ------
    MediaError
        If it cannot be decoded, or holds values that are no sound.
    """
    with AudioReader(path) as reader, ThreadPoolExecutor(1, "decode") as decoder:
        extractor = Extractor(reader.info.sample_rate, reader.info.channels)
        blocks = iter(reader)
        coming = decoder.submit(next, blocks, None)
        while (block := coming.result()) is not None:
            coming = decoder.submit(next, blocks, None)
            extractor.push(block)
        return extractor.finish()
