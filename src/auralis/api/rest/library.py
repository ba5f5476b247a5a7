"""Albums, artists, genres, artwork; the library's folders, scans, problems and figures."""

import asyncio
from dataclasses import replace
from pathlib import Path
from typing import Annotated, Literal

from fastapi import APIRouter, Depends, Query, Request
from starlette.responses import Response

from auralis.api import schemas, views
from auralis.api.envelope import collection, success
from auralis.api.rest.common import Paging, services_of
from auralis.api.rest.filters import opinion_filter
from auralis.api.rest.tracks import Order
from auralis.api.rules import ALBUMS, ARTISTS, DIRECTORIES, GENRES, STATS, TRACKS, Rate, Role, rule
from auralis.api.services import Services
from auralis.catalog import OpinionFilter
from auralis.model.events import FolderAdded, FolderRemoved, LibraryChanged
from auralis.scanner.scope import ScanRequest, Scope

router = APIRouter(tags=["library"])

ArtistRole = Literal["artist", "albumArtist", schemas.CreditRole]


@router.get("/albums", response_model=schemas.Collection[schemas.Album], operation_id="listAlbums")
@rule(Role.BASIC, depends=ALBUMS, warm=("",))
async def list_albums(
    request: Request,
    asked: Paging,
    opinions: Annotated[OpinionFilter, Depends(opinion_filter)],
    sort: Literal["title", "artist", "year", "dateAdded"] = "title",
    order: Order = "asc",
) -> Response:
    """List the albums, or those that the listener likes."""
    found = await services_of(request).catalog.list_albums(
        sort=sort, order=order, offset=asked.offset, limit=asked.size, cursor=asked.cursor, filters=opinions
    )
    return collection(request, found, asked)


@router.get("/albums/{album_id}", response_model=schemas.Envelope[schemas.AlbumDetail], operation_id="getAlbum")
@rule(Role.BASIC, depends=TRACKS)
async def get_album(request: Request, album_id: str) -> Response:
    """Return an album with its tracks."""
    return success(request, await services_of(request).catalog.album(album_id))


@router.get("/library/artists", response_model=schemas.Collection[schemas.Artist], operation_id="listLibraryArtists")
@router.get("/artists", response_model=schemas.Collection[schemas.Artist], operation_id="listArtists")
@rule(Role.BASIC, depends=ARTISTS, warm=("",))
async def list_artists(
    request: Request,
    asked: Paging,
    opinions: Annotated[OpinionFilter, Depends(opinion_filter)],
    order: Order = "asc",
    role: Annotated[ArtistRole | None, Query(description="What they have done on some track")] = None,
) -> Response:
    """List the artists by name, all of them or those of a role or that the listener likes."""
    found = await services_of(request).catalog.list_artists(
        order=order, offset=asked.offset, limit=asked.size, cursor=asked.cursor, filters=replace(opinions, role=role)
    )
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


@router.get("/library/genres", response_model=schemas.Collection[schemas.Genre], operation_id="listGenres")
@rule(Role.BASIC, depends=GENRES, warm=("",))
async def list_genres(request: Request, asked: Paging, sort: Literal["tracks", "name"] = "tracks") -> Response:
    """List the genres, the most frequent first, or by name."""
    found = await services_of(request).catalog.genres(sort, asked.offset, asked.size, asked.cursor)
    return collection(request, found, asked)


@router.get("/library/years", response_model=schemas.Collection[schemas.Year], operation_id="listYears")
@rule(Role.BASIC, depends=TRACKS)
async def list_years(request: Request, asked: Paging) -> Response:
    """List the years that tracks are of, the latest first."""
    found = await services_of(request).catalog.years(asked.offset, asked.size, asked.cursor)
    return collection(request, found, asked)


@router.get("/library/browse", response_model=schemas.Collection[schemas.DirectoryEntry], operation_id="browseLibrary")
@rule(Role.BASIC, depends=DIRECTORIES)
async def browse(
    request: Request,
    asked: Paging,
    path: Annotated[str, Query(max_length=5000, description="As an entry gave it; empty: the library's folders")] = "",
) -> Response:
    """List what lies in a directory of the library: subdirectories first, then tracks by file name."""
    found = await services_of(request).catalog.directory(path, asked.offset, asked.size, asked.cursor)
    return collection(request, found, asked)


@router.get(
    "/library/folders", response_model=schemas.Envelope[list[schemas.LibraryFolder]], operation_id="listFolders"
)
@rule(Role.BASIC)
async def list_folders(request: Request) -> Response:
    """List the folders that are scanned."""
    return success(request, await services_of(request).catalog.folders())


@router.post(
    "/library/folders",
    status_code=201,
    response_model=schemas.Envelope[list[schemas.LibraryFolder]],
    operation_id="addFolder",
)
@rule(Role.ADMIN, Rate.EXPENSIVE)
async def add_folder(request: Request, body: schemas.FolderBody) -> Response:
    """Make a folder one of the library's, which scans it; folders do not lie within one another."""
    services = services_of(request)
    known = {folder["id"] for folder in await services.catalog.folders()}
    key, revision = await asyncio.to_thread(services.catalog.library_folders.add, Path(body.path))
    services.bus.publish(LibraryChanged(revision))
    folders = await services.catalog.folders()
    for folder in folders:
        if folder["id"] not in known:
            services.bus.publish(FolderAdded(folder["id"], folder["path"]))
    services.scanner.start(ScanRequest(frozenset({Scope(key)})))
    return success(request, folders, status=201)


@router.delete(
    "/library/folders/{folder_id}",
    response_model=schemas.Envelope[list[schemas.LibraryFolder]],
    operation_id="removeFolder",
)
@rule(Role.ADMIN)
async def remove_folder(request: Request, folder_id: str) -> Response:
    """Take a folder out of the library; no file is touched, and what listeners made of its tracks is kept."""
    services = services_of(request)
    known = await services.catalog.folders()
    revision = await asyncio.to_thread(services.catalog.library_folders.remove, folder_id)
    services.bus.publish(LibraryChanged(revision))
    for folder in known:
        if folder["id"] == folder_id:
            services.bus.publish(FolderRemoved(folder_id, folder["path"]))
    return success(request, await services.catalog.folders())


@router.get("/library/problems", response_model=schemas.Collection[schemas.Problem], operation_id="listProblems")
@rule(Role.BASIC)
async def list_problems(request: Request, asked: Paging) -> Response:
    """List the files that could not be read, and why."""
    found = await services_of(request).catalog.problems(offset=asked.offset, limit=asked.size, cursor=asked.cursor)
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
