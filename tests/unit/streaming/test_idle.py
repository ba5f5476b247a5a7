"""What is held for listeners is let go once nobody listens and nothing is made."""

import asyncio

from auralis.streaming.idle import Idle


async def test_it_waits_for_work_that_is_under_way() -> None:
    released, busy, asked = asyncio.Event(), True, 0
    loop = asyncio.get_running_loop()

    def is_busy() -> bool:
        nonlocal busy, asked
        asked += 1
        busy = asked < 3
        return busy

    def release() -> None:
        assert not busy
        loop.call_soon_threadsafe(released.set)

    idle = Idle(0.001, release, is_busy)
    idle.put_off()
    await asyncio.wait_for(released.wait(), 60)
    assert asked == 3


async def test_it_does_nothing_once_it_is_cancelled() -> None:
    rings, rung = 0, asyncio.Event()

    def is_busy() -> bool:
        nonlocal rings
        rings += 1
        rung.set()
        return True

    idle = Idle(0.001, lambda: None, is_busy)
    idle.put_off()
    await asyncio.wait_for(rung.wait(), 60)
    idle.cancel()
    before = rings
    await asyncio.sleep(0.02)
    assert rings == before
