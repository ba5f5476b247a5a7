"""Connections that are cut at random, and a server that is killed: nothing is lost, nothing is done twice."""

import asyncio
import contextlib
import os
import signal
from pathlib import Path
from typing import Any

import pytest
from tests.conftest import PROOF
from tests.cutting import CuttingProxy
from tests.factories import filled_library
from tests.server import running_server

from auralis.client import Client

CUTS = 1000 if PROOF else 40
RESTARTS = 20 if PROOF else 2
ENVIRONMENT = {
    "AURALIS_ANALYSE": "false",
    "AURALIS_LOG_LEVEL": "error",
    "AURALIS_SOCKET_MESSAGES_PER_MINUTE": "1000000",
    "AURALIS_SOCKET_CONNECTIONS": "1000",
}


def port_of(url: str) -> int:
    return int(url.rpartition(":")[2])


class Follower:
    """Keeps a copy of the queue by what it is told, from snapshots and changes alone."""

    def __init__(self, client: Client) -> None:
        self.client = client
        self.revision = -1
        self.entries: list[str] = []
        self.seqs: list[int] = []

    async def follow(self) -> None:
        async for frame in self.client.events():
            self.take(frame)

    def take(self, frame: dict[str, Any]) -> None:
        if "seq" in frame:
            self.seqs.append(frame["seq"])
        match frame["type"]:
            case "connection.ready":
                queue = frame["data"]["snapshot"]["queue"]
                assert queue["total"] == len(queue["entries"])
                self.revision, self.entries = queue["revision"], [entry["entryId"] for entry in queue["entries"]]
                self.seqs = []
            case "queue.updated" if frame["data"]["revision"] > self.revision >= 0:
                change = frame["data"]
                assert change["fromRevision"] == self.revision, "a change was lost"
                for splice in change["splices"]:
                    end = splice["at"] + len(splice["removed"])
                    assert self.entries[splice["at"] : end] == splice["removed"]
                    self.entries[splice["at"] : end] = [item["entryId"] for item in splice["inserted"]]
                self.revision = change["revision"]


@pytest.mark.timeout(1800)
async def test_nothing_is_lost_or_doubled_however_connections_are_cut(tmp_path: Path) -> None:
    filled_library(tmp_path / "auralis.db", 60).close()
    with running_server(tmp_path, environment=ENVIRONMENT) as server:
        tracks = [track["id"] for track in server.get("/tracks", limit=60)]
        async with CuttingProxy(port_of(server.url), seed=7) as proxy:
            client = Client(proxy.url, "cut", wait_seconds=lambda _: 0.01)
            async with client:
                follower = Follower(client)
                following = asyncio.create_task(follower.follow())
                added: list[str] = []
                while proxy.cuts < CUTS:
                    if len(added) >= 150:
                        await client.command("queue.clear")
                        added = []
                    track = tracks[len(added) % len(tracks)]
                    await client.command("queue.add", {"trackIds": [track], "position": "end"})
                    added.append(track)
                proxy.cutting = False
                queue = server.get("/queue", offset=0, limit=500)
                assert [entry["track"]["id"] for entry in queue["entries"]] == added
                async with asyncio.timeout(30):
                    while follower.revision < queue["revision"]:
                        assert not following.done(), following.exception()
                        await asyncio.sleep(0.01)
                assert follower.entries == [entry["entryId"] for entry in queue["entries"]]
                assert follower.seqs == sorted(set(follower.seqs))
                assert client.resumed > CUTS // 4
                following.cancel()


@pytest.mark.timeout(1800)
async def test_a_command_survives_a_killed_server_and_is_done_once(tmp_path: Path) -> None:
    filled_library(tmp_path / "auralis.db", 20).close()
    added = 0
    async with contextlib.AsyncExitStack() as stack:
        proxy = await stack.enter_async_context(CuttingProxy(1, seed=3))
        proxy.cutting = False
        client = Client(proxy.url, "survivor", wait_seconds=lambda _: 0.05)
        for restart in range(RESTARTS + 1):
            with contextlib.suppress(AssertionError), running_server(tmp_path, environment=ENVIRONMENT) as server:
                proxy.port = port_of(server.url)
                if restart == 0:
                    await stack.enter_async_context(client)
                track = server.get("/tracks", limit=1)[0]["id"]
                for _ in range(3):
                    await client.command("queue.add", {"trackIds": [track]})
                    added += 1
                total = server.get("/queue")["total"]
                if restart < RESTARTS:
                    late = asyncio.create_task(client.command("queue.add", {"trackIds": [track]}))
                    await asyncio.sleep(0.002 * restart)
                    os.kill(server.process.pid, signal.SIGKILL)
                    await asyncio.to_thread(server.process.wait)
            assert total == added, "an acknowledged change was lost, or one was done twice"
            if restart < RESTARTS:
                with running_server(tmp_path, environment=ENVIRONMENT) as again:
                    proxy.port = port_of(again.url)
                    await asyncio.wait_for(late, 60)
                    added += 1
                    assert again.get("/queue")["total"] == added
