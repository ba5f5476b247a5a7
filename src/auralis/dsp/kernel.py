"""How sound code is compiled: one decorator, so that every kernel lets go of the GIL and is cached on disk."""

import hashlib
import importlib
import os
import sys
from collections.abc import Callable
from pathlib import Path
from types import ModuleType
from typing import Any, TypeVar, cast

import numba
from numba.core import config as numba_config

F = TypeVar("F", bound=Callable[..., Any])


def kernel(function: F) -> F:
    """Compile ``function`` with numba: nopython, without the GIL, cached beside its source, in strict IEEE order."""
    return cast("F", numba.njit(nogil=True, cache=True, fastmath=False)(function))


def _keep_compiled_code_apart(room: Path) -> None:
    """Give each version of this room a cache of its own.

    Numba notices a change in the file of a kernel only; what a kernel has frozen in of other files would stay old.
    """
    if getattr(numba_config, "CACHE_DIR", "") or not os.access(room, os.W_OK):
        return
    digest = hashlib.sha256()
    for source in sorted(room.glob("*.py")):
        digest.update(source.read_bytes())
    numba_config.CACHE_DIR = str(room / "__pycache__" / f"kernels-{digest.hexdigest()[:12]}")  # type: ignore[attr-defined]


def _leave_algebra_out() -> None:
    """Let numba believe that there is no BLAS: no kernel multiplies matrices, and it takes 20 MB in every process."""
    algebra = "scipy.linalg.cython_blas"
    if algebra in sys.modules or "numba.np.arraymath" in sys.modules:
        return
    sys.modules[algebra] = cast("ModuleType", None)  # an import of it fails, whoever asks
    try:
        importlib.import_module("numba.np.arraymath")
    finally:
        del sys.modules[algebra]


_keep_compiled_code_apart(Path(__file__).parent)
_leave_algebra_out()
