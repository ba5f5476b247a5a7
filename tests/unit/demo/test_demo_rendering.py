"""A piece comes out as its data say, the same each time; covers are pictures, each its own."""

import numpy as np
import pytest

from auralis.demo import covers
from auralis.demo.canvas import SIZE, Canvas
from auralis.demo.pieces import ALBUMS
from auralis.demo.rendering import render_tracks
from auralis.dsp.loudness import measure_loudness
from auralis.media.artwork import resize

JAZZ = next(a for a in ALBUMS if a.style == "jazz")


@pytest.fixture(scope="module")
def piece() -> np.ndarray:
    return render_tracks(JAZZ, (2,))[0]


def test_a_piece_has_its_loudness_width_and_peaks(piece: np.ndarray) -> None:
    assert piece.dtype == np.float32
    assert 20 * JAZZ.sample_rate <= piece.shape[1] <= 60 * JAZZ.sample_rate
    assert measure_loudness(piece, JAZZ.sample_rate) == pytest.approx(JAZZ.loudness_lufs[2], abs=0.1)
    assert np.abs(piece).max() <= 10 ** (JAZZ.ceiling_dbfs / 20) + 1e-6
    middle, side = (np.sqrt(np.mean((piece[0] + s * piece[1]) ** 2)) for s in (1, -1))
    assert side / (middle + side) == pytest.approx(JAZZ.stereo_width, abs=0.02)


def test_a_piece_is_the_same_each_time(piece: np.ndarray) -> None:
    assert np.array_equal(piece, render_tracks(JAZZ, (2,))[0])


def test_the_dull_album_is_dull(piece: np.ndarray) -> None:
    power = np.abs(np.fft.rfft(piece.sum(axis=0))) ** 2
    hz = np.fft.rfftfreq(piece.shape[1], 1 / JAZZ.sample_rate)
    assert power[hz > 4000].sum() < 0.002 * power.sum()


def test_covers_are_square_pictures_and_all_different() -> None:
    images = [covers.cover(n) for n in range(len(ALBUMS))]
    assert all(image.startswith(b"\xff\xd8\xff") for image in images)
    assert len(set(images)) == len(ALBUMS)
    assert np.array_equal(covers.paint(2).pixels, covers.paint(2).pixels)


def test_a_canvas_becomes_a_picture_that_others_can_read() -> None:
    canvas = Canvas(1)
    canvas.paint(canvas.disc(0.5, 0.5, 0.25), "#ff8000")
    assert canvas.pixels[SIZE // 2, SIZE // 2] == pytest.approx([1, 128 / 255, 0])
    assert canvas.pixels[0, 0] == pytest.approx([0, 0, 0])
    corner = canvas.part(0.0, 0.0, 0.1, 0.1)
    corner.paint(1.0, "#ffffff")
    assert canvas.pixels[0, 0] == pytest.approx([1, 1, 1])
    assert resize(canvas.png(), 64)[8:12] == b"WEBP"
