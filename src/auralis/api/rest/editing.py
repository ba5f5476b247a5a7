"""One track in full: its details, its words, its picture; edited, hidden, deleted."""

from typing import Annotated, Any

from fastapi import APIRouter, Query, Request
from starlette.responses import Response

from auralis.api import schemas
from auralis.api.envelope import success
from auralis.api.rest.common import MAY_CONFLICT, expected_of, services_of
from auralis.api.rules import TRACKS, Role, rule
from auralis.model.errors import FieldError, ForbiddenError, InvalidInputError

router = APIRouter(tags=["tracks"])
DeleteFile = Annotated[bool, Query(description="Delete the music file as well, for good")]
_DETAIL = schemas.Envelope[schemas.TrackDetail]
_SHOWN = TRACKS | {"track_details", "track_edits"}
_NO_EDITS = frozenset({"hidden", "write_to_file", "expected_revision"})


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
    named = body.model_fields_set - _NO_EDITS
    changes: dict[str, Any] = body.model_dump(by_alias=True, include=set(named))
    return changes
