"""A canvas of floats to paint shapes on with soft edges, and its way out as PNG bytes."""

import struct
import zlib

import numpy as np
from numpy.typing import NDArray

Plane = NDArray[np.floating]
Colour = tuple[float, float, float]

SIZE = 800


def colour(code: str) -> Colour:
    """Return red, green and blue, 0 to 1, of ``#rrggbb``."""
    red, green, blue = (int(code[n : n + 2], 16) / 255 for n in (1, 3, 5))
    return red, green, blue


class Canvas:
    """A square picture; ``x`` and ``y`` are the planes of its coordinates, 0 to 1 from the top left."""

    def __init__(self, seed: int) -> None:
        self.rng = np.random.default_rng(seed)
        axis = (np.arange(SIZE, dtype=np.float32) + 0.5) / SIZE
        self.x: Plane = np.broadcast_to(axis[None, :], (SIZE, SIZE))
        self.y: Plane = np.broadcast_to(axis[:, None], (SIZE, SIZE))
        self.pixels: Plane = np.zeros((SIZE, SIZE, 3), np.float32)

    def part(self, left: float, top: float, right: float, bottom: float) -> "Canvas":
        """Return a rectangle of the canvas; what is painted there is painted here."""
        columns, rows = (
            slice(*(round(min(max(edge, 0.0), 1.0) * SIZE) for edge in edges))
            for edges in ((left, right), (top, bottom))
        )
        part = Canvas.__new__(Canvas)
        part.rng, part.pixels = self.rng, self.pixels[rows, columns]
        part.x, part.y = self.x[rows, columns], self.y[rows, columns]
        return part

    def gradient(self, along: Plane, stops: tuple[tuple[float, str], ...]) -> Plane:
        """Return the colours of ``stops`` (place, code) along a plane, shape (SIZE, SIZE, 3)."""
        places = [place for place, _ in stops]
        codes = np.array([colour(code) for _, code in stops])
        return np.stack([np.interp(along, places, codes[:, c]) for c in range(3)], axis=-1).astype(np.float32)

    def paint(self, cover: Plane | float, paint: Plane | str) -> None:
        """Lay a colour, or a picture of colours, where ``cover`` is 1, mixed where it lies between 0 and 1."""
        layer = np.array(colour(paint), np.float32) if isinstance(paint, str) else paint
        share = np.asarray(cover, np.float32)[..., None]
        self.pixels += share * (layer - self.pixels)

    def glow(self, light: Plane, code: str) -> None:
        """Add light of a colour; it never burns out."""
        self.pixels += (1 - self.pixels) * np.clip(light, 0, 1)[..., None] * np.array(colour(code), np.float32)

    def inside(self, distance: Plane, blur: float = 1.0) -> Plane:
        """Return 1 where ``distance`` (in picture widths) is negative, with an edge of ``blur`` pixels."""
        return np.asarray(np.clip(0.5 - distance * SIZE / blur, 0, 1), np.float32)

    def disc(self, x: float, y: float, radius: float, blur: float = 1.2) -> Plane:
        """Return the cover of a disc."""
        return self.inside(self.distance(x, y) - radius, blur)

    def distance(self, x: float, y: float) -> Plane:
        """Return how far each pixel is from a point."""
        return np.asarray(np.hypot(self.x - x, self.y - y), np.float32)

    def box(self, left: float, top: float, right: float, bottom: float, blur: float = 1.2) -> Plane:
        """Return the cover of a rectangle."""
        return self.inside(
            np.maximum(
                np.abs(self.x - (left + right) / 2) - (right - left) / 2,
                np.abs(self.y - (top + bottom) / 2) - (bottom - top) / 2,
            ),
            blur,
        )

    def stroke(self, from_: tuple[float, float], to: tuple[float, float], width: float, blur: float = 1.2) -> Plane:
        """Return the cover of a straight line with round ends."""
        ax, ay, bx, by = *from_, *to
        along = ((self.x - ax) * (bx - ax) + (self.y - ay) * (by - ay)) / ((bx - ax) ** 2 + (by - ay) ** 2)
        along = np.clip(along, 0, 1)
        return self.inside(np.hypot(self.x - ax - along * (bx - ax), self.y - ay - along * (by - ay)) - width / 2, blur)

    def hills(self, height: float, swing: float, waves: int, roughness: float = 1.6) -> Plane:
        """Return one value a column: a skyline round ``height`` made of ``waves`` waves, each smaller than the last."""
        n = np.arange(1, waves + 1)[:, None]
        phases = self.rng.uniform(0, 2 * np.pi, (waves, 1))
        line = (np.sin(2 * np.pi * n * self.x[0] * 0.7 + phases) / n**roughness).sum(axis=0)
        return np.asarray(height + swing * line / np.abs(line).max(), np.float32)

    def clouds(self, scale: float, stretch: float = 1.0) -> Plane:
        """Return soft noise from 0 to 1, with forms of about ``scale`` of the picture."""
        hz = np.fft.fftfreq(SIZE, 1 / SIZE)
        radius = np.hypot(hz[:, None] * scale, hz[None, : SIZE // 2 + 1] * scale * stretch)
        spectrum = np.fft.rfft2(self.rng.standard_normal((SIZE, SIZE))) / (1 + radius**2.6)
        noise = np.fft.irfft2(spectrum, (SIZE, SIZE))
        return np.asarray(np.clip(0.5 + noise / (5 * noise.std()), 0, 1), np.float32)

    def grain(self, amount: float) -> None:
        """Roughen the picture as paper and film are."""
        self.pixels += (amount * self.rng.standard_normal((SIZE, SIZE, 1))).astype(np.float32)

    def png(self) -> bytes:
        """Return the picture as a PNG file (ISO/IEC 15948): 8 bits, RGB."""
        values = np.clip(np.round(self.pixels * 255), 0, 255).astype(np.uint8)
        rows = np.concatenate([np.zeros((SIZE, 1), np.uint8), values.reshape(SIZE, -1)], axis=1)
        chunks = (
            (b"IHDR", struct.pack(">IIBBBBB", SIZE, SIZE, 8, 2, 0, 0, 0)),
            (b"IDAT", zlib.compress(rows.tobytes(), 1)),
            (b"IEND", b""),
        )
        return b"\x89PNG\r\n\x1a\n" + b"".join(
            struct.pack(">I", len(body)) + name + body + struct.pack(">I", zlib.crc32(name + body))
            for name, body in chunks
        )
