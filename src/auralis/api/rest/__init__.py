"""REST: each file translates one group of routes, and nothing more."""

from importlib import import_module
from pkgutil import iter_modules

from fastapi import APIRouter


def rooms(kind: str) -> list[APIRouter]:
    """Return what every file here calls ``kind``: ``router`` or ``unversioned``."""
    modules = [import_module(f"{__name__}.{module.name}") for module in iter_modules(__path__)]
    return [getattr(module, kind) for module in modules if hasattr(module, kind)]
