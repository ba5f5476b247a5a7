"""Which of a file's pictures is its cover, and the id by which covers are told apart."""

import hashlib
from collections.abc import Iterable

FRONT_COVER = 3
MAX_COVER_BYTES = 32 * 1024 * 1024
"""Pictures over this size are passed over."""


def cover_hash(image: bytes) -> str:
    """Return the id by which covers are told apart: 128 bits of SHA-256, in hex."""
    return hashlib.sha256(image).hexdigest()[:32]


def front_of(pictures: Iterable[tuple[int, bytes]]) -> bytes | None:
    """Return the front cover of pairs of type and image, else the first picture, else None."""
    best: bytes | None = None
    for kind, data in pictures:
        if not 0 < len(data) <= MAX_COVER_BYTES:
            continue
        if kind == FRONT_COVER:
            return data
        best = best or data
    return best
