"""Which hosts this server answers to, and from which pages it takes commands."""

import re
from collections.abc import Collection
from urllib.parse import urlsplit

from auralis.model.errors import ForbiddenError

_HOST = re.compile(r"(?P<name>\[[0-9A-Fa-f:.]+\]|[^:@\[\]]+)(:\d*)?")
UNSAFE = frozenset({"POST", "PUT", "PATCH", "DELETE"})
_MOST_REMEMBERED = 256


class Gatekeeper:
    """Refuses hosts that this server does not answer to (DNS rebinding) and writes from foreign origins (CSRF)."""

    def __init__(self, hosts: Collection[str], origins: Collection[str]) -> None:
        self._hosts = frozenset(hosts)
        self._origins = frozenset(origins)
        self._known: set[bytes] = set()

    def knows(self, host: bytes) -> bool:
        """Tell whether a request for ``host`` was let in before."""
        return host in self._known

    def check(self, host: bytes, origin: bytes | None, *, writes: bool) -> None:
        """Let a request pass.

        Raises
        ------
        ForbiddenError
            When it is not for this server, or writes on behalf of a page from elsewhere.
        """
        if host not in self._known:
            self._check_host(host)
        if writes and origin is not None and not self._is_ours(origin.decode("latin-1"), host.decode("latin-1")):
            raise ForbiddenError("Requests from that origin are not allowed.", code="ORIGIN_NOT_ALLOWED")

    def _check_host(self, host: bytes) -> None:
        if "*" not in self._hosts and _hostname(host.decode("latin-1")) not in self._hosts:
            raise ForbiddenError("This server does not answer to that host name.", code="HOST_NOT_ALLOWED")
        if len(self._known) < _MOST_REMEMBERED:
            self._known.add(host)

    def _is_ours(self, origin: str, host: str) -> bool:
        return origin in self._origins or _host_of(origin) == host.lower()


def _hostname(host: str) -> str | None:
    """Return the name in a Host header without its port, or None if it is no host at all."""
    found = _HOST.fullmatch(host)
    return found["name"].lower() if found else None


def _host_of(origin: str) -> str | None:
    """Return host and port of a web page's origin, or None if it is no such origin."""
    try:
        parts = urlsplit(origin)
    except ValueError:
        return None
    return parts.netloc.lower() if parts.scheme in {"http", "https"} else None
