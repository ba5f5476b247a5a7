"""The client of the socket against a server of a few lines: what becomes of questions when the connection goes."""

import asyncio
import json
from collections.abc import Awaitable, Callable
from contextlib import asynccontextmanager
from typing import Any

import pytest
from websockets.asyncio.server import ServerConnection, serve

from auralis.client import Client, RefusedError
from auralis.client.client import MOST_EVENTS

READY = {"clientId": "c", "resumeToken": "t", "seq": 0}


@asynccontextmanager
async def server(answer: Callable[[ServerConnection, dict[str, Any]], Awaitable[None]]) -> Any:
    async def talk(connection: ServerConnection) -> None:
        async for text in connection:
            await answer(connection, json.loads(text))

    async with serve(talk, "127.0.0.1", 0, subprotocols=["auralis.v1"]) as running:  # type: ignore[list-item]
        yield f"ws://127.0.0.1:{running.sockets[0].getsockname()[1]}"


async def greet(connection: ServerConnection, frame: dict[str, Any]) -> None:
    await connection.send(json.dumps({"type": "connection.ready", "replyTo": frame["id"], "data": READY}))


async def test_what_is_not_sent_again_does_not_wait_for_ever() -> None:
    asked: list[str] = []

    async def answer(connection: ServerConnection, frame: dict[str, Any]) -> None:
        if frame["type"] == "connection.hello":
            await greet(connection, frame)
            return
        asked.append(frame["type"])
        if len(asked) == 2:
            await connection.close()
        elif len(asked) > 2:
            await connection.send(json.dumps({"type": "ack", "replyTo": frame["id"], "data": {}}))

    async with server(answer) as url, asyncio.timeout(20), Client(url, wait_seconds=lambda _: 0.01) as client:
        commands = [client.command(kind) for kind in ("player.pause", "connection.subscribe")]
        paused, subscribed = await asyncio.gather(*commands, return_exceptions=True)
    assert isinstance(paused, dict)
    assert isinstance(subscribed, ConnectionError)
    assert asked == ["player.pause", "connection.subscribe", "player.pause"]


async def test_a_command_that_nobody_waits_for_is_not_sent_again() -> None:
    asked: list[str] = []

    async def answer(connection: ServerConnection, frame: dict[str, Any]) -> None:
        asked.append(frame["type"])
        if frame["type"] == "connection.hello":
            await greet(connection, frame)
        elif frame["type"] == "player.stop":
            await connection.close()

    async with server(answer) as url, asyncio.timeout(20), Client(url, wait_seconds=lambda _: 0.01) as client:
        with pytest.raises(TimeoutError):
            await asyncio.wait_for(client.command("player.play"), 0.05)
        with pytest.raises(TimeoutError):
            await asyncio.wait_for(client.command("player.stop"), 0.5)
    assert asked.count("player.play") == 1


async def test_topics_are_subscribed_to_again_where_the_server_knows_nothing_of_them() -> None:
    asked: list[Any] = []

    async def answer(connection: ServerConnection, frame: dict[str, Any]) -> None:
        if frame["type"] == "connection.hello":
            await greet(connection, frame)
            return
        asked.append((frame["type"], frame["data"]))
        if "id" in frame:
            await connection.send(json.dumps({"type": "ack", "replyTo": frame["id"], "data": {}}))
        if len(asked) == 2:
            await connection.close()
        if len(asked) == 4:
            await connection.send(json.dumps({"type": "library.updated", "data": {}}))

    async with server(answer) as url, asyncio.timeout(20), Client(url, wait_seconds=lambda _: 0.01) as client:
        await client.command("connection.subscribe", {"topics": ["audio.analysis"]})
        await client.command("connection.unsubscribe", {"topics": ["cache"]})
        async for event in client.events():
            if event["type"] == "library.updated":
                break
    assert asked[2:] == asked[:2]


async def test_a_reader_that_is_too_far_behind_is_given_a_snapshot() -> None:
    async def answer(connection: ServerConnection, frame: dict[str, Any]) -> None:
        if frame["type"] == "connection.hello":
            await greet(connection, frame)
            return
        for seq in range(1, MOST_EVENTS + 10):
            await connection.send(json.dumps({"type": "library.updated", "seq": seq, "data": {}}))
        await connection.send(json.dumps({"type": "ack", "replyTo": frame["id"], "data": {}}))

    async with server(answer) as url, asyncio.timeout(60), Client(url) as client:
        await client.command("player.pause")
        assert len(client._events) <= MOST_EVENTS
        assert (await anext(client.events()))["type"] == "connection.ready"


async def test_a_client_that_is_not_greeted_says_so() -> None:
    async def answer(connection: ServerConnection, frame: dict[str, Any]) -> None:
        refusal = {"code": "VALIDATION_ERROR", "message": "No.", "details": {}}
        await connection.send(json.dumps({"type": "error", "replyTo": frame["id"], "error": refusal}))

    async with server(answer) as url, asyncio.timeout(20):
        with pytest.raises(RefusedError):
            await Client(url, "x" * 101).__aenter__()
