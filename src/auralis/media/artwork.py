"""Cover images, bounded before they are decoded, made smaller; `tags.embedded_cover` finds them."""

import io
import struct
from typing import Literal

from PIL import Image, ImageOps

from auralis.model.errors import MediaError

MAX_PIXELS = 36_000_000
"""Images with more pixels are refused before decoding: a few kilobytes can claim gigabytes."""

ImageFormat = Literal["webp", "jpeg"]

_DECODERS = ("JPEG", "PNG", "WEBP", "GIF")
_QUALITY = 82
# The bound above is stricter than Pillow's own, which warns instead of refusing.
Image.MAX_IMAGE_PIXELS = None


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
