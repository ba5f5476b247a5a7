"""Cover images, bounded before they are decoded, made smaller; `tags.embedded_cover` finds them."""

import io
import re
import struct
from typing import Any, Literal

from PIL import Image, ImageOps

from auralis.model.errors import MediaError

MAX_PIXELS = 36_000_000
"""Images with more pixels are refused before decoding: a few kilobytes can claim gigabytes."""

ImageFormat = Literal["webp", "jpeg"]

_DECODERS = ("JPEG", "PNG", "WEBP", "GIF")
_QUALITY = 82
_LOOK_SIZE = 64
_SVG = re.compile(rb"\s*(?:\xef\xbb\xbf)?\s*<(?:\?xml|!--|!DOCTYPE svg|svg)", re.IGNORECASE)
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
    picture = _opened(image, size)
    picture.thumbnail((size, size), Image.Resampling.LANCZOS)
    result = io.BytesIO()
    picture.save(result, image_format.upper(), quality=_QUALITY, method=4)
    return result.getvalue()


def look_at(image: bytes) -> tuple[str, bytes]:
    """Return the colour that stands out of a picture, as ``#rrggbb``, and 4 x 4 of its pixels, RGB row by row.

    Raises
    ------
    MediaError
        ``UNREADABLE_IMAGE`` as `resize` does.
    """
    picture = _opened(image, _LOOK_SIZE)
    picture.thumbnail((_LOOK_SIZE, _LOOK_SIZE), Image.Resampling.BOX)
    few = picture.quantize(8, Image.Quantize.MEDIANCUT).convert("RGB")
    counts: list[tuple[int, Any]] = list(few.getcolors(8) or [])
    _, color = max(counts, key=lambda each: each[0] * (0.1 + _colourfulness(each[1])))
    return "#" + bytes(color).hex(), picture.resize((4, 4), Image.Resampling.BOX).tobytes()


def _colourfulness(color: tuple[int, int, int]) -> float:
    return (max(color) - min(color)) / 255


def _opened(image: bytes, size: int) -> Image.Image:
    """Return the picture upright and opaque, at least ``size`` pixels large where it is that large."""
    if _SVG.match(image[:512]):
        raise _unreadable("SVG pictures are not shown; a JPEG, PNG, WebP or GIF is.")
    try:
        with Image.open(io.BytesIO(image), formats=_DECODERS) as source:
            if source.width * source.height > MAX_PIXELS:
                raise _unreadable(f"The image has too many pixels ({source.width} x {source.height}).")
            # JPEG can be decoded at a fraction of its size; twice the wanted size keeps the result sharp.
            source.draft("RGB", (2 * size, 2 * size))
            return _opaque(ImageOps.exif_transpose(source))
    except (OSError, SyntaxError, ValueError, EOFError, struct.error, Image.DecompressionBombError) as error:
        raise _unreadable("The image cannot be decoded.") from error


def _opaque(picture: Image.Image) -> Image.Image:
    if not picture.has_transparency_data:
        return picture.convert("RGB")
    layered = picture.convert("RGBA")
    ground = Image.new("RGBA", layered.size, "white")
    return Image.alpha_composite(ground, layered).convert("RGB")


def _unreadable(message: str) -> MediaError:
    return MediaError(message, code="UNREADABLE_IMAGE")
