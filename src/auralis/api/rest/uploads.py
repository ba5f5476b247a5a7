"""Bodies that are files: multipart as browsers send it, or the file itself."""

from pathlib import PurePosixPath

from fastapi import Request
from fastapi.exceptions import RequestValidationError
from pydantic import ValidationError
from starlette.datastructures import UploadFile

from auralis.api import schemas
from auralis.model.errors import AuralisError, FieldError, InvalidInputError

_MOST_FIELDS = 4
_PLAYLISTS = frozenset(
    {
        "application/json",
        "application/vnd.apple.mpegurl",
        "audio/mpegurl",
        "audio/x-mpegurl",
        "text/plain",
    }
)


async def read_import(request: Request) -> tuple[bytes, str | None]:
    """Return the content of a playlist's file, and what the upload calls it."""
    kind = request.headers.get("content-type", "").partition(";")[0].strip().lower()
    if kind == "multipart/form-data":
        return await _from_form(request)
    if kind not in _PLAYLISTS:
        taken = ", ".join(sorted(_PLAYLISTS))
        raise AuralisError(f"A playlist is multipart/form-data or {taken} here.", code="UNSUPPORTED_MEDIA_TYPE")
    body = await request.body()
    if kind != "application/json":
        return body, None
    try:
        given = schemas.PlaylistImport.model_validate_json(body)
    except ValidationError as error:
        raise RequestValidationError(error.errors()) from error
    return given.content.encode("utf-8", "replace"), given.name


async def _from_form(request: Request) -> tuple[bytes, str | None]:
    async with request.form(max_files=1, max_fields=_MOST_FIELDS) as form:
        file, name = form.get("file"), form.get("name")
        if not isinstance(file, UploadFile):
            raise InvalidInputError("There is no file.", [FieldError("file", "must be a file")])
        stem = PurePosixPath((file.filename or "").replace("\\", "/")).stem
        return await file.read(), name if isinstance(name, str) and name.strip() else stem or None
