"""Fingerprints: how a track sounds, what the dimensions mean, and which tracks sound alike."""

import math
from functools import partial
from typing import TYPE_CHECKING, Annotated, Any

import orjson
from fastapi import APIRouter, Depends, Query, Request
from starlette.responses import Response

from auralis.api import schemas
from auralis.api.envelope import success
from auralis.api.rest.common import services_of
from auralis.api.rest.filters import track_filter
from auralis.api.rules import Rate, Role, rule
from auralis.catalog import TrackFilter
from auralis.fingerprint.lookup import Strategy
from auralis.fingerprint.validation import compare
from auralis.model.errors import FieldError, InvalidInputError
from auralis.model.fingerprint import DIMENSION_NAMES, DIMENSIONS, Fingerprint

if TYPE_CHECKING:
    from auralis.fingerprint.vectors import Likeness, Match

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
    filters: Annotated[TrackFilter, Depends(track_filter)],
    similarTo: _Ids = None,  # noqa: N803  (the contract's name)
    awayFrom: _Ids = None,  # noqa: N803  (the contract's name)
    range: _Ranges = None,  # noqa: A002  (the contract's name)
    limit: Annotated[int, Query(ge=1, le=MOST_FOUND)] = 20,
) -> Response:
    """Find tracks that sound alike, within ranges of dimensions and filters, the nearest first, and say in what."""
    ranges = ranges_of(range or [])
    if not similarTo and not ranges:
        raise InvalidInputError(
            "Name a track to be similar to, or a range.",
            [FieldError("similarTo", "must name a track where no range is given")],
        )
    services = services_of(request)
    passing = partial(services.catalog.passing_ids, filters) if filters.active else None
    found = await services.similarity.search(similarTo or [], awayFrom or [], ranges, limit + _SPARE, passing)
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
    return success(request, _view(track_id, fingerprint))


@router.get(
    "/tracks/{track_id}/fingerprint",
    response_model=schemas.Envelope[schemas.FoundFingerprint],
    operation_id="findFingerprint",
)
@rule(Role.BASIC, Rate.EXPENSIVE)
async def find_fingerprint(
    request: Request,
    track_id: str,
    strategy: Annotated[
        Strategy,
        Query(description="What will do where nothing is measured yet: an estimate at a confidence of 0.85, or 0.6"),
    ] = "fast",
) -> Response:
    """Return how a track sounds: as measured, or estimated from excerpts, or else measured now."""
    found = await services_of(request).lookup.look_up(track_id, strategy)
    return success(request, {**_view(track_id, found.fingerprint), "strategy": strategy, "source": found.source})


@router.post(
    "/fingerprints/validate",
    response_model=schemas.Envelope[schemas.FingerprintValidation],
    operation_id="validateFingerprint",
)
@rule(Role.BASIC)
async def validate_fingerprint(request: Request, body: schemas.ValidateFingerprintBody) -> Response:
    """Hold dimensions given by name against those measured of a track, each in usual spreads."""
    unknown = [name for name in body.dimensions if name not in DIMENSION_NAMES]
    if unknown:
        raise InvalidInputError(
            "Not all of these are dimensions.",
            [FieldError(f"dimensions.{name[:80]}", "names no dimension", name[:80]) for name in unknown[:_MOST_NAMED]],
        )
    validation = compare(body.dimensions, await services_of(request).catalog.fingerprint(body.track_id))
    data = {
        "trackId": body.track_id,
        "validationScore": round(validation.score, 4),
        "valid": validation.valid,
        "level": validation.level,
        "accuracy": round(validation.accuracy, 4),
        "dimensions": [
            {
                "dimension": c.dimension,
                "unit": c.unit,
                "given": c.given,
                "own": round(c.own, 4),
                "spreads": round(c.spreads, 3),
                "accuracy": round(c.accuracy, 4),
            }
            for c in validation.dimensions
        ],
    }
    return success(request, data)


def _view(track_id: str, fingerprint: Fingerprint) -> dict[str, Any]:
    """Return a fingerprint as clients see it."""
    normalised = {
        d.name: min(1.0, max(0.0, (fingerprint.dimensions[d.name] - d.low) / (d.high - d.low))) for d in DIMENSIONS
    }
    return {
        "trackId": track_id,
        "kind": "estimate" if fingerprint.is_estimate else "full",
        "heardShare": round(fingerprint.heard_share, 4),
        "overallConfidence": round(fingerprint.overall_confidence, 4),
        "durationSeconds": fingerprint.frames / fingerprint.sample_rate,
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
        "beatGrid": {
            "tempoBpm": fingerprint.dimensions["tempo_bpm"],
            "offsetSeconds": round(fingerprint.beat_offset_seconds, 4),
        },
        "samplePeakDbfs": fingerprint.sample_peak_dbfs,
        "startSilenceSeconds": round(fingerprint.start_silence_seconds, 4),
        "endSilenceSeconds": round(fingerprint.end_silence_seconds, 4),
        "thirdOctaveDb": fingerprint.third_octave_db,
        "sideThirdOctaveDb": fingerprint.side_third_octave_db,
    }


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


def _item(match: "Match", document: bytes) -> bytes:
    told = orjson.dumps(
        {
            "distance": round(match.distance, 4),
            "agrees": [_likeness(likeness) for likeness in match.agrees],
            "differs": [_likeness(likeness) for likeness in match.differs],
        }
    )
    return b'{"track":%b,%b' % (document, told[1:])


def _likeness(likeness: "Likeness") -> dict[str, Any]:
    return {
        "dimension": likeness.dimension,
        "unit": likeness.unit,
        "value": round(likeness.value, 4),
        "reference": round(likeness.reference, 4),
        "spreads": round(likeness.spreads, 3),
    }
