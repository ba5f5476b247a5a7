"""Scans of real files: what is found, what has changed, what moved, what is gone."""

import os
import shutil
from typing import Any

import orjson
import pytest
from tests.factories import KINDS, Library, album, bare_audio, fingerprint, music_file, picture

from auralis.media.tags import write_tags
from auralis.model.errors import NotFoundError
from auralis.model.library import TrackTags
from auralis.scanner import Scanner


def test_every_kind_of_file_is_read(library: Library) -> None:
    for kind in KINDS:
        music_file(
            library.music / f"a.{kind}",
            picture(),
            title=f"Title {kind}",
            artist="Anna & Berta",
            artists=("Anna", "Berta"),
            album="Album",
            album_artist="Anna",
            track_number=3,
            disc_number=2,
            date="1999-05-06",
            genres=("Jazz", "Folk"),
        )
    assert library.scan() == {"files": 6, "added": 6}
    assert library.problems() == {}
    for track in library.tracks():
        assert track["artist"] == "Anna & Berta"
        assert [(a["name"], a["role"]) for a in track["artists"]] == [("Anna", "artist"), ("Berta", "artist")]
        assert (track["album"], track["albumArtist"]) == ("Album", "Anna")
        assert (track["trackNumber"], track["discNumber"], track["year"]) == (3, 2, 1999)
        assert track["genres"] == ["Jazz", "Folk"]
        assert track["title"] == f"Title {track['format']}"
        assert track["duration"] == pytest.approx(0.3, abs=0.08)
        assert track["channels"] == 2
        assert track["sampleRate"] in (44_100, 48_000)
        assert track["fileSize"] == (library.music / f"a.{track['format']}").stat().st_size
        assert track["artworkId"]


def test_a_scan_with_nothing_changed_does_nothing(library: Library) -> None:
    album(library)
    (library.music / "broken.mp3").write_bytes(b"no music")
    assert library.scan() == {"files": 5, "added": 4, "failed": 1}
    before = library.tracks(), library.problems(), library.database.read_now(changes)
    assert library.scan() == {"files": 5, "failed": 1}
    assert (library.tracks(), library.problems(), library.database.read_now(changes)) == before


def changes(connection: Any) -> Any:
    """Return what grows with every change of the library."""
    return connection.execute("SELECT revision FROM library").fetchone()


async def test_a_changed_file_keeps_its_id_and_what_listeners_made_of_it(library: Library) -> None:
    first, *_ = album(library)
    library.scan()
    track = library.ids()["album 1"]
    for _ in range(3):
        await library.catalog.record_play("owner", track)
    music_file(first, title="New Name", artist="Zoe", album="Elsewhere", album_artist="Zoe", genres=("Pop",))
    assert library.scan() == {"files": 4, "updated": 1}
    (changed,) = [each for each in library.tracks() if each["id"] == track]
    assert (changed["title"], changed["artist"], changed["album"]) == ("New Name", "Zoe", "Elsewhere")
    assert (changed["playCount"], changed["revision"]) == (3, 2)
    assert library.titles(album="album") == ["album 2", "album 3", "album 4"]


async def test_figures_follow_changed_files(library: Library) -> None:
    first, *_ = album(library)
    library.scan()
    music_file(first, title="Alone", artist="Zoe", album="Elsewhere", album_artist="Zoe", genres=("Pop",))
    library.scan()
    albums = {each["title"]: each for each in map(orjson.loads, (await library.catalog.list_albums()).items)}
    assert {name: each["trackCount"] for name, each in albums.items()} == {"album": 3, "Elsewhere": 1}
    artists = {each["name"]: each for each in map(orjson.loads, (await library.catalog.list_artists()).items)}
    assert {name: each["trackCount"] for name, each in artists.items()} == {"Anna": 3, "Zoe": 1}
    assert [
        (each["name"], each["trackCount"]) for each in map(orjson.loads, (await library.catalog.genres()).items)
    ] == [("Pop", 1)]
    first.unlink()
    library.scan()
    assert library.titles(missing=True) == ["Alone"]


def test_a_moved_file_stays_the_same_track(library: Library) -> None:
    album(library)
    library.scan()
    before = library.ids()
    shutil.move(library.music / "album", library.music / "other name")
    (library.music / "other name" / "1.flac").rename(library.music / "one.flac")
    assert library.scan() == {"files": 4, "moved": 4}
    assert library.ids() == before
    assert library.titles(missing=False) == sorted(before)
    assert library.scan() == {"files": 4}


async def test_a_moved_file_keeps_its_fingerprint_and_is_played_from_its_new_place(library: Library) -> None:
    album(library, 1)
    library.scan()
    (track,) = library.ids().values()
    await library.catalog.save_fingerprint(track, fingerprint())
    shutil.move(library.music / "album", library.music / "elsewhere")
    library.scan()
    assert await library.catalog.media_path(track) == library.music / "elsewhere" / "1.flac"
    assert await library.catalog.fingerprint(track) == fingerprint()
    assert library.tracks()[0]["fingerprint"] == "full"
    assert await library.catalog.tracks_to_analyse(1, 10) == []


async def test_a_file_with_other_audio_is_measured_anew(library: Library) -> None:
    (first,) = album(library, 1)
    library.scan()
    (track,) = library.ids().values()
    await library.catalog.save_fingerprint(track, fingerprint())
    first.write_bytes(bare_audio("flac", 0.5))
    write_tags(first, TrackTags(title="album 1", artist="Anna"))
    library.scan()
    assert await library.catalog.tracks_to_analyse(1, 10) == [track]
    assert (library.tracks()[0]["fingerprint"], library.tracks()[0]["loudnessLufs"]) == ("none", None)


def test_a_copy_is_a_track_of_its_own(library: Library) -> None:
    (first,) = album(library, 1)
    library.scan()
    os.link(first, library.music / "link.flac")
    shutil.copy2(first, library.music / "copy.flac")
    assert library.scan() == {"files": 3, "added": 2}


def test_files_that_are_gone_are_marked_and_come_back(library: Library) -> None:
    paths = album(library)
    library.scan()
    before = library.ids()
    away = library.music.parent / "away.flac"
    shutil.move(paths[0], away)
    shutil.copystat(away, away)
    paths[1].unlink()
    assert library.scan() == {"files": 2, "missing": 2}
    assert library.titles(missing=True) == ["album 1", "album 2"]
    assert library.ids() == before
    assert library.scan() == {"files": 2}
    shutil.move(away, paths[0])
    assert library.scan() == {"files": 3, "updated": 1}
    assert library.titles(missing=True) == ["album 2"]
    assert library.ids() == before


def test_a_directory_that_is_gone_takes_its_tracks_along(library: Library) -> None:
    album(library)
    album(library, 2, "other")
    library.scan()
    shutil.rmtree(library.music / "album")
    assert library.scan() == {"files": 2, "missing": 4}
    assert library.titles(missing=False) == ["other 1", "other 2"]


async def test_covers_are_found_in_files_and_beside_them(library: Library) -> None:
    red, blue, green = picture((200, 0, 0)), picture((0, 0, 200)), picture((0, 200, 0))
    for number in (1, 2):
        music_file(
            library.music / "in" / f"{number}.flac", red if number == 2 else None, album="In", title=f"in {number}"
        )
        music_file(library.music / "by" / f"{number}.mp3", album="By", title=f"by {number}")
    (library.music / "by" / "Folder.PNG").write_bytes(blue)
    (library.music / "by" / "other.jpg").write_bytes(green)
    library.scan()
    found = {track["title"]: track["artworkId"] for track in library.tracks()}
    assert found["in 1"] == found["in 2"], "a track without a cover shows its album's"
    assert found["by 1"] == found["by 2"]
    assert await library.pictures.read(found["in 1"]) == red
    assert await library.pictures.read(found["by 1"]) == blue
    albums = {
        each["title"]: each["artworkId"] for each in map(orjson.loads, (await library.catalog.list_albums()).items)
    }
    assert albums == {"In": found["in 1"], "By": found["by 1"]}

    (library.music / "by" / "cover.jpg").write_bytes(green)
    assert library.scan() == {"files": 4}
    found = {track["title"]: track["artworkId"] for track in library.tracks()}
    assert await library.pictures.read(found["by 1"]) == green, "cover goes before folder"
    for name in ("cover.jpg", "Folder.PNG"):
        (library.music / "by" / name).unlink()
    library.scan()
    assert {track["title"]: track["artworkId"] for track in library.tracks()}["by 1"] is None


async def test_a_cover_that_changed_on_disk_is_not_shown_under_its_old_id(library: Library) -> None:
    music_file(library.music / "1.mp3", picture(), album="A")
    library.scan()
    (track,) = library.tracks()
    music_file(library.music / "1.mp3", picture((1, 2, 3)), album="A")
    with pytest.raises(NotFoundError):
        await library.pictures.read(track["artworkId"])


def test_two_folders_are_scanned_and_tell_their_tracks_apart(library: Library) -> None:
    album(library, 2)
    second = library.music.parent / "second"
    music_file(second / "album" / "1.flac", title="second 1")
    library.catalog.library_folders.add(second)
    assert library.scan() == {"files": 3, "added": 3}
    shutil.move(library.music / "album" / "1.flac", second / "moved.flac")
    assert library.scan() == {"files": 3, "moved": 1}
    assert library.titles(missing=True) == []


def test_chosen_folders_alone_are_scanned(library: Library) -> None:
    album(library, 2)
    second = library.music.parent / "second"
    music_file(second / "1.flac", title="second 1")
    library.catalog.library_folders.add(second)
    scanner = Scanner(library.database, library.bus)
    assert scanner.scan([second]).files == 1
    with pytest.raises(NotFoundError):
        scanner.scan([library.music.parent])


def test_the_demo_shape_of_a_library_is_understood(library: Library) -> None:
    """Discs in directories of their own, with and without an album artist."""
    for disc in (1, 2):
        for number in (1, 2):
            tags: dict[str, Any] = {"album": "Opera", "artist": f"Singer {number}", "track_number": number}
            music_file(library.music / "Opera" / f"CD{disc}" / f"{number}.mp3", title=f"{disc}-{number}", **tags)
    library.scan()
    tracks = library.tracks()
    assert len({track["albumId"] for track in tracks}) == 1


async def test_an_album_without_an_album_artist_is_by_its_artist_or_by_various(library: Library) -> None:
    for name, artists in (("solo", ("A", "A")), ("mixed", ("A", "B"))):
        for number, artist in enumerate(artists):
            music_file(library.music / name / f"{number}.mp3", album=name, artist=artist, title=f"{name} {number}")
    library.scan()
    albums = {each["title"]: each["artist"] for each in map(orjson.loads, (await library.catalog.list_albums()).items)}
    assert albums == {"solo": "A", "mixed": "Various Artists"}
