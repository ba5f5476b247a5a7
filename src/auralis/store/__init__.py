"""The library's memory: the only room that speaks SQL."""

from auralis.store.database import Database

__all__ = ["Database"]
