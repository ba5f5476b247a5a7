"""Whole tracks as one stream, for players that know nothing of segments."""

from typing import Annotated, Any, Literal

from fastapi import APIRouter, Query, Request
from starlette.responses import Response, StreamingResponse
from starlette.types import Receive, Scope, Send

from auralis.api.envelope import unchanged
from auralis.api.listening import while_awaited
from auralis.api.ranges import one_range
from auralis.api.rest.common import services_of
from auralis.api.rest.streaming import Alone, Intensity, Preset, Rate
from auralis.api.rules import Role, Urgency, rule
from auralis.media.stream_formats import BITRATES, STREAM_FORMATS, STREAM_TYPES, StreamFormat
from auralis.streaming.wholes import Whole

router = APIRouter()

_SENT: dict[int | str, dict[str, Any]] = {
    200: {
        "description": "The stream; without Content-Length as long as it is in the making",
        "content": {kind: {} for kind in STREAM_TYPES.values()},
    },
    206: {"description": "A range of the stream, once it is whole"},
    416: {"description": "A range beyond its end"},
}


class _Stream(StreamingResponse):
    """Sends a stream, and lets go of it however that ends."""

    def __init__(self, whole: Whole, part: tuple[int, int] | None, **options: Any) -> None:
        self._whole = whole
        super().__init__(whole.pieces(*part) if part else whole.pieces(), **options)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Send it."""
        try:
            await super().__call__(scope, receive, send)
        finally:
            self._whole.close()


@router.get(
    "/stream/{track_id}",
    tags=["streaming"],
    operation_id="getStream",
    response_class=Response,
    responses=_SENT,
)
@rule(Role.BASIC, raw=True, urgency=Urgency.SOUND)
async def get_stream(
    request: Request,
    track_id: str,
    format: Annotated[Literal[STREAM_FORMATS], Query()] = "flac",  # type: ignore[valid-type]  # noqa: A002
    variant: Annotated[Alone | None, Query(description="Missing: what the player plays")] = None,
    start: Annotated[float, Query(ge=0, le=10**6, description="Seconds into the track where the stream begins")] = 0.0,
    kbps: Annotated[
        Literal[BITRATES] | None,  # type: ignore[valid-type]
        Query(description="Bit rate of a lossy format, kbit/s"),
    ] = None,
    rate: Rate = None,
    preset: Preset = None,
    intensity: Intensity = None,
) -> Response:
    """Send a track as one stream, from its start or any moment; it begins to arrive while it is made.

    A stream that was sent whole before has its length and takes ranges at once; a range of one that is in the making is
    answered when that is whole. For another moment of a stream in the making, ask with `start`.
    """
    services, kind = services_of(request), _kind(format)
    chosen = services.player.state.enhancement
    naming = services.streamer.names.whole(
        track_id,
        variant or ("enhanced" if chosen.enabled else "original"),
        kind,
        rate=rate,
        bitrate=None if kbps is None else int(kbps) * 1000,
        start_seconds=start,
        preset=preset or chosen.preset,
        intensity=chosen.intensity if intensity is None else intensity,
    )
    spec = await while_awaited(request, naming)
    wholes = services.streamer.wholes
    headers = {"ETag": f'"{spec.key}"', "Cache-Control": "private, no-cache", "Content-Type": STREAM_TYPES[kind]}
    if spec.frames is not None:
        headers["Auralis-Frames"] = str(spec.frames)
    if unchanged(request, headers["ETag"]):
        return Response(status_code=304, headers=headers)
    if request.method == "HEAD":
        return _head(await wholes.find(spec.key), headers)
    whole = await while_awaited(request, wholes.open(spec))
    try:
        return await _answer(request, whole, headers)
    except BaseException:
        whole.close()
        raise


def _kind(name: str) -> StreamFormat:
    return next(kind for kind in STREAM_FORMATS if kind == name)


def _head(whole: Whole | None, headers: dict[str, str]) -> Response:
    if whole is None:
        return StreamingResponse(iter(()), headers=headers)
    sized = {"Content-Length": str(whole.size), "Accept-Ranges": "bytes"}
    whole.close()
    return Response(headers=headers | sized)


async def _answer(request: Request, whole: Whole, headers: dict[str, str]) -> Response:
    """Send what was asked for of a stream that may still be in the making."""
    wanted = request.headers.get("range")
    if wanted is not None and request.headers.get("if-range", headers["ETag"]) != headers["ETag"]:
        wanted = None
    if whole.size is None and wanted is not None and wanted.replace(" ", "") != "bytes=0-":
        await while_awaited(request, whole.completed())
    if whole.size is None:
        return _Stream(whole, None, headers=headers)
    headers["Accept-Ranges"] = "bytes"
    part = one_range(wanted, whole.size) if wanted is not None else None
    if part is None:
        return _Stream(whole, None, headers=headers | {"Content-Length": str(whole.size)})
    told = {"Content-Range": f"bytes {part[0]}-{part[1] - 1}/{whole.size}", "Content-Length": str(part[1] - part[0])}
    return _Stream(whole, part, status_code=206, headers=headers | told)
