"""Fingerprints: how a track sounds, what the dimensions mean, and which tracks sound alike."""

import math
from typing import Annotated, Any

import orjson
from fastapi import APIRouter, Query, Request
from starlette.responses import Response

from auralis.api import schemas
from auralis.api.envelope import success
from auralis.api.rest.common import services_of
from auralis.api.rules import Role, rule
from auralis.fingerprint.vectors import Likeness, Match
from auralis.model.errors import FieldError, InvalidInputError
from auralis.model.fingerprint import DIMENSION_NAMES, DIMENSIONS

router = APIRouter(tags=["fingerprints"])

MOST_FOUND = 100
_MOST_NAMED = 50
_SPARE = 8
"""Tracks that are looked for beyond those asked for: some may have left the library."""

_Ids = Annotated[list[str] | None, Query(max_length=_MOST_NAMED, description="Ids of tracks")]
_Ranges = Annotated[
    list[str] | None,
    Query(max_length=len(DIMENSIONS), description="`dimension:low..high` in its unit; either end may be left out"),
]


@router.get(
    "/fingerprints/dimensions",
    response_model=schemas.Envelope[list[schemas.DimensionInfo]],
    operation_id="listDimensions",
)
@rule(Role.BASIC)
async def list_dimensions(request: Request) -> Response:
    """Return what the 25 dimensions mean."""
    return success(request, [dimension._asdict() for dimension in DIMENSIONS])


@router.get(
    "/fingerprints/search",
    response_model=schemas.Envelope[schemas.SimilarTracks],
    operation_id="searchFingerprints",
)
@rule(Role.BASIC)
async def search_fingerprints(
    request: Request,
    similarTo: _Ids = None,  # noqa: N803  (the contract's name)
    awayFrom: _Ids = None,  # noqa: N803  (the contract's name)
    range: _Ranges = None,  # noqa: A002  (the contract's name)
    limit: Annotated[int, Query(ge=1, le=MOST_FOUND)] = 20,
) -> Response:
    """Find tracks that sound like others, or within ranges of dimensions, the nearest first, and say in what."""
    ranges = ranges_of(range or [])
    if not similarTo and not ranges:
        raise InvalidInputError(
            "Name a track to be similar to, or a range.",
            [FieldError("similarTo", "must name a track where no range is given")],
        )
    services = services_of(request)
    found = await services.similarity.search(similarTo or [], awayFrom or [], ranges, limit + _SPARE)
    documents = await services.catalog.tracks([match.track_id for match in found.matches])
    items = [_item(match, document) for match, document in zip(found.matches, documents, strict=True) if document]
    basis = orjson.dumps({"tracks": found.tracks, "fittedOn": found.fitted})
    return success(request, b'{"basis":%b,"items":[%b]}' % (basis, b",".join(items[:limit])))


@router.get(
    "/fingerprints/{track_id}", response_model=schemas.Envelope[schemas.Fingerprint], operation_id="getFingerprint"
)
@rule(Role.BASIC, depends={"fingerprints", "tracks"})
async def get_fingerprint(request: Request, track_id: str) -> Response:
    """Return how a track sounds, once it has been analysed."""
    fingerprint = await services_of(request).catalog.fingerprint(track_id)
    normalised = {
        d.name: min(1.0, max(0.0, (fingerprint.dimensions[d.name] - d.low) / (d.high - d.low))) for d in DIMENSIONS
    }
    data = {
        "trackId": track_id,
        "version": fingerprint.version,
        "dimensions": dict(fingerprint.dimensions),
        "confidence": dict(fingerprint.confidence),
        "normalised": normalised,
        "loudnessRangeLu": fingerprint.loudness_range_lu,
        "truePeakDbtp": fingerprint.true_peak_dbtp,
        "key": {
            "tonic": fingerprint.key.tonic,
            "mode": fingerprint.key.mode,
            "confidence": fingerprint.key.confidence,
        },
        "tempoAlternativeBpm": fingerprint.tempo_alternative_bpm,
        "thirdOctaveDb": fingerprint.third_octave_db,
    }
    return success(request, data)


def ranges_of(texts: list[str]) -> dict[str, tuple[float, float]]:
    """Return the ranges by dimension, or refuse them field by field; several of one dimension all hold."""
    ranges: dict[str, tuple[float, float]] = {}
    errors = []
    for place, text in enumerate(texts):
        name, colon, span = text.partition(":")
        ends = span_of(span)
        if not colon or ends is None:
            errors.append(FieldError(f"range.{place}", "must be dimension:low..high", text[:80]))
        elif name not in DIMENSION_NAMES:
            errors.append(FieldError(f"range.{place}", "names no dimension", name[:80]))
        else:
            before = ranges.get(name, (-math.inf, math.inf))
            ranges[name] = max(before[0], ends[0]), min(before[1], ends[1])
            if ranges[name][0] > ranges[name][1]:
                errors.append(FieldError(f"range.{place}", "holds nothing: low is over high", text[:80]))
    if errors:
        raise InvalidInputError("A range cannot be understood.", errors)
    return ranges


def span_of(text: str) -> tuple[float, float] | None:
    """Return the ends of ``low..high``, either of which may be left out; None if it is something else."""
    low, dots, high = text.partition("..")
    lowest, highest = _number(low, -math.inf), _number(high, math.inf)
    return None if not dots or not (low or high) or lowest is None or highest is None else (lowest, highest)


def _number(text: str, otherwise: float) -> float | None:
    if not text:
        return otherwise
    try:
        value = float(text)
    except ValueError:
        return None
    return value if math.isfinite(value) else None


def _item(match: Match, document: bytes) -> bytes:
    told = orjson.dumps(
        {
            "distance": round(match.distance, 4),
            "agrees": [_likeness(likeness) for likeness in match.agrees],
            "differs": [_likeness(likeness) for likeness in match.differs],
        }
    )
    return b'{"track":%b,%b' % (document, told[1:])


def _likeness(likeness: Likeness) -> dict[str, Any]:
    return {
        "dimension": likeness.dimension,
        "unit": likeness.unit,
        "value": round(likeness.value, 4),
        "reference": round(likeness.reference, 4),
        "spreads": round(likeness.spreads, 3),
    }
