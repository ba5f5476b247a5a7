"""Tracks: lists, one track, its file, its outline, and searching."""

from typing import Annotated, Any, Literal

from fastapi import APIRouter, Depends, Query, Request
from starlette.responses import FileResponse, Response

from auralis.api import schemas
from auralis.api.envelope import collection, json_list, success
from auralis.api.files import file_answer
from auralis.api.paging import page_request
from auralis.api.rest.common import Cursor, Limit, Offset, PageNumber, PageSize, Paging, brief, services_of
from auralis.api.rest.filters import search_filter, track_filter
from auralis.api.rules import TRACKS, Rate, Role, Urgency, rule
from auralis.api.services import searches_lyrics
from auralis.catalog import TrackFilter
from auralis.model.errors import FieldError, InvalidInputError, NotFoundError

router = APIRouter(tags=["tracks"])

TrackSort = Literal[
    "title", "artist", "album", "duration", "dateAdded", "rating", "plays", "year", "lastPlayed", "random"
]
Order = Literal["asc", "desc"]
_WARM = ("", "sort=plays&order=desc&limit=100", "sort=lastPlayed&order=desc", "sort=dateAdded&order=desc")
_FOUND = TRACKS | {"user_settings", "track_details"}
_MEDIA_TYPES = {
    "flac": "audio/flac",
    "mp3": "audio/mpeg",
    "ogg": "audio/ogg",
    "opus": "audio/ogg",
    "m4a": "audio/mp4",
    "wav": "audio/wav",
}
_UNKNOWN_TYPE = "application/octet-stream"
_FILE: dict[int | str, dict[str, Any]] = {
    200: {
        "content": {kind: {} for kind in sorted({*_MEDIA_TYPES.values(), _UNKNOWN_TYPE})},
        "description": "The file; ranges are understood",
    }
}


@router.get("/tracks", response_model=schemas.Collection[schemas.Track], operation_id="listTracks")
@rule(Role.BASIC, depends=TRACKS, warm=_WARM)
async def list_tracks(
    request: Request,
    filters: Annotated[TrackFilter, Depends(track_filter)],
    asked: Paging,
    sort: TrackSort = "title",
    order: Order = "asc",
    seed: Annotated[int, Query(ge=0, le=2**53, description="Of a random order; the same one gives the same")] = 0,
) -> Response:
    """List all tracks, or those that pass the filters, in the order asked for."""
    found = await services_of(request).catalog.list_tracks(
        sort=sort,
        order=order,
        offset=asked.offset,
        limit=asked.size,
        cursor=asked.cursor,
        filters=filters,
        seed=seed if sort == "random" else 0,
    )
    return collection(request, found, asked)


@router.get("/tracks/{track_id}/original", operation_id="getTrackFile", response_class=FileResponse, responses=_FILE)
@rule(Role.BASIC, raw=True, urgency=Urgency.SOUND)
async def get_track_file(request: Request, track_id: str) -> Response:
    """Send the track's own file, byte for byte; ranges are understood."""
    catalog = services_of(request).catalog
    path = await catalog.media_path(track_id)
    kind = _MEDIA_TYPES.get(path.suffix.lower().lstrip("."), _UNKNOWN_TYPE)
    try:
        return await file_answer(request, path, caching="private, no-cache", media_type=kind)
    except OSError as error:
        raise NotFoundError("file", track_id) from error


@router.get(
    "/tracks/{track_id}/waveform", response_model=schemas.Envelope[schemas.Waveform], operation_id="getTrackWaveform"
)
@rule(Role.BASIC, depends={"fingerprints", "tracks"})
async def get_track_waveform(request: Request, track_id: str) -> Response:
    """Return the outline of the whole track, once it has been analysed."""
    waveform = (await services_of(request).catalog.fingerprint(track_id)).waveform
    data = {
        "points": len(waveform.rms),
        "minimum": waveform.minimum,
        "maximum": waveform.maximum,
        "rms": waveform.rms,
    }
    return success(request, data)


@router.post(
    "/tracks/search",
    response_model=schemas.Collection[schemas.Track | schemas.TrackBrief],
    operation_id="searchTracks",
)
@rule(Role.BASIC, Rate.EXPENSIVE, depends=_FOUND)
async def search_tracks(
    request: Request,
    body: schemas.SearchBody,
    page: PageNumber = None,
    pageSize: PageSize = None,  # noqa: N803  (the contract's name)
    offset: Offset = None,
    limit: Limit = None,
    cursor: Cursor = None,
) -> Response:
    """Search for tracks, the best first unless a sort is given.

    The links of the answer take the same body: paging in the address stands in for that in the body.
    """
    linked = {"page": page, "pageSize": pageSize, "offset": offset, "limit": limit, "cursor": cursor}
    if any(value is not None for value in linked.values()):
        asked = page_request(linked)
    else:
        asked = page_request(body.pagination.model_dump(by_alias=True), "pagination.")
    found = await services_of(request).catalog.search_tracks(
        checked_query(body.query),
        offset=asked.offset,
        limit=asked.size,
        cursor=asked.cursor,
        filters=search_filter(body.filters),
        sort=body.sort.field if body.sort else None,
        order=body.sort.order if body.sort else "asc",
        lyrics=searches_lyrics(services_of(request), body.lyrics),
    )
    return collection(request, found if body.include_metadata else brief(found), asked)


@router.get("/search", response_model=schemas.Envelope[schemas.SearchResult], operation_id="search")
@rule(Role.BASIC, Rate.EXPENSIVE, depends=_FOUND | {"playlists"})
async def search(
    request: Request,
    query: str,
    limit: Annotated[int, Query(ge=1, le=50, description="Of each kind")] = 10,
    lyrics: Annotated[bool | None, Query(description="In lyrics too; else as the setting `search.lyrics` says")] = None,
) -> Response:
    """Search for tracks, albums, artists and playlists at once."""
    services = services_of(request)
    in_lyrics = searches_lyrics(services, lyrics)
    found = await services.catalog.search(checked_query(query), limit, lyrics=in_lyrics)
    data = b'{"tracks":%b,"albums":%b,"artists":%b,"playlists":%b,"approximate":%b}' % (
        json_list(found.tracks),
        json_list(found.albums),
        json_list(found.artists),
        json_list(found.playlists),
        b"true" if found.approximate else b"false",
    )
    return success(request, data)


def checked_query(query: str) -> str:
    """Return the trimmed query, or refuse it."""
    trimmed = query.strip()
    if not 2 <= len(trimmed) <= 200:
        raise InvalidInputError(
            "A query has 2 to 200 characters.", [FieldError("query", "must have 2 to 200 characters", trimmed[:50])]
        )
    return trimmed
