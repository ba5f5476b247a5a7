"""Which parts of a file may be asked for (RFC 9110, 14)."""

import re

from starlette.requests import Request

from auralis.model.errors import RequestError

MOST_RANGES = 16
_RANGE = re.compile(r"(\d{0,18})-(\d{0,18})")


def check_ranges(request: Request, size: int) -> None:
    """Refuse ranges of a file of ``size`` bytes that cannot be answered; units other than bytes are passed over.

    Raises
    ------
    RequestError
        When the ranges are malformed, too many (each costs the server more than the client), or beyond the file.
    """
    unit, _, wanted = request.headers.get("range", "").partition("=")
    if unit.strip().lower() != "bytes":
        request.scope["headers"] = [pair for pair in request.scope["headers"] if pair[0] != b"range"]
        return
    parts = wanted.split(",", MOST_RANGES)
    if len(parts) > MOST_RANGES:
        raise _refusal(f"At most {MOST_RANGES} ranges are answered at once.")
    if not any(_within(part.strip(), size) for part in parts):
        raise _beyond(size)


def one_range(header: str, size: int) -> tuple[int, int] | None:
    """Return the first byte that a range asks for and the one after its last; None where all is to be sent.

    Several ranges at once are answered with the whole, as they may be; so are units other than bytes.

    Raises
    ------
    RequestError
        When the range is malformed or beyond the end.
    """
    unit, _, wanted = header.partition("=")
    if unit.strip().lower() != "bytes" or "," in wanted:
        return None
    if not _within(wanted.strip(), size):
        raise _beyond(size)
    first, last = wanted.strip().split("-")
    if not first:
        return max(0, size - int(last)), size
    return int(first), min(int(last) + 1, size) if last else size


def _within(part: str, size: int) -> bool:
    found = _RANGE.fullmatch(part)
    if found is None or part == "-":
        raise _refusal("A range is written bytes=first-last.")
    first, last = found.groups()
    if first and last and int(last) < int(first):
        raise _refusal("A range ends where it begins or later.")
    return int(first) < size if first else int(last) > 0


def _beyond(size: int) -> RequestError:
    return RequestError(f"There are {size} bytes.", code="RANGE_NOT_SATISFIABLE", details={"size": size})


def _refusal(message: str) -> RequestError:
    return RequestError(message, code="RANGE_NOT_SATISFIABLE")
