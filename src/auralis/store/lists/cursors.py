"""Cursors: opaque to clients, sealed so that a forged one is refused, bound to the list they were made for."""

import base64
import binascii
import hashlib
import hmac
from typing import Any

import orjson

from auralis.model.errors import FieldError, InvalidInputError

_SEAL_BYTES = 12


def seal_cursor(secret: bytes, listing: list[Any], place: list[Any]) -> str:
    """Return a cursor for ``place`` within ``listing`` (both plain JSON)."""
    payload = orjson.dumps([_digest(listing), place])
    return base64.urlsafe_b64encode(_seal(secret, payload) + payload).rstrip(b"=").decode()


def open_cursor(secret: bytes, listing: list[Any], cursor: str) -> list[Any]:
    """Return the place ``cursor`` was made with; raise ``InvalidInputError`` if it is not ours or of another list."""
    try:
        sealed = base64.urlsafe_b64decode(cursor.encode() + b"=" * (-len(cursor) % 4))
    except (ValueError, binascii.Error) as error:
        raise _refused("is not a cursor of this server", cursor) from error
    seal, payload = sealed[:_SEAL_BYTES], sealed[_SEAL_BYTES:]
    if not hmac.compare_digest(seal, _seal(secret, payload)):
        raise _refused("is not a cursor of this server", cursor)
    made_for, place = orjson.loads(payload)
    if made_for != _digest(listing):
        raise _refused("belongs to another sort or filter", cursor)
    return list(place)


def _seal(secret: bytes, payload: bytes) -> bytes:
    return hmac.digest(secret, payload, "sha256")[:_SEAL_BYTES]


def _digest(listing: list[Any]) -> str:
    return hashlib.sha256(orjson.dumps(listing)).hexdigest()[:16]


def _refused(why: str, cursor: str) -> InvalidInputError:
    return InvalidInputError(f"The cursor {why}.", [FieldError("cursor", f"It {why}.", cursor[:200])])
