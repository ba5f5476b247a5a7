"""What clients can do to the player; a REST route and a socket message of the same meaning call the same function."""

from collections.abc import Awaitable, Callable
from typing import Any, cast

from auralis.api import player_views, schemas
from auralis.api.services import Services
from auralis.model.errors import ConflictError, NotFoundError
from auralis.model.player import reference_of
from auralis.model.revisions import Expected
from auralis.playback.contracts import PlayRequest
from auralis.playback.editing import QueueEditor

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
    reference_id = None if body.preset is None else reference_of(body.preset)
    if reference_id is not None:
        await services.references.reference(reference_id)
    services.player.set_enhancement(enabled=body.enabled, preset=body.preset, intensity=body.intensity)


async def repeat(services: Services, body: schemas.RepeatBody, _: str | None) -> None:
    """Choose what is repeated."""
    services.player.set_repeat(body.mode)


async def shuffle(services: Services, body: schemas.ShuffleBody, _: str | None) -> None:
    """Shuffle, or go back to the order of the context."""
    await services.player.set_shuffle(enabled=body.enabled, seed=body.seed)


async def crossfade(services: Services, body: schemas.CrossfadeBody, _: str | None) -> None:
    """Set the crossfade."""
    services.player.set_crossfade(body.seconds)


async def sleep(services: Services, body: schemas.SleepBody, _: str | None) -> None:
    """Set the sleep timer."""
    services.player.set_sleep(body.minutes, body.end_of)


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
            client_id,
            body.entry_id,
            body.position,
            sounding=body.is_playing,
            revision=body.revision,
            underruns=body.underruns,
            ended=body.ended,
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
    "repeat": cast("Command", repeat),
    "shuffle": cast("Command", shuffle),
    "crossfade": cast("Command", crossfade),
    "sleep": cast("Command", sleep),
    "enhancement": cast("Command", enhancement),
    "output": cast("Command", output),
    "report": cast("Command", report),
}

_NOT_AWAITED = frozenset({"report"})
"""What repeats itself: a position that is lost in a crash is reported again."""


async def player(services: Services, verb: str, body: object, client_id: str | None) -> None:
    """Do a command of the player; what it led to is on disk when this returns."""
    await PLAYER_COMMANDS[verb](services, body, client_id)
    if verb not in _NOT_AWAITED:
        await services.player.kept()


async def queue(services: Services, verb: str, body: Any, expected: Expected | None = None) -> None:
    """Change the queue; the change is on disk when this returns.

    Raises
    ------
    ConflictError
        When the queue has moved on; ``details["current"]`` has its state.
    """
    wanted = expected or Expected(body=body.expected_revision)
    try:
        await QUEUE_COMMANDS[verb](services.player.queue, body, wanted)
    except ConflictError as conflict:
        current = await player_views.queue_view(services)
        raise type(conflict)(
            conflict.message, code=conflict.code, details={**conflict.details, "current": current}
        ) from conflict
    await services.player.kept()


async def _add(editor: QueueEditor, body: schemas.QueueAddBody, expected: Expected) -> None:
    context: dict[str, Any] = {"type": "tracks", "trackIds": body.track_ids}
    if body.context is not None:
        context = body.context.model_dump(by_alias=True, exclude_none=True)
    await editor.add(context, body.position, expected)


async def _remove(editor: QueueEditor, body: schemas.QueueRemoveBody, expected: Expected) -> None:
    editor.remove(body.entry_ids, expected)


async def _clear(editor: QueueEditor, body: schemas.QueueClearBody, expected: Expected) -> None:
    editor.clear(keep_current=body.keep_current, expected=expected)


async def _reorder(editor: QueueEditor, body: schemas.QueueReorderBody, expected: Expected) -> None:
    editor.reorder(body.entry_id, body.after_entry_id, expected)


async def _undo(editor: QueueEditor, _: object, expected: Expected) -> None:
    await editor.undo(expected)


async def _redo(editor: QueueEditor, _: object, expected: Expected) -> None:
    await editor.redo(expected)


QUEUE_COMMANDS: dict[str, Callable[[QueueEditor, Any, Expected], Awaitable[None]]] = {
    "add": _add,
    "remove": _remove,
    "clear": _clear,
    "reorder": _reorder,
    "undo": _undo,
    "redo": _redo,
}


def _request(body: schemas.PlayBody) -> PlayRequest:
    context = body.context.model_dump(by_alias=True, exclude_none=True) if body.context else None
    return PlayRequest(body.track_id, body.entry_id, context, body.start_at)
