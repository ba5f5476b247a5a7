"""What listeners make of tracks: ratings, favourites, and what was played when."""

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
