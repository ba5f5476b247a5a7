"""What listeners make of tracks, albums and artists: ratings, favourites, and what was played when."""

from fastapi import APIRouter, Request
from starlette.responses import Response

from auralis.api import schemas
from auralis.api.envelope import collection, success
from auralis.api.paging import page_request
from auralis.api.rest.common import Cursor, Limit, Offset, PageNumber, PageSize, services_of
from auralis.api.rules import Role, rule
from auralis.catalog.pages import PageSpec
from auralis.model.library import LOCAL_OWNER

router = APIRouter(tags=["history"])
_ALBUM = schemas.Envelope[schemas.AlbumDetail]
_ARTIST = schemas.Envelope[schemas.ArtistDetail]


@router.get("/history", response_model=schemas.Collection[schemas.Played], operation_id="listHistory")
@rule(Role.BASIC)
async def list_history(
    request: Request,
    page: PageNumber = None,
    pageSize: PageSize = None,  # noqa: N803  (the contract's name)
    offset: Offset = None,
    limit: Limit = None,
    cursor: Cursor = None,
) -> Response:
    """List what was played, the newest first."""
    asked = page_request({"page": page, "pageSize": pageSize, "offset": offset, "limit": limit, "cursor": cursor})
    found = await services_of(request).catalog.listening.history(PageSpec(asked.offset, asked.size, asked.cursor))
    return collection(request, found, asked)


@router.put("/tracks/{track_id}/rating", response_model=schemas.Envelope[schemas.Track], operation_id="rateTrack")
@rule(Role.BASIC)
async def rate_track(request: Request, track_id: str, body: schemas.RatingBody) -> Response:
    """Rate a track, or take the rating back."""
    catalog = services_of(request).catalog
    await catalog.rate(LOCAL_OWNER, track_id, body.rating)
    return success(request, await catalog.track(track_id))


@router.put("/tracks/{track_id}/favorite", response_model=schemas.Envelope[schemas.Track], operation_id="favorTrack")
@rule(Role.BASIC)
async def favor_track(request: Request, track_id: str, body: schemas.FavoriteBody) -> Response:
    """Make a track a favourite, or no longer."""
    catalog = services_of(request).catalog
    await catalog.set_favorite(LOCAL_OWNER, track_id, favorite=body.favorite)
    return success(request, await catalog.track(track_id))


@router.put("/albums/{album_id}/rating", response_model=_ALBUM, operation_id="rateAlbum")
@rule(Role.BASIC)
async def rate_album(request: Request, album_id: str, body: schemas.RatingBody) -> Response:
    """Rate an album, or take the rating back."""
    catalog = services_of(request).catalog
    await catalog.listening.judge("album", LOCAL_OWNER, album_id, {"rating": body.rating})
    return success(request, await catalog.album(album_id))


@router.put("/albums/{album_id}/favorite", response_model=_ALBUM, operation_id="favorAlbum")
@rule(Role.BASIC)
async def favor_album(request: Request, album_id: str, body: schemas.FavoriteBody) -> Response:
    """Make an album a favourite, or no longer."""
    catalog = services_of(request).catalog
    await catalog.listening.judge("album", LOCAL_OWNER, album_id, {"favorite": body.favorite})
    return success(request, await catalog.album(album_id))


@router.put("/artists/{artist_id}/rating", response_model=_ARTIST, operation_id="rateArtist")
@rule(Role.BASIC)
async def rate_artist(request: Request, artist_id: str, body: schemas.RatingBody) -> Response:
    """Rate an artist, or take the rating back."""
    catalog = services_of(request).catalog
    await catalog.listening.judge("artist", LOCAL_OWNER, artist_id, {"rating": body.rating})
    return success(request, await catalog.artist(artist_id))


@router.put("/artists/{artist_id}/favorite", response_model=_ARTIST, operation_id="favorArtist")
@rule(Role.BASIC)
async def favor_artist(request: Request, artist_id: str, body: schemas.FavoriteBody) -> Response:
    """Make an artist a favourite, or no longer."""
    catalog = services_of(request).catalog
    await catalog.listening.judge("artist", LOCAL_OWNER, artist_id, {"favorite": body.favorite})
    return success(request, await catalog.artist(artist_id))
