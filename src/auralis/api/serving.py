"""From the moment the house is open until it closes: answers are kept, and the load is watched."""

import gc
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from typing import Any

import structlog
from fastapi import FastAPI
from starlette.types import Message

from auralis.api import figures
from auralis.api.application import routes_of
from auralis.api.desk import Desk
from auralis.api.rules import Role
from auralis.api.services import Services

SAMPLED = "health.sampled"
_log = structlog.get_logger(__name__)


@asynccontextmanager
async def serving(app: FastAPI, services: Services) -> AsyncIterator[None]:
    """Let the doors of ``app`` keep answers and watch over the load while the context is open."""
    desk: Desk = app.state.desk

    async def ask(address: str) -> int:
        return await _ask(app, address, desk.any_host)

    async def tracks() -> int:
        return (await services.catalog.list_tracks(limit=1)).total

    async def tell(found: Mapping[str, float]) -> None:
        try:
            if services.hub.listens(SAMPLED):
                # The figures of the metrics, so for whom those are.
                told = await figures.sample_view(services, desk, found)
                services.hub.broadcast(SAMPLED, told, only=lambda session: session.caller.role >= Role.ADMIN)
        except Exception:  # noqa: BLE001  (the edge of a loop: samples go on being taken)
            _log.exception("telling a sample failed")

    addresses = [f"{r.path}?{query}" if query else r.path for r in routes_of(app) for query in r.warm_queries]
    desk.answers = services.keeper.answers
    desk.idempotency.ledger = services.commands
    desk.overload.start()
    desk.vitals.connections = lambda: (len(services.hub), services.hub.settings.connections)
    desk.vitals.on_sample = tell
    desk.vitals.start()
    services.keeper.start(ask, addresses, tracks)
    gc.freeze()  # what is here now stays: the collector need not look at it again and again
    try:
        yield
    finally:
        desk.answers = None
        await desk.vitals.close()
        await desk.overload.close()
        desk.log.flush()


async def _ask(app: FastAPI, address: str, host: str) -> int:
    """Send a GET through the API's own door, without a network; return the status."""
    path, _, query = address.partition("?")
    status = 0

    async def receive() -> Message:
        return {"type": "http.request", "body": b"", "more_body": False}

    async def send(message: Message) -> None:
        nonlocal status
        status = message.get("status", status)

    scope: dict[str, Any] = {
        "type": "http",
        "asgi": {"version": "3.0"},
        "http_version": "1.1",
        "method": "GET",
        "scheme": "http",
        "path": path,
        "raw_path": path.encode(),
        "query_string": query.encode(),
        "root_path": "",
        "headers": [(b"host", host.encode())],
        "client": None,
        "server": None,
        "state": {},
    }
    await app(scope, receive, send)
    return status
