"""The one place that turns errors into HTTP answers and socket frames."""

import time
from collections.abc import Sequence
from http import HTTPStatus
from typing import Any

import orjson
import structlog
from fastapi import FastAPI
from fastapi.exceptions import RequestValidationError
from pydantic import ValidationError
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response

from auralis.api.listening import GoneError
from auralis.kit.clock import iso_utc
from auralis.model.errors import (
    AuralisError,
    ConflictError,
    FieldError,
    ForbiddenError,
    InvalidInputError,
    MediaError,
    NotFoundError,
    PreconditionError,
    RateLimitedError,
    RequestError,
    StorageError,
    UnavailableError,
)

CLIENT_GONE = 499
"""What the log says of a request whose client did not wait for the answer; nobody is sent it."""
_log = structlog.get_logger(__name__)

_STATUS: tuple[tuple[type[AuralisError], int], ...] = (
    (NotFoundError, 404),
    (InvalidInputError, 422),
    (PreconditionError, 412),
    (ConflictError, 409),
    (MediaError, 422),
    (ForbiddenError, 403),
    (RateLimitedError, 429),
    (UnavailableError, 503),
    (StorageError, 500),
)
_STATUS_BY_CODE = {
    "STORAGE_FULL": 507,
    "METHOD_NOT_ALLOWED": 405,
    "REQUEST_TIMEOUT": 408,
    "IDEMPOTENCY_KEY_IN_USE": 409,
    "PAYLOAD_TOO_LARGE": 413,
    "UNSUPPORTED_MEDIA_TYPE": 415,
    "RANGE_NOT_SATISFIABLE": 416,
    "UPGRADE_REQUIRED": 426,
    "HEADERS_TOO_LARGE": 431,
    "HTTP_ERROR": 400,
}
_CODE_BY_STATUS = {404: "NOT_FOUND", **{s: c for c, s in _STATUS_BY_CODE.items() if s not in {409, 507}}}
LARGEST_INTEGER = 2**53 - 1
"""Beyond this, JSON's readers do not agree on whole numbers."""

MEDIA_TYPE = "application/problem+json"


def status_of(error: AuralisError) -> int:
    """Return the HTTP status of an error."""
    if error.code in _STATUS_BY_CODE:
        return _STATUS_BY_CODE[error.code]
    return next((status for kind, status in _STATUS if isinstance(error, kind)), 500)


_MOST_ERRORS = 100
"""Of a body that is wrong all over, so many bad fields are told."""

_PLACES = frozenset({"body", "query", "path", "header", "cookie"})


def validation_error(errors: Sequence[Any]) -> InvalidInputError:
    """Turn pydantic's findings into ours, with dotted paths in the client's own names."""
    fields = []
    for found in errors[:_MOST_ERRORS]:
        where = found["loc"]
        # The first part says where in the request the field stands; a field of a body may well be called "query".
        path = [str(part) for part in (where[1:] if len(where) > 1 and where[0] in _PLACES else where)]
        fields.append(FieldError(".".join(path) or "body", found["msg"], found.get("input")))
    return InvalidInputError("The request is not valid.", fields)


def problem(request: Request, error: AuralisError, status: int | None = None) -> Response:
    """Answer with an error (RFC 9457) that tells no path, no SQL and no stack."""
    status = status or status_of(error)
    info = request.scope["auralis"]
    headers = {"Cache-Control": "no-store"}
    if status in {HTTPStatus.SERVICE_UNAVAILABLE, HTTPStatus.TOO_MANY_REQUESTS}:
        headers["Retry-After"] = str(getattr(error, "retry_after_seconds", 1))
    if isinstance(error, RateLimitedError):
        limit, wait = error.details["limit"], error.retry_after_seconds
        headers["RateLimit-Policy"] = f'"{limit}";q={error.details["allowed"]};w={error.details["windowSeconds"]}'
        headers["RateLimit"] = f'"{limit}";r=0;t={wait}'
    if "size" in error.details and status == HTTPStatus.REQUESTED_RANGE_NOT_SATISFIABLE:
        headers["Content-Range"] = f"bytes */{error.details['size']}"
    document = problem_document(error, status, info.path, info.request_id)
    return Response(document, status_code=status, media_type=MEDIA_TYPE, headers=headers)


def problem_document(error: AuralisError, status: int, path: str, request_id: str) -> bytes:
    """Return the body of an answer with an error."""
    title = error.code.replace("_", " ").capitalize()
    document: dict[str, Any] = {
        "type": f"/problems/{error.code.lower().replace('_', '-')}",
        "title": title,
        "status": status,
        "detail": error.message,
        "instance": path,
        "code": error.code,
        "message": error.message,
        "details": dict(error.details),
        "requestId": request_id,
        "timestamp": iso_utc(time.time()),
        "path": path,
    }
    if isinstance(error, InvalidInputError):
        document["errors"] = [
            {"field": _shown(e.field), "message": e.message, "value": _shown(e.value)} for e in error.errors
        ]
    return orjson.dumps(document)


def fault(error: Exception) -> AuralisError:
    """Log what nobody expected, and return what a stranger may know of it."""
    _log.error("unexpected fault", exc_info=error)
    return AuralisError("Something went wrong here; the log says more.")


def frame(error: Exception) -> dict[str, Any]:
    """Return the ``error`` member of a socket frame."""
    if isinstance(error, ValidationError):
        error = validation_error(error.errors())
    if not isinstance(error, AuralisError):
        error = fault(error)
    details = dict(error.details)
    if isinstance(error, InvalidInputError) and error.errors:
        details["errors"] = [{"field": _shown(e.field), "message": e.message} for e in error.errors]
    return {"code": error.code, "message": error.message, "details": details}


def install(app: FastAPI) -> None:
    """Let every error of ``app`` leave through here."""

    async def known(request: Request, error: Exception) -> Response:
        assert isinstance(error, AuralisError)
        if status_of(error) >= HTTPStatus.INTERNAL_SERVER_ERROR:
            _log.error("request failed", code=error.code, exc_info=error)
        return problem(request, error)

    async def invalid(request: Request, error: Exception) -> Response:
        assert isinstance(error, RequestValidationError)
        return problem(request, validation_error(error.errors()))

    async def http(request: Request, error: Exception) -> Response:
        assert isinstance(error, HTTPException)
        if error.status_code == HTTPStatus.BAD_REQUEST:  # the framework's word for JSON that it cannot read
            return problem(request, InvalidInputError("The body cannot be read.", [FieldError("body", "is not valid")]))
        code = _CODE_BY_STATUS.get(error.status_code, "HTTP_ERROR")
        refused = RequestError(f"{error.detail}.", code=code)
        answer = problem(request, refused, error.status_code)
        answer.headers.update(error.headers or {})
        return answer

    async def gone(request: Request, error: Exception) -> Response:
        del request, error
        return Response(status_code=CLIENT_GONE)

    app.add_exception_handler(AuralisError, known)
    app.add_exception_handler(GoneError, gone)
    app.add_exception_handler(RequestValidationError, invalid)
    app.add_exception_handler(HTTPException, http)


def _shown(value: Any) -> Any:
    """Return what was sent as far as JSON can repeat it, and shortened."""
    if isinstance(value, str):
        return value[:200].encode("utf-8", "replace").decode()
    if isinstance(value, int):
        return value if abs(value) <= LARGEST_INTEGER else None
    return value if isinstance(value, float) else None
