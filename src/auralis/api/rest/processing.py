"""Music mastered to files, as jobs; and all long work that somebody ordered."""

from typing import Any

import orjson
from fastapi import APIRouter, Request
from fastapi.responses import FileResponse
from starlette.responses import Response

from auralis.api import schemas, views
from auralis.api.envelope import collection, success
from auralis.api.files import file_answer
from auralis.api.rest.common import Paging, services_of
from auralis.api.rules import Rate, Role, rule
from auralis.catalog import Page
from auralis.model.errors import FieldError, InvalidInputError, NotFoundError
from auralis.model.library import LOCAL_OWNER
from auralis.processing import Order

router = APIRouter(tags=["processing"])
_JOB = schemas.Envelope[schemas.Job]
_MEDIA_TYPES = {".flac": "audio/flac", ".wav": "audio/wav", ".zip": "application/zip"}
_RESULT: dict[int | str, dict[str, Any]] = {
    200: {"content": {kind: {} for kind in _MEDIA_TYPES.values()}, "description": "The file; ranges are understood"}
}


@router.post("/processing/jobs", response_model=_JOB, status_code=202, operation_id="createJob")
@rule(Role.PREMIUM, Rate.EXPENSIVE)
async def create_job(request: Request, body: schemas.MasterBody) -> Response:
    """Order a track, an album, a playlist or named tracks mastered to files; progress is told over the socket."""
    services = services_of(request)
    context: dict[str, Any] = {"type": body.type, "id": body.id, "trackIds": body.track_ids}
    if body.type == "track":
        context = {"type": "tracks", "trackIds": [body.id] if body.id else []}
    elif body.type in {"album", "playlist"} and not body.id:
        raise InvalidInputError("It needs an id.", [FieldError("id", f"names the {body.type}", None)])
    track_ids = await services.catalog.context_track_ids(
        context["type"], id=context.get("id"), track_ids=context["trackIds"]
    )
    order = Order(
        tuple(track_ids),
        body.preset,
        body.intensity,
        body.format,
        body.bit_depth,
        body.title or body.type,
        body.type == "album" if body.together is None else body.together,
        context,
    )
    return success(request, views.job_view(await services.processing.submit(LOCAL_OWNER, order)), status=202)


@router.get("/jobs", response_model=schemas.Collection[schemas.Job], operation_id="listJobs")
@rule(Role.BASIC)
async def list_jobs(request: Request, asked: Paging) -> Response:
    """List one's own jobs, the newest first."""
    processing = services_of(request).processing
    found, total, following = await processing.list_jobs(LOCAL_OWNER, asked.offset, asked.size, asked.cursor)
    return collection(request, Page([orjson.dumps(views.job_view(job)) for job in found], total, following), asked)


@router.get("/jobs/{job_id}", response_model=_JOB, operation_id="getJob")
@rule(Role.BASIC)
async def get_job(request: Request, job_id: str) -> Response:
    """Return how a job stands."""
    return success(request, views.job_view(await services_of(request).processing.get(LOCAL_OWNER, job_id)))


@router.get("/jobs/{job_id}/result", operation_id="getJobResult", response_class=FileResponse, responses=_RESULT)
@rule(Role.BASIC, raw=True)
async def get_job_result(request: Request, job_id: str) -> Response:
    """Send what a job has made: one file, or an archive of several."""
    path, name = await services_of(request).processing.result(LOCAL_OWNER, job_id)
    kind = _MEDIA_TYPES[path.suffix]
    try:
        return await file_answer(request, path, caching="private, no-cache", media_type=kind, filename=name)
    except OSError as error:  # cancelled a moment ago
        raise NotFoundError("result", job_id) from error


@router.delete("/jobs/{job_id}", response_model=_JOB, operation_id="removeJob")
@rule(Role.BASIC)
async def remove_job(request: Request, job_id: str) -> Response:
    """Cancel a job that is not finished; forget one that is, and remove what it made."""
    return success(request, views.job_view(await services_of(request).processing.remove(LOCAL_OWNER, job_id)))
