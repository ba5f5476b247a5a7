"""The covers: one picture an album, painted anew on every machine and the same on all."""

from collections.abc import Callable
from functools import lru_cache

from auralis.demo import paintings
from auralis.demo.canvas import SIZE, Canvas
from auralis.demo.pieces import ALBUMS, Style
from auralis.media.artwork import resize

_PAINTERS: dict[Style, Callable[[Canvas], None]] = {
    "suite": paintings.dawn_at_sea,
    "house": paintings.night_train,
    "folk": paintings.river_between_hills,
    "jazz": paintings.lamp_in_the_rain,
    "synth": paintings.grid_and_sun,
    "chamber": paintings.four_rooms,
}


@lru_cache(maxsize=len(ALBUMS))
def cover(album_number: int) -> bytes:
    """Return the cover of an album, counted from 0, as JPEG bytes."""
    return resize(paint(album_number).png(), SIZE, "jpeg")


def paint(album_number: int) -> Canvas:
    """Return the painted cover of an album, counted from 0."""
    canvas = Canvas(7000 + album_number)
    _PAINTERS[ALBUMS[album_number].style](canvas)
    return canvas
