"""The version of the measurements; it stands apart from compiled code.

A library is measured anew only where the version of something that is needed has changed: who changes a measure raises
its ``since`` in the table of the model, one above the highest there.
"""

from collections.abc import Iterable

from auralis.model.fingerprint import BESIDE, DIMENSIONS

SINCE: dict[str, int] = {**{dimension.name: dimension.since for dimension in DIMENSIONS}, **BESIDE}
VERSION = max(SINCE.values())
"""That of a fingerprint made now."""

PLAYING = (
    *("sub_bass", "bass", "low_mid", "mid", "upper_mid", "presence", "air", "loudness_lufs"),
    *("stereo_width", "transient_density", "harmonic_ratio", "loudness_range_lu", "true_peak_dbtp"),
    *("sample_peak_dbfs", "third_octave_db", "side_third_octave_db", "momentary_histogram", "peak_histogram"),
    "passages",
)
"""What a mastering plan reads: who plays a track does not wait for anything else to be measured anew."""


def version_for(names: Iterable[str]) -> int:
    """Return the oldest version whose fingerprints still hold for what is named."""
    return max(SINCE[name] for name in names)
