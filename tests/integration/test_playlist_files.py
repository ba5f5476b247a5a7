"""M3U in and out: what comes back is what went out, and nothing outside the library is ever looked at or told of."""

import os
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import orjson
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.conftest import PROOF
from tests.factories import add_tracks, library_folder, track_record

from auralis.bus import Bus
from auralis.catalog import Catalog
from auralis.catalog.playlists import Playlists, m3u
from auralis.model.errors import InvalidInputError
from auralis.model.library import TrackTags
from auralis.store import Database

FILES: list[tuple[bytes, bytes, TrackTags]] = [
    (b"Anna/First", b"01 - Rain.flac", TrackTags(title="Rain", artist="Anna", artists=("Anna",))),
    (b"Anna/First", b"02.mp3", TrackTags(title="Sun - Live", artist="Anna", artists=("Anna",))),
    (b"", b"root.ogg", TrackTags(title="Root", artist="Beta", artists=("Beta",))),
    ("Björk/Vespertine".encode(), "Hidden Place – ø.flac".encode(), TrackTags(title="Hidden Place", artist="Björk")),
    ("椎名林檎".encode(), "丸ノ内.opus".encode(), TrackTags(title="丸ノ内サディスティック", artist="椎名林檎")),
    (b"odd", b"new\nline.flac", TrackTags(title="Two\nlines", artist="Odd\r\n#EXTINF")),
    (b"odd", b"#hash.flac", TrackTags(title="Hash", artist="Odd")),
    (b"odd", b"100%25 sure.flac", TrackTags(title="Sure", artist="Odd")),
    (b"odd", b"bad\xff\xfename.flac", TrackTags(title="Bytes", artist="Odd")),
    (b"odd", b"back\\slash.flac", TrackTags(title="Slash", artist="Odd")),
    (b"odd", b" spaces .flac", TrackTags(title="Spaces", artist=None)),
    (b"AC: DC", b"http: no.flac", TrackTags(title="Colon", artist="AC: DC")),
]


class World:
    def __init__(self, root: Path) -> None:
        self.root = root / "music"
        self.root.mkdir()
        self.database = Database(root / "auralis.db")
        records = [
            track_record(tags, directory, name, duration=100.0 + number)
            for number, (directory, name, tags) in enumerate(FILES)
        ]
        add_tracks(self.database, library_folder(self.database, self.root), records)
        self.catalog = Catalog(self.database)
        self.playlists = Playlists(self.database, Bus())

    async def titles(self) -> dict[str, str]:
        page = await self.catalog.list_tracks(limit=100)
        return {track["title"]: track["id"] for track in map(orjson.loads, page.items)}

    async def brought(self, content: str | bytes, **given: Any) -> tuple[list[str], dict[str, Any]]:
        raw = content if isinstance(content, bytes) else content.encode()
        playlist, report = await self.playlists.bring_in(raw, **given)
        read = orjson.loads((await self.playlists.get(playlist["id"], 0, 100_000))[0])
        return [entry["title"] for entry in read["entries"]], dict(report)


@pytest.fixture(scope="module")
def world(tmp_path_factory: pytest.TempPathFactory) -> Iterator[World]:
    built = World(tmp_path_factory.mktemp("m3u"))
    yield built
    built.database.close()


async def test_what_is_exported_comes_back_whole(world: World) -> None:
    ids = list((await world.titles()).values())
    playlist = await world.playlists.create("Für\u00a0Élise", "", [*ids, ids[0]])
    name, text = await world.playlists.export(playlist["id"])
    assert name == "Für\u00a0Élise"
    assert text.startswith("#EXTM3U\n#PLAYLIST:")
    assert str(world.root) not in text
    assert len(text.splitlines()) == 2 + 2 * (len(ids) + 1)
    found, report = await world.playlists.bring_in(text.encode())
    assert (found["name"], report["unmatched"]) == ("Für\u00a0Élise", [])
    read = orjson.loads((await world.playlists.get(found["id"], 0, 500))[0])
    assert [entry["track"]["id"] for entry in read["entries"]] == [*ids, ids[0]]


async def test_entries_are_found_by_path(world: World) -> None:
    root = str(world.root)
    lines = {
        "Anna/First/01 - Rain.flac": "Rain",
        "./Anna/First/../First/02.mp3": "Sun - Live",
        f"{root}/root.ogg": "Root",
        f"{root}/Anna/../root.ogg": "Root",
        f"file://{root}/Anna/First/01%20-%20Rain.flac": "Rain",
        "Anna\\First\\02.mp3": "Sun - Live",
        "Bjo\u0308rk/Vespertine/Hidden Place – ø.flac": "Hidden Place",
        "椎名林檎/丸ノ内.opus": "丸ノ内サディスティック",
        "AC: DC/http: no.flac": "Colon",
        "odd/100%25 sure.flac": "Sure",
    }
    titles, report = await world.brought("\r\n".join(lines))
    assert titles == list(lines.values())
    assert report == {"matched": len(lines), "unmatchedCount": 0, "unmatched": []}


async def test_entries_are_found_by_artist_and_title(world: World) -> None:
    text = """#EXTM3U
#EXTINF:100,ANNA - rain
elsewhere/x.mp3
#EXTINF:-1 tvg-id="1",Anna - Sun - Live
/mnt/other/y.mp3
#EXTINF:50,Bjork - Hidden Place
../../z.mp3
#EXTINF:50,Nobody - Nothing
C:\\Music\\w.mp3
x
"""
    titles, report = await world.brought(text)
    assert titles == ["Rain", "Sun - Live", "Hidden Place"]
    assert [line["line"] for line in report["unmatched"]] == [9, 10]


@pytest.mark.parametrize(
    "climb", ["..", "../", "../../..", "a/../../..", "./../", "..\\..", "%2e%2e", "a/%2e%2e/%2e%2e"]
)
async def test_nothing_outside_is_read_or_told_apart(world: World, climb: str, tmp_path: Path) -> None:
    secret = tmp_path / "secret.flac"
    secret.write_bytes(b"there")
    steps = os.path.relpath(secret, world.root)  # noqa: ASYNC240
    lines = [
        f"{climb}/secret.flac",
        steps,
        str(secret),
        str(tmp_path / "absent.flac"),
        f"file://{secret}",
        f"{world.root}/../secret.flac",
        f"{world.root}/{climb}/{secret}",
        "/etc/passwd",
        "http://example.org/a.mp3",
        "\\\\server\\share\\a.mp3",
    ]
    titles, report = await world.brought("\n".join(lines))
    assert titles == []
    reasons = {line["text"]: line["reason"] for line in report["unmatched"]}
    assert reasons.keys() == set(lines)
    assert reasons[str(secret)] == reasons[str(tmp_path / "absent.flac")]


async def test_the_disk_is_never_looked_at(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*_: Any, **__: Any) -> None:
        raise AssertionError("the disk was looked at")

    for name in ("stat", "lstat", "open", "scandir", "readlink"):
        monkeypatch.setattr(os, name, refuse)
    monkeypatch.setattr("builtins.open", refuse)
    titles, _ = await world.brought(f"/etc/passwd\n{world.root}/root.ogg\n../x\n")
    assert titles == ["Root"]


@pytest.mark.parametrize(
    ("content", "wanted"),
    [
        (b"", []),
        (b"\xef\xbb\xbf#EXTM3U\nroot.ogg", ["Root"]),
        ("root.ogg\n".encode("utf-16"), ["Root"]),
        ("Björk/Vespertine/nothing\nroot.ogg".encode("cp1252"), ["Root"]),
        (b"root.ogg\rroot.ogg", ["Root", "Root"]),
        (b"#EXTINF:,\n#EXTINF:99999999999999999999,x\n#EXTINF:nan,x - y\nroot.ogg", ["Root"]),
        (b"\x00root.ogg\x00\n\x00\x00\n", ["Root"]),
        (b"a" * 100_000 + b"\nroot.ogg", ["Root"]),
        (b"#PLAYLIST:" + b"x" * 100_000 + b"\nroot.ogg", ["Root"]),
        (b"#PLAYLIST:\x07\xe2\x80\xa8\nroot.ogg", ["Root"]),
    ],
)
async def test_whatever_programs_write_is_read(world: World, content: bytes, wanted: list[str]) -> None:
    titles, _ = await world.brought(content)
    assert titles == wanted


async def test_a_file_with_too_many_lines_is_refused(world: World) -> None:
    with pytest.raises(InvalidInputError):
        await world.playlists.bring_in(b"x\n" * 100_001)


@settings(max_examples=2000 if PROOF else 60, deadline=None)
@given(content=st.binary(max_size=300) | st.text(max_size=200).map(lambda text: text.encode("utf-8", "surrogatepass")))
async def test_any_bytes_make_a_playlist_and_nothing_breaks(world: World, content: bytes) -> None:
    titles, report = await world.brought(content)
    assert report["matched"] == len(titles)
    assert len(m3u.read(content).lines) == report["matched"] + report["unmatchedCount"]
