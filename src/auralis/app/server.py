"""Runs the server: one process, one event loop, the house open from the first request to the last."""

import fcntl
import socket
from collections.abc import AsyncIterator, Iterator, Sequence
from contextlib import asynccontextmanager, contextmanager
from pathlib import Path
from typing import IO

import uvicorn
from fastapi import FastAPI

from auralis.api.application import ApiSettings, create_api
from auralis.api.limits import Limits
from auralis.api.serving import serving
from auralis.api.socket.registry import LARGEST_FRAME
from auralis.api.socket.wire import Wire
from auralis.api.threshold import protocol
from auralis.app import logs
from auralis.app.settings import Settings
from auralis.app.wiring import open_house
from auralis.catalog.folders import LibraryFolders
from auralis.model.errors import StorageError, UnavailableError
from auralis.store import Database

GRACE_SECONDS = 3


def create_app(settings: Settings, *, make_demo: bool = False) -> FastAPI:
    """Return the application; its house opens when it starts to serve."""

    @asynccontextmanager
    async def lifespan(app: FastAPI) -> AsyncIterator[None]:
        async with open_house(settings, make_demo=make_demo) as house:
            app.state.services = house.services
            app.state.endpoint = house.endpoint
            async with serving(app, house.services):
                yield

    hosts = frozenset({*settings.allowed_hosts, settings.url_host})
    limits = Limits(
        address=settings.requests_per_address,
        user=settings.requests_per_user,
        expensive=settings.expensive_per_user,
        login=settings.logins_per_address,
    )
    allowed = ApiSettings(
        hosts,
        frozenset(settings.allowed_origins),
        limits,
        logs.access_writer(settings.log_level, settings.log_format),
    )
    return create_api(allowed, lifespan)


@contextmanager
def prepared_data(settings: Settings, music: Sequence[Path] = ()) -> Iterator[None]:
    """Hold the data folder for one server, its library tried and ``music`` added, before anything is served.

    Raises
    ------
    UnavailableError
        When another server uses the data folder.
    StorageError
        When the data folder cannot be made or written, or the library cannot be opened.
    InvalidInputError
        When a folder of music lies within another.
    """
    with _only_server(settings.data):
        database = Database(settings.database_path)
        try:
            folders = LibraryFolders(database)
            for folder in music:
                folders.add(folder)
        finally:
            database.close()
        yield


def run_server(settings: Settings, listener: socket.socket, *, make_demo: bool) -> None:
    """Serve ``prepared_data`` on ``listener`` until told to stop."""
    logs.configure(settings.log_level, settings.log_format)
    server_of(create_app(settings, make_demo=make_demo), settings).run(sockets=[listener])


def server_of(app: FastAPI, settings: Settings) -> uvicorn.Server:
    """Return what serves ``app``."""
    config = uvicorn.Config(
        app,
        loop="uvloop",
        http=protocol(app.state.desk),
        ws=Wire,
        ws_max_size=LARGEST_FRAME,
        ws_ping_interval=settings.socket_ping_seconds,
        ws_ping_timeout=settings.socket_pong_seconds,
        log_config=None,
        access_log=False,
        server_header=False,
        forwarded_allow_ips=settings.trusted_proxies,
        timeout_graceful_shutdown=GRACE_SECONDS,
    )
    return _Server(config, app)


class _Server(uvicorn.Server):
    """Tells every client before it closes the connections."""

    def __init__(self, config: uvicorn.Config, app: FastAPI) -> None:
        super().__init__(config)
        self._app = app

    async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
        """Say goodbye, then let uvicorn close what is open."""
        if hasattr(self._app.state, "services"):
            await self._app.state.services.hub.close()
        await super().shutdown(sockets)


@contextmanager
def _only_server(data: Path) -> Iterator[None]:
    """Hold the data folder for this server alone."""
    try:
        data.mkdir(parents=True, exist_ok=True)
        lock: IO[bytes] = (data / "server.lock").open("wb")
    except OSError as error:
        raise StorageError(f"The data folder {data} cannot be written: {error.strerror}.") from error
    with lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError as error:
            raise UnavailableError(f"Another Auralis server already uses the data folder {data}.") from error
        yield
