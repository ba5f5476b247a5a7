"""Covers in the sizes that clients ask for, made once and kept on disk."""

import asyncio

from auralis.cache.disk import DiskCache
from auralis.catalog import Catalog


class Artwork:
    """Resizes covers off the event loop."""

    def __init__(self, catalog: Catalog, cache: DiskCache) -> None:
        self._catalog = catalog
        self._cache = cache

    async def resized(self, artwork_id: str, size: int) -> bytes:
        """Return a cover as WebP, at most ``size`` pixels in each direction."""
        key = f"{artwork_id}-{size}.webp"
        cached = await asyncio.to_thread(self._cache.get, key)
        if cached is not None:
            return cached
        original = await self._catalog.artwork(artwork_id)
        image = await asyncio.to_thread(_resize, original, size)
        await asyncio.to_thread(self._cache.put, key, image)
        return image


def _resize(image: bytes, size: int) -> bytes:
    from auralis.media.artwork import resize  # noqa: PLC0415  (Pillow stays out of the way of the server's start)

    return resize(image, size, "webp")
