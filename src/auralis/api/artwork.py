"""Pictures in the sizes that clients ask for, made once and kept on disk."""

import asyncio
from typing import Literal

from auralis.cache.disk import DiskCache
from auralis.catalog import Darkroom, Pictures

ImageFormat = Literal["webp", "jpeg"]


class Artwork:
    """Resizes pictures off the event loop."""

    def __init__(self, pictures: Pictures, darkroom: Darkroom, cache: DiskCache) -> None:
        self._pictures = pictures
        self._darkroom = darkroom
        self._cache = cache

    async def resized(self, artwork_id: str, size: int, image_format: ImageFormat) -> bytes:
        """Return a picture at most ``size`` pixels in each direction."""
        key = f"{artwork_id}-{size}.{image_format}"
        cached = await asyncio.to_thread(self._cache.get, key)
        if cached is not None:
            return cached
        original = await self._pictures.read(artwork_id)
        image = await self._darkroom.resize(original, size, image_format)
        await asyncio.to_thread(self._cache.put, key, image)
        return image
