"""How far an estimate's confidence can be trusted: estimates of real tracks beside what is measured of the whole.

``confidence.py FOLDER`` measures the music of a folder (see ``fetch_music.py``): whole, from 4 and 12 excerpts, and
from the first 5 and 20 seconds. It prints the calibration that ``auralis.fingerprint.confidence`` has, and draws the
reliability curve of tracks that a calibration was not fitted to, ``docs/reference/confidence.svg``.
"""

import math
import sys
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

HOME = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(HOME))

from auralis.fingerprint import confidence  # noqa: E402
from auralis.fingerprint.confidence import TOLERANCES, calibrated  # noqa: E402
from auralis.fingerprint.estimate import ACCURATE_EXCERPTS, FAST_EXCERPTS, estimate_file  # noqa: E402
from auralis.fingerprint.extractor import Extractor  # noqa: E402
from auralis.fingerprint.files import fingerprint_file  # noqa: E402
from auralis.media.decode import AudioReader  # noqa: E402
from auralis.model.fingerprint import DIMENSION_NAMES, Fingerprint  # noqa: E402
from auralis.model.library import AUDIO_SUFFIXES  # noqa: E402

Vector = NDArray[np.float64]

BEGINNINGS_SECONDS = (5.0, 20.0)
EXCERPTS, BEGINNINGS = "excerpts", "beginnings"
FOLDS = 5
_RIDGE = 2.0
BINS = 10
PICTURE = HOME / "docs/reference/confidence.svg"
_COLOURS = {EXCERPTS: "#2a78b5", BEGINNINGS: "#c8641e"}


class Observation(NamedTuple):
    """One dimension of one estimate: its raw confidence, and whether it was right."""

    album: str
    kind: str
    dimension: str
    raw: float
    right: bool


def observe(folder: Path) -> Iterator[Observation]:
    """Estimate every track of ``folder`` in every way, and compare."""
    confidence.OF_BEGINNINGS = confidence.OF_EXCERPTS = {}
    for path in sorted(path for path in folder.rglob("*") if path.suffix.lower() in AUDIO_SUFFIXES):
        whole = fingerprint_file(path)
        for kind, estimate in estimates(path, whole.frames / whole.sample_rate):
            yield from compared(str(path.parent), kind, estimate, whole)


def compared(album: str, kind: str, estimate: Fingerprint, whole: Fingerprint) -> Iterator[Observation]:
    """Yield an observation for each dimension."""
    for name in DIMENSION_NAMES:
        off = error(name, estimate.dimensions[name], whole.dimensions[name])
        yield Observation(album, kind, name, estimate.confidence[name], off <= TOLERANCES[name])


def estimates(path: Path, seconds: float) -> Iterator[tuple[str, Fingerprint]]:
    """Yield the estimates of a file; none from so much that it would be most of the track."""
    for excerpts in (FAST_EXCERPTS, ACCURATE_EXCERPTS):
        estimate = estimate_file(path, excerpts)
        if estimate is not None:
            yield EXCERPTS, estimate
    wanted = [beginning for beginning in BEGINNINGS_SECONDS if beginning < 0.8 * seconds]
    with AudioReader(path) as reader:
        extractor = Extractor(reader.info.sample_rate, reader.info.channels)
        for block in reader:
            extractor.push(block)
            while wanted and reader.position >= wanted[0] * reader.info.sample_rate:
                wanted.pop(0)
                yield BEGINNINGS, extractor.estimate(seconds)
            if not wanted:
                return


def error(name: str, estimate: float, whole: float) -> float:
    """Return how far an estimate is off, in the unit of its tolerance."""
    if name in {"spectral_centroid_hz", "spectral_rolloff_hz"}:
        return abs(math.log2(max(estimate, 1.0) / max(whole, 1.0)))
    return abs(estimate / whole - 1.0) if name == "tempo_bpm" else abs(estimate - whole)


def fit(raw: Vector, right: Vector) -> tuple[float, float]:
    """Return bias and slope of the log odds, by Newton's method; with little to go by they stay near 0 and 1."""
    kept = np.clip(raw, 0.01, 0.99)
    inputs = np.column_stack((np.ones_like(kept), np.log(kept / (1.0 - kept))))
    start = np.array([0.0, 1.0])
    found = start.copy()
    for _ in range(200):
        likely = 1.0 / (1.0 + np.exp(-np.clip(inputs @ found, -30.0, 30.0)))
        slope = inputs.T @ (right - likely) - _RIDGE * (found - start)
        curve = (inputs * (likely * (1.0 - likely))[:, np.newaxis]).T @ inputs + _RIDGE * np.eye(2)
        step = np.linalg.solve(curve, slope)
        found += step / max(1.0, 4.0 * float(np.abs(step).max()))
    return float(found[0]), float(found[1])


def fit_all(observations: Sequence[Observation], kind: str) -> dict[str, tuple[float, float]]:
    """Return the calibration of one kind of estimate, by dimension."""
    table = {}
    for name in DIMENSION_NAMES:
        own = [o for o in observations if o.kind == kind and o.dimension == name]
        table[name] = fit(np.array([o.raw for o in own]), np.array([float(o.right) for o in own]))
    return table


def held_out(observations: Sequence[Observation], kind: str) -> tuple[Vector, Vector]:
    """Return the calibrated confidence of each observation, by albums that it was not fitted to, and who was right."""
    albums = sorted({o.album for o in observations})
    said, right = [], []
    for fold in range(FOLDS):
        out = set(albums[fold::FOLDS])
        table = fit_all([o for o in observations if o.album not in out], kind)
        for o in observations:
            if o.album in out and o.kind == kind:
                said.append(calibrated(o.raw, *table[o.dimension]))
                right.append(float(o.right))
    return np.array(said), np.array(right)


def curve(said: Vector, right: Vector) -> list[tuple[float, float, int]]:
    """Return mean confidence, share of right ones and count of each tenth of the scale that has some."""
    place = np.minimum((said * BINS).astype(int), BINS - 1)
    bins = (place == n for n in range(BINS))
    return [(float(said[n].mean()), float(right[n].mean()), int(n.sum())) for n in bins if n.any()]


def expected_error(points: Sequence[tuple[float, float, int]]) -> float:
    """Return by how much confidence and share of right ones differ, mean over all estimates."""
    return sum(abs(said - right) * count for said, right, count in points) / sum(count for _, _, count in points)


def draw(curves: dict[str, list[tuple[float, float, int]]]) -> str:
    """Return the reliability curves as SVG."""
    size, edge = 360, 48

    def place(said: float, right: float) -> str:
        return f"{edge + said * size:.1f},{edge / 2 + (1 - right) * size:.1f}"

    parts = [
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {size + 2 * edge} {size + 2 * edge}" role="img">',
        '<g font-family="sans-serif" font-size="12">',
        "<title>Confidence of estimates, and the share of them that was right</title>",
        f'<rect width="{size + 2 * edge}" height="{size + 2 * edge}" fill="#fff"/>',
        f'<polyline points="{place(0, 0)} {place(1, 1)}" fill="none" stroke="#999" stroke-dasharray="4"/>',
        f'<polyline points="{place(0, 1)} {place(0, 0)} {place(1, 0)}" fill="none" stroke="#333"/>',
    ]
    for tick in (0.0, 0.25, 0.5, 0.75, 1.0):
        x, y = place(tick, tick).split(",")
        parts.append(f'<text x="{x}" y="{size + 0.9 * edge}" text-anchor="middle">{tick:g}</text>')
        parts.append(f'<text x="{edge - 6}" y="{float(y) + 4}" text-anchor="end">{tick:g}</text>')
    for line, (kind, points) in enumerate(curves.items()):
        colour, path = _COLOURS[kind], " ".join(place(said, right) for said, right, _ in points)
        parts.append(f'<polyline points="{path}" fill="none" stroke="{colour}" stroke-width="2"/>')
        for said, right, count in points:
            x, y = place(said, right).split(",")
            parts.append(
                f'<circle cx="{x}" cy="{y}" r="{2 + count**0.5 / 12:.1f}" fill="{colour}" fill-opacity="0.6"/>'
            )
        words = f"{kind}: {sum(n for _, _, n in points)} estimates, off by {expected_error(points):.3f}"
        parts.append(f'<text x="{edge + 12}" y="{edge / 2 + 16 + 18 * line}" fill="{colour}">{words}</text>')
    middle = edge + size / 2
    parts.append(f'<text x="{middle}" y="{size + 1.5 * edge}" text-anchor="middle">confidence</text>')
    parts.append(
        f'<text transform="translate(14 {middle}) rotate(-90)" text-anchor="middle">share that was right</text>'
    )
    return "\n".join([*parts, "</g></svg>"]) + "\n"


def report(observations: Sequence[Observation], write: Callable[[str], object]) -> None:
    """Print the calibration, and draw what it is worth."""
    curves = {}
    for kind in (EXCERPTS, BEGINNINGS):
        print(f"OF_{kind.upper()} = {{")
        for name, (bias, slope) in fit_all(observations, kind).items():
            print(f'    "{name}": ({bias:.2f}, {slope:.2f}),')
        print("}")
        raw = [o for o in observations if o.kind == kind]
        before = curve(np.array([o.raw for o in raw]), np.array([float(o.right) for o in raw]))
        curves[kind] = curve(*held_out(observations, kind))
        print(f"{kind}: off by {expected_error(before):.3f} raw, {expected_error(curves[kind]):.3f} calibrated")
    write(draw(curves))


if __name__ == "__main__":
    report(list(observe(Path(sys.argv[1]))), PICTURE.write_text)
