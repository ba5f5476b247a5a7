"""Pictures, read from where they lie: embedded in a track, or an image file beside the music."""

import asyncio
from collections.abc import Iterator
from pathlib import Path

from auralis.media.tags import MAX_COVER_BYTES, cover_hash, embedded_cover
from auralis.model.errors import MediaError, NotFoundError


async def read_artwork(artwork_id: str, embedded: list[Path], beside: list[Path]) -> bytes:
    """Return the picture whose hash is ``artwork_id`` from the first file that still holds it."""
    return await asyncio.to_thread(_read, artwork_id, embedded, beside)


def _read(artwork_id: str, embedded: list[Path], beside: list[Path]) -> bytes:
    for image in _images(embedded, beside):
        if image is not None and cover_hash(image) == artwork_id:
            return image
    raise NotFoundError("artwork", artwork_id)


def _images(embedded: list[Path], beside: list[Path]) -> Iterator[bytes | None]:
    for path in embedded:
        try:
            yield embedded_cover(path)
        except MediaError:
            continue
    for path in beside:
        try:
            with path.open("rb") as file:
                yield file.read(MAX_COVER_BYTES)
        except OSError:
            continue
