"""Commands under a key, over restarts and at the same time."""

import asyncio
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from starlette.requests import Request
from starlette.responses import Response

from auralis.api.callers import local_owner
from auralis.api.context import RequestInfo
from auralis.api.envelope import Enveloped, success
from auralis.api.idempotency import Idempotency
from auralis.api.rules import Role, Rule
from auralis.catalog.commands import CommandLedger
from auralis.model.commands import SentCommand
from auralis.model.errors import ConflictError, InvalidInputError, RequestError
from auralis.store import Database


class Shop:
    """Counts what it sold; each run of the server has its own."""

    def __init__(self, ledger: CommandLedger) -> None:
        self.idempotency = Idempotency()
        self.idempotency.ledger = ledger
        self.sold = 0
        self.refuses = False
        self.open = asyncio.Event()
        self.open.set()

    async def sell(self, request: Request) -> Response:
        await self.open.wait()
        if self.refuses:
            raise ConflictError("Sold out.")
        self.sold += 1
        return success(request, {"number": self.sold})

    async def ask(self, key: str, body: bytes = b"{}") -> tuple[bytes, bool]:
        info = RequestInfo("id", 0.0, local_owner("127.0.0.1"), "/shop")
        scope: dict[str, Any] = {"type": "http", "method": "POST", "path": "/shop", "query_string": b""}
        scope["headers"] = [(b"idempotency-key", key.encode())]

        async def receive() -> dict[str, Any]:
            return {"type": "http.request", "body": body, "more_body": False}

        answer = await self.idempotency.once(Request(scope, receive), info, self.sell)
        assert isinstance(answer, Enveloped)
        return answer.answer.data, (b"idempotency-replayed", b"true") in info.headers


@pytest.fixture
def ledger(tmp_path: Path) -> Any:
    database = Database(tmp_path / "auralis.db")
    yield CommandLedger(database, most=3)
    database.close()


async def test_a_command_is_done_once_over_restarts(ledger: CommandLedger) -> None:
    assert await Shop(ledger).ask("a") == (b'{"number":1}', False)
    after = Shop(ledger)
    assert await after.ask("a") == (b'{"number":1}', True)
    assert after.sold == 0
    with pytest.raises(InvalidInputError):
        await after.ask("a", b'{"other":1}')


async def test_senders_at_the_same_time_get_one_outcome(ledger: CommandLedger) -> None:
    shop = Shop(ledger)
    shop.open.clear()
    asked = [asyncio.create_task(shop.ask("b")) for _ in range(5)]
    await asyncio.sleep(0)
    asked[0].cancel()  # the first hangs up
    shop.open.set()
    found = await asyncio.gather(*asked[1:])
    assert {data for data, _ in found} == {b'{"number":1}'}
    assert shop.sold == 1


async def test_what_was_refused_may_be_tried_again(ledger: CommandLedger) -> None:
    shop = Shop(ledger)
    shop.refuses = True
    with pytest.raises(ConflictError):
        await shop.ask("c")
    shop.refuses = False
    assert await shop.ask("c") == (b'{"number":1}', False)


async def test_nobody_claims_to_know_how_a_command_went_that_a_crash_cut_off(ledger: CommandLedger) -> None:
    shop = Shop(ledger)
    await shop.ask("d")
    known = await ledger.begin(SentCommand("owner", "/shop", "e", b"x"))  # and then the lights go out
    assert known is None
    with pytest.raises((RequestError, InvalidInputError)):
        await Shop(ledger).ask("e")


async def test_a_large_file_is_told_by_its_size_and_not_held_in_memory(ledger: CommandLedger) -> None:
    shop, read = Shop(ledger), []

    async def ask(size: int) -> bool:
        info = RequestInfo("id", 0.0, local_owner("127.0.0.1"), "/shop")
        info.route = SimpleNamespace(rule=Rule(Role.ADMIN, uploads=True, largest=10**9))
        scope: dict[str, Any] = {"type": "http", "method": "POST", "path": "/shop", "query_string": b""}
        kind = (b"content-type", b"multipart/form-data; boundary=b")
        scope["headers"] = [(b"idempotency-key", b"file"), kind, (b"content-length", str(size).encode())]

        async def receive() -> dict[str, Any]:
            read.append(size)
            return {"type": "http.request", "body": b"x" * size, "more_body": False}

        await shop.idempotency.once(Request(scope, receive), info, shop.sell)
        return (b"idempotency-replayed", b"true") in info.headers

    assert not await ask(5)
    assert read == [], "the body is for who carries the command out"
    assert await ask(5)
    assert read == [5], "but taken off the line where it is not needed"
    with pytest.raises(InvalidInputError):
        await ask(6)
    assert shop.sold == 1


async def test_the_ledger_keeps_to_its_size(ledger: CommandLedger) -> None:
    shop = Shop(ledger)
    for name in "fghi":
        await shop.ask(name)
    assert (await shop.ask("i"))[1]
    assert not (await shop.ask("f"))[1], "the oldest is forgotten"
