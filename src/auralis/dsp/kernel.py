"""How sound code is compiled: one decorator, so that every kernel lets go of the GIL and is cached on disk."""

from collections.abc import Callable
from typing import Any, TypeVar, cast

import numba

F = TypeVar("F", bound=Callable[..., Any])


def kernel(function: F) -> F:
    """Compile ``function`` with numba: nopython, without the GIL, cached beside its source, in strict IEEE order."""
    return cast("F", numba.njit(nogil=True, cache=True, fastmath=False)(function))
