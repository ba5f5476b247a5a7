"""Music files and libraries made in no time: tiny real audio, tagged by hand where thousands are wanted."""

import random
import struct
import tempfile
import zlib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from functools import cache
from hashlib import blake2b
from pathlib import Path
from typing import Any

import numpy as np
import orjson

from auralis.bus import Bus
from auralis.catalog import Catalog, Darkroom, Pictures
from auralis.catalog.listings import tracks_page
from auralis.catalog.pages import PageSpec
from auralis.media.encode import write_audio
from auralis.media.tags import write_tags
from auralis.model.fingerprint import DIMENSIONS, THIRD_OCTAVE_HZ, Fingerprint, Key, Waveform
from auralis.model.library import AudioFile, ScanCounts, StreamInfo, TrackTags
from auralis.scanner import Scanner
from auralis.scanner.paths import joined
from auralis.store import Database
from auralis.store.database import Connection
from auralis.store.library.describe import describe
from auralis.store.library.folders import find_folder, insert_folder
from auralis.store.library.problems import list_problems
from auralis.store.library.records import Batch, FileState, TrackRecord
from auralis.store.library.writing import LibraryWriter
from auralis.store.lists.tracks import TrackList

KINDS = ("flac", "mp3", "ogg", "opus", "m4a", "wav")
WORDS = [
    *("Night", "River", "Light", "Dance", "Home", "Blue", "Wind", "Fire", "Moon"),
    *("Gold", "Storm", "Love", "Dream", "Rain", "Summer", "Winter", "City", "Road"),
    *("Heart", "Silver", "Ocean", "Shadow", "Glass", "Stone", "Paper", "Garden", "Mirror"),
    *("Echo", "Velvet", "Thunder", "Harbour", "Lantern", "Meadow", "Signal", "Orbit", "Copper"),
    *("Ivory", "Canyon", "Desert", "Island", "Morning", "Evening", "Whisper", "Machine", "Letter"),
    *("Window", "Bridge", "Tower", "Forest", "Valley", "Comet", "Feather", "Salt"),
]


@cache
def bare_audio(kind: str, seconds: float = 0.3, sample_rate: int = 44_100) -> bytes:
    """Return an untagged audio file of ``kind``: a quiet tone in two channels."""
    time = np.arange(round(seconds * sample_rate)) / sample_rate
    tone = (0.1 * np.sin(2 * np.pi * 440 * time)).astype(np.float32)
    with tempfile.TemporaryDirectory() as scratch:
        path = Path(scratch) / f"bare.{kind}"
        write_audio(path, np.stack([tone, tone]), 48_000 if kind == "opus" else sample_rate)
        return path.read_bytes()


def music_file(path: Path, cover: bytes | None = None, **tags: Any) -> Path:
    """Write a small tagged audio file, its kind told by the ending, and return its path."""
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(bare_audio(path.suffix.lower().lstrip(".")))
    if tags or cover:
        write_tags(path, TrackTags(**tags), cover)
    return path


def recording(path: Path, seed: int, seconds: float = 0.3, **tags: Any) -> Path:
    """Write a small tagged file whose audio is that of no other ``seed``, and return its path."""
    noise = np.random.default_rng(seed).uniform(-0.1, 0.1, (2, round(seconds * 44_100))).astype(np.float32)
    path.parent.mkdir(parents=True, exist_ok=True)
    write_audio(path, noise, 48_000 if path.suffix == ".opus" else 44_100)
    if tags:
        write_tags(path, TrackTags(**tags))
    return path


def picture(colour: tuple[int, int, int] = (200, 80, 40), size: int = 8) -> bytes:
    """Return a PNG of one colour."""
    rows = b"".join(b"\0" + bytes(colour) * size for _ in range(size))
    header = struct.pack(">IIBBBBB", size, size, 8, 2, 0, 0, 0)
    chunks = ((b"IHDR", header), (b"IDAT", zlib.compress(rows)), (b"IEND", b""))
    body = b"".join(
        struct.pack(">I", len(data)) + name + data + struct.pack(">I", zlib.crc32(name + data)) for name, data in chunks
    )
    return b"\x89PNG\r\n\x1a\n" + body


def tagged_flac(comments: Mapping[str, str]) -> bytes:
    """Return a FLAC file with a Vorbis comment block put in front of its frames."""
    bare = _bare_flac()
    fields = [f"{name}={value}".encode() for name, value in comments.items()]
    block = struct.pack("<I", 7) + b"auralis" + struct.pack("<I", len(fields))
    block += b"".join(struct.pack("<I", len(field)) + field for field in fields)
    return bare[:42] + bytes([0x84]) + struct.pack(">I", len(block))[1:] + block + bare[42:]


def tagged_mp3(comments: Mapping[str, str]) -> bytes:
    """Return an MP3 file with an ID3v2.4 tag put in front of its frames."""
    names = {
        "TITLE": "TIT2",
        "ARTIST": "TPE1",
        "ALBUM": "TALB",
        "ALBUMARTIST": "TPE2",
        "TRACKNUMBER": "TRCK",
        "DATE": "TDRC",
        "GENRE": "TCON",
    }
    frames = b""
    for name, value in comments.items():
        text = b"\x03" + value.encode()
        frames += names[name].encode() + _syncsafe(len(text)) + b"\0\0" + text
    return b"ID3\x04\0\0" + _syncsafe(len(frames)) + frames + bare_audio("mp3", 0.1)


def many_files(root: Path, count: int, *, per_album: int = 10) -> None:
    """Fill ``root`` with ``count`` small tagged FLAC and MP3 files, an album a directory."""
    for number, tags in enumerate(many_tags(count, per_album=per_album)):
        directory = root / f"{number // (per_album * 20):03}" / f"album {number // per_album:05}"
        if number % per_album == 0:
            directory.mkdir(parents=True, exist_ok=True)
        comments = {
            "TITLE": tags.title or "",
            "ARTIST": tags.artist or "",
            "ALBUM": tags.album or "",
            "ALBUMARTIST": tags.album_artist or "",
            "TRACKNUMBER": str(tags.track_number),
            "DATE": tags.date or "",
            "GENRE": tags.genres[0],
        }
        kind, make = (("flac", tagged_flac), ("mp3", tagged_mp3))[number // per_album % 2]
        own_audio = blake2b(f"{root.name} {number}".encode()).digest()
        (directory / f"{number % per_album + 1:02} track.{kind}").write_bytes(make(comments) + own_audio)


def many_tags(count: int, *, per_album: int = 10, seed: int = 1) -> Iterator[TrackTags]:
    """Yield the tags of a plausible library: words by Zipf's law, some titles in Japanese, several albums an artist."""
    rng = random.Random(seed)
    weights = [1 / rank for rank in range(1, len(WORDS) + 1)]
    artist = album = year = genre = ""
    for number in range(count):
        if number % per_album == 0:
            artist = f"{WORDS[rng.randrange(len(WORDS))]} {rng.randrange(max(1, count // 40))}"
            album = " ".join(rng.choices(WORDS, weights, k=2)) + f" {number // per_album}"
            year, genre = (
                str(rng.randrange(1960, 2026)),
                rng.choice(("Rock", "Jazz", "Electronic", "Folk", "Classical")),
            )
        words = " ".join(rng.choices(WORDS, weights, k=rng.randrange(1, 5)))
        yield TrackTags(
            title=f"椎名林檎の{words}" if rng.random() < 0.02 else words,
            artist=artist,
            artists=(artist,),
            album=album,
            album_artist=artist,
            track_number=number % per_album + 1,
            date=year,
            genres=(genre,),
        )


def track_record(tags: TrackTags, directory: bytes = b"music", name: bytes = b"a.flac", **file: Any) -> TrackRecord:
    """Return a track as a scan hands it to the store; ``file`` may set duration, size, mtime_ns, inode, cover, key."""
    seconds = file.get("duration", 200.0)
    stream = StreamInfo("flac", "flac", 44_100, 2, seconds, round(seconds * 44_100), 900_000, 16)
    says = describe(AudioFile(stream, tags, file.get("cover")), directory, name)
    state = FileState(name, file.get("size", 1_000_000), file.get("mtime_ns", 1), file.get("inode", 0))
    return TrackRecord(file.get("key"), file.get("same_sound", False), directory, state, says)


def library_folder(database: Database, path: Path, kind: str = "music") -> int:
    """Make ``path`` a folder of the library without looking whether it is there, and return its key."""

    def write(connection: Connection) -> int:
        insert_folder(connection, bytes(path), kind)
        key = find_folder(connection, bytes(path))
        assert key is not None
        return key

    return database.write_now(write)


def add_tracks(database: Database, folder_key: int, records: list[TrackRecord]) -> None:
    """Write tracks into the database as a scan would, figures of albums and artists with them."""
    writer = LibraryWriter(folder_key)
    for start in range(0, len(records), 2000):
        batch = Batch(tracks=records[start : start + 2000])
        database.submit(lambda connection, batch=batch: writer.write(connection, batch), alone=True).result()
    database.write_now(writer.refresh)


def filled_library(path: Path, count: int, *, per_album: int = 10, seed: int = 1) -> Database:
    """Return a database with ``count`` tracks whose files do not exist."""
    database = Database(path)
    folder_key = library_folder(database, path.parent / "music")
    writer = LibraryWriter(folder_key)
    rng = random.Random(seed)
    tags = many_tags(count, per_album=per_album, seed=seed)
    for start in range(0, count, 2000):
        numbers = range(start, min(start + 2000, count))
        records = [
            track_record(
                next(tags),
                joined(b"music", b"album %d" % (number // per_album)),
                b"%d.flac" % number,
                duration=rng.uniform(60, 400),
                inode=number + 1,
            )
            for number in numbers
        ]
        batch = Batch(tracks=records)
        database.submit(lambda connection, batch=batch: writer.write(connection, batch), alone=True).result()
    database.write_now(writer.refresh)
    return database


def fingerprint(version: int = 1, **dimensions: float) -> Fingerprint:
    """Return a fingerprint of plausible values."""
    values = {each.name: max(each.low, min(each.high, 0.5)) for each in DIMENSIONS}
    values |= {"loudness_lufs": -14.0, "tempo_bpm": 120.0} | dimensions
    points = tuple(round(100 * abs(np.sin(number / 50))) for number in range(2000))
    return Fingerprint(
        version=version,
        sample_rate=44_100,
        channels=2,
        frames=441_000,
        dimensions=values,
        confidence=dict.fromkeys(values, 1.0),
        loudness_range_lu=5.5,
        true_peak_dbtp=-0.7,
        sample_peak_dbfs=-1.0,
        key=Key("C", "major", 0.8),
        tempo_alternative_bpm=60.0,
        beat_offset_seconds=0.1,
        third_octave_db=tuple(-20.0 for _ in THIRD_OCTAVE_HZ),
        momentary_histogram=tuple(range(160)),
        peak_histogram=tuple(range(160)),
        waveform=Waveform(tuple(-point for point in points), points, points),
    )


@dataclass
class Library:
    """A library over one folder, scanned on demand; what it holds is read back as plain data."""

    music: Path
    database: Database
    bus: Bus = field(default_factory=Bus)

    @property
    def catalog(self) -> Catalog:
        return Catalog(self.database)

    @property
    def pictures(self) -> Pictures:
        return Pictures(self.database, self.bus, self.music.parent / "chosen pictures", Darkroom(1))

    def scan(self) -> dict[str, int]:
        """Scan, and return the counts that are not zero."""
        counts = Scanner(self.database, self.bus).scan()
        assert counts.seconds > 0
        named = {name: getattr(counts, name) for name in ScanCounts.__dataclass_fields__ if name != "seconds"}
        return {name: count for name, count in named.items() if count}

    def tracks(self, sort: str = "title") -> list[dict[str, Any]]:
        page = self.database.read_now(lambda db: tracks_page(db, TrackList(sort), PageSpec(0, 10_000)))
        assert page.total == len(page.items)
        return [orjson.loads(item) for item in page.items]

    def titles(self, **wanted: Any) -> list[str]:
        return [t["title"] for t in self.tracks() if all(t[name] == value for name, value in wanted.items())]

    def problems(self) -> dict[str, str]:
        found = self.database.read_now(lambda db: list_problems(db, 0, 500))
        return {problem.path: problem.reason for problem in found}

    def ids(self) -> dict[str, str]:
        return {track["title"]: track["id"] for track in self.tracks()}


def album(library: Library, count: int = 4, name: str = "album") -> list[Path]:
    """Put an album of FLAC files into the library's folder, and return their paths."""
    return [
        music_file(
            library.music / name / f"{number}.flac",
            title=f"{name} {number}",
            artist="Anna",
            album=name,
            album_artist="Anna",
            track_number=number,
        )
        for number in range(1, count + 1)
    ]


@cache
def _bare_flac() -> bytes:
    """Return a FLAC file of its stream information and frames alone."""
    whole = bare_audio("flac", 0.1)
    position, last = 4, False
    while not last:
        last = bool(whole[position] & 0x80)
        position += 4 + int.from_bytes(whole[position + 1 : position + 4], "big")
    return b"fLaC" + b"\0" + whole[5:42] + whole[position:]


def _syncsafe(number: int) -> bytes:
    return bytes((number >> shift) & 0x7F for shift in (21, 14, 7, 0))
