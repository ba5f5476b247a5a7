"""A small client of the socket for scripts and tests: it comes back by itself, and loses and doubles nothing."""

from auralis.client.client import Client, RefusedError

__all__ = ["Client", "RefusedError"]
