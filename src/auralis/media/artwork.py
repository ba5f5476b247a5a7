"""Cover images: found in a file or beside it, bounded before they are decoded, made smaller."""

import io
import os
import struct
from pathlib import Path
from typing import Literal

from PIL import Image, ImageOps

from auralis.media.tags import MAX_COVER_BYTES, embedded_cover
from auralis.model.errors import MediaError

MAX_PIXELS = 36_000_000
"""Images with more pixels are refused before decoding: a few kilobytes can claim gigabytes."""

ImageFormat = Literal["webp", "jpeg"]

_NAMES = ("cover", "folder", "front", "album", "albumart")
_SUFFIXES = ("jpg", "jpeg", "png", "webp")
_DECODERS = ("JPEG", "PNG", "WEBP", "GIF")
_QUALITY = 82
_MAGIC = (
    (0, b"\xff\xd8\xff", "image/jpeg"),
    (0, b"\x89PNG\r\n\x1a\n", "image/png"),
    (8, b"WEBP", "image/webp"),
    (0, b"GIF8", "image/gif"),
)

# The bound above is stricter than Pillow's own, which warns instead of refusing.
Image.MAX_IMAGE_PIXELS = None


def read_cover(path: Path) -> bytes | None:
    """Return the cover embedded in the audio file ``path`` as it stands there, or None.

    Raises
    ------
    MediaError
        If the file is not there or may not be read.
    """
    return embedded_cover(path)


def folder_image(folder: Path) -> Path | None:
    """Return the image in ``folder`` that is its cover by name (cover, folder, front, album, albumart), or None."""
    found: dict[tuple[int, int], Path] = {}
    try:
        with os.scandir(folder) as entries:
            for entry in entries:
                stem, _, suffix = entry.name.lower().rpartition(".")
                if stem in _NAMES and suffix in _SUFFIXES and entry.is_file():
                    found[_NAMES.index(stem), _SUFFIXES.index(suffix)] = folder / entry.name
    except OSError:
        return None
    return found[min(found)] if found else None


def read_image(path: Path) -> bytes:
    """Return the bytes of an image file of a bounded size.

    Raises
    ------
    MediaError
        ``UNREADABLE_IMAGE`` if it is not there, may not be read, or is too big.
    """
    try:
        with path.open("rb") as file:
            image = file.read(MAX_COVER_BYTES + 1)
    except OSError as error:
        raise _unreadable("The image file cannot be read.") from error
    if len(image) > MAX_COVER_BYTES:
        raise _unreadable("The image file is too big.")
    return image


def image_type(image: bytes) -> str | None:
    """Return the MIME type of ``image`` by its first bytes, or None when it is no image that a browser shows."""
    return next((mime for start, magic, mime in _MAGIC if image.startswith(magic, start)), None)


def resize(image: bytes, size: int, image_format: ImageFormat = "webp") -> bytes:
    """Return ``image`` within a square of ``size`` pixels, never enlarged, its proportions kept.

    The same bytes always give the same bytes. Transparency is laid on white.

    Raises
    ------
    MediaError
        ``UNREADABLE_IMAGE`` if it cannot be decoded or has more than `MAX_PIXELS`.
    """
    try:
        with Image.open(io.BytesIO(image), formats=_DECODERS) as source:
            if source.width * source.height > MAX_PIXELS:
                raise _unreadable(f"The image has too many pixels ({source.width} x {source.height}).")
            # JPEG can be decoded at a fraction of its size; twice the wanted size keeps the result sharp.
            source.draft("RGB", (2 * size, 2 * size))
            picture = _opaque(ImageOps.exif_transpose(source))
    except (OSError, SyntaxError, ValueError, EOFError, struct.error, Image.DecompressionBombError) as error:
        raise _unreadable("The image cannot be decoded.") from error
    picture.thumbnail((size, size), Image.Resampling.LANCZOS)
    result = io.BytesIO()
    picture.save(result, image_format.upper(), quality=_QUALITY, method=4)
    return result.getvalue()


def _opaque(picture: Image.Image) -> Image.Image:
    if not picture.has_transparency_data:
        return picture.convert("RGB")
    layered = picture.convert("RGBA")
    ground = Image.new("RGBA", layered.size, "white")
    return Image.alpha_composite(ground, layered).convert("RGB")


def _unreadable(message: str) -> MediaError:
    return MediaError(message, code="UNREADABLE_IMAGE")
