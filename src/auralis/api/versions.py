"""Versions of the API: addresses without one, routes on their way out, and trials under ``/api/beta``."""

from datetime import UTC, date, datetime, time
from email.utils import format_datetime
from urllib.parse import quote

from auralis.api.rules import Deprecation

PREFIX = "/api/v1"
BETA = "/api/beta"
SOCKETS = ("/ws", f"{PREFIX}/ws")
_PERMANENT = ("/api/docs", "/api/health")
UNVERSIONED = Deprecation(date(2026, 11, 1), date(2027, 8, 1), PREFIX, "/api/docs/guides/versions")
"""Addresses without a version answer until then; their successor is the same address with one."""

Headers = list[tuple[bytes, bytes]]


def versioned(path: str) -> tuple[str, Headers]:
    """Return the path that answers for ``path``, and the headers that say it is on its way out."""
    if not path.startswith("/api/") or path.startswith((PREFIX + "/", BETA + "/")) or path == BETA:
        return path, []
    if path.startswith("/api/docs"):
        return path, []
    successor = PREFIX + path.removeprefix("/api")
    if path.startswith(_PERMANENT):
        return successor, []
    return successor, deprecation_headers(UNVERSIONED, successor)


def deprecation_headers(what: Deprecation, successor: str | None = None) -> Headers:
    """Return ``Deprecation`` (RFC 9745), ``Sunset`` (RFC 8594) and ``Link`` headers."""
    since, sunset = (datetime.combine(day, time(), UTC) for day in (what.since, what.sunset))
    address = quote(successor or what.successor, safe="/{}")
    links = f'<{address}>; rel="successor-version", <{what.guide}>; rel="deprecation"'
    return [
        (b"deprecation", f"@{int(since.timestamp())}".encode()),
        (b"sunset", format_datetime(sunset, usegmt=True).encode()),
        (b"link", links.encode()),
    ]
