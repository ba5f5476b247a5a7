"""The tree of errors; every leaf has a stable code that clients may rely on.

AuralisError
├── NotFoundError        TRACK_ ALBUM_ ARTIST_ ARTWORK_ ENTRY_ SEGMENT_ FINGERPRINT_ CLIENT_ FOLDER_ PLAYLIST_
│                        DIRECTORY_ DISC_ FILE_ GUIDE_ JOB_ POSITION_ REFERENCE_ RESULT_ NOT_FOUND
├── InvalidInputError    VALIDATION_ERROR
├── ConflictError        CONFLICT, BATCH_REFUSED, JOB_NOT_DONE, NOTHING_LOADED, PLAN_CHANGED, QUEUE_FULL,
│   │                    TOO_MANY_JOBS, TOO_MANY_REFERENCES
│   └── PreconditionError    CONFLICT
├── MediaError           UNREADABLE_AUDIO, UNREADABLE_IMAGE, UNSUPPORTED_FORMAT, INVALID_AUDIO, FILE_NOT_WRITABLE
│   └── UnsafeAudioError     UNSAFE_AUDIO
├── StorageError         STORAGE_FAILED, STORAGE_FULL
├── ForbiddenError       FORBIDDEN, HOST_NOT_ALLOWED, ORIGIN_NOT_ALLOWED
├── RequestError         METHOD_NOT_ALLOWED, PAYLOAD_TOO_LARGE, UNSUPPORTED_MEDIA_TYPE, RANGE_NOT_SATISFIABLE,
│                        REQUEST_TIMEOUT, HEADERS_TOO_LARGE, IDEMPOTENCY_KEY_IN_USE, UPGRADE_REQUIRED,
│                        HTTP_ERROR
├── RateLimitedError     RATE_LIMITED
└── UnavailableError     UNAVAILABLE
    └── OverloadedError  OVERLOADED

A fault that nobody expected is INTERNAL_ERROR; a path that no route answers, NOT_FOUND.
"""

import errno
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True, slots=True)
class FieldError:
    """One bad field of an input: its dotted path, what is wrong, and the value given."""

    field: str
    message: str
    value: Any = None


class AuralisError(Exception):
    """The root of all errors that Auralis raises on purpose; ``message`` is fit for a stranger's eyes."""

    code = "INTERNAL_ERROR"

    def __init__(self, message: str, *, code: str | None = None, details: Mapping[str, Any] | None = None) -> None:
        super().__init__(message)
        self.message = message
        self.code = code or type(self).code
        self.details: Mapping[str, Any] = details or {}


class NotFoundError(AuralisError):
    """Something named by an id is not there; ``what`` is its noun, ``track`` say."""

    code = "NOT_FOUND"

    def __init__(self, what: str, identifier: object) -> None:
        super().__init__(f"No {what} with id '{identifier}'.", code=f"{what.upper().replace(' ', '_')}_NOT_FOUND")
        self.what = what


class InvalidInputError(AuralisError):
    """A request cannot be understood; ``errors`` says field by field why."""

    code = "VALIDATION_ERROR"

    def __init__(self, message: str, errors: Sequence[FieldError]) -> None:
        super().__init__(message)
        self.errors = tuple(errors)


class ConflictError(AuralisError):
    """The state has moved on; ``details["current"]`` carries what it is now."""

    code = "CONFLICT"


class PreconditionError(ConflictError):
    """The state has moved on from the one that ``If-Match`` names."""


class MediaError(AuralisError):
    """An audio or image file cannot be read or written."""

    code = "UNREADABLE_AUDIO"


class UnsafeAudioError(MediaError):
    """An audio file breaks whatever decodes it."""

    code = "UNSAFE_AUDIO"

    def __init__(self, message: str = "The file makes its decoder crash or hang, so it is left alone.") -> None:
        super().__init__(message)


class StorageError(AuralisError):
    """The database or the disk under it failed."""

    code = "STORAGE_FAILED"

    @classmethod
    def of(cls, error: OSError, message: str) -> "StorageError":
        """Return what it means that the disk refuses: ``STORAGE_FULL`` where there is no room, else ``message``."""
        if error.errno in {errno.ENOSPC, errno.EDQUOT}:
            return cls("The disk is full.", code="STORAGE_FULL")
        return cls(message)


class UnavailableError(AuralisError):
    """Something is not available for now; trying again later may help."""

    code = "UNAVAILABLE"


class ForbiddenError(AuralisError):
    """Whoever asks may not do that."""

    code = "FORBIDDEN"


class RequestError(AuralisError):
    """A request breaks a rule of the protocol that it came by; its code says which."""

    code = "HTTP_ERROR"


class RateLimitedError(AuralisError):
    """Somebody has called too often; ``retry_after_seconds`` says when to try again."""

    code = "RATE_LIMITED"

    def __init__(self, name: str, allowed: int, window_seconds: int, *, retry_after_seconds: int) -> None:
        details = {"limit": name, "allowed": allowed, "windowSeconds": window_seconds}
        super().__init__(
            f"At most {allowed} such calls are allowed in {window_seconds} s.",
            details=details | {"retryAfterSeconds": retry_after_seconds, "retryAfter": retry_after_seconds},
        )
        self.retry_after_seconds = retry_after_seconds


class OverloadedError(UnavailableError):
    """There is too much to do just now; what sounds comes first."""

    code = "OVERLOADED"

    def __init__(self, retry_after_seconds: int) -> None:
        super().__init__("The server has too much to do just now.", details={"retryAfterSeconds": retry_after_seconds})
        self.retry_after_seconds = retry_after_seconds
