"""Caches that count their bytes: one in memory, one on disk."""

from auralis.cache.disk import DiskCache
from auralis.cache.memory import MemoryCache
from auralis.cache.stats import CacheStats

__all__ = ["CacheStats", "DiskCache", "MemoryCache"]
