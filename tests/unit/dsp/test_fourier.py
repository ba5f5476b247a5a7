"""Transforms of many frames at once: the same by the core alone as by the public functions, and light to load."""

import subprocess
import sys

import numpy as np
import pytest

from auralis.dsp import fourier

SHAPES = ((8, 4096), (3, 4480), (2, 5, 630), (1, 2))


@pytest.fixture(params=["core", "public"])
def way(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> str:
    if request.param == "public":
        monkeypatch.setattr(fourier, "_core", None)
    assert request.param == "public" or fourier._core is not None
    return str(request.param)


@pytest.mark.parametrize("shape", SHAPES)
@pytest.mark.usefixtures("way")
def test_spectra_are_those_of_numpy(shape: tuple[int, ...]) -> None:
    random = np.random.default_rng(1)
    frames = random.standard_normal(shape).astype(np.float32)
    near = {"atol": 2e-6 * shape[-1], "rtol": 0}
    spectra = fourier.transform_real(frames)
    assert spectra.dtype == np.complex64
    np.testing.assert_allclose(spectra, np.fft.rfft(frames), **near)
    pairs = (frames + 1j * random.standard_normal(shape)).astype(np.complex64)
    wanted = np.fft.fft(pairs)
    np.testing.assert_allclose(fourier.transform_complex(pairs), wanted, **near)


def test_measuring_loads_no_more_of_scipy_than_it_needs() -> None:
    """Each process that measures would hold 40 MB more."""
    program = (
        "import sys, numpy as np\n"
        "from auralis.fingerprint.extractor import extract\n"
        "extract(np.zeros((2, 70_000), np.float32), 44_100)\n"
        "print(*(name for name in ('scipy.fft', 'scipy.linalg', 'scipy.signal') if name in sys.modules))\n"
    )
    answer = subprocess.run([sys.executable, "-c", program], check=True, capture_output=True, text=True)
    assert answer.stdout.split() == []
