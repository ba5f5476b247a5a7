"""The library as its listeners ask for it: lists, search, single things, and what they make of them."""

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from auralis.catalog.artwork import Pictures
    from auralis.catalog.catalog import Catalog
    from auralis.catalog.darkroom import Darkroom
    from auralis.catalog.editing import TrackEditor
    from auralis.catalog.folders import LibraryFolders
    from auralis.catalog.listings import SearchResult
    from auralis.catalog.pages import Page
    from auralis.store.lists.browse import OpinionFilter
    from auralis.store.lists.filters import TrackFilter
    from auralis.store.lists.tracks import TRACK_SORTS

__all__ = [
    "TRACK_SORTS",
    "Catalog",
    "Darkroom",
    "LibraryFolders",
    "OpinionFilter",
    "Page",
    "Pictures",
    "SearchResult",
    "TrackEditor",
    "TrackFilter",
]
_HOMES = {
    "Catalog": "auralis.catalog.catalog",
    "Darkroom": "auralis.catalog.darkroom",
    "LibraryFolders": "auralis.catalog.folders",
    "SearchResult": "auralis.catalog.listings",
    "Page": "auralis.catalog.pages",
    "Pictures": "auralis.catalog.artwork",
    "TrackEditor": "auralis.catalog.editing",
    "OpinionFilter": "auralis.store.lists.browse",
    "TrackFilter": "auralis.store.lists.filters",
    "TRACK_SORTS": "auralis.store.lists.tracks",
}


def __getattr__(name: str) -> Any:
    """Load each when it is asked for: a scan on the command line needs the folders alone."""
    if name not in _HOMES:
        raise AttributeError(name)
    return getattr(import_module(_HOMES[name]), name)
