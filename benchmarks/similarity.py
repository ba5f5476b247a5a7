"""Similar tracks: how long a search takes in a large library, and how well it finds what belongs together.

``similarity.py FOLDER`` measures the music of a folder (see ``fetch_music.py``), an album a sub-folder, artists by the
tags, and prints precision beside chance, the group weights that do best, and the plane that shows most: that is where
``GROUP_WEIGHTS`` of the distance and ``AXES`` of the map come from.
"""

import sys
import time
from collections.abc import Sequence
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import minimize

HOME = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(HOME))

from auralis.fingerprint import space  # noqa: E402
from auralis.fingerprint.files import fingerprint_file  # noqa: E402
from auralis.fingerprint.projection import fit_projection  # noqa: E402
from auralis.fingerprint.vectors import VectorIndex  # noqa: E402
from auralis.media.tags import read_file  # noqa: E402
from auralis.model.fingerprint import DIMENSION_NAMES, DIMENSIONS  # noqa: E402
from auralis.model.library import AUDIO_SUFFIXES  # noqa: E402

Vector = NDArray[np.float64]
Labels = Sequence[NDArray[np.str_]]

SEARCHES = 200
RECALLED = range(0, 100_000, 20_000)
GROUPS = tuple(space.GROUP_WEIGHTS)
RELUCTANCE = 0.5
"""How much the logarithms of the weights are held together. With less, what was learned from half of the albums does
worse on the other half than plain distances do: so few tracks say little more than that no group may be left out."""
HALVINGS = 6
_LEAST_SHARE = 1e-3


def measure() -> dict[str, float]:
    """Return the figures of this subject."""
    figures = {}
    for name, tracks in (("100k", 100_000), ("1m", 1_000_000)):
        index, vectors = made_index(tracks)
        figures[f"similar_{name}_p95_ms"] = searching(index, vectors)
        figures[f"similar_{name}_recall"] = recall(index, vectors)
    return {**figures, "similar_bytes_a_track": index.nbytes / len(index)}


def made_index(tracks: int) -> tuple[VectorIndex, NDArray[np.float32]]:
    """Return the index of a made-up library as spread as music is, and its fingerprints."""
    random = np.random.default_rng(1)
    middle, spread = np.array([space.USUAL[name] for name in DIMENSION_NAMES]).T
    scaled = random.normal(middle, spread, (tracks, len(DIMENSIONS)))
    low, high = np.array([(dimension.low, dimension.high) for dimension in DIMENSIONS]).T
    octaves, shares = (np.array(kind) for kind in (space.OCTAVES, space.ROOTS))
    values = np.where(octaves, 2.0 ** np.minimum(scaled, 20.0), np.where(shares, scaled**2, scaled))
    vectors = np.clip(values, low, high).astype(np.float32)
    return VectorIndex([f"{n:016d}" for n in range(tracks)], vectors), vectors


def recall(index: VectorIndex, vectors: NDArray[np.float32]) -> float:
    """Return the share of the true 20 nearest that a search finds, each distance taken one by one."""
    places = index.space.place(vectors)
    found = 0
    for n in RECALLED:
        true = np.argsort(((places - places[n]) ** 2).sum(axis=1), kind="stable")[:20]
        found += len({f"{row:016d}" for row in true} & {m.track_id for m in index.nearest([vectors[n]], [], {}, 20)})
    return found / (20 * len(RECALLED))


def searching(index: VectorIndex, vectors: NDArray[np.float32]) -> float:
    """Return how long the 20 nearest of so many tracks take, 95th percentile, ms."""
    random, tracks = np.random.default_rng(2), len(index)
    took = []
    for n in random.integers(tracks, size=SEARCHES if tracks <= 100_000 else SEARCHES // 4):
        started = time.perf_counter()
        index.nearest([vectors[n]], [], {}, 20, [f"{n:016d}"])
        took.append(time.perf_counter() - started)
    return 1000 * float(np.percentile(took, 95))


def precision(places: Vector, labels: NDArray[np.str_], nearest: int) -> Vector:
    """Return, for each track that has so many companions, the share of its nearest that are of its own label."""
    squares = np.einsum("ij,ij->i", places, places)
    distances = squares[:, np.newaxis] + squares - 2 * places @ places.T
    np.fill_diagonal(distances, np.inf)
    own = labels[np.argsort(distances, axis=1)[:, :nearest]] == labels[:, np.newaxis]
    counts = np.array([(labels == label).sum() for label in labels])
    return np.asarray(own.mean(axis=1)[counts > nearest])


def weighted(spreads: Vector, weights: dict[str, float]) -> Vector:
    """Return the places of tracks under group weights."""
    groups = [dimension.group for dimension in DIMENSIONS]
    return np.asarray(spreads * np.sqrt([weights[group] / groups.count(group) for group in groups]))


def learn(spreads: Vector, kinds: Labels) -> dict[str, float]:
    """Return the group weights under which a track's likeliest neighbours share its labels most, their mean 1.

    A neighbour is as likely as the exponential of minus its squared distance, and the mean logarithm of the share of
    those with the same label is the measure: unlike the precision, it moves with every weight.

    References
    ----------
    J. Goldberger et al., "Neighbourhood components analysis", NIPS 2004.
    """
    groups = np.array([dimension.group for dimension in DIMENSIONS])
    columns = [spreads[:, groups == group] for group in GROUPS]
    apart = np.array([np.square(own[:, None] - own[None]).mean(axis=2) for own in columns])
    others = ~np.eye(len(spreads), dtype=bool)
    companions = [(labels[:, None] == labels[None]) & others for labels in kinds]

    def loss(logs: Vector) -> float:
        squares = np.where(others, np.tensordot(np.exp(logs), apart, 1), np.inf)
        likely = np.exp(squares.min(axis=1, keepdims=True) - squares)
        likely /= likely.sum(axis=1, keepdims=True)
        shares = [(likely * own).sum(axis=1)[own.any(axis=1)] for own in companions]
        missed = -sum(float(np.log(share + _LEAST_SHARE).mean()) for share in shares)
        return missed + RELUCTANCE * float(np.var(logs))

    found = np.exp(minimize(loss, np.zeros(len(GROUPS)), method="Nelder-Mead", options={"maxiter": 600}).x)
    return dict(zip(GROUPS, (found / found.mean()).round(2).tolist(), strict=True))


def report(folder: Path) -> None:
    """Measure the music of ``folder`` and print what the search is worth there."""
    files = sorted(path for path in folder.rglob("*") if path.suffix.lower() in AUDIO_SUFFIXES)
    vectors = np.array([fingerprint_file(path).vector() for path in files])
    albums = np.array([str(path.parent) for path in files])
    artists = np.array([read_file(path).tags.artist or f"unknown {path}" for path in files])
    told(vectors, albums, artists)


def told(vectors: Vector, albums: NDArray[np.str_], artists: NDArray[np.str_]) -> None:
    """Print what the search is worth on tracks of these albums and artists."""
    spreads = space.fit_space(vectors).spreads(vectors)
    without = [dimension.group != "level" for dimension in DIMENSIONS]
    plain = (vectors - vectors.mean(axis=0)) / np.maximum(vectors.std(axis=0), 1e-9)
    placed = weighted(spreads, space.GROUP_WEIGHTS)
    kinds = {
        "as shipped": placed,
        "groups alike": weighted(spreads, dict.fromkeys(GROUPS, 1.0)),
        "without level": weighted(spreads, space.GROUP_WEIGHTS | {"level": 0.0}),
        "plain Euclid": plain,
        "plain without level": plain[:, without],
        "on the map": fit_projection(np.asarray(placed, np.float32), len(placed)).place(np.asarray(placed, np.float32)),
    }
    print("| distance | same artist, P@1 | P@3 | same album, P@1 | P@3 |\n|---|---|---|---|---|")
    for name, places in kinds.items():
        cells = (interval(precision(places, labels, n)) for labels in (artists, albums) for n in (1, 3))
        print(f"| {name} | {' | '.join(cells)} |")
    print(f"| by chance | {' | '.join(f'{chance(labels, n):.3f}' for labels in (artists, albums) for n in (1, 3))} |")
    for what, labels in (("artists", artists), ("albums", albums)):
        asked = [sum(int((labels == label).sum() > n) for label in labels) for n in (1, 3)]
        print(f"{len(labels)} tracks of {len(set(labels))} {what}; {asked[0]} and {asked[1]} have one and three others")
    print(f"learned weights: {learn(spreads, (artists, albums))}")
    print_held_out(spreads, plain, artists, albums)
    print_axes(space.fit_space(vectors).place(vectors))


def interval(found: Vector) -> str:
    """Return the mean with its 95 % interval, by drawing the tracks anew a thousand times."""
    drawn = np.random.default_rng(1).choice(found, (1000, len(found))).mean(axis=1)
    low, high = np.percentile(drawn, (2.5, 97.5))
    return f"{found.mean():.3f} ({low:.3f} to {high:.3f})"


def chance(labels: NDArray[np.str_], nearest: int) -> float:
    """Return the precision of taking any other track."""
    counts = np.array([(labels == label).sum() for label in labels])
    return float(((counts - 1) / (len(labels) - 1))[counts > nearest].mean())


def print_axes(places: NDArray[np.float32]) -> None:
    """Print the plane that shows most of the distances, steady beats to the right and brightness upwards."""
    values, vectors = np.linalg.eigh(np.cov(places.T))
    plane = vectors[:, [-1, -2]]
    upward = [DIMENSION_NAMES.index(name) for name in ("transient_density", "spectral_centroid_hz")]
    plane = plane * np.sign(plane[upward, [0, 1]])
    shares, deviations = values[[-1, -2]] / values.sum(), np.sqrt(values[[-1, -2]])
    print(f"axes with {shares.round(3)} of all, SPREADS = {deviations.round(3)}:")
    for name, (right, up) in zip(DIMENSION_NAMES, plane, strict=True):
        print(f'    "{name}": ({right:.3f}, {up:.3f}),')


def print_held_out(spreads: Vector, plain: Vector, artists: NDArray[np.str_], albums: NDArray[np.str_]) -> None:
    """Print what weights are worth on halves of the albums that they were not learned from, beside learning none."""
    found: dict[str, list[list[float]]] = {"learned": [], "groups alike": [], "plain Euclid": []}
    for own, rest in halved(albums):
        kinds = artists[rest], albums[rest]
        ways = {
            "learned": weighted(spreads[rest], learn(spreads[own], (artists[own], albums[own]))),
            "groups alike": weighted(spreads[rest], dict.fromkeys(GROUPS, 1.0)),
            "plain Euclid": plain[rest],
        }
        for name, places in ways.items():
            found[name].append([float(precision(places, labels, n).mean()) for labels in kinds for n in (1, 3)])
    print(
        "| on other albums than learned from | same artist, P@1 | P@3 | same album, P@1 | P@3 |\n|---|---|---|---|---|"
    )
    for name, rows in found.items():
        print(f"| {name} | {' | '.join(f'{each:.3f}' for each in np.mean(rows, axis=0))} |")


def halved(labels: NDArray[np.str_]) -> list[tuple[NDArray[np.bool_], NDArray[np.bool_]]]:
    """Return ways of taking half of the albums to learn from and the other half to judge by."""
    random, names = np.random.default_rng(3), np.unique(labels)
    drawn = [np.isin(labels, random.choice(names, len(names) // 2, replace=False)) for _ in range(HALVINGS)]
    return [way for own in drawn for way in ((own, ~own), (~own, own))]


if __name__ == "__main__":
    report(Path(sys.argv[1]))
