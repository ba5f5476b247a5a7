"""Many things in one request: tracks by their ids, edits one by one or all or none."""

from collections.abc import Mapping
from typing import Any

import orjson
from fastapi import APIRouter, Request
from pydantic import ValidationError
from starlette.responses import Response

from auralis.api import schemas
from auralis.api.envelope import json_list, success
from auralis.api.problems import frame, validation_error
from auralis.api.rest.common import MAY_CONFLICT, brief_document, services_of
from auralis.api.rest.editing import NO_EDITS
from auralis.api.rules import Role, rule
from auralis.api.schemas.batch import BatchOperation
from auralis.catalog.batch import Operation
from auralis.model.errors import AuralisError, ConflictError, FieldError, ForbiddenError, InvalidInputError

router = APIRouter(tags=["batch"])
_TRACKS = schemas.Envelope[schemas.BatchTracks]


@router.post("/tracks/batch-get", response_model=_TRACKS, operation_id="batchGetTracks")
@rule(Role.BASIC)
async def batch_get_tracks(request: Request, body: schemas.BatchGetBody) -> Response:
    """Return up to 500 tracks in the order asked for, and which ids name none."""
    found = await services_of(request).catalog.tracks(body.track_ids)
    documents = [document for document in found if document is not None]
    if not body.include_metadata:
        documents = [brief_document(document) for document in documents]
    missing = [
        {"id": track_id, "error": "NOT_FOUND"}
        for track_id, document in zip(body.track_ids, found, strict=True)
        if document is None
    ]
    return success(request, _joined(documents, missing))


@router.post("/batch/tracks", response_model=_TRACKS, operation_id="batchTracks")
@rule(Role.BASIC)
async def batch_tracks(request: Request, body: schemas.BatchGetBody) -> Response:
    """Return up to 500 tracks; the same as `/tracks/batch-get`."""
    return await batch_get_tracks(request, body)


@router.post(
    "/batch",
    response_model=schemas.Envelope[schemas.BatchResults],
    operation_id="batch",
    responses={409: MAY_CONFLICT[409] | {"description": "Atomic, and one was refused: nothing was done"}},
)
@rule(Role.PREMIUM)
async def batch(request: Request, body: schemas.BatchBody) -> Response:
    """Carry out up to 500 edits in one go, with a result for each; `atomic`: all or none."""
    role = request.scope["auralis"].caller.role
    operations = [_operation(given, role) for given in body.operations]
    outcomes = await services_of(request).editor.run_batch(operations, atomic=body.atomic)
    results = [_result(operation, outcome) for operation, outcome in zip(operations, outcomes, strict=True)]
    failed = sum(outcome is not None for outcome in outcomes)
    if body.atomic and failed:
        refused = {"results": [result for result in results if result["error"]]}
        raise ConflictError("Nothing was done, as not all of it could be.", code="BATCH_REFUSED", details=refused)
    return success(request, {"results": results, "meta": _meta(len(operations), failed)})


def _operation(given: BatchOperation, role: Role) -> Operation:
    """Return an operation as the catalogue knows it; an edit's members are checked as those of one track are."""
    data: Mapping[str, Any] = given.data
    refused: AuralisError | None = None
    if given.action == "delete" and role < Role.ADMIN:
        refused = ForbiddenError("Only an administrator may delete tracks.")
    elif given.action == "update":
        try:
            body = schemas.TrackEdit.model_validate(given.data)
            data = body.model_dump(by_alias=True, include=body.model_fields_set - NO_EDITS)
        except ValidationError as error:
            refused = validation_error([{**found, "loc": ("data", *found["loc"])} for found in error.errors()])
        else:
            if body.model_fields_set & NO_EDITS:
                found = [FieldError(f"data.{name}", "is not for a batch") for name in sorted(given.data)]
                refused = InvalidInputError("A batch edits tags alone.", found)
    return Operation(given.id, given.action, data, refused)


def _result(operation: Operation, outcome: AuralisError | None) -> dict[str, Any]:
    error = None if outcome is None else frame(outcome)
    status = "success" if error is None else "error"
    return {"id": operation.id, "action": operation.action, "status": status, "error": error}


def _joined(documents: list[bytes], missing: list[dict[str, str]]) -> bytes:
    meta = _meta(len(documents) + len(missing), len(missing))
    return b'{"successful":%b,"errors":%b,"meta":%b}' % (
        json_list(documents),
        orjson.dumps(missing),
        orjson.dumps(meta),
    )


def _meta(total: int, failed: int) -> dict[str, int]:
    return {"totalRequested": total, "totalSuccessful": total - failed, "totalFailed": failed}
