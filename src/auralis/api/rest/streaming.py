"""The sound itself: manifests, segments, transitions; and how tracks sound, in figures."""

from typing import Annotated, Any, Literal

from fastapi import APIRouter, Query, Request
from starlette.responses import Response

from auralis.api import schemas
from auralis.api.envelope import success, unchanged
from auralis.api.listening import while_awaited
from auralis.api.rest.common import services_of
from auralis.api.rules import Role, Urgency, rule
from auralis.api.schemas.base import PresetName
from auralis.media.stream_formats import SegmentCodec
from auralis.streaming import ORIGINAL, Segment, Sound
from auralis.streaming.loudness import LoudnessMode

router = APIRouter()

Variant = Literal["original", "enhanced", "ab"]
Alone = Literal["original", "enhanced"]
Preset = Annotated[PresetName | None, Query(description="Missing: the player's own")]
SecondPreset = Annotated[
    Literal["original"] | PresetName | None,
    Query(description="Missing: the player's own; `original` as the second sound of `ab`"),
]
Compared = Annotated[Literal["original"] | PresetName | None, Query(description="Of `ab`; missing: the original")]
Intensity = Annotated[float | None, Query(ge=0, le=1, description="Missing: the player's own")]
Rate = Annotated[
    int | None, Query(ge=8000, le=192000, description="Hz of the client's timeline; missing: the source's")
]
Loudness = Annotated[LoudnessMode | None, Query(description="Missing: the setting `sound.loudness`")]
Codec = Annotated[SegmentCodec, Query(description="`flac` is exact, `aac` small: its manifest tells how to cut it")]
_SEGMENT: dict[int | str, dict[str, Any]] = {
    200: {"content": {"audio/mp4": {}}, "description": "FLAC (or AAC) in fragmented MP4, complete in itself"}
}


@router.get(
    "/stream/{track_id}/manifest",
    response_model=schemas.Envelope[schemas.Manifest],
    tags=["streaming"],
    operation_id="getManifest",
)
@rule(Role.BASIC, urgency=Urgency.SOUND)
async def get_manifest(
    request: Request,
    track_id: str,
    rate: Rate = None,
    preset: Preset = None,
    intensity: Intensity = None,
    loudness: Loudness = None,
) -> Response:
    """Return all that a player needs to lay this track on its timeline."""
    services = services_of(request)
    chosen = services.player.state.enhancement
    manifest = await services.streamer.manifest(
        track_id,
        rate=rate,
        preset=preset or chosen.preset,
        intensity=chosen.intensity if intensity is None else intensity,
        loudness=loudness,
    )
    return success(request, manifest)


@router.get(
    "/stream/{track_id}/transition/{before}/{after}/{frame}",
    tags=["streaming"],
    operation_id="getTransition",
    response_class=Response,
    responses=_SEGMENT,
)
@rule(Role.BASIC, raw=True, urgency=Urgency.SOUND)
async def get_transition(
    request: Request,
    track_id: str,
    before: Alone,
    after: Alone,
    frame: int,
    rate: Rate = None,
    preset: Preset = None,
    intensity: Intensity = None,
    fromPreset: Preset = None,  # noqa: N803  (the contract's name)
    fromIntensity: Intensity = None,  # noqa: N803
    fromKey: Annotated[  # noqa: N803
        str | None, Query(max_length=100, description="Of the sound that plays, where its plan is of an older manifest")
    ] = None,
    loudness: Loudness = None,
    codec: Codec = "flac",
) -> Response:
    """Send a piece that begins at any frame and fades within 30 ms from one variant to the other."""
    services = services_of(request)
    chosen = services.player.state.enhancement
    preset = preset or chosen.preset
    intensity = chosen.intensity if intensity is None else intensity
    work = services.streamer.transition(
        track_id,
        before,
        after,
        frame,
        rate=rate,
        preset=preset,
        intensity=intensity,
        from_preset=fromPreset or preset,
        from_intensity=intensity if fromIntensity is None else fromIntensity,
        from_key=fromKey,
        loudness=loudness,
        codec=codec,
    )
    segment = await while_awaited(request, work)
    return _sound(request, segment, keyed=False)


@router.get(
    "/stream/{track_id}/{variant}/{n}",
    tags=["streaming"],
    operation_id="getSegment",
    response_class=Response,
    responses=_SEGMENT,
)
@rule(Role.BASIC, raw=True, urgency=Urgency.SOUND)
async def get_segment(
    request: Request,
    track_id: str,
    variant: Variant,
    n: int,
    rate: Rate = None,
    preset: SecondPreset = None,
    intensity: Intensity = None,
    key: Annotated[str | None, Query(description="From the manifest; lets the answer be cached for good")] = None,
    codec: Codec = "flac",
    aPreset: Compared = None,  # noqa: N803  (the contract's name)
    aIntensity: Annotated[float, Query(ge=0, le=1, description="Of `ab`: the first sound's")] = 1.0,  # noqa: N803
    loudness: Loudness = None,
    bTrackId: Annotated[  # noqa: N803
        str | None, Query(max_length=100, description="Of `ab`: the second sound's track; missing: the same")
    ] = None,
) -> Response:
    """Send segment ``n`` of a variant; `ab` is any two sounds beside each other, as `/processing/compare` tells."""
    services = services_of(request)
    chosen = services.player.state.enhancement
    preset = preset or chosen.preset
    intensity = chosen.intensity if intensity is None else intensity
    pair = (Sound(track_id, aPreset or ORIGINAL, aIntensity), Sound(bTrackId or track_id, preset, intensity))
    work = services.streamer.segment(
        track_id,
        variant,
        n,
        rate=rate,
        preset=preset,
        intensity=intensity,
        key=key,
        codec=codec,
        listener=request.client.host if request.client else None,
        loudness=loudness,
        pair=pair if variant == "ab" else None,
    )
    segment = await while_awaited(request, work)
    return _sound(request, segment, keyed=key is not None)


def _sound(request: Request, segment: Segment, *, keyed: bool) -> Response:
    etag = f'"{segment.etag}"'
    caching = "private, max-age=31536000, immutable" if keyed else "private, no-cache"
    headers = {
        "ETag": etag,
        "Cache-Control": caching,
        "Auralis-Start-Frame": str(segment.start_frame),
        "Auralis-Frames": str(segment.frames),
        "Auralis-Final": str(int(segment.final)),
    }
    if unchanged(request, etag):
        return Response(status_code=304, headers=headers)
    return Response(segment.body, media_type="audio/mp4", headers=headers)
