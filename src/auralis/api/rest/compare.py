"""Any two sounds beside each other in one stream, level-matched and phase-exact; and blind trials of them."""

from urllib.parse import quote, urlencode

from fastapi import APIRouter, Request
from starlette.responses import Response

from auralis.api import schemas
from auralis.api.envelope import success
from auralis.api.rest.common import services_of
from auralis.api.rules import Rate, Role, Urgency, rule
from auralis.model.compare import Compared
from auralis.model.errors import FieldError, InvalidInputError
from auralis.model.events import CompareLoaded, CompareReady
from auralis.model.library import LOCAL_OWNER
from auralis.streaming import Sound

router = APIRouter(tags=["processing"])
_STATISTICS = schemas.Envelope[schemas.TrialStatistics]


@router.post("/processing/compare", response_model=schemas.Envelope[schemas.Comparison], operation_id="compare")
@rule(Role.BASIC, Rate.EXPENSIVE, urgency=Urgency.SOUND)
async def compare(request: Request, body: schemas.CompareBody) -> Response:
    """Match the levels of two sounds, each measured from end to end, and tell how to fetch both in one stream."""
    first, second = _sounds(request, body)
    services = services_of(request)
    services.bus.publish(CompareLoaded(first.track_id))
    found = await services.streamer.comparisons.between(first, second, rate=body.rate)
    services.bus.publish(CompareReady(first.track_id))
    query = {
        "aPreset": first.preset, "aIntensity": first.intensity,
        "bTrackId": second.track_id, "preset": second.preset, "intensity": second.intensity,
        "rate": found["sampleRate"], "key": found["key"],
    }  # fmt: skip
    address = f"/api/v1/stream/{quote(first.track_id, safe='')}/ab/{{n}}?{urlencode(query)}"
    return success(request, {**found, "segments": address})


@router.post("/compare/trials", response_model=_STATISTICS, status_code=201, operation_id="addTrial")
@rule(Role.BASIC)
async def add_trial(request: Request, body: schemas.TrialBody) -> Response:
    """Keep one blind trial, and return how the listener has done on this track."""
    services = services_of(request)
    sounds = _sounds(request, body)
    for sound in sounds:
        await services.catalog.media_path(sound.track_id)
    a, b = (Compared(sound.track_id, sound.preset, sound.intensity) for sound in sounds)
    await services.trials.add(LOCAL_OWNER, a, b, body.x, body.answer)
    return success(request, await services.trials.statistics(LOCAL_OWNER, b.track_id), status=201)


@router.get("/compare/trials", response_model=_STATISTICS, operation_id="getTrials")
@rule(Role.BASIC)
async def get_trials(request: Request, trackId: str | None = None) -> Response:  # noqa: N803  (the contract's name)
    """Return how the listener has done in blind trials, with the chance of that by guessing."""
    return success(request, await services_of(request).trials.statistics(LOCAL_OWNER, trackId))


def _sounds(request: Request, body: schemas.CompareBody | schemas.TrialBody) -> tuple[Sound, Sound]:
    """Return the two sounds that are meant; a track alone stands for its original and its enhanced sound."""
    if body.a is not None and body.b is not None and body.track_id is None:
        first, second = (Sound(side.track_id, side.preset, side.intensity) for side in (body.a, body.b))
        return first, second
    if body.a is not None or body.b is not None or body.track_id is None:
        message = "a and b name the two sounds, or trackId a track's original and its enhanced sound"
        raise InvalidInputError("Two sounds are compared.", [FieldError("a" if body.b else "b", message)])
    chosen = services_of(request).player.state.enhancement
    intensity = chosen.intensity if body.intensity is None else body.intensity
    return Sound(body.track_id), Sound(body.track_id, body.preset or chosen.preset, intensity)
