"""Harmonic and percussive energy, told apart by medians along time and along frequency."""

import numpy as np
from numpy.typing import NDArray

from auralis.dsp.kernel import kernel

Power = NDArray[np.float32]

HIGHEST_HZ = 10_000.0
SPAN = 9
"""Frames, and bins, that a median is taken over: 0.42 s and 97 Hz."""

_HALF = SPAN // 2


@kernel
def _sorted_pair(a: np.float32, b: np.float32) -> tuple[np.float32, np.float32]:
    return min(a, b), max(a, b)


@kernel
def _median9(
    a: np.float32, b: np.float32, c: np.float32, d: np.float32, e: np.float32,
    f: np.float32, g: np.float32, h: np.float32, i: np.float32,
) -> np.float32:  # fmt: skip
    """Return the middle of nine values by an exchange network, which compiles to vector instructions.

    Sorts each row of three; the median is the middle of the highest low, the middle middle and the lowest high.
    """
    a, b = _sorted_pair(a, b)
    b, c = _sorted_pair(b, c)
    a, b = _sorted_pair(a, b)
    d, e = _sorted_pair(d, e)
    e, f = _sorted_pair(e, f)
    d, e = _sorted_pair(d, e)
    g, h = _sorted_pair(g, h)
    h, i = _sorted_pair(h, i)
    g, h = _sorted_pair(g, h)
    low = max(a, d, g)
    high = min(c, f, i)
    b, e = _sorted_pair(b, e)
    middle = max(b, min(e, h))
    low, high = _sorted_pair(low, high)
    return max(low, min(middle, high))


@kernel
def _split(rows: Power, out: Power) -> None:
    """Add the harmonic and the percussive energy of the middle one of SPAN rows to ``out``, bin by bin.

    The shares are those of a Wiener filter made of both medians.
    """
    r0, r1, r2, r3, r4, r5, r6, r7, r8 = rows[0], rows[1], rows[2], rows[3], rows[4], rows[5], rows[6], rows[7], rows[8]
    for k in range(rows.shape[1] - 2 * _HALF):
        j = k + _HALF
        steady = _median9(r0[j], r1[j], r2[j], r3[j], r4[j], r5[j], r6[j], r7[j], r8[j])
        broad = _median9(
            r4[k], r4[k + 1], r4[k + 2], r4[k + 3], r4[k + 4], r4[k + 5], r4[k + 6], r4[k + 7], r4[k + 8]
        )  # fmt: skip
        share = r4[j] / max(steady + broad, np.float32(1e-30))
        out[0, k] += steady * share
        out[1, k] += broad * share


@kernel
def _split_all(rows: Power, out: Power) -> None:
    for first in range(rows.shape[0] - SPAN + 1):
        _split(rows[first : first + SPAN], out)


class HarmonicSplit:
    """Harmonic and percussive energy of a signal, from its power spectra.

    What holds along time is harmonic, what is broad along frequency is percussive, noise is half of each. Before its
    first and after its last spectrum the signal is taken as going on as there.

    Parameters
    ----------
    bins : int
        Of each spectrum.
    most_frames : int
        Spectra of one push, at most.

    References
    ----------
    D. FitzGerald, "Harmonic/percussive separation using median filtering", DAFx 2010.
    """

    def __init__(self, bins: int, most_frames: int) -> None:
        self._rows = np.zeros((SPAN - 1 + most_frames + _HALF, bins + 2 * _HALF), np.float32)
        self._known = 0

    def push(self, power: Power, *, last: bool = False) -> tuple[float, float]:
        """Return the harmonic and the percussive energy of the spectra judged now, in the unit of ``power``.

        Parameters
        ----------
        power : ndarray, shape (frames, bins)
            The next spectra, at least one; judged once the four after them are there.
        last : bool
            No more will come.
        """
        known = self._known or _HALF
        rows = self._rows[: known + len(power) + (_HALF if last else 0)]
        inner = rows[:, _HALF:-_HALF]
        if not self._known:
            inner[:known] = power[0]
        inner[known : known + len(power)] = power
        inner[known + len(power) :] = power[-1]
        rows[:, :_HALF], rows[:, -_HALF:] = inner[:, :1], inner[:, -1:]
        out = np.zeros((2, power.shape[1]), np.float32)
        _split_all(rows, out)
        self._known = min(SPAN - 1, len(rows))
        self._rows[: self._known] = rows[-self._known :].copy()
        harmonic, percussive = out.sum(axis=1)
        return float(harmonic), float(percussive)
