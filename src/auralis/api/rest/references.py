"""References: sounds that others are mastered towards."""

from collections.abc import AsyncIterator
from typing import Any

import orjson
from fastapi import APIRouter, Request
from fastapi.exceptions import RequestValidationError
from pydantic import ValidationError
from starlette.datastructures import UploadFile
from starlette.exceptions import HTTPException
from starlette.responses import Response

from auralis.api import schemas, views
from auralis.api.envelope import collection, success
from auralis.api.rest.common import Paging, services_of
from auralis.api.rules import Rate, Role, rule
from auralis.catalog import Page
from auralis.model.errors import FieldError, InvalidInputError
from auralis.model.library import LOCAL_OWNER
from auralis.model.player import PRESETS, preset_of_reference
from auralis.model.references import Reference
from auralis.processing.references import LARGEST_FILE

router = APIRouter(tags=["processing"])
_REFERENCE = schemas.Envelope[schemas.SoundReference]
_CHUNK = 1 << 20
_ENVELOPE = 1 << 16
"""What multipart adds to the file."""
_FILE = {"type": "object", "required": ["file"], "properties": {"file": {"type": "string", "format": "binary"}}}
_BODY: dict[str, Any] = {
    "requestBody": {
        "required": True,
        "content": {
            "application/json": {"schema": schemas.ReferenceBody.model_json_schema()},
            "multipart/form-data": {"schema": _FILE},
        },
    }
}


@router.get(
    "/processing/references", response_model=schemas.Collection[schemas.SoundReference], operation_id="listReferences"
)
@rule(Role.PREMIUM)
async def list_references(request: Request, asked: Paging) -> Response:
    """List one's own references, the newest first."""
    references = services_of(request).references
    found, total, following = await references.page_of_references(LOCAL_OWNER, asked.offset, asked.size, asked.cursor)
    rows = [orjson.dumps(views.reference_view(each)) for each in found]
    return collection(request, Page(rows, total, following), asked)


@router.post(
    "/processing/references",
    response_model=_REFERENCE,
    status_code=201,
    operation_id="addReference",
    openapi_extra=_BODY,
)
@rule(Role.PREMIUM, Rate.EXPENSIVE, uploads=True, largest=LARGEST_FILE + _ENVELOPE)
async def add_reference(request: Request) -> Response:
    """Make a track of the library, or an uploaded file, a reference: it is measured, and can be chosen as a preset."""
    kind = request.headers.get("content-type", "").partition(";")[0].strip().lower()
    found = await (_uploaded(request) if kind == "multipart/form-data" else _of_track(request))
    return success(request, views.reference_view(found), status=201)


@router.get("/processing/references/{reference_id}", response_model=_REFERENCE, operation_id="getReference")
@rule(Role.PREMIUM)
async def get_reference(request: Request, reference_id: str) -> Response:
    """Return a reference."""
    return success(request, views.reference_view(await services_of(request).references.reference(reference_id)))


@router.delete("/processing/references/{reference_id}", response_model=_REFERENCE, operation_id="removeReference")
@rule(Role.PREMIUM)
async def remove_reference(request: Request, reference_id: str) -> Response:
    """Forget a reference, and remove what was uploaded; a player that was led by it goes back to the first preset."""
    services = services_of(request)
    removed = await services.references.remove(LOCAL_OWNER, reference_id)
    if services.player.state.enhancement.preset == preset_of_reference(reference_id):
        services.player.set_enhancement(preset=PRESETS[0])
    return success(request, views.reference_view(removed))


async def _of_track(request: Request) -> Reference:
    services = services_of(request)
    try:
        body = schemas.ReferenceBody.model_validate_json(await request.body() or b"null")
    except ValidationError as error:
        raise RequestValidationError(error.errors()) from error
    title = orjson.loads(await services.catalog.track(body.track_id))["title"]
    return await services.references.add_track(LOCAL_OWNER, body.track_id, body.name or title)


async def _uploaded(request: Request) -> Reference:
    try:
        async with request.form(max_files=1, max_fields=4) as form:
            file = form.get("file")
            if not isinstance(file, UploadFile):
                raise _refused("must be an audio file")
            return await services_of(request).references.add_file(LOCAL_OWNER, file.filename or "", _chunks(file))
    except HTTPException as error:
        if error.status_code != 400:
            raise
        raise _refused("cannot be read") from None


async def _chunks(file: UploadFile) -> AsyncIterator[bytes]:
    while chunk := await file.read(_CHUNK):
        yield chunk


def _refused(why: str) -> InvalidInputError:
    return InvalidInputError("There is no file.", [FieldError("file", why)])
