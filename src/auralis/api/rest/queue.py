"""The queue over REST: the same operations as over the socket, answered with the state they led to."""

from typing import Annotated

from fastapi import APIRouter, Query, Request
from starlette.responses import Response

from auralis.api import commands, player_views, schemas
from auralis.api.envelope import success
from auralis.api.rest.common import MAY_CONFLICT, expected_of, services_of
from auralis.api.rules import Role, Urgency, rule
from auralis.api.schemas.queue import LARGEST_WINDOW

router = APIRouter(tags=["queue"])
_STATE = schemas.Envelope[schemas.QueueState]


async def _answer(request: Request, offset: int | None = None, limit: int = player_views.QUEUE_WINDOW) -> Response:
    state = await player_views.queue_view(services_of(request), offset, limit)
    return success(request, state, revision=state["revision"])


async def _run(request: Request, verb: str, body: schemas.QueueChange) -> Response:
    expected = expected_of(request, body.expected_revision)
    await commands.queue(services_of(request), verb, body, expected)
    return await _answer(request)


@router.get("/queue", response_model=_STATE, operation_id="getQueue")
@rule(Role.BASIC, urgency=Urgency.SOUND)
async def get_queue(
    request: Request,
    offset: Annotated[int | None, Query(ge=0, le=2**40, description="Without it: around the current entry")] = None,
    limit: Annotated[int, Query(ge=1, le=LARGEST_WINDOW)] = player_views.QUEUE_WINDOW,
) -> Response:
    """Return a part of the queue."""
    return await _answer(request, offset, limit)


@router.post("/queue/add", response_model=_STATE, operation_id="addToQueue", responses=MAY_CONFLICT)
@rule(Role.BASIC, urgency=Urgency.SOUND)
async def add(request: Request, body: schemas.QueueAddBody) -> Response:
    """Add tracks, or all of an album, an artist or a search: now, next, or later but before the context goes on."""
    return await _run(request, "add", body)


@router.post("/queue/remove", response_model=_STATE, operation_id="removeFromQueue", responses=MAY_CONFLICT)
@rule(Role.BASIC, urgency=Urgency.SOUND)
async def remove(request: Request, body: schemas.QueueRemoveBody) -> Response:
    """Take entries out; CONFLICT when one of them is gone already."""
    return await _run(request, "remove", body)


@router.post("/queue/clear", response_model=_STATE, operation_id="clearQueue", responses=MAY_CONFLICT)
@rule(Role.BASIC, urgency=Urgency.SOUND)
async def clear(request: Request, body: schemas.QueueClearBody | None = None) -> Response:
    """Take everything out, or everything but the current entry."""
    return await _run(request, "clear", body or schemas.QueueClearBody())


@router.post("/queue/reorder", response_model=_STATE, operation_id="reorderQueue", responses=MAY_CONFLICT)
@rule(Role.BASIC, urgency=Urgency.SOUND)
async def reorder(request: Request, body: schemas.QueueReorderBody) -> Response:
    """Put an entry behind another one."""
    return await _run(request, "reorder", body)


@router.post("/queue/undo", response_model=_STATE, operation_id="undoQueue", responses=MAY_CONFLICT)
@rule(Role.BASIC, urgency=Urgency.SOUND)
async def undo(request: Request, body: schemas.QueueChange | None = None) -> Response:
    """Take the last change of the queue back; up to 50, also after a restart."""
    return await _run(request, "undo", body or schemas.QueueChange())


@router.post("/queue/redo", response_model=_STATE, operation_id="redoQueue", responses=MAY_CONFLICT)
@rule(Role.BASIC, urgency=Urgency.SOUND)
async def redo(request: Request, body: schemas.QueueChange | None = None) -> Response:
    """Make the change again that was taken back last."""
    return await _run(request, "redo", body or schemas.QueueChange())
