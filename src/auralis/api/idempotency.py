"""A command sent twice under one key is done once: the second sender gets what the first one got."""

import asyncio
import hashlib
import time
from collections import OrderedDict
from collections.abc import Awaitable, Callable
from dataclasses import dataclass

from starlette.requests import Request
from starlette.responses import Response

from auralis.api.context import RequestInfo
from auralis.api.envelope import Answer, Enveloped
from auralis.model.errors import FieldError, InvalidInputError

HEADER = "idempotency-key"
_LONGEST_KEY = 255
_LIFETIME_SECONDS = 24 * 3600
_MOST_KEYS = 10_000
_LARGEST_ANSWER = 256 * 1024
_REPLAYED = (b"idempotency-replayed", b"true")


@dataclass(slots=True)
class _Done:
    fingerprint: bytes
    task: asyncio.Task[Response]
    until: float


class Idempotency:
    """Remembers, for a day and while the server runs, what commands under a key were answered with."""

    def __init__(self) -> None:
        self._done: OrderedDict[tuple[str, str, str], _Done] = OrderedDict()

    async def once(
        self, request: Request, info: RequestInfo, run: Callable[[Request], Awaitable[Response]]
    ) -> Response:
        """Return what ``run`` answers, or what it answered to the same request under the same key before.

        Raises
        ------
        InvalidInputError
            When the key is too long, or stands for another request already.
        """
        given = request.headers[HEADER]
        if not 0 < len(given) <= _LONGEST_KEY:
            raise _refusal(f"has 1 to {_LONGEST_KEY} characters", given)
        place = (info.caller.user_id, request.scope["path"], given)
        fingerprint = hashlib.blake2b(request.scope["query_string"] + b"\n" + await request.body()).digest()
        self._forget_old()
        done = self._done.get(place)
        if done is None:
            return await self._first(place, fingerprint, run(request))
        if done.fingerprint != fingerprint:
            raise _refusal("stands for another request already", given)
        answer = _answer(await asyncio.shield(done.task))
        assert answer is not None
        info.headers.append(_REPLAYED)
        return Enveloped(answer)

    async def _first(self, place: tuple[str, str, str], fingerprint: bytes, running: Awaitable[Response]) -> Response:
        # A task of its own: the sender may hang up and send again, while the command is carried out once.
        task: asyncio.Task[Response] = asyncio.ensure_future(running)
        self._done[place] = _Done(fingerprint, task, time.monotonic() + _LIFETIME_SECONDS)

        def settle(ended: asyncio.Task[Response]) -> None:
            # What failed has changed nothing, and is tried again; what is no envelope cannot be told twice.
            failed = ended.cancelled() or ended.exception() is not None
            answer = None if failed else _answer(ended.result())
            if answer is None or len(answer.data) > _LARGEST_ANSWER:
                self._done.pop(place, None)

        task.add_done_callback(settle)
        return await asyncio.shield(task)

    def _forget_old(self) -> None:
        now = time.monotonic()
        while self._done:
            place, oldest = next(iter(self._done.items()))
            if oldest.until > now and len(self._done) <= _MOST_KEYS:
                return
            del self._done[place]


def _answer(response: Response) -> Answer | None:
    return response.answer if isinstance(response, Enveloped) else None


def _refusal(message: str, given: str) -> InvalidInputError:
    return InvalidInputError("The Idempotency-Key is not valid.", [FieldError("Idempotency-Key", message, given)])
