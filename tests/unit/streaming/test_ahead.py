"""What is rendered ahead gives way to where the listener goes."""

import asyncio
from types import SimpleNamespace
from typing import Any

from auralis.streaming.ahead import SEGMENTS_AHEAD, Ahead


class Tiers:
    """Renders nothing to an end; keeps what was asked for and what was stopped."""

    def __init__(self) -> None:
        self.asked: list[int] = []
        self.stopped: list[int] = []

    def holds(self, _spec: object, _n: int) -> bool:
        return False

    async def segment(self, _spec: object, n: int, _urgency: object) -> None:
        self.asked.append(n)
        try:
            await asyncio.Event().wait()
        except asyncio.CancelledError:
            self.stopped.append(n)
            raise


async def test_a_leap_stops_what_comes_after_the_place_that_is_left() -> None:
    tiers = Tiers()
    ahead = Ahead(tiers)  # type: ignore[arg-type]
    spec: Any = SimpleNamespace(source=SimpleNamespace(identity="file"), etag=lambda n: f"{n}")
    ahead.follow(spec, 0, SimpleNamespace(final=False))  # type: ignore[arg-type]
    await asyncio.sleep(0)
    assert tiers.asked == [1, 2]
    ahead.leave(spec, 1)
    await asyncio.sleep(0)
    assert tiers.stopped == []
    ahead.leave(spec, 40)
    await asyncio.sleep(0)
    assert tiers.stopped == [1, 2]
    await asyncio.sleep(0)
    ahead.follow(spec, 40, SimpleNamespace(final=False))  # type: ignore[arg-type]
    await asyncio.sleep(0)
    assert tiers.asked[2:] == [40 + step for step in range(1, 1 + SEGMENTS_AHEAD)]
    await ahead.close()
