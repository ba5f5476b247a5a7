"""Pictures: sent in a few sizes, chosen for an album, taken back."""

from enum import IntEnum
from typing import Annotated, Any, Literal

import orjson
from fastapi import APIRouter, Path, Query, Request
from starlette.datastructures import UploadFile
from starlette.exceptions import HTTPException
from starlette.responses import Response

from auralis.api import schemas
from auralis.api.artwork import name_of
from auralis.api.envelope import success, unchanged
from auralis.api.rest.common import services_of
from auralis.api.rules import Rate, Role, rule
from auralis.model.errors import FieldError, InvalidInputError, MediaError, NotFoundError
from auralis.model.events import ArtworkChosen, ArtworkForgotten
from auralis.model.settings.declared import LIBRARY_DISC_ARTWORK_ORDER

router = APIRouter(tags=["artwork"])

ImageFormat = Literal["webp", "jpeg"]


class ArtworkSize(IntEnum):
    """The sizes that covers are made in; few, so that the cache of them is small."""

    ICON = 64
    ROW = 128
    CARD = 256
    PAGE = 512
    FULL = 1024


Size = Annotated[ArtworkSize, Query(description="Longest side, pixels")]
_PICTURE: dict[int | str, dict[str, Any]] = {
    200: {"content": {"image/webp": {}, "image/jpeg": {}}, "description": "The picture"}
}
_FOREVER = "public, max-age=31536000, immutable"
_BRIEFLY = "private, no-cache"
_UPLOAD = {
    "requestBody": {
        "required": True,
        "content": {
            "multipart/form-data": {
                "schema": {
                    "type": "object",
                    "required": ["file"],
                    "properties": {"file": {"type": "string", "format": "binary"}},
                }
            },
            "application/json": {"schema": schemas.ArtworkExtract.model_json_schema()},
        },
    }
}


@router.get("/artwork/{artwork_id}", operation_id="getArtwork", response_class=Response, responses=_PICTURE)
@rule(Role.BASIC, raw=True)
async def get_artwork(request: Request, artwork_id: str, size: Size = ArtworkSize.PAGE) -> Response:
    """Send a picture as WebP or JPEG, whichever `Accept` likes better, at most `size` pixels in each direction."""
    return await _picture(request, artwork_id, size, _FOREVER)


@router.get("/tracks/{track_id}/artwork", operation_id="getTrackArtwork", response_class=Response, responses=_PICTURE)
@rule(Role.BASIC, raw=True)
async def get_track_artwork(request: Request, track_id: str, size: Size = ArtworkSize.PAGE) -> Response:
    """Send the picture that a track is shown with."""
    artwork_id = orjson.loads(await services_of(request).catalog.track(track_id))["artworkId"]
    if artwork_id is None:
        raise NotFoundError("artwork", track_id)
    return await _picture(request, artwork_id, size, _BRIEFLY)


@router.get(
    "/albums/{album_id}/discs/{number}/artwork",
    operation_id="getDiscArtwork",
    response_class=Response,
    responses=_PICTURE,
)
@rule(Role.BASIC, raw=True)
async def get_disc_artwork(
    request: Request,
    album_id: str,
    number: Annotated[int, Path(ge=0, le=9999, description="Of the disc, as its tracks have it")],
    size: Size = ArtworkSize.PAGE,
) -> Response:
    """Send the picture of a disc: a file `disc2.jpg`, that of its folder, that in its tracks, or the album's."""
    services = services_of(request)
    image_format = preferred_format(request.headers.get("accept", "*/*"))
    order = services.settings.get(LIBRARY_DISC_ARTWORK_ORDER)
    for found in await services.pictures.of_disc(album_id, number, order):
        name = found if isinstance(found, str) else name_of(found)
        headers = {"ETag": f'"{name}-{size.value}-{image_format}"', "Cache-Control": _BRIEFLY, "Vary": "Accept"}
        if unchanged(request, headers["ETag"]):
            return Response(status_code=304, headers=headers)
        make = services.artwork.resized if isinstance(found, str) else services.artwork.resized_file
        try:
            image = await make(found, size.value, image_format)  # type: ignore[arg-type]
        except (MediaError, NotFoundError, OSError):
            continue  # the next may be shown
        return Response(image, media_type=f"image/{image_format}", headers=headers)
    raise NotFoundError("artwork", f"{album_id}/{number}")


@router.post(
    "/albums/{album_id}/artwork",
    response_model=schemas.Envelope[schemas.AlbumDetail],
    operation_id="chooseArtwork",
    openapi_extra=_UPLOAD,
)
@rule(Role.ADMIN, Rate.EXPENSIVE, uploads=True)
async def choose_artwork(request: Request, album_id: str) -> Response:
    """Let an album show an uploaded picture (JPEG, PNG, WebP or GIF), or the one embedded in a track."""
    services = services_of(request)
    image = await _image(request)
    services.bus.publish(ArtworkChosen(album_id, await services.pictures.choose("album", album_id, image)))
    return success(request, await services.catalog.album(album_id))


@router.delete(
    "/albums/{album_id}/artwork",
    response_model=schemas.Envelope[schemas.AlbumDetail],
    operation_id="forgetArtwork",
)
@rule(Role.ADMIN)
async def forget_artwork(request: Request, album_id: str) -> Response:
    """Let an album show again what its files hold."""
    services = services_of(request)
    await services.pictures.forget_choice("album", album_id)
    album = await services.catalog.album(album_id)
    services.bus.publish(ArtworkForgotten(album_id, orjson.loads(album)["artworkId"]))
    return success(request, album)


@router.post(
    "/artists/{artist_id}/artwork",
    response_model=schemas.Envelope[schemas.ArtistDetail],
    operation_id="chooseArtistArtwork",
    openapi_extra=_UPLOAD,
)
@rule(Role.ADMIN, Rate.EXPENSIVE, uploads=True)
async def choose_artist_artwork(request: Request, artist_id: str) -> Response:
    """Let an artist show an uploaded picture (JPEG, PNG, WebP or GIF), or the one embedded in a track."""
    services = services_of(request)
    image = await _image(request)
    await services.pictures.choose("artist", artist_id, image)
    return success(request, await services.catalog.artist(artist_id))


@router.delete(
    "/artists/{artist_id}/artwork",
    response_model=schemas.Envelope[schemas.ArtistDetail],
    operation_id="forgetArtistArtwork",
)
@rule(Role.ADMIN)
async def forget_artist_artwork(request: Request, artist_id: str) -> Response:
    """Let an artist show again what is found: `artist.jpg` in the artist's folder, or the cover of an album."""
    services = services_of(request)
    await services.pictures.forget_choice("artist", artist_id)
    return success(request, await services.catalog.artist(artist_id))


async def _picture(request: Request, artwork_id: str, size: ArtworkSize, caching: str) -> Response:
    services = services_of(request)
    image_format = preferred_format(request.headers.get("accept", "*/*"))
    headers = {"ETag": f'"{artwork_id}-{size.value}-{image_format}"', "Cache-Control": caching, "Vary": "Accept"}
    await services.pictures.require(artwork_id)
    if unchanged(request, headers["ETag"]):
        return Response(status_code=304, headers=headers)
    image = await services.artwork.resized(artwork_id, size.value, image_format)
    return Response(image, media_type=f"image/{image_format}", headers=headers)


def preferred_format(accept: str) -> ImageFormat:
    """Return the better liked of WebP and JPEG (RFC 9110, 12.5.1); WebP where they are liked the same."""
    liked = dict.fromkeys(("image/webp", "image/jpeg"), 0.0)
    exact: dict[str, int] = dict.fromkeys(liked, -1)
    for part in accept.lower().split(",")[:50]:
        kind, *parameters = (piece.strip() for piece in part.split(";"))
        quality = next((_quality(each[2:]) for each in parameters if each.startswith("q=")), 1.0)
        for name in liked:
            rank = ("*/*", "image/*", name).index(kind) if kind in {"*/*", "image/*", name} else -1
            if rank > exact[name]:
                exact[name], liked[name] = rank, quality
    return "jpeg" if liked["image/jpeg"] > liked["image/webp"] else "webp"


def _quality(text: str) -> float:
    try:
        return min(1.0, max(0.0, float(text)))
    except ValueError:
        return 0.0


async def _image(request: Request) -> bytes:
    """Return the picture that a request sends, or that of the track which it names."""
    image = await _uploaded(request)
    return await services_of(request).pictures.of_track(image.extract) if not isinstance(image, bytes) else image


async def _uploaded(request: Request) -> bytes | schemas.ArtworkExtract:
    kind = request.headers.get("content-type", "").partition(";")[0].strip().lower()
    if kind == "application/json":
        try:
            return schemas.ArtworkExtract.model_validate_json(await request.body())
        except ValueError:
            raise _refused("extract", "must be the id of a track") from None
    if kind != "multipart/form-data":
        return await request.body()
    try:
        async with request.form(max_files=1, max_fields=8) as form:
            file = form.get("file")
            image = await file.read() if isinstance(file, UploadFile) else b""
    except HTTPException as error:
        if error.status_code != 400:
            raise
        raise _refused("file", "cannot be read") from None
    if not image:
        raise _refused("file", "must be a picture")
    return image


def _refused(field: str, why: str) -> InvalidInputError:
    return InvalidInputError("The picture is not given.", [FieldError(field, why)])
