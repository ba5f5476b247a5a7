"""A million tracks: lists by every sort at any depth, searches of a mixed log, counts and facets, in process."""

import itertools
import random
from collections.abc import Iterator
from pathlib import Path

import numpy as np
from tests.factories import library_folder, track_record

from auralis.model.library import TrackTags
from auralis.store import Database
from auralis.store.database import Connection
from auralis.store.library.records import Batch
from auralis.store.library.writing import LibraryWriter

TRACKS = 1_000_000
WORDS = 30_000
TRACKS_AN_ALBUM = 12
ALBUMS_AN_ARTIST = 3
BATCH = 4000
_ONSETS = ("b", "br", "c", "ch", "d", "dr", "f", "g", "gr", "h", "j", "k", "l", "m", "n", "p", "r", "s", "st", "t", "v")
_VOWELS = ("a", "e", "i", "o", "u", "ea", "ou", "ie")
_ENDS = ("", "n", "r", "s", "l", "t", "ng", "nd")
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
        database.write_now(lambda connection, batch=batch: writer.write(connection, batch))
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
