"""Fourier transforms of many short frames at once, by the compiled core of `scipy.fft`.

The core is loaded by its file, for the package around it brings 25 MB of other modules into every process that
measures. Where a version of scipy keeps it elsewhere, its public functions do the same.
"""

import importlib.util
from pathlib import Path
from typing import Any

import numpy as np
import scipy
from numpy.typing import NDArray

_CORE = "pypocketfft"


def _load_core() -> Any:
    """Return the compiled core, or None where it is not where it was, or not what it was."""
    for file in sorted((Path(scipy.__file__).parent / "fft" / "_pocketfft").glob(f"{_CORE}.*")):
        spec = importlib.util.spec_from_file_location(_CORE, file)
        if spec is None or spec.loader is None:
            continue
        try:
            core = importlib.util.module_from_spec(spec)
            spec.loader.exec_module(core)
            probe = np.eye(1, 4, dtype=np.complex64)
            if np.all(core.c2c(probe, axes=(1,), out=probe) == 1) and core.r2c(probe.real, axes=(1,)).size == 3:
                return core
        except (ImportError, TypeError, AttributeError):
            continue
    return None


_core = _load_core()


def transform_real(frames: NDArray[np.float32]) -> NDArray[np.complex64]:
    """Return the spectra of real frames, shape (..., size // 2 + 1), along the last axis."""
    if _core is None:
        from scipy import fft  # noqa: PLC0415 - only where the core alone cannot be had

        return np.asarray(fft.rfft(frames), np.complex64)
    return np.asarray(_core.r2c(frames, axes=(frames.ndim - 1,)), np.complex64)


def transform_complex(frames: NDArray[np.complex64]) -> NDArray[np.complex64]:
    """Return the spectra of complex frames along the last axis, where the frames were: those are gone then."""
    if _core is None:
        from scipy import fft  # noqa: PLC0415 - only where the core alone cannot be had

        return np.asarray(fft.fft(frames, overwrite_x=True), np.complex64)
    return np.asarray(_core.c2c(frames, axes=(frames.ndim - 1,), out=frames), np.complex64)
