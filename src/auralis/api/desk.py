"""What the doors share while they serve: metrics, limits, load, and the answers that are kept."""

import time
from collections.abc import Sequence
from typing import TYPE_CHECKING, NamedTuple

from auralis.api.access_log import AccessLog, Entry, WriteLog
from auralis.api.callers import Caller
from auralis.api.context import RequestInfo
from auralis.api.envelope import Answer
from auralis.api.gate import Gatekeeper
from auralis.api.idempotency import Idempotency
from auralis.api.limits import Limits, RateLimits
from auralis.api.metrics import UNMATCHED, Metrics
from auralis.api.overload import Overload
from auralis.api.rules import Urgency
from auralis.api.vitals import Vitals
from auralis.cache import Found, ResponseCache

if TYPE_CHECKING:
    from auralis.api.routing import Route

_MOST_KNOWN = 20_000
_LONGEST_TARGET = 512
_LONGEST_LOGGED = 500


class Known(NamedTuple):
    """A request as it came in, for which an answer is kept: the key of that answer, and the route that made it."""

    key: str
    route: "Route"


class Desk:
    """One of these stands behind the front and every route; ``answers`` is there once the house is open."""

    def __init__(
        self, limits: Limits, gate: Gatekeeper, any_host: str = "localhost", write_log: WriteLog | None = None
    ) -> None:
        self.any_host = any_host
        self.gate = gate
        self.metrics = Metrics()
        self.log = AccessLog(write_log)
        self.limits = RateLimits(limits)
        self.overload = Overload()
        self.idempotency = Idempotency()
        self.vitals = Vitals(self)
        self.answers: ResponseCache[Answer] | None = None
        self._known: dict[tuple[bytes, str], Known] = {}
        self._urgent: list[tuple[str, Urgency]] = []

    def known(self, target: bytes, caller: Caller) -> "tuple[Route, Found[Answer]] | None":
        """Return the kept answer to a GET of ``target`` (path and query as they came in), if it may be served."""
        if self.answers is None:
            return None
        known = self._known.get((target, caller.user_id))
        if known is None or caller.role < known.route.rule.role:
            return None
        found = self.answers.find(known.key)
        return None if found is None else (known.route, found)

    def remember(self, target: bytes, caller: Caller, key: str, route: "Route") -> None:
        """Remember the words of a request whose answer is kept under ``key``."""
        if len(target) > _LONGEST_TARGET:
            return
        if len(self._known) >= _MOST_KNOWN:
            self._known.clear()
        self._known[target, caller.user_id] = Known(key, route)

    def count_hit(self, route: "Route", started: float) -> None:
        """Count an answer that was kept and found since ``started`` (``perf_counter``)."""
        assert self.answers is not None
        self.answers.usage.hit(route.label, (time.perf_counter() - started) * 1000)

    def ended(self, info: RequestInfo, method: str, status: int) -> None:
        """Count a request that has been answered, and log it."""
        milliseconds = (time.perf_counter() - info.started) * 1000
        self.metrics.observe(info.route.label if info.route is not None else UNMATCHED, status, milliseconds)
        self.log.add(Entry(time.time(), method, info.path[:_LONGEST_LOGGED], status, milliseconds, info.request_id))

    def learn(self, routes: "Sequence[Route]") -> None:
        """Learn which addresses are urgent."""
        urgent = {(route.path.partition("{")[0], route.rule.urgency) for route in routes if route.rule.urgency}
        self._urgent = sorted(urgent, key=lambda pair: -len(pair[0]))

    def urgency(self, path: str) -> Urgency:
        """Return how urgent requests to ``path`` are."""
        return next((urgency for start, urgency in self._urgent if path.startswith(start)), Urgency.ORDINARY)
