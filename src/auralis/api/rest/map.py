"""The map of the library: where each track lies in the plane that shows most of how tracks differ."""

import math
from typing import TYPE_CHECKING, Annotated, Any

from fastapi import APIRouter, Query, Request
from starlette.responses import Response

from auralis.api import schemas
from auralis.api.envelope import success
from auralis.api.rest.common import services_of
from auralis.api.rest.fingerprints import span_of
from auralis.api.rules import Role, rule
from auralis.model.errors import FieldError, InvalidInputError
from auralis.model.fingerprint import DIMENSION_NAMES

if TYPE_CHECKING:
    from auralis.fingerprint.atlas import Axis, Sheet

router = APIRouter(tags=["fingerprints"])

MOST_SHOWN = 100_000
_MOST_NAMED = 500
_Span = Annotated[str | None, Query(max_length=80, description="`low..high`; either end may be left out")]


@router.get("/map", response_model=schemas.Envelope[schemas.LibraryMap], operation_id="getMap")
@rule(Role.BASIC)
async def get_map(
    request: Request,
    x: _Span = None,
    y: _Span = None,
    limit: Annotated[int, Query(ge=1, le=MOST_SHOWN, description="Of more tracks an even part is told")] = 20_000,
    dimension: Annotated[str | None, Query(description="Whose values to tell beside the places, for colours")] = None,
    trackId: Annotated[  # noqa: N803  (the contract's name)
        list[str] | None, Query(max_length=_MOST_NAMED, description="Told in any case, and first")
    ] = None,
) -> Response:
    """Return where tracks lie on the map of the library, where what sounds alike is near; all, or those of a region."""
    spans = {name: (-math.inf, math.inf) if text is None else span_of(text) for name, text in (("x", x), ("y", y))}
    errors = [
        FieldError(name, "must be low..high", str(text)[:80])
        for name, text in (("x", x), ("y", y))
        if spans[name] is None
    ]
    if dimension is not None and dimension not in DIMENSION_NAMES:
        errors.append(FieldError("dimension", "names no dimension", dimension[:80]))
    if errors:
        raise InvalidInputError("The map cannot be drawn as asked.", errors)
    from auralis.fingerprint.atlas import Region  # noqa: PLC0415 - numpy stays out of the server's start

    region = Region(*(end for span in spans.values() if span is not None for end in span))
    sheet = await services_of(request).similarity.map(region, limit, dimension, trackId or [])
    return success(request, _view(sheet, dimension))


def _view(sheet: "Sheet", dimension: str | None) -> dict[str, Any]:
    bounds = sheet.bounds
    return {
        "basis": {"tracks": sheet.tracks, "fittedOn": sheet.fitted},
        "axes": {name: _axis(axis) for name, axis in zip("xy", sheet.axes, strict=True)},
        "bounds": {"x": [bounds.left, bounds.right], "y": [bounds.bottom, bounds.top]},
        "inside": sheet.inside,
        "ids": sheet.ids,
        "x": [round(value, 4) for value in sheet.x.tolist()],
        "y": [round(value, 4) for value in sheet.y.tolist()],
        "dimension": dimension,
        "values": None if sheet.values is None else [float(f"{value:.5g}") for value in sheet.values.tolist()],
    }


def _axis(axis: "Axis") -> dict[str, Any]:
    return {
        "explained": round(axis.explained, 4),
        "grows": [{"dimension": name, "correlation": round(value, 3)} for name, value in axis.grows],
    }
