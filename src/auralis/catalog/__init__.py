"""The library as its listeners ask for it: lists, search, single things, and what they make of them."""

from auralis.catalog.catalog import Catalog
from auralis.catalog.listings import SearchResult
from auralis.catalog.pages import Page
from auralis.store.lists.filters import TrackFilter
from auralis.store.lists.tracks import TRACK_SORTS

__all__ = ["TRACK_SORTS", "Catalog", "Page", "SearchResult", "TrackFilter"]
