"""A million tracks: lists by every sort at any depth, searches of a mixed log, counts and facets, in process.

Also right after each change of the library, and how long a thousand new files take until they are listed and found.
"""

import asyncio
import itertools
import json
import os
import random
import shutil
import tempfile
import time
from collections.abc import Awaitable, Callable, Iterator, Sequence
from functools import partial
from pathlib import Path
from statistics import quantiles

import numpy as np
import orjson
from tests.factories import library_folder, many_files, track_record

from auralis.bus import Bus
from auralis.catalog import Catalog, TrackFilter
from auralis.model.library import TrackTags
from auralis.scanner import Scanner
from auralis.store import Database
from auralis.store.database import Connection
from auralis.store.library.records import Batch
from auralis.store.library.state import advance_library
from auralis.store.library.writing import LibraryWriter

TRACKS = 1_000_000
WORDS = 30_000
TRACKS_AN_ALBUM = 12
ALBUMS_AN_ARTIST = 3
BATCH = 4000
REQUESTS = 400
NEW_FILES = 1000
SORTS = ("title", "artist", "album", "duration", "dateAdded", "rating", "plays", "year")
_ONSETS = ("b", "br", "c", "ch", "d", "dr", "f", "g", "gr", "h", "j", "k", "l", "m", "n", "p", "r", "s", "st", "t", "v")
_VOWELS = ("a", "e", "i", "o", "u", "ea", "ou", "ie")
_ENDS = ("", "n", "r", "s", "l", "t", "ng", "nt")
_GENRES = ("Rock", "Pop", "Jazz", "Electronic", "Folk", "Classical", "Metal", "Soul", "Punk", "Ambient", "Blues", "Dub")
_UNSPACED = "椎名林檎東京事変丸内無罪夜空歌声海風花雪月光星雨道心愛夢旅人生命時間世界"


def vocabulary(count: int = WORDS, seed: int = 5) -> list[str]:
    """Return words that can be spoken, the frequent ones short; no two are the same."""
    rng = random.Random(seed)
    words: dict[str, None] = {"the": None, "of": None, "in": None, "love": None}
    while len(words) < count:
        syllables = 1 + (rng.random() < len(words) / count + 0.4) + (rng.random() < 0.3)
        parts = (rng.choice(_ONSETS) + rng.choice(_VOWELS) + rng.choice(_ENDS) for _ in range(syllables))
        words["".join(parts)] = None
    return list(words)


class Zipf:
    """Draws words, the n-th as often as 1/n, in bulk."""

    def __init__(self, words: list[str], seed: int) -> None:
        self._words = words
        self._odds = np.cumsum(1 / np.arange(1, len(words) + 1))
        self._rng = np.random.default_rng(seed)
        self._drawn: Iterator[int] = iter(())

    def __call__(self, count: int) -> str:
        """Return ``count`` words with spaces between."""
        return " ".join(self._words[self._one()] for _ in range(count))

    def _one(self) -> int:
        found = next(self._drawn, None)
        if found is None:
            spots = self._rng.random(100_000) * self._odds[-1]
            self._drawn = iter(np.searchsorted(self._odds, spots).tolist())
            found = next(self._drawn)
        return found


def tags(count: int, seed: int = 1) -> Iterator[TrackTags]:
    """Yield the tags of a library with a long tail of words, artists and genres; a few titles without spaces."""
    rng = random.Random(seed)
    words = Zipf(vocabulary(), seed)
    artist = album = year = genre = ""
    for number in range(count):
        if number % (TRACKS_AN_ALBUM * ALBUMS_AN_ARTIST) == 0:
            artist = words(rng.choice((1, 2, 2, 3))).title()
            genre = _GENRES[min(int(rng.expovariate(0.3)), len(_GENRES) - 1)]
        if number % TRACKS_AN_ALBUM == 0:
            album = words(rng.choice((1, 2, 3))).title()
            year = str(rng.randrange(1960, 2026))
        unspaced = "".join(rng.choices(_UNSPACED, k=rng.randrange(2, 8))) if rng.random() < 0.03 else None
        yield TrackTags(
            title=unspaced or words(rng.choice((1, 2, 2, 3, 3, 4))).capitalize(),
            artist=artist,
            artists=(artist,),
            album=album,
            album_artist=artist,
            track_number=number % TRACKS_AN_ALBUM + 1,
            date=year,
            genres=(genre,),
        )


def build(path: Path, count: int = TRACKS) -> Database:
    """Write a library of ``count`` tracks straight into a database, one in thirty of them played and rated."""
    database = Database(path)
    folder_key = library_folder(database, path.parent / "music")
    writer = LibraryWriter(folder_key)
    rng = random.Random(2)
    numbered = enumerate(tags(count))
    while chunk := list(itertools.islice(numbered, BATCH)):
        records = [
            track_record(
                each,
                b"music/%03d/%06d" % (number // 10_000, number // TRACKS_AN_ALBUM),
                b"%d.flac" % number,
                duration=round(rng.uniform(60, 400), 2),
                size=rng.randrange(3_000_000, 60_000_000),
                inode=number + 1,
            )
            for number, each in chunk
        ]
        batch = Batch(tracks=records)
        database.submit(lambda connection, batch=batch: writer.write(connection, batch), alone=True).result()
    database.write_now(writer.refresh)
    database.write_now(lambda connection: listen(connection, count))
    return database


def listen(connection: Connection, count: int) -> None:
    """Have the owner play and rate one track in thirty."""
    rng = random.Random(3)
    rows = (
        (key, rng.randrange(1, 200), rng.choice((None, 1, 3, 5)), int(rng.random() < 0.1), 1_700_000_000_000 + key)
        for key in sorted(rng.sample(range(1, count + 1), count // 30))
    )
    connection.executemany(
        "INSERT INTO annotations(user_id, track_key, play_count, rating, favorite, last_played_at) "
        "VALUES ('owner', ?, ?, ?, ?, ?)",
        rows,
    )


Ask = Callable[[Catalog], Awaitable[object]]


def measure() -> dict[str, float]:
    """Return the figures of this subject."""
    kept = os.environ.get("AURALIS_MILLION")
    with tempfile.TemporaryDirectory() as scratch:
        path = Path(kept or scratch) / "auralis.db"
        if not path.exists():
            build(path).close()
        return {**measure_library(path), **measure_new_files(path, Path(scratch))}


def measure_library(path: Path) -> dict[str, float]:
    """Return the figures of a library that was built; ``AURALIS_MILLION`` names a directory to keep it in."""
    database = Database(path)
    try:
        return asyncio.run(_measured(Catalog(database), lambda: database.write_now(advance_library)))
    finally:
        database.close()


def measure_new_files(path: Path, scratch: Path) -> dict[str, float]:
    """Scan a folder of new files into a copy of the library, until a list shows them and a search finds them.

    The files of the million are not there, so that their folder is away: a walk along them, which takes some seconds
    more, is not part of the figure.
    """
    copy, music = scratch / "copy.db", scratch / "new"
    shutil.copyfile(path, copy)
    music.mkdir()
    many_files(music, NEW_FILES)
    database = Database(copy)
    try:
        catalog = Catalog(database)
        started = time.perf_counter()
        catalog.library_folders.add(music)
        counts = Scanner(database, Bus()).scan()
        shown = asyncio.run(_newest(catalog))
        seconds = time.perf_counter() - started
        assert counts.added == shown == NEW_FILES
        return {"million_new_files_seconds": seconds}
    finally:
        database.close()


async def _newest(catalog: Catalog) -> int:
    """Return how many of the newest tracks are new files, having looked for one of them by its name."""
    newest = [orjson.loads(item) for item in (await catalog.list_tracks("dateAdded", "desc", limit=500)).items]
    assert all(str(each["format"]) in {"flac", "mp3"} and each["fileSize"] < 100_000 for each in newest)
    assert (await catalog.search_tracks(f'"{newest[0]["album"]}"', limit=10)).total
    return (await catalog.stats())["tracks"] - TRACKS


async def _measured(catalog: Catalog, change: Callable[[], object]) -> dict[str, float]:
    rng = random.Random(4)
    total = (await catalog.stats())["tracks"]
    await _settle(catalog)
    return {
        "million_list_p95_ms": await _p95(catalog, [_page(rng, total) for _ in range(REQUESTS)]),
        "million_changed_list_p95_ms": await _p95(catalog, [_page(rng, total) for _ in range(REQUESTS)], change),
        "million_cursor_p95_ms": await _p95(catalog, await _cursors(catalog, rng, total)),
        "million_search_p95_ms": await _p95(catalog, [_search(query) for query in log(REQUESTS)]),
        "million_flat_search_p95_ms": await _p95(catalog, [_flat_search(query) for query in log(REQUESTS)]),
        "million_facets_p95_ms": await _p95(catalog, [each for each in _FACETS for _ in range(25)]),
        "million_filtered_p95_ms": await _p95(catalog, [_filtered(rng) for _ in range(REQUESTS // 2)]),
    }


def _page(rng: random.Random, total: int) -> Ask:
    sort, order, offset = rng.choice(SORTS), rng.choice(("asc", "desc")), rng.randrange(total)
    return lambda catalog: catalog.list_tracks(sort, order, offset=offset, limit=50)


async def _cursors(catalog: Catalog, rng: random.Random, total: int) -> list[Ask]:
    """Return pages after places anywhere in the list."""
    asks: list[Ask] = []
    for sort, order in itertools.product(SORTS, ("asc", "desc")):
        for _ in range(REQUESTS // len(SORTS) // 8):
            cursor = (await catalog.list_tracks(sort, order, offset=rng.randrange(total - 1), limit=1)).next_cursor
            asks.append(partial(Catalog.list_tracks, sort=sort, order=order, cursor=cursor))
    return asks


def log(count: int, seed: int = 6) -> list[str]:
    """Return what people type: words as frequent as in titles, beginnings of two to five letters, typos, no hits."""
    rng = random.Random(seed)
    words = Zipf(vocabulary(), seed)
    queries = []
    for _ in range(count):
        kind = rng.random()
        query = words(rng.choice((1, 1, 2, 3)))
        if kind < 0.35:
            query = query[: rng.randrange(2, 6)].strip()
        elif kind < 0.5:
            query = mistyped(rng, words(rng.choice((1, 2))))
        elif kind < 0.6:
            query = "".join(rng.choices(_UNSPACED, k=rng.choice((2, 2, 3))))
        elif kind < 0.7:
            query = "".join(rng.choices("qxzjkw", k=rng.randrange(4, 9)))
        queries.append(query if len(query) > 1 else query + "a")
    return queries


def mistyped(rng: random.Random, text: str) -> str:
    """Return ``text`` with one letter more, less or other, or two exchanged."""
    at = rng.randrange(len(text))
    letter = rng.choice("aeiourstln")
    return rng.choice(
        (
            text[:at] + text[at + 1 :],
            text[:at] + letter + text[at:],
            text[:at] + letter + text[at + 1 :],
            text[:at] + text[at + 1 : at + 2] + text[at : at + 1] + text[at + 2 :],
        )
    )


def _search(query: str) -> Ask:
    return lambda catalog: catalog.search(query, 20)


def _flat_search(query: str) -> Ask:
    return lambda catalog: catalog.search_tracks(query, limit=50)


_FACETS: tuple[Ask, ...] = (
    lambda catalog: catalog.stats(),
    lambda catalog: catalog.genres(limit=500),
    lambda catalog: catalog.years(limit=500),
    lambda catalog: catalog.list_albums("year", offset=40_000),
    lambda catalog: catalog.list_artists(offset=10_000),
    lambda catalog: catalog.directory(),
)


def _filtered(rng: random.Random) -> Ask:
    wanted = rng.choice(
        (
            TrackFilter(genres=(rng.choice(_GENRES),)),
            TrackFilter(year_min=rng.randrange(1960, 2026)),
            TrackFilter(duration_max=rng.uniform(60, 400)),
            TrackFilter(favorite=True),
            TrackFilter(rating_min=3),
            TrackFilter(missing=True),
        )
    )
    sort = rng.choice(SORTS)
    return lambda catalog: catalog.list_tracks(sort, limit=50, filters=wanted)


async def _settle(catalog: Catalog) -> None:
    """Read each list once, as on a machine in use: what is measured is the work, not the disk."""
    for _ in range(6):
        for sort in SORTS:
            await catalog.list_tracks(sort, offset=400_000)
    for query in ("th", "love", "椎名"):
        await catalog.search(query)


async def _p95(catalog: Catalog, asks: Sequence[Ask], before: Callable[[], object] = lambda: None) -> float:
    milliseconds = []
    for ask in asks:
        before()
        started = time.perf_counter()
        await ask(catalog)
        milliseconds.append((time.perf_counter() - started) * 1000)
    if os.environ.get("AURALIS_BENCH_DETAIL"):
        print([round(each, 2) for each in quantiles(milliseconds, n=20)])
    return quantiles(milliseconds, n=20)[-1]


if __name__ == "__main__":
    print(json.dumps(measure(), indent=2))
