"""Albums, artists, genres, artwork; the library's folders, scans, problems and figures."""

import asyncio
from typing import Literal

from fastapi import APIRouter, Request
from starlette.responses import Response

from auralis.api import schemas, views
from auralis.api.envelope import collection, success
from auralis.api.paging import page_request
from auralis.api.rest.common import Limit, Offset, PageNumber, PageSize, services_of
from auralis.api.rest.tracks import Order
from auralis.api.rules import ALBUMS, ARTISTS, GENRES, STATS, TRACKS, Rate, Role, rule
from auralis.api.services import Services
from auralis.scanner.scope import ScanRequest

router = APIRouter(tags=["library"])


@router.get("/albums", response_model=schemas.Collection[schemas.Album], operation_id="listAlbums")
@rule(Role.BASIC, depends=ALBUMS, warm=("",))
async def list_albums(
    request: Request,
    sort: Literal["title", "artist", "year", "dateAdded"] = "title",
    order: Order = "asc",
    page: PageNumber = None,
    pageSize: PageSize = None,  # noqa: N803  (the contract's name)
    offset: Offset = None,
    limit: Limit = None,
) -> Response:
    """List the albums."""
    asked = page_request({"page": page, "pageSize": pageSize, "offset": offset, "limit": limit})
    found = await services_of(request).catalog.list_albums(
        sort=sort, order=order, offset=asked.offset, limit=asked.size
    )
    return collection(request, found, asked)


@router.get("/albums/{album_id}", response_model=schemas.Envelope[schemas.AlbumDetail], operation_id="getAlbum")
@rule(Role.BASIC, depends=TRACKS)
async def get_album(request: Request, album_id: str) -> Response:
    """Return an album with its tracks."""
    return success(request, await services_of(request).catalog.album(album_id))


@router.get("/artists", response_model=schemas.Collection[schemas.Artist], operation_id="listArtists")
@rule(Role.BASIC, depends=ARTISTS, warm=("",))
async def list_artists(
    request: Request,
    page: PageNumber = None,
    pageSize: PageSize = None,  # noqa: N803  (the contract's name)
    offset: Offset = None,
    limit: Limit = None,
) -> Response:
    """List the artists by name."""
    asked = page_request({"page": page, "pageSize": pageSize, "offset": offset, "limit": limit})
    found = await services_of(request).catalog.list_artists(offset=asked.offset, limit=asked.size)
    return collection(request, found, asked)


@router.get("/artists/{artist_id}", response_model=schemas.Envelope[schemas.ArtistDetail], operation_id="getArtist")
@rule(Role.BASIC, depends=TRACKS)
async def get_artist(request: Request, artist_id: str) -> Response:
    """Return an artist with albums and tracks."""
    return success(request, await services_of(request).catalog.artist(artist_id))


@router.get("/library/stats", response_model=schemas.Envelope[schemas.LibraryStats], operation_id="getLibraryStats")
@rule(Role.BASIC, depends=STATS, warm=("",))
async def get_stats(request: Request) -> Response:
    """Return the library in figures."""
    return success(request, await services_of(request).catalog.stats())


@router.get("/library/genres", response_model=schemas.Envelope[list[schemas.Genre]], operation_id="listGenres")
@rule(Role.BASIC, depends=GENRES, warm=("",))
async def list_genres(request: Request) -> Response:
    """List the genres, the most frequent first."""
    return success(request, await services_of(request).catalog.genres())


@router.get(
    "/library/folders", response_model=schemas.Envelope[list[schemas.LibraryFolder]], operation_id="listFolders"
)
@rule(Role.BASIC)
async def list_folders(request: Request) -> Response:
    """List the folders that are scanned."""
    return success(request, await services_of(request).catalog.folders())


@router.get("/library/problems", response_model=schemas.Collection[schemas.Problem], operation_id="listProblems")
@rule(Role.BASIC)
async def list_problems(request: Request, offset: Offset = None, limit: Limit = None) -> Response:
    """List the files that could not be read, and why."""
    asked = page_request({"offset": offset or 0, "limit": limit})
    found = await services_of(request).catalog.problems(offset=asked.offset, limit=asked.size)
    return collection(request, found, asked)


@router.post(
    "/library/scan", status_code=202, response_model=schemas.Envelope[schemas.ScanStatus], operation_id="startScan"
)
@rule(Role.ADMIN, Rate.EXPENSIVE)
async def start_scan(request: Request, body: schemas.ScanBody | None = None) -> Response:
    """Scan all folders, or one of them, or a path within; while a scan runs, after it."""
    services = services_of(request)
    asked = body or schemas.ScanBody()
    scope = await asyncio.to_thread(services.scanner.scope, asked.folder_id, asked.path)
    services.scanner.start(ScanRequest(None if scope is None else frozenset({scope}), thorough=asked.thorough))
    return success(request, _scan(services), status=202, message="The scan has started.")


@router.get("/library/scan", response_model=schemas.Envelope[schemas.ScanStatus], operation_id="getScan")
@rule(Role.BASIC)
async def get_scan(request: Request) -> Response:
    """Tell how far the scan is."""
    return success(request, _scan(services_of(request)))


@router.delete("/library/scan", response_model=schemas.Envelope[schemas.ScanStatus], operation_id="cancelScan")
@rule(Role.ADMIN)
async def cancel_scan(request: Request) -> Response:
    """Stop the scan; what it has found so far stays."""
    services = services_of(request)
    services.scanner.cancel()
    return success(request, _scan(services))


def _scan(services: Services) -> dict[str, object]:
    return views.scan_view(services.scanner.status)
