"""Words of LRC files beside the music: found by search once a scan has seen them, and as long as they are there."""

import os

import orjson
from tests.factories import Library, recording

from auralis.bus import Bus
from auralis.catalog import TrackEditor


async def found(library: Library, words: str) -> list[str]:
    page = await library.catalog.search_tracks(words, lyrics=True)
    return [str(orjson.loads(item)["title"]) for item in page.items]


async def test_words_beside_the_music_are_found_changed_and_forgotten(library: Library) -> None:
    recording(library.music / "one.flac", 1, title="One")
    recording(library.music / "two.flac", 2, title="Two")
    library.scan()
    words = library.music / "one.lrc"
    words.write_text("[00:01.00]Über den Wolken\n[00:02.50]grenzenlos", encoding="utf-8")
    assert library.scan() == {"files": 2, "updated": 1}
    assert await found(library, "uber wolken") == ["One"]
    assert library.scan() == {"files": 2}
    words.write_text("[00:01.00]tief in der Erde", encoding="utf-8")
    assert library.scan() == {"files": 2, "updated": 1}
    assert await found(library, "wolken") == []
    assert await found(library, "erde") == ["One"]
    words.rename(library.music / "two.LRC")
    assert library.scan() == {"files": 2, "updated": 2}
    assert await found(library, "erde") == ["Two"]
    (library.music / "two.LRC").unlink()
    assert library.scan() == {"files": 2, "updated": 1}
    assert await found(library, "erde") == []


async def test_words_beside_the_music_stay_found_when_the_track_is_edited(library: Library) -> None:
    recording(library.music / "one.flac", 1, title="One")
    (library.music / "one.lrc").write_text("beside the river", encoding="utf-8")
    library.scan()
    (track,) = library.tracks()
    editor = TrackEditor(library.database, Bus())
    await editor.edit(track["id"], {"title": "Other"})
    assert await found(library, "river") == ["Other"]
    await editor.edit(track["id"], {"lyrics": "of my own"})
    assert await found(library, "river") == []
    assert await found(library, "of my own") == ["Other"]
    await editor.edit(track["id"], {"lyrics": None})
    assert await found(library, "river") == ["Other"]
    assert library.scan() == {"files": 1}


async def test_words_beside_the_music_come_back_with_their_folder(library: Library) -> None:
    recording(library.music / "one.flac", 1, title="One")
    (library.music / "one.lrc").write_text("beside the river", encoding="utf-8")
    library.scan()
    (folder,) = library.catalog.library_folders.all()
    library.catalog.library_folders.remove(folder.id)
    assert await found(library, "river") == []
    library.catalog.library_folders.add(library.music)
    assert await found(library, "river") == ["One"]


async def test_what_only_looks_like_words_is_passed_over(library: Library) -> None:
    for number, name in enumerate(("pipe", "large", "folder", "binary", "empty")):
        recording(library.music / f"{name}.flac", number, title=name)
    os.mkfifo(library.music / "pipe.lrc")
    (library.music / "large.lrc").write_bytes(b"large words " * 100_000)
    (library.music / "folder.lrc").mkdir()
    (library.music / "binary.lrc").write_bytes(bytes(range(256)) + b" <script>alert(1)</script> word\0word")
    (library.music / "empty.lrc").write_bytes(b"")
    assert library.scan() == {"files": 5, "added": 5}
    assert await found(library, "large words") == []
    assert await found(library, "alert") == ["binary"]
    assert library.scan() == {"files": 5}
