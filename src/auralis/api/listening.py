"""Work that is done for one who waits for it: it stops when they have gone."""

import asyncio
from collections.abc import Coroutine
from typing import Any, TypeVar

from fastapi import Request
from starlette.types import Receive

T = TypeVar("T")


class GoneError(Exception):
    """Who asked has closed the connection: there is nobody to answer."""


async def while_awaited(request: Request, work: Coroutine[Any, Any, T]) -> T:
    """Do ``work`` for as long as its answer is awaited.

    Raises
    ------
    GoneError
        When the connection was closed before; the work has been cancelled then.
    """
    doing = asyncio.create_task(work)
    watching = asyncio.create_task(_gone(request.receive))
    try:
        await asyncio.wait({doing, watching}, return_when=asyncio.FIRST_COMPLETED)
        if not doing.done():
            raise GoneError
        return doing.result()
    finally:
        for task in (doing, watching):
            task.cancel()
        await asyncio.gather(doing, watching, return_exceptions=True)


async def _gone(receive: Receive) -> None:
    """Return when there is no connection any more; a request without a body says two things at most."""
    for _ in range(2):
        if (await receive())["type"] == "http.disconnect":
            return
    await asyncio.Event().wait()
