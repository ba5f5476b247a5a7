"""An estimate of how a file sounds from a few excerpts: long before all of it is measured, by the same extractor."""

from pathlib import Path

from auralis.fingerprint.extractor import Extractor
from auralis.media.decode import AudioReader
from auralis.model.fingerprint import Fingerprint

FAST_EXCERPTS, ACCURATE_EXCERPTS = 4, 12
_BLOCKS = 7
"""Of the extractor in an excerpt: 10.4 s, for the tempo is looked for in windows of 12 s at most."""
_LEAST_SHARE = 0.5
"""Of what was to be heard: with less the places that the container names do not exist."""


def estimate_file(path: Path, excerpts: int = FAST_EXCERPTS) -> Fingerprint | None:
    """Return an estimate of the fingerprint of the file at ``path``, or None where measuring it takes no longer.

    So it is where the file is short, or cannot be sought in.

    Raises
    ------
    MediaError
        If it cannot be decoded, or holds values that are no sound.
    """
    with AudioReader(path) as reader:
        info = reader.info
        extractor = Extractor(info.sample_rate, info.channels)
        span = _BLOCKS * extractor.block
        if info.duration_seconds <= excerpts * span / info.sample_rate:
            return None
        heard = 0
        for start in excerpt_starts(info.duration_seconds, span / info.sample_rate, excerpts):
            excerpt = reader.excerpt(start, span)
            heard += excerpt.shape[1]
            extractor.push(excerpt)
            extractor.leap()
        return extractor.finish(info.duration_seconds) if heard >= _LEAST_SHARE * excerpts * span else None


def excerpt_starts(duration: float, seconds: float, excerpts: int) -> list[float]:
    """Return where excerpts begin: each in the middle of its share of the track."""
    share = duration / excerpts
    return [(n + 0.5) * share - seconds / 2 for n in range(excerpts)]
