"""Similar tracks: how long a search takes in a large library, and how well it finds what stands on one album.

``similarity.py FOLDER`` measures the music of a folder (see ``fetch_music.py``), an album a sub-folder, and prints
precision beside chance, and the group weights that do best; that is where ``GROUP_WEIGHTS`` comes from.
"""

import itertools
import sys
import time
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

HOME = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(HOME))

from auralis.fingerprint import space  # noqa: E402
from auralis.fingerprint.files import fingerprint_file  # noqa: E402
from auralis.fingerprint.vectors import VectorIndex  # noqa: E402
from auralis.model.fingerprint import DIMENSION_NAMES, DIMENSIONS  # noqa: E402
from auralis.model.library import AUDIO_SUFFIXES  # noqa: E402

Vector = NDArray[np.float64]

SEARCHES = 200
GROUPS = tuple(space.GROUP_WEIGHTS)
GRID = (0.5, 1.0, 2.0, 4.0)
BEST = 40
"""The weights are the mean of so many best points of the grid: the single best one is luck."""


def measure() -> dict[str, float]:
    """Return the figures of this subject."""
    return {"similar_100k_p95_ms": searching(100_000), "similar_1m_p95_ms": searching(1_000_000)}


def searching(tracks: int) -> float:
    """Return how long the 20 nearest of so many tracks take, 95th percentile, ms."""
    random = np.random.default_rng(1)
    middle, spread = np.array([space.USUAL[name] for name in DIMENSION_NAMES]).T
    vectors = random.normal(middle, spread, (tracks, len(DIMENSIONS))).astype(np.float32)
    index = VectorIndex([str(n) for n in range(tracks)], vectors)
    took = []
    for n in random.integers(tracks, size=SEARCHES if tracks <= 100_000 else SEARCHES // 4):
        started = time.perf_counter()
        index.nearest([vectors[n]], [], {}, 20, [str(n)])
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


def learn(spreads: Vector, labels: NDArray[np.str_]) -> dict[str, float]:
    """Return the geometric mean of the best group weights of the grid."""
    scored = []
    for point in itertools.product(GRID, repeat=len(GROUPS)):
        places = weighted(spreads, dict(zip(GROUPS, point, strict=True)))
        scored.append((sum(float(precision(places, labels, n).mean()) for n in (1, 3)), point))
    best = np.log([point for _, point in sorted(scored, reverse=True)[:BEST]])
    return dict(zip(GROUPS, np.exp(best.mean(axis=0)).round(1).tolist(), strict=True))


def report(folder: Path) -> None:
    """Measure the music of ``folder`` and print what the search is worth there."""
    files = sorted(path for path in folder.rglob("*") if path.suffix.lower() in AUDIO_SUFFIXES)
    vectors = np.array([fingerprint_file(path).vector() for path in files])
    labels = np.array([str(path.parent) for path in files])
    spreads = space.fit_space(vectors).spreads(vectors)
    plain = (vectors - vectors.mean(axis=0)) / np.maximum(vectors.std(axis=0), 1e-9)
    without = space.GROUP_WEIGHTS | {"level": 0.0}
    kinds = {
        "as shipped": weighted(spreads, space.GROUP_WEIGHTS),
        "groups alike": weighted(spreads, dict.fromkeys(GROUPS, 1.0)),
        "without level": weighted(spreads, without),
        "plain Euclid": plain,
    }
    chance = np.mean([((labels == label).sum() - 1) / (len(labels) - 1) for label in labels])
    print(f"{len(files)} tracks of {len(set(labels))} albums; by chance {chance:.3f}")
    for name, places in kinds.items():
        line = "".join(
            f"  P@{n} {found.mean():.3f} ± {1.96 * found.std() / len(found) ** 0.5:.3f}"
            for n in (1, 3)
            for found in [precision(places, labels, n)]
        )
        print(f"{name:<14}{line}")
    learned = learn(spreads, labels)
    halves = [float(precision(weighted(spreads[rest], learn(spreads[own], labels[own])), labels[rest], 1).mean())
              for own, rest in halved(labels)]  # fmt: skip
    print(f"learned weights: {learned}; learned on one half, P@1 on the other: {np.mean(halves):.3f}")


def halved(labels: NDArray[np.str_]) -> list[tuple[NDArray[np.bool_], NDArray[np.bool_]]]:
    """Return two ways of taking half of the albums to learn from and the other half to judge by."""
    odd = np.isin(labels, np.unique(labels)[::2])
    return [(odd, ~odd), (~odd, odd)]


if __name__ == "__main__":
    report(Path(sys.argv[1]))
