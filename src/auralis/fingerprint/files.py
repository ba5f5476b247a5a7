"""The fingerprint of a file: a plain function, for worker processes and for the command line."""

from pathlib import Path

from auralis.fingerprint.extractor import Extractor
from auralis.media.decode import AudioReader
from auralis.model.fingerprint import Fingerprint


def fingerprint_file(path: Path) -> Fingerprint:
    """Decode the file at ``path``, block by block, and return its fingerprint.

    Raises
    ------
    MediaError
        If it cannot be decoded, or holds values that are no sound.
    """
    with AudioReader(path) as reader:
        extractor = Extractor(reader.info.sample_rate, reader.info.channels)
        for block in reader:
            extractor.push(block)
        return extractor.finish()
