"""What is done to pictures by a process of its own, which loads what decodes them; see `artwork`."""

from typing import Literal


def resized(image: bytes, size: int, image_format: Literal["webp", "jpeg"]) -> bytes:
    """Return ``image`` within a square of ``size`` pixels."""
    from auralis.media.artwork import resize  # noqa: PLC0415 - the server names this function and never runs it

    return resize(image, size, image_format)


def looked_at(image: bytes) -> tuple[str, bytes]:
    """Return the colour that stands out of a picture, and a few of its pixels."""
    from auralis.media.artwork import look_at  # noqa: PLC0415 - the same

    return look_at(image)
