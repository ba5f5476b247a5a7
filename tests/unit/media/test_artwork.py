"""Covers: bounded, resized the same way every time, and never a reason to fall over."""

import io
import struct
import zlib

import pytest
from PIL import Image

from auralis.media.artwork import MAX_PIXELS, look_at, resize
from auralis.model.errors import MediaError


def picture(
    size: tuple[int, int], image_format: str = "PNG", mode: str = "RGB", color: object = (200, 40, 90)
) -> bytes:
    buffer = io.BytesIO()
    Image.new(mode, size, color).save(buffer, image_format)
    return buffer.getvalue()


def png_that_claims(width: int, height: int) -> bytes:
    def chunk(kind: bytes, data: bytes) -> bytes:
        return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))

    header = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + chunk(b"IDAT", zlib.compress(b"\0")) + chunk(b"IEND", b"")


@pytest.mark.parametrize("image_format", ["PNG", "JPEG", "WEBP", "GIF"])
@pytest.mark.parametrize("wanted", ["webp", "jpeg"])
def test_resizing_keeps_proportions(image_format: str, wanted: str) -> None:
    small = resize(picture((400, 200), image_format), 100, wanted)  # type: ignore[arg-type]
    with Image.open(io.BytesIO(small)) as image:
        assert image.size == (100, 50)
        assert image.format == wanted.upper()


def test_resizing_never_enlarges_and_repeats_itself() -> None:
    image = picture((40, 30))
    assert resize(image, 500) == resize(image, 500)
    with Image.open(io.BytesIO(resize(image, 500))) as same:
        assert same.size == (40, 30)


def test_transparency_is_laid_on_white() -> None:
    clear = picture((20, 20), mode="RGBA", color=(255, 0, 0, 0))
    with Image.open(io.BytesIO(resize(clear, 20))) as image:
        assert min(image.convert("RGB").getpixel((10, 10))) > 250  # type: ignore[type-var]


@pytest.mark.parametrize("mode", ["L", "P", "CMYK", "1", "I;16"])
def test_any_colour_mode_is_resized(mode: str) -> None:
    image_format = "JPEG" if mode == "CMYK" else "PNG"
    assert resize(picture((50, 50), image_format, mode, 0 if mode != "CMYK" else (0, 9, 9, 0)), 16)


@pytest.mark.parametrize("size", [(10_000, 10_001), (2**31 - 1, 2**31 - 1), (MAX_PIXELS + 1, 1)])
def test_an_image_of_too_many_pixels_is_refused_before_decoding(size: tuple[int, int]) -> None:
    with pytest.raises(MediaError) as caught:
        resize(png_that_claims(*size), 100)
    assert caught.value.code == "UNREADABLE_IMAGE"


@pytest.mark.parametrize(
    "image",
    [b"", b"not an image", picture((30, 30))[:40], picture((300, 300), "JPEG")[:500], png_that_claims(0, 5)],
    ids=["empty", "text", "torn png", "torn jpeg", "no width"],
)
def test_a_broken_image_is_an_error_in_words(image: bytes) -> None:
    with pytest.raises(MediaError) as caught:
        resize(image, 100)
    assert caught.value.code == "UNREADABLE_IMAGE"


def test_an_svg_is_refused_by_its_name() -> None:
    for image in (b"<svg/>", b'<?xml version="1.0"?><svg/>', b"\xef\xbb\xbf <!-- --><svg/>"):
        with pytest.raises(MediaError, match="SVG"):
            resize(image, 64)


def test_the_colour_that_stands_out_is_told() -> None:
    canvas = Image.new("RGB", (100, 100), (240, 240, 240))
    canvas.paste((200, 30, 30), (0, 0, 100, 40))
    buffer = io.BytesIO()
    canvas.save(buffer, "PNG")
    color, preview = look_at(buffer.getvalue())
    assert all(abs(int(color[at : at + 2], 16) - want) < 16 for at, want in ((1, 200), (3, 30), (5, 30)))
    assert len(preview) == 48
    assert look_at(picture((1, 1)))[0].startswith("#")
