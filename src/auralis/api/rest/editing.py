"""One track in full: its details, its words, its picture; edited, hidden, deleted."""

import asyncio
from typing import Annotated, Any

from fastapi import APIRouter, Query, Request
from starlette.datastructures import UploadFile
from starlette.responses import Response

from auralis.api import schemas
from auralis.api.envelope import success
from auralis.api.rest.common import MAY_CONFLICT, expected_of, services_of
from auralis.api.rules import TRACKS, Rate, Role, rule
from auralis.model.errors import FieldError, ForbiddenError, InvalidInputError
from auralis.scanner.scope import ScanRequest

router = APIRouter(tags=["tracks"])
LARGEST_FILE = 2 * 1024**3
_UPLOAD = {
    "requestBody": {
        "required": True,
        "content": {
            "multipart/form-data": {
                "schema": {
                    "type": "object",
                    "required": ["file"],
                    "properties": {
                        "file": {"type": "string", "format": "binary"},
                        "folderId": {"type": "string", "description": "Needed where there are several folders"},
                    },
                }
            }
        },
    }
}
DeleteFile = Annotated[bool, Query(description="Delete the music file as well, for good")]
_DETAIL = schemas.Envelope[schemas.TrackDetail]
_SHOWN = TRACKS | {"track_details", "track_edits"}
NO_EDITS = frozenset({"hidden", "write_to_file", "expected_revision"})


@router.post(
    "/tracks",
    status_code=202,
    response_model=schemas.Envelope[schemas.Uploaded],
    operation_id="uploadTrack",
    openapi_extra=_UPLOAD,
    responses={409: MAY_CONFLICT[409] | {"description": "There is a file of that name"}},
)
@rule(Role.ADMIN, Rate.EXPENSIVE, uploads=True, largest=LARGEST_FILE)
async def upload_track(request: Request) -> Response:
    """Put a music file into a folder of the library, and scan it; what cannot be read is among the problems then."""
    services = services_of(request)
    async with request.form(max_files=1, max_fields=4) as form:
        file, folder_id = form.get("file"), form.get("folderId")
        if not isinstance(file, UploadFile):
            raise InvalidInputError("There is no file.", [FieldError("file", "must be a file")])
        chosen = folder_id if isinstance(folder_id, str) and folder_id else None
        found = await services.catalog.keep_upload(chosen, file.filename or "", file.file)
    scope = await asyncio.to_thread(services.scanner.scope, found[0], None)
    services.scanner.start(ScanRequest(None if scope is None else frozenset({scope})))
    data = {"folderId": found[0], "fileName": found[1]}
    return success(request, data, status=202, message="The file is there; a scan reads it now.")


@router.get("/tracks/{track_id}", response_model=_DETAIL, operation_id="getTrack")
@rule(Role.BASIC, depends=_SHOWN)
async def get_track(request: Request, track_id: str) -> Response:
    """Return one track with all that is known of it."""
    return await _detail(request, track_id)


@router.put("/tracks/{track_id}", response_model=_DETAIL, operation_id="editTrack", responses=MAY_CONFLICT)
@rule(Role.PREMIUM)
async def edit_track(request: Request, track_id: str, body: schemas.TrackEdit) -> Response:
    """Edit a track: kept beside the file's tags and laid over them, or written into the file where that is asked."""
    changes = _changes(body)
    if not changes and body.hidden is None and not body.write_to_file:
        raise InvalidInputError("Nothing is to be changed.", [FieldError("body", "names nothing to change")])
    if body.write_to_file and request.scope["auralis"].caller.role < Role.ADMIN:
        raise ForbiddenError("Only an administrator may have files written.")
    await services_of(request).editor.edit(
        track_id,
        changes,
        hidden=body.hidden,
        write_to_file=body.write_to_file,
        expected=expected_of(request, body.expected_revision),
    )
    return await _detail(request, track_id)


@router.delete("/tracks/{track_id}", response_model=_DETAIL, operation_id="deleteTrack", responses=MAY_CONFLICT)
@rule(Role.ADMIN)
async def delete_track(
    request: Request,
    track_id: str,
    deleteFile: DeleteFile = False,  # noqa: FBT002, N803  (the contract's name)
) -> Response:
    """Hide a track, also from later scans; PUT `hidden: false` shows it again."""
    await services_of(request).editor.remove(track_id, delete_file=deleteFile, expected=expected_of(request))
    return await _detail(request, track_id, message="The file is deleted." if deleteFile else "The track is hidden.")


@router.get("/library/hidden", response_model=schemas.Envelope[list[schemas.HiddenTrack]], operation_id="listHidden")
@rule(Role.ADMIN)
async def list_hidden(request: Request) -> Response:
    """List the tracks that were deleted from the library, at most 500."""
    found = await services_of(request).editor.hidden()
    return success(request, [{name: each[name] for name in ("id", "title", "artist", "album")} for each in found])


@router.get("/tracks/{track_id}/lyrics", response_model=schemas.Envelope[schemas.Lyrics], operation_id="getLyrics")
@rule(Role.BASIC)
async def get_lyrics(request: Request, track_id: str) -> Response:
    """Return the words of a track, with the times of their lines where there are any."""
    found = await services_of(request).catalog.lyrics(track_id)
    lines = None if found.synced is None else [{"time": line.seconds, "text": line.text} for line in found.synced]
    data = {"text": found.text, "synced": lines, "language": found.language, "source": found.source}
    return success(request, data)


async def _detail(request: Request, track_id: str, message: str | None = None) -> Response:
    document, revision = await services_of(request).catalog.track_detail(track_id)
    return success(request, document, message=message, revision=revision)


def _changes(body: schemas.TrackEdit) -> dict[str, Any]:
    """Return what is to be changed by the contract's names, null where an edit is taken back."""
    named = body.model_fields_set - NO_EDITS
    changes: dict[str, Any] = body.model_dump(by_alias=True, include=set(named))
    return changes
