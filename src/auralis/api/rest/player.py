"""The player over REST: the same commands as over the socket, answered with the state they led to."""

from fastapi import APIRouter, Request
from starlette.responses import Response

from auralis.api import commands, player_views, schemas
from auralis.api.envelope import success
from auralis.api.rest.common import services_of
from auralis.api.rules import Role, Urgency, rule

router = APIRouter(tags=["player"])
_STATE = schemas.Envelope[schemas.PlayerState]


async def _run(request: Request, verb: str, body: object = None) -> Response:
    services = services_of(request)
    await commands.player(services, verb, body, None)
    return success(request, await player_views.player_view(services))


@router.get("/player/status", response_model=_STATE, operation_id="getPlayerStatus")
@router.get("/player", response_model=_STATE, operation_id="getPlayer")
@rule(Role.BASIC, urgency=Urgency.SOUND)
async def get_player(request: Request) -> Response:
    """Return the player's state."""
    return success(request, await player_views.player_view(services_of(request)))


@router.post("/player/play", response_model=_STATE, operation_id="play")
@rule(Role.BASIC, urgency=Urgency.SOUND)
async def play(request: Request, body: schemas.PlayBody | None = None) -> Response:
    """Play a track, an entry or a context; without members, resume."""
    return await _run(request, "play", body or schemas.PlayBody())


@router.post("/player/load", response_model=_STATE, operation_id="load")
@rule(Role.BASIC, urgency=Urgency.SOUND)
async def load(request: Request, body: schemas.PlayBody) -> Response:
    """Like play, but paused."""
    return await _run(request, "load", body)


@router.post("/player/pause", response_model=_STATE, operation_id="pause")
@rule(Role.BASIC, urgency=Urgency.SOUND)
async def pause(request: Request) -> Response:
    """Pause."""
    return await _run(request, "pause")


@router.post("/player/stop", response_model=_STATE, operation_id="stop")
@rule(Role.BASIC, urgency=Urgency.SOUND)
async def stop(request: Request) -> Response:
    """Stop, at the start of the track."""
    return await _run(request, "stop")


@router.post("/player/seek", response_model=_STATE, operation_id="seek")
@rule(Role.BASIC, urgency=Urgency.SOUND)
async def seek(request: Request, body: schemas.SeekBody) -> Response:
    """Go to a position."""
    return await _run(request, "seek", body)


@router.post("/player/next", response_model=_STATE, operation_id="next")
@rule(Role.BASIC, urgency=Urgency.SOUND)
async def next_(request: Request) -> Response:
    """Go to the next entry."""
    return await _run(request, "next")


@router.post("/player/previous", response_model=_STATE, operation_id="previous")
@rule(Role.BASIC, urgency=Urgency.SOUND)
async def previous(request: Request) -> Response:
    """Restart the track, or go back one entry."""
    return await _run(request, "previous")


@router.post("/player/volume", response_model=_STATE, operation_id="setVolume")
@rule(Role.BASIC, urgency=Urgency.SOUND)
async def volume(request: Request, body: schemas.VolumeBody) -> Response:
    """Set the volume."""
    return await _run(request, "volume", body)


@router.post("/player/repeat", response_model=_STATE, operation_id="setRepeat")
@rule(Role.BASIC, urgency=Urgency.SOUND)
async def repeat(request: Request, body: schemas.RepeatBody) -> Response:
    """Repeat nothing, the track or the queue."""
    return await _run(request, "repeat", body)


@router.post("/player/shuffle", response_model=_STATE, operation_id="setShuffle")
@rule(Role.BASIC, urgency=Urgency.SOUND)
async def shuffle(request: Request, body: schemas.ShuffleBody) -> Response:
    """Shuffle what follows, or go back to the order of the context; the current track plays on."""
    return await _run(request, "shuffle", body)


@router.post("/player/crossfade", response_model=_STATE, operation_id="setCrossfade")
@rule(Role.BASIC, urgency=Urgency.SOUND)
async def crossfade(request: Request, body: schemas.CrossfadeBody) -> Response:
    """Set how long tracks that do not belong together overlap."""
    return await _run(request, "crossfade", body)


@router.post("/player/sleep", response_model=_STATE, operation_id="setSleep")
@rule(Role.BASIC, urgency=Urgency.SOUND)
async def sleep(request: Request, body: schemas.SleepBody) -> Response:
    """Pause after some minutes or at an end; without members, not any more."""
    return await _run(request, "sleep", body)


@router.post("/player/output", response_model=_STATE, operation_id="setOutput")
@rule(Role.BASIC, urgency=Urgency.SOUND)
async def output(request: Request, body: schemas.OutputBody) -> Response:
    """Choose the client that sounds."""
    return await _run(request, "output", body)


@router.get("/clients", response_model=schemas.Envelope[list[schemas.ClientDetails]], operation_id="listClients")
@rule(Role.BASIC, urgency=Urgency.SOUND)
async def clients(request: Request) -> Response:
    """List the connected clients, with figures of their connections."""
    return success(request, player_views.client_details_view(services_of(request).hub))


@router.get("/player/enhancement", response_model=schemas.Envelope[schemas.Enhancement], operation_id="getEnhancement")
@rule(Role.BASIC, urgency=Urgency.SOUND)
async def get_enhancement(request: Request) -> Response:
    """Return the enhancement."""
    return success(request, (await player_views.player_view(services_of(request)))["enhancement"])


@router.put("/player/enhancement", response_model=_STATE, operation_id="setEnhancement")
@rule(Role.BASIC, urgency=Urgency.SOUND)
async def set_enhancement(request: Request, body: schemas.EnhancementBody) -> Response:
    """Change the enhancement; members left out stay."""
    return await _run(request, "enhancement", body)


@router.post("/player/enhancement/toggle", response_model=_STATE, operation_id="toggleEnhancement")
@rule(Role.BASIC, urgency=Urgency.SOUND)
async def toggle_enhancement(request: Request, *, enabled: bool | None = None) -> Response:
    """Switch the enhancement over, or to what is given."""
    wanted = not services_of(request).player.state.enhancement.enabled if enabled is None else enabled
    return await _run(request, "enhancement", schemas.EnhancementBody(enabled=wanted))
