"""Caches that count their bytes and tell the truth: values in memory, files on disk, answers with what they rest on."""

from auralis.cache.changes import Changes
from auralis.cache.disk import DiskCache
from auralis.cache.growing import GrowingFile
from auralis.cache.memory import MemoryCache
from auralis.cache.monitor import Alert, Monitor
from auralis.cache.responses import Found, Kept, ResponseCache
from auralis.cache.stats import CacheStats

__all__ = [
    "Alert",
    "CacheStats",
    "Changes",
    "DiskCache",
    "Found",
    "GrowingFile",
    "Kept",
    "MemoryCache",
    "Monitor",
    "ResponseCache",
]
