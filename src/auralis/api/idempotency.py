"""A command sent twice under one key is done once: the second sender gets what the first one got."""

import asyncio
import contextlib
import hashlib
from collections.abc import Awaitable, Callable
from typing import NamedTuple, Protocol

from starlette.requests import ClientDisconnect, Request
from starlette.responses import Response

from auralis.api.context import RequestInfo
from auralis.api.envelope import Answer, Enveloped
from auralis.api.rules import LARGEST_BODY
from auralis.model.commands import CommandAnswer, KnownCommand, SentCommand
from auralis.model.errors import FieldError, InvalidInputError, RequestError

HEADER = "idempotency-key"
_LONGEST_KEY = 255
_LARGEST_ANSWER = 256 * 1024
_REPLAYED = (b"idempotency-replayed", b"true")


class Ledger(Protocol):
    """Where commands under a key are kept."""

    async def begin(self, command: SentCommand) -> KnownCommand | None:
        """Note that a command begins, or return what is known of it."""
        ...

    async def finish(self, command: SentCommand, answer: CommandAnswer) -> None:
        """Keep what a command was answered with."""
        ...

    async def forget(self, command: SentCommand) -> None:
        """Let a command be sent again."""
        ...


class _Outcome(NamedTuple):
    response: Response
    replayed: bool


class Idempotency:
    """Carries commands under a key out once; what they were answered with is in the ledger, over restarts too."""

    def __init__(self) -> None:
        self.ledger: Ledger | None = None
        """There once the house is open."""
        self._under_way: dict[tuple[str, str, str], tuple[bytes, asyncio.Task[_Outcome]]] = {}

    async def once(
        self, request: Request, info: RequestInfo, run: Callable[[Request], Awaitable[Response]]
    ) -> Response:
        """Return what ``run`` answers, or what it answered to the same request under the same key before.

        Raises
        ------
        InvalidInputError
            When the key is too long, or stands for another request already.
        RequestError
            When the server ended while it carried the command out, so that nobody knows how that went.
        """
        given = request.headers[HEADER]
        if not 0 < len(given) <= _LONGEST_KEY:
            raise _refusal(f"has 1 to {_LONGEST_KEY} characters", given)
        if self.ledger is None:
            return await run(request)
        digest = await _digest(request, info)
        command = SentCommand(info.caller.user_id, request.scope["path"], given, digest)
        place = (command.user_id, command.path, given)
        begun = self._under_way.get(place)
        if begun is not None and begun[0] != digest:
            raise _refusal("stands for another request already", given)
        if begun is None:
            # A task of its own: the sender may hang up and send again, while the command is carried out once.
            begun = (digest, asyncio.create_task(self._carry_out(self.ledger, command, lambda: run(request))))
            self._under_way[place] = begun
            begun[1].add_done_callback(lambda _: self._under_way.pop(place, None))
            outcome = await asyncio.shield(begun[1])
        else:
            response, _ = await asyncio.shield(begun[1])
            outcome = _Outcome(response, replayed=True)
        if outcome.replayed:
            info.headers.append(_REPLAYED)
            if _is_file(request, info):
                await _pass_over(request)
            return Enveloped(outcome.response.answer) if isinstance(outcome.response, Enveloped) else outcome.response
        return outcome.response

    async def _carry_out(
        self, ledger: Ledger, command: SentCommand, run: Callable[[], Awaitable[Response]]
    ) -> _Outcome:
        known = await ledger.begin(command)
        if known is not None:
            return _Outcome(_known(known, command), replayed=True)
        try:
            response = await run()
        except Exception:  # what failed has changed nothing, and is tried again
            await ledger.forget(command)
            raise
        answer = response.answer if isinstance(response, Enveloped) else None
        if answer is None or len(answer.data) > _LARGEST_ANSWER:  # what is no envelope cannot be told twice
            await ledger.forget(command)
        else:
            await ledger.finish(command, answer.kept())
        return _Outcome(response, replayed=False)


def _is_file(request: Request, info: RequestInfo) -> bool:
    """Tell whether a body may be too large for memory."""
    is_form = request.headers.get("content-type", "").lower().startswith("multipart/form-data")
    return is_form and info.route is not None and info.route.rule.largest > LARGEST_BODY


async def _digest(request: Request, info: RequestInfo) -> bytes:
    """Return what tells one request from another under the same key; a large file is told by its size alone."""
    size = request.headers.get("content-length", "").encode()
    told = size if _is_file(request, info) else await request.body()
    return hashlib.blake2b(request.scope["query_string"] + b"\n" + told, digest_size=32).digest()


async def _pass_over(request: Request) -> None:
    """Take a body that is not needed off the line, so that the client comes to read the answer."""
    with contextlib.suppress(ClientDisconnect):
        async for _ in request.stream():
            pass


def _known(known: KnownCommand, command: SentCommand) -> Response:
    if known.digest != command.digest:
        raise _refusal("stands for another request already", command.key)
    if known.answer is None:
        raise RequestError(
            "The server ended while it carried this command out: see how things stand, and send it under another key.",
            code="IDEMPOTENCY_KEY_IN_USE",
        )
    return Enveloped(Answer.restored(known.answer))


def _refusal(message: str, given: str) -> InvalidInputError:
    return InvalidInputError("The Idempotency-Key is not valid.", [FieldError("Idempotency-Key", message, given)])
