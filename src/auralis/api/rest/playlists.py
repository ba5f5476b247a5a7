"""Playlists: made, filled, put in order, taken back, brought in and out."""

from typing import Annotated, Any, Literal
from urllib.parse import quote

from fastapi import APIRouter, Query, Request
from starlette.responses import Response

from auralis.api import schemas
from auralis.api.envelope import collection, success
from auralis.api.paging import LARGEST_SIZE, page_request
from auralis.api.rest.common import (
    MAY_CONFLICT,
    Cursor,
    Limit,
    Offset,
    PageNumber,
    PageSize,
    expected_of,
    services_of,
)
from auralis.api.rest.tracks import Order, checked_query
from auralis.api.rest.uploads import read_import
from auralis.api.rules import Role, rule
from auralis.catalog.pages import PageSpec
from auralis.catalog.playlists import Playlists

router = APIRouter(tags=["playlists"])
_M3U8 = "application/vnd.apple.mpegurl"
_ONE = schemas.Envelope[schemas.Playlist]
_UPLOAD: dict[str, Any] = {
    "requestBody": {
        "required": True,
        "content": {
            "application/json": {"schema": schemas.PlaylistImport.model_json_schema()},
            "audio/x-mpegurl": {"schema": {"type": "string"}},
            "multipart/form-data": {
                "schema": {
                    "type": "object",
                    "required": ["file"],
                    "properties": {"file": {"type": "string", "format": "binary"}, "name": {"type": "string"}},
                }
            },
        },
    }
}


def _playlists(request: Request) -> Playlists:
    return services_of(request).playlists


def _answer(request: Request, playlist: dict[str, Any], status: int = 200, message: str | None = None) -> Response:
    return success(request, playlist, status=status, message=message, revision=playlist["revision"])


@router.get("/playlists", response_model=schemas.Collection[schemas.Playlist], operation_id="listPlaylists")
@rule(Role.BASIC)
async def list_playlists(
    request: Request,
    query: Annotated[str | None, Query(description="Only those that it finds, the best first")] = None,
    sort: Literal["name", "dateAdded", "dateModified"] = "name",
    order: Order = "asc",
    page: PageNumber = None,
    pageSize: PageSize = None,  # noqa: N803  (the contract's name)
    offset: Offset = None,
    limit: Limit = None,
    cursor: Cursor = None,
) -> Response:
    """List the playlists, or those that a query finds."""
    asked = page_request({"page": page, "pageSize": pageSize, "offset": offset, "limit": limit, "cursor": cursor})
    if query is None:
        found = await _playlists(request).list(sort, order, PageSpec(asked.offset, asked.size, asked.cursor))
    else:
        catalog = services_of(request).catalog
        found = await catalog.search_playlists(checked_query(query), asked.offset, asked.size, asked.cursor)
    return collection(request, found, asked)


@router.post("/playlists", response_model=_ONE, status_code=201, operation_id="createPlaylist")
@rule(Role.BASIC)
async def create_playlist(request: Request, body: schemas.PlaylistBody) -> Response:
    """Make a playlist, with tracks if they are given."""
    made = await _playlists(request).create(body.name, body.description, body.track_ids)
    return _answer(request, made, 201)


@router.post(
    "/playlists/import",
    response_model=schemas.Envelope[schemas.PlaylistImported],
    status_code=201,
    operation_id="importPlaylist",
    openapi_extra=_UPLOAD,
)
@rule(Role.BASIC, uploads=True)
async def import_playlist(
    request: Request,
    name: Annotated[str | None, Query(description="What the playlist is to be called")] = None,
) -> Response:
    """Make a playlist from an M3U; lines that name no track of the library are listed in the answer."""
    content, given = await read_import(request)
    made, report = await _playlists(request).bring_in(content, name or given)
    return success(request, {"playlist": made, "report": report}, status=201)


@router.get(
    "/playlists/{playlist_id}", response_model=schemas.Envelope[schemas.PlaylistDetail], operation_id="getPlaylist"
)
@rule(Role.BASIC)
async def get_playlist(request: Request, playlist_id: str, offset: Offset = None, limit: Limit = None) -> Response:
    """Return a playlist with its first entries, or as many from ``offset`` on."""
    asked = page_request({"offset": offset or 0, "limit": LARGEST_SIZE if limit is None else limit})
    document, revision = await _playlists(request).get(playlist_id, asked.offset, asked.size)
    return success(request, document, revision=revision)


@router.get(
    "/playlists/{playlist_id}/tracks",
    response_model=schemas.Collection[schemas.PlaylistEntry],
    operation_id="listPlaylistEntries",
)
@rule(Role.BASIC)
async def list_playlist_entries(
    request: Request,
    playlist_id: str,
    page: PageNumber = None,
    pageSize: PageSize = None,  # noqa: N803  (the contract's name)
    offset: Offset = None,
    limit: Limit = None,
    cursor: Cursor = None,
) -> Response:
    """List the entries of a playlist."""
    asked = page_request({"page": page, "pageSize": pageSize, "offset": offset, "limit": limit, "cursor": cursor})
    found = await _playlists(request).entries(playlist_id, PageSpec(asked.offset, asked.size, asked.cursor))
    return collection(request, found, asked)


async def _describe(request: Request, playlist_id: str, body: schemas.PlaylistPatch) -> Response:
    expected = expected_of(request, body.expected_revision)
    return _answer(request, await _playlists(request).describe(playlist_id, body.name, body.description, expected))


@router.put("/playlists/{playlist_id}", response_model=_ONE, operation_id="updatePlaylist", responses=MAY_CONFLICT)
@rule(Role.BASIC)
async def update_playlist(request: Request, playlist_id: str, body: schemas.PlaylistPatch) -> Response:
    """Rename a playlist or describe it anew; members left out stay."""
    return await _describe(request, playlist_id, body)


@router.patch("/playlists/{playlist_id}", response_model=_ONE, operation_id="patchPlaylist", responses=MAY_CONFLICT)
@rule(Role.BASIC)
async def patch_playlist(request: Request, playlist_id: str, body: schemas.PlaylistPatch) -> Response:
    """Do the same as PUT."""
    return await _describe(request, playlist_id, body)


@router.delete(
    "/playlists/{playlist_id}",
    response_model=schemas.Envelope[dict[str, str]],
    operation_id="deletePlaylist",
    responses=MAY_CONFLICT,
)
@rule(Role.BASIC)
async def delete_playlist(request: Request, playlist_id: str) -> Response:
    """Delete a playlist; for 30 days it can be restored."""
    await _playlists(request).delete(playlist_id, expected_of(request))
    return success(request, {"id": playlist_id}, message="The playlist is deleted.")


@router.post("/playlists/{playlist_id}/restore", response_model=_ONE, operation_id="restorePlaylist")
@rule(Role.BASIC)
async def restore_playlist(request: Request, playlist_id: str) -> Response:
    """Bring back a playlist that was deleted."""
    return _answer(request, await _playlists(request).restore(playlist_id))


@router.post(
    "/playlists/{playlist_id}/tracks", response_model=_ONE, operation_id="addPlaylistTracks", responses=MAY_CONFLICT
)
@rule(Role.BASIC)
async def add_tracks(request: Request, playlist_id: str, body: schemas.PlaylistTracksBody) -> Response:
    """Put tracks in; the same track may stand in it more than once."""
    expected = expected_of(request, body.expected_revision)
    return _answer(request, await _playlists(request).add(playlist_id, body.track_ids, body.position, expected))


@router.delete(
    "/playlists/{playlist_id}/tracks/{entry_id}",
    response_model=_ONE,
    operation_id="removePlaylistEntry",
    responses=MAY_CONFLICT,
)
@rule(Role.BASIC)
async def remove_entry(request: Request, playlist_id: str, entry_id: str) -> Response:
    """Take an entry out."""
    return _answer(request, await _playlists(request).remove(playlist_id, entry_id, expected_of(request)))


@router.post(
    "/playlists/{playlist_id}/reorder", response_model=_ONE, operation_id="reorderPlaylist", responses=MAY_CONFLICT
)
@rule(Role.BASIC)
async def reorder(request: Request, playlist_id: str, body: schemas.PlaylistReorderBody) -> Response:
    """Put an entry after another one, or first."""
    expected = expected_of(request, body.expected_revision)
    return _answer(
        request, await _playlists(request).reorder(playlist_id, body.entry_id, body.after_entry_id, expected)
    )


@router.post(
    "/playlists/{playlist_id}/clear", response_model=_ONE, operation_id="clearPlaylist", responses=MAY_CONFLICT
)
@rule(Role.BASIC)
async def clear(request: Request, playlist_id: str, body: schemas.RevisionBody | None = None) -> Response:
    """Take everything out."""
    expected = expected_of(request, body.expected_revision if body else None)
    return _answer(request, await _playlists(request).clear(playlist_id, expected))


@router.post("/playlists/{playlist_id}/undo", response_model=_ONE, operation_id="undoPlaylist", responses=MAY_CONFLICT)
@rule(Role.BASIC)
async def undo(request: Request, playlist_id: str, body: schemas.RevisionBody | None = None) -> Response:
    """Take back the newest change; the last 50 can be."""
    expected = expected_of(request, body.expected_revision if body else None)
    return _answer(request, await _playlists(request).undo(playlist_id, expected))


@router.post("/playlists/{playlist_id}/redo", response_model=_ONE, operation_id="redoPlaylist", responses=MAY_CONFLICT)
@rule(Role.BASIC)
async def redo(request: Request, playlist_id: str, body: schemas.RevisionBody | None = None) -> Response:
    """Make again what was taken back last."""
    expected = expected_of(request, body.expected_revision if body else None)
    return _answer(request, await _playlists(request).redo(playlist_id, expected))


@router.post(
    "/playlists/{playlist_id}/duplicate", response_model=_ONE, status_code=201, operation_id="duplicatePlaylist"
)
@rule(Role.BASIC)
async def duplicate(request: Request, playlist_id: str, body: schemas.PlaylistCopyBody | None = None) -> Response:
    """Make a playlist with the same tracks."""
    return _answer(request, await _playlists(request).duplicate(playlist_id, body.name if body else None), 201)


@router.get(
    "/playlists/{playlist_id}/export.m3u8",
    operation_id="exportPlaylist",
    response_class=Response,
    responses={200: {"content": {_M3U8: {}}, "description": "The playlist"}},
)
@rule(Role.BASIC, raw=True)
async def export(request: Request, playlist_id: str) -> Response:
    """Send a playlist as M3U8, with paths relative to the library's folders."""
    name, text = await _playlists(request).export(playlist_id)
    plain = "".join(c if c.isascii() and (c.isalnum() or c in " -_") else "_" for c in name)
    disposition = f"attachment; filename=\"{plain}.m3u8\"; filename*=UTF-8''{quote(name, safe='')}.m3u8"
    return Response(text.encode(), media_type=_M3U8, headers={"Content-Disposition": disposition})
