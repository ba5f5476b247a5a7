"""What clients can do to the player; a REST route and a socket message of the same meaning call the same function."""

from collections.abc import Awaitable, Callable
from typing import Any, cast

from auralis.api import schemas
from auralis.api.services import Services
from auralis.model.errors import NotFoundError
from auralis.playback.player import PlayRequest

Command = Callable[[Services, Any, str | None], Awaitable[None]]


async def play(services: Services, body: schemas.PlayBody, client_id: str | None) -> None:
    """Play what the body says; the caller becomes the output if there is none and it can sound."""
    caller = services.hub.find(client_id) if client_id else None
    output = caller.client_id if caller is not None and caller.can_output else None
    await services.player.play(_request(body), output)


async def load(services: Services, body: schemas.PlayBody, _: str | None) -> None:
    """Stand where ``play`` would, paused."""
    await services.player.load(_request(body))


async def pause(services: Services, _body: object, _: str | None) -> None:
    """Pause."""
    services.player.pause()


async def stop(services: Services, _body: object, _: str | None) -> None:
    """Stop, at the start of the track."""
    services.player.stop()


async def seek(services: Services, body: schemas.SeekBody, _: str | None) -> None:
    """Go to a position."""
    services.player.seek(body.position)


async def next_(services: Services, _body: object, _: str | None) -> None:
    """Go to the next entry."""
    services.player.next()


async def previous(services: Services, _body: object, _: str | None) -> None:
    """Restart the track or go back one."""
    services.player.previous()


async def volume(services: Services, body: schemas.VolumeBody, _: str | None) -> None:
    """Set the volume."""
    services.player.set_volume(body.volume)


async def enhancement(services: Services, body: schemas.EnhancementBody, _: str | None) -> None:
    """Change the enhancement."""
    services.player.set_enhancement(enabled=body.enabled, preset=body.preset, intensity=body.intensity)


async def output(services: Services, body: schemas.OutputBody, _: str | None) -> None:
    """Choose the client that sounds."""
    client = services.hub.find(body.client_id)
    if client is None or not client.can_output:
        raise NotFoundError("client", body.client_id)
    services.player.set_output(body.client_id)


async def report(services: Services, body: schemas.ReportBody, client_id: str | None) -> None:
    """Take the output's word for what sounds."""
    if client_id is not None:
        services.player.report(
            client_id, body.entry_id, body.position, sounding=body.is_playing, revision=body.revision
        )


async def scan(services: Services, _body: object, _: str | None) -> None:
    """Scan the library's folders."""
    services.scanner.start()


PLAYER_COMMANDS: dict[str, Command] = {
    "play": cast("Command", play),
    "load": cast("Command", load),
    "pause": pause,
    "stop": stop,
    "seek": cast("Command", seek),
    "next": next_,
    "previous": previous,
    "volume": cast("Command", volume),
    "enhancement": cast("Command", enhancement),
    "output": cast("Command", output),
    "report": cast("Command", report),
}


def _request(body: schemas.PlayBody) -> PlayRequest:
    context = body.context.model_dump(by_alias=True, exclude_none=True) if body.context else None
    return PlayRequest(body.track_id, body.entry_id, context, body.start_at)
