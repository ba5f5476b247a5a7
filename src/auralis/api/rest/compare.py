"""Original against enhanced: both in one stream, level-matched and phase-exact; and blind trials of it."""

from fastapi import APIRouter, Request
from starlette.responses import Response

from auralis.api import schemas
from auralis.api.envelope import success
from auralis.api.rest.common import services_of
from auralis.api.rules import Rate, Role, Urgency, rule
from auralis.model.events import CompareLoaded, CompareReady
from auralis.model.library import LOCAL_OWNER

router = APIRouter(tags=["processing"])
_STATISTICS = schemas.Envelope[schemas.TrialStatistics]


@router.post("/processing/compare", response_model=schemas.Envelope[schemas.Comparison], operation_id="compare")
@rule(Role.BASIC, Rate.EXPENSIVE, urgency=Urgency.SOUND)
async def compare(request: Request, body: schemas.CompareBody) -> Response:
    """Match the levels of original and enhanced by a trial, and tell how to fetch both as the variant `ab`."""
    services = services_of(request)
    chosen = services.player.state.enhancement
    services.bus.publish(CompareLoaded(body.track_id))
    found = await services.streamer.comparison(
        body.track_id,
        rate=body.rate,
        preset=body.preset or chosen.preset,
        intensity=chosen.intensity if body.intensity is None else body.intensity,
    )
    services.bus.publish(CompareReady(body.track_id))
    return success(request, found)


@router.post("/compare/trials", response_model=_STATISTICS, status_code=201, operation_id="addTrial")
@rule(Role.BASIC)
async def add_trial(request: Request, body: schemas.TrialBody) -> Response:
    """Keep one blind trial, and return how the listener has done on this track."""
    services = services_of(request)
    await services.catalog.media_path(body.track_id)
    await services.trials.add(LOCAL_OWNER, body.track_id, body.preset, body.intensity, body.x, body.answer)
    return success(request, await services.trials.statistics(LOCAL_OWNER, body.track_id), status=201)


@router.get("/compare/trials", response_model=_STATISTICS, operation_id="getTrials")
@rule(Role.BASIC)
async def get_trials(request: Request, trackId: str | None = None) -> Response:  # noqa: N803  (the contract's name)
    """Return how the listener has done in blind trials, with the chance of that by guessing."""
    return success(request, await services_of(request).trials.statistics(LOCAL_OWNER, trackId))
