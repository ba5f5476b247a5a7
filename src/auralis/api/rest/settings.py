"""Settings as data: listed, changed as a whole, taken back to their defaults."""

from typing import Annotated, Any

from fastapi import APIRouter, Body, Request
from starlette.responses import Response

from auralis.api import schemas
from auralis.api.envelope import success
from auralis.api.rest.common import MAY_CONFLICT, expected_of, services_of
from auralis.api.rules import Role, rule
from auralis.model.errors import FieldError, InvalidInputError

router = APIRouter(tags=["settings"])
_SETTINGS = schemas.Envelope[list[schemas.Setting]]
_EXPECTED = "expectedRevision"
_MOST_NAMES = 500

Values = Annotated[
    dict[str, Any],
    Body(
        description="Values by the names of settings; `expectedRevision` may stand among them.",
        openapi_examples={"rule": {"value": {"player.preset": "warm", "listening.played_percent": 90}}},
    ),
]


@router.get("/settings", response_model=_SETTINGS, operation_id="listSettings")
@rule(Role.BASIC)
async def list_settings(request: Request) -> Response:
    """List all settings with their ranges and values; `meta.revision` is the revision of them."""
    settings, revision = await services_of(request).settings.described()
    return success(request, settings, revision=revision)


@router.patch("/settings", response_model=_SETTINGS, operation_id="changeSettings", responses=MAY_CONFLICT)
@rule(Role.BASIC)
async def change_settings(request: Request, body: Values) -> Response:
    """Change settings, all or none, and return all of them."""
    if len(body) > _MOST_NAMES:
        error = FieldError("body", f"has more than {_MOST_NAMES} members")
        raise InvalidInputError("There are not so many settings.", [error])
    expected = expected_of(request, _revision(body.pop(_EXPECTED, None)))
    settings, revision = await services_of(request).settings.change(body, expected)
    return success(request, settings, revision=revision)


@router.post("/settings/reset", response_model=_SETTINGS, operation_id="resetSettings", responses=MAY_CONFLICT)
@rule(Role.BASIC)
async def reset_settings(request: Request, body: schemas.SettingsReset | None = None) -> Response:
    """Take settings back to their defaults, and return all of them."""
    body = body or schemas.SettingsReset()
    expected = expected_of(request, body.expected_revision)
    settings, revision = await services_of(request).settings.reset(body.names, expected)
    return success(request, settings, revision=revision)


@router.post("/settings/undo", response_model=_SETTINGS, operation_id="undoSettings", responses=MAY_CONFLICT)
@rule(Role.BASIC)
async def undo_settings(request: Request, body: schemas.RevisionBody | None = None) -> Response:
    """Take back one's newest change of settings, a reset too; the last 50 can be."""
    expected = expected_of(request, body.expected_revision if body else None)
    settings, revision = await services_of(request).settings.undo(expected)
    return success(request, settings, revision=revision)


@router.post("/settings/redo", response_model=_SETTINGS, operation_id="redoSettings", responses=MAY_CONFLICT)
@rule(Role.BASIC)
async def redo_settings(request: Request, body: schemas.RevisionBody | None = None) -> Response:
    """Make again what was taken back last."""
    expected = expected_of(request, body.expected_revision if body else None)
    settings, revision = await services_of(request).settings.redo(expected)
    return success(request, settings, revision=revision)


def _revision(value: object) -> int | None:
    if value is None or (isinstance(value, int) and not isinstance(value, bool)):
        return value
    raise InvalidInputError("The revision is not valid.", [FieldError(_EXPECTED, "must be a whole number")])
