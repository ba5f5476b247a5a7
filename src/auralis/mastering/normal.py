"""What is normal: the range in which most music lies, held against a track before anything of it is corrected.

Measured on 142 freely licensed tracks fetched by ``benchmarks/fetch_music`` (orchestral, folk, electronic, rock,
chiptune; 22-48 kHz): the 10th, 50th and 90th percentile over tracks, smoothed over neighbouring bands. A library of
enough tracks has its own range (`fitting.py`).
"""

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Any

LEAST_TRACKS = 200
"""Below, a library's own range would say more of a few albums than of what is normal to its owner."""

# Power in each third octave of ``auralis.model.fingerprint.THIRD_OCTAVE_HZ`` over the K-weighted power of the track,
# dB: that is, at equal loudness.
LOW_DB = (
    -46.6, -46.7, -45.4, -41.9, -37.3, -30.9, -23.9, -19.3, -17.5, -16.7, -16.2, -16.1, -16.4, -17.1, -18.1, -19.3,
    -20.4, -21.4, -22.4, -24.1, -26.7, -29.1, -31.1, -34.2, -38.1, -41.0, -43.4, -47.2, -53.1, -62.1, -71.1,
)  # fmt: skip
MEDIAN_DB = (
    -34.3, -31.2, -26.3, -21.0, -16.7, -13.8, -12.4, -11.8, -11.8, -12.1, -12.3, -12.5, -12.1, -12.1, -13.1, -13.9,
    -14.8, -16.1, -17.2, -18.4, -20.0, -21.7, -23.5, -25.4, -27.3, -29.2, -31.1, -33.1, -35.4, -42.5, -52.9,
)  # fmt: skip
HIGH_DB = (
    -21.8, -18.1, -13.8, -10.8, -9.1, -8.0, -7.7, -7.8, -8.2, -8.7, -8.9, -8.8, -8.5, -8.6, -9.3, -9.9,
    -10.7, -11.7, -12.6, -14.0, -15.5, -16.8, -18.1, -19.6, -20.8, -21.9, -23.1, -23.9, -25.0, -32.3, -44.7,
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class NormalRange:
    """The range in which most music lies: 10th, 50th and 90th percentile over tracks.

    ``low_db``, ``median_db`` and ``high_db`` are power per third octave at equal loudness; loudness range is in LU.
    ``tracks`` is how many it was fitted on; 0 for the table that comes with the program.
    """

    low_db: tuple[float, ...]
    median_db: tuple[float, ...]
    high_db: tuple[float, ...]
    loudness_range_lu: tuple[float, float]
    stereo_width: tuple[float, float]
    tracks: int = 0

    @property
    def whose(self) -> str:
        """What it is the range of, in words."""
        return "your library" if self.tracks else "most music"

    def to_dict(self) -> dict[str, Any]:
        """Return it as JSON keeps it."""
        return asdict(self)

    @classmethod
    def from_dict(cls, data: Mapping[str, Any]) -> "NormalRange":
        """Rebuild it from what ``to_dict`` gave, also after a way through JSON."""
        lines = [tuple(float(value) for value in data[name]) for name in ("low_db", "median_db", "high_db")]
        (quiet, wide), (narrow, broad) = data["loudness_range_lu"], data["stereo_width"]
        if any(len(line) != len(LOW_DB) for line in lines):
            raise ValueError("The range has other bands.")
        return cls(lines[0], lines[1], lines[2], (quiet, wide), (narrow, broad), int(data["tracks"]))


BUILT_IN = NormalRange(LOW_DB, MEDIAN_DB, HIGH_DB, (2.3, 14.3), (0.10, 0.47))
