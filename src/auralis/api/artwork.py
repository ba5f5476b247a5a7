"""Pictures in the sizes that clients ask for, made once and kept on disk."""

import asyncio
import hashlib
import os
from collections.abc import Awaitable, Callable
from typing import Literal

from auralis.cache.disk import DiskCache
from auralis.catalog import Darkroom, Pictures
from auralis.catalog.disc_pictures import DiscImage

ImageFormat = Literal["webp", "jpeg"]


class Artwork:
    """Resizes pictures off the event loop."""

    def __init__(self, pictures: Pictures, darkroom: Darkroom, cache: DiskCache) -> None:
        self._pictures = pictures
        self._darkroom = darkroom
        self._cache = cache

    async def resized(self, artwork_id: str, size: int, image_format: ImageFormat) -> bytes:
        """Return a picture at most ``size`` pixels in each direction."""
        return await self._made(artwork_id, lambda: self._pictures.read(artwork_id), size, image_format)

    async def resized_file(self, file: DiscImage, size: int, image_format: ImageFormat) -> bytes:
        """Return an image file's picture at most ``size`` pixels in each direction."""
        return await self._made(name_of(file), lambda: asyncio.to_thread(file.path.read_bytes), size, image_format)

    async def _made(
        self, name: str, read: Callable[[], Awaitable[bytes]], size: int, image_format: ImageFormat
    ) -> bytes:
        key = f"{name}-{size}.{image_format}"
        cached = await asyncio.to_thread(self._cache.get, key)
        if cached is not None:
            return cached
        original = await read()
        image = await self._darkroom.resize(original, size, image_format)
        await asyncio.to_thread(self._cache.put, key, image)
        return image


def name_of(file: DiscImage) -> str:
    """Return what tells this state of an image file from every other file and state."""
    state = f"/{file.size}/{file.mtime_ns}".encode()
    return hashlib.sha256(os.fsencode(file.path) + state).hexdigest()[:32]
