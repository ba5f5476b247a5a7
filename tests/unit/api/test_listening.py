"""Work for one who waits: done, failed, or stopped when they go."""

import asyncio

import pytest
from fastapi import Request

from auralis.api.listening import GoneError, while_awaited


class Line:
    """A connection that is there until it is cut; ``taken`` if the request itself was received before."""

    def __init__(self, *, taken: bool = False) -> None:
        self.cut = asyncio.Event()
        self._said = taken

    async def receive(self) -> dict:
        if not self._said:
            self._said = True
            return {"type": "http.request", "body": b"", "more_body": False}
        await self.cut.wait()
        return {"type": "http.disconnect"}

    @property
    def request(self) -> Request:
        return Request({"type": "http"}, self.receive)


@pytest.mark.parametrize("taken", [False, True])
async def test_work_stops_when_nobody_waits_for_it_any_more(taken: bool):
    line, begun, stopped = Line(taken=taken), asyncio.Event(), asyncio.Event()

    async def work() -> None:
        begun.set()
        try:
            await asyncio.Event().wait()
        finally:
            stopped.set()

    asking = asyncio.create_task(while_awaited(line.request, work()))
    await begun.wait()
    assert not stopped.is_set()
    line.cut.set()
    with pytest.raises(GoneError):
        await asking
    assert stopped.is_set()


async def test_results_and_failures_reach_who_waits():
    async def answer() -> int:
        await asyncio.sleep(0)
        return 7

    async def fail() -> None:
        raise ZeroDivisionError

    assert await while_awaited(Line().request, answer()) == 7
    with pytest.raises(ZeroDivisionError):
        await while_awaited(Line(taken=True).request, fail())


async def test_who_is_stopped_stops_the_work():
    stopped = asyncio.Event()

    async def work() -> None:
        try:
            await asyncio.Event().wait()
        finally:
            stopped.set()

    asking = asyncio.create_task(while_awaited(Line().request, work()))
    await asyncio.sleep(0.01)
    asking.cancel()
    with pytest.raises(asyncio.CancelledError):
        await asking
    assert stopped.is_set()


async def test_what_has_no_connection_is_not_taken_for_one_who_has_gone():
    async def receive() -> dict:
        return {"type": "http.request", "body": b"", "more_body": False}

    async def work() -> int:
        await asyncio.sleep(0.02)
        return 7

    assert await while_awaited(Request({"type": "http"}, receive), work()) == 7
