"""A track is its audio: it keeps its id, and what listeners made of it, wherever its file goes and whatever it says."""

import os
import shutil
import time
from pathlib import Path

import orjson
import pytest
from tests.factories import KINDS, Library, fingerprint, music_file, picture, recording

from auralis.bus import Bus
from auralis.catalog.playlists import Playlists
from auralis.media.tags import write_tags
from auralis.model.errors import NotFoundError
from auralis.model.library import TrackTags
from auralis.scanner import AudioHasher, Scanner
from auralis.scanner.preferences import ScanSettings
from auralis.store.database import Connection
from auralis.store.library.tag_documents import pack_tags


def hashed(library: Library) -> int:
    return AudioHasher(library.database, Bus()).work_off()


def elsewhere(path: Path, target: Path) -> Path:
    """Move a file as a copy to another disk does: another inode, another time."""
    target.parent.mkdir(parents=True, exist_ok=True)
    shutil.copyfile(path, target)
    path.unlink()
    return target


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("known_by_hash", [False, True])
async def test_a_file_that_is_moved_renamed_and_retagged_in_one_go_stays_the_track(
    library: Library, kind: str, known_by_hash: bool
) -> None:
    one = recording(library.music / f"a/one.{kind}", 1, title="One", artist="Anna")
    recording(library.music / f"a/two.{kind}", 2, title="Two", artist="Anna")
    library.scan()
    if known_by_hash:
        assert hashed(library) == 2
    track = library.ids()["One"]
    await library.catalog.record_play("owner", track)
    await library.catalog.rate("owner", track, 4)
    await library.catalog.save_fingerprint(track, fingerprint())
    write_tags(one, TrackTags(title="New name", artist="Zoe", album="Other", lyrics="la " * 5000), picture())
    elsewhere(one, library.music / f"b/c/new name.{kind}")
    assert library.scan() == {"files": 2, "moved": 1}
    assert library.ids() == {"New name": track, "Two": library.ids()["Two"]}
    (found,) = [each for each in library.tracks() if each["id"] == track]
    assert (found["playCount"], found["rating"], found["fingerprint"]) == (1, 4, "full")
    assert await library.catalog.media_path(track) == library.music / f"b/c/new name.{kind}"
    assert hashed(library) == (0 if known_by_hash else 2)
    assert (await library.catalog.fingerprint(track)) == fingerprint()


def test_what_was_removed_comes_back_next_week_anywhere(library: Library, tmp_path: Path) -> None:
    path = recording(library.music / "a/one.flac", 1, title="One")
    recording(library.music / "a/two.flac", 2, title="Two")
    library.scan()
    track = library.ids()["One"]
    shelf = elsewhere(path, tmp_path / "shelf.flac")
    assert library.scan() == {"files": 1, "missing": 1}
    write_tags(shelf, TrackTags(title="One again"))
    elsewhere(shelf, library.music / "z/back.flac")
    assert library.scan() == {"files": 2, "moved": 1}
    assert library.ids()["One again"] == track
    assert library.titles(missing=True) == []


def test_tracks_follow_their_files_from_folder_to_folder(library: Library, tmp_path: Path) -> None:
    path = recording(library.music / "one.flac", 1, title="One")
    recording(library.music / "two.flac", 2, title="Two")
    other = tmp_path / "other"
    other.mkdir()
    library.catalog.library_folders.add(other)
    library.scan()
    before = library.ids()
    elsewhere(path, other / "uno.flac")
    assert library.scan() == {"files": 2, "moved": 1}
    assert library.ids() == before


def test_a_library_that_moves_to_another_folder_keeps_everything(library: Library, tmp_path: Path) -> None:
    for number in range(3):
        recording(library.music / f"{number}.flac", number, title=f"T{number}")
    library.scan()
    before = library.ids()
    shutil.copytree(library.music, tmp_path / "disk")
    library.catalog.library_folders.add(tmp_path / "disk")
    (folder,) = [each for each in library.catalog.library_folders.all() if each.path == os.fsencode(library.music)]
    library.catalog.library_folders.remove(folder.id)
    assert library.scan() == {"files": 3, "moved": 3}
    assert library.ids() == before


@pytest.mark.parametrize("cut", [1, 2, 3, 4])
def test_files_that_are_renumbered_stay_their_tracks(library: Library, cut: int) -> None:
    paths = [recording(library.music / f"{number}.wav", number, title=f"T{number}") for number in range(4)]
    library.scan()
    before = library.ids()
    for number in reversed(range(cut)):
        paths[number].replace(library.music / f"{(number + 1) % 5}.wav")
    found = library.scan()
    assert "added" not in found
    kept = {title for title in before if library.titles(missing=False).count(title)}
    assert {title: library.ids()[title] for title in kept} == {title: before[title] for title in kept}
    assert len(kept) == (4 if cut == 4 else 3)
    assert len(library.tracks()) == 4


def test_files_that_change_places_are_told_apart_even_with_equal_sizes_and_times(library: Library) -> None:
    one, two = (recording(library.music / f"{name}.wav", seed, title=name) for seed, name in enumerate(("one", "two")))
    for path in (one, two):
        os.utime(path, ns=(10**18, 10**18))
    assert one.stat().st_size == two.stat().st_size
    library.scan()
    before = library.ids()
    one.rename(library.music / "x")
    two.rename(one)
    (library.music / "x").rename(two)
    assert library.scan() == {"files": 2, "moved": 2}
    assert library.ids() == before
    assert library.scan() == {"files": 2}


async def test_another_song_in_a_tracks_place_is_another_track(library: Library) -> None:
    path = recording(library.music / "track01.flac", 1, title="Song", artist="Anna")
    library.scan()
    song = library.ids()["Song"]
    await library.catalog.rate("owner", song, 5)
    recording(path, 2, title="Noise", artist="Zoe")
    assert library.scan() == {"files": 1, "added": 1, "missing": 1}
    assert library.titles(missing=False) == ["Noise"]
    assert library.titles(rating=5) == ["Song"]
    recording(library.music / "elsewhere.flac", 1, title="Song, found")
    assert library.scan() == {"files": 2, "moved": 1}
    assert library.ids()["Song, found"] == song


async def test_a_track_without_a_place_is_shown_by_its_files_name_and_exported_as_missing(library: Library) -> None:
    recording(library.music / "a" / "song.flac", 1, title="First")
    library.scan()
    recording(library.music / "a" / "song.flac", 2, title="Second")
    library.scan()
    top = orjson.loads((await library.catalog.directory()).items[0])
    entries = [orjson.loads(item) for item in (await library.catalog.directory(top["path"] + "/a")).items]
    shown = sorted((entry["track"]["title"], entry["name"], entry["track"]["missing"]) for entry in entries)
    assert shown == [("First", "song.flac", True), ("Second", "song.flac", False)]
    playlists = Playlists(library.database, library.bus)
    made = await playlists.create("Both", track_ids=[entry["track"]["id"] for entry in entries])
    _, text = await playlists.export(made["id"])
    assert text.splitlines()[2:] == ["# missing: First", "#EXTINF:0,Second", "a/song.flac"]


def test_a_better_rip_in_the_same_place_is_still_the_track(library: Library) -> None:
    path = recording(library.music / "song.flac", 1, title="Song", artist="Anna")
    library.scan()
    before = library.ids()
    recording(path, 2, 0.6, title="Song", artist="Anna")
    assert library.scan() == {"files": 1, "updated": 1}
    assert library.ids() == before


async def test_copies_are_entries_of_their_own_that_know_of_each_other(library: Library) -> None:
    path = recording(library.music / "one.mp3", 1, title="One")
    recording(library.music / "two.mp3", 2, title="Two")
    library.scan()
    copy = library.music / "copy.mp3"
    shutil.copyfile(path, copy)
    write_tags(copy, TrackTags(title="Copy"))
    assert library.scan() == {"files": 3, "added": 1}
    ids = library.ids()
    for _ in range(2):
        for title, duplicates in (("One", [ids["Copy"]]), ("Copy", [ids["One"]]), ("Two", [])):
            detail, _ = await library.catalog.track_detail(ids[title])
            assert orjson.loads(detail)["duplicates"] == duplicates
        hashed(library)


async def test_a_copy_is_not_measured_twice(library: Library) -> None:
    path = recording(library.music / "one.ogg", 1, title="One")
    library.scan()
    one = library.ids()["One"]
    hashed(library)
    await library.catalog.save_fingerprint(one, fingerprint())
    shutil.copyfile(path, library.music / "copy.ogg")
    write_tags(library.music / "copy.ogg", TrackTags(title="Copy"))
    library.scan()
    assert len(await library.catalog.tracks_to_analyse(1, 10)) == 1
    hashed(library)
    assert await library.catalog.tracks_to_analyse(1, 10) == []
    assert await library.catalog.fingerprint(library.ids()["Copy"]) == fingerprint()
    await library.catalog.save_fingerprint(one, fingerprint(version=2))
    assert await library.catalog.tracks_to_analyse(2, 10) == []


async def test_other_audio_under_the_same_sketch_is_measured_anew(library: Library) -> None:
    path = recording(library.music / "one.wav", 1, seconds=2, title="One", artist="A")
    library.scan()
    hashed(library)
    (track,) = library.ids().values()
    await library.catalog.save_fingerprint(track, fingerprint())
    with path.open("r+b") as file:
        file.seek(1000)
        file.write(b"\1\2\3\4")
    assert library.scan() == {"files": 1, "updated": 1}
    assert await library.catalog.fingerprint(track) == fingerprint()
    hashed(library)
    with pytest.raises(NotFoundError):
        await library.catalog.fingerprint(track)
    assert library.tracks()[0]["fingerprint"] == "none"


def test_purging_forgets_what_was_missing_for_long_enough(library: Library, monkeypatch: pytest.MonkeyPatch) -> None:
    for number in range(3):
        recording(library.music / f"{number}.flac", number, title=f"T{number}", artist=f"A{number}", album="Album")
    library.scan()

    def scan(days: float | None) -> None:
        Scanner(library.database, library.bus, lambda: ScanSettings(purge_after_days=days)).scan()

    (library.music / "0.flac").unlink()
    for days in (None, 2, 1):
        scan(days)
        assert library.titles(missing=True) == ["T0"]
    later = time.time() + 86_400 * 1.5
    monkeypatch.setattr(time, "time", lambda: later)
    scan(2)
    assert library.titles(missing=True) == ["T0"]
    scan(1)
    assert library.titles() == ["T1", "T2"]
    (library.music / "1.flac").unlink()
    scan(0)
    assert library.titles() == ["T2"]
    assert library.database.read_now(lambda db: db.execute("SELECT count(*) FROM track_search").fetchone()) == (1,)


def test_a_folder_that_is_away_is_never_purged(library: Library) -> None:
    music_file(library.music / "one.flac", title="One")
    library.scan()
    shutil.rmtree(library.music)
    Scanner(library.database, library.bus, lambda: ScanSettings(purge_after_days=0)).scan()
    assert library.titles() == ["One"]


async def made_much_of(library: Library, track: str) -> None:
    await library.catalog.record_play("owner", track)
    await library.catalog.rate("owner", track, 4)
    await library.catalog.set_favorite("owner", track, favorite=True)


@pytest.mark.parametrize("known_by_hash", [False, True])
async def test_a_track_whose_file_is_deleted_goes_on_in_the_copy(library: Library, known_by_hash: bool) -> None:
    path = recording(library.music / "a/one.flac", 1, title="One", artist="Anna", album="First")
    recording(library.music / "a/two.flac", 2, title="Two")
    library.scan()
    track = library.ids()["One"]
    await made_much_of(library, track)
    await library.catalog.save_fingerprint(track, fingerprint())
    copy = library.music / "b/copy.flac"
    copy.parent.mkdir()
    shutil.copyfile(path, copy)
    write_tags(copy, TrackTags(title="Copy", artist="Zoe", album="Second"))
    assert library.scan() == {"files": 3, "added": 1}
    if known_by_hash:
        hashed(library)
    path.unlink()
    assert library.scan() == {"files": 2, "moved": 1}
    assert library.ids() == {"Copy": track, "Two": library.ids()["Two"]}
    (found,) = [each for each in library.tracks() if each["id"] == track]
    assert (found["playCount"], found["rating"], found["favorite"], found["missing"]) == (1, 4, True, False)
    assert (found["artist"], found["album"], found["fingerprint"]) == ("Zoe", "Second", "full")
    assert await library.catalog.media_path(track) == copy
    assert await library.catalog.fingerprint(track) == fingerprint()
    assert [hit["title"] for hit in map(orjson.loads, (await library.catalog.search_tracks("copy")).items)] == ["Copy"]
    assert (await library.catalog.search_tracks("one")).total == 0
    counted = library.database.read_now(lambda db: db.execute("SELECT track_count FROM library").fetchone())
    assert counted == (2,)
    shown = library.database.read_now(lambda db: db.execute("SELECT title FROM albums WHERE shown = 1").fetchall())
    assert shown == [("Second",)]
    assert library.scan() == {"files": 2}


async def test_a_copy_that_somebody_has_made_something_of_stays_a_track(library: Library) -> None:
    names = ("rated", "listed", "queued", "edited")
    for seed, name in enumerate(names):
        recording(library.music / f"a/{name}.flac", seed, title=name)
    library.scan()
    before = library.ids()
    for track in before.values():
        await library.catalog.rate("owner", track, 5)
    (library.music / "b").mkdir()
    for name in names:
        shutil.copyfile(library.music / f"a/{name}.flac", library.music / f"b/{name}.flac")
        write_tags(library.music / f"b/{name}.flac", TrackTags(title=f"{name} copy"))
    library.scan()
    copies = {name: library.ids()[f"{name} copy"] for name in names}
    await library.catalog.rate("owner", copies["rated"], 1)

    def mention(connection: Connection) -> None:
        (key,) = connection.execute("SELECT key FROM tracks WHERE id = ?", (copies["edited"],)).fetchone()
        connection.execute("INSERT INTO track_edits VALUES (?, '{}', ?, 0)", (key, pack_tags(TrackTags())))
        (key,) = connection.execute("SELECT key FROM tracks WHERE id = ?", (copies["listed"],)).fetchone()
        connection.execute(
            "INSERT INTO playlists(id, user_id, name, name_sort, created_at, updated_at)"
            " VALUES ('p', 'owner', 'P', 'p', 0, 0)"
        )
        connection.execute(
            "INSERT INTO playlist_entries(id, playlist_key, place, track_key, title, duration_seconds)"
            " VALUES ('e', 1, 1, ?, 'x', 1)",
            (key,),
        )
        entries = orjson.dumps([{"trackId": copies["queued"]}])
        connection.execute("INSERT INTO queues VALUES ('owner', 'main', 1, ?)", (entries,))

    library.database.write_now(mention)
    shutil.rmtree(library.music / "a")
    (library.music / "a").mkdir()
    assert library.scan() == {"files": 4, "missing": 4}
    assert {name: library.ids()[f"{name} copy"] for name in names} == copies
    assert {name: library.ids()[name] for name in names} == before


async def test_what_left_a_folder_that_was_away_is_known_when_it_is_back(library: Library, tmp_path: Path) -> None:
    path = recording(library.music / "one.flac", 1, title="One")
    recording(library.music / "two.flac", 2, title="Two")
    other = tmp_path / "other"
    other.mkdir()
    library.catalog.library_folders.add(other)
    library.scan()
    track = library.ids()["One"]
    await made_much_of(library, track)
    elsewhere(path, other / "uno.flac")
    library.music.rename(tmp_path / "shelf")
    assert library.scan() == {"files": 1, "added": 1}
    (tmp_path / "shelf").rename(library.music)
    assert library.scan() == {"files": 2, "moved": 1}
    assert library.ids()["One"] == track
    assert await library.catalog.media_path(track) == other / "uno.flac"
    assert library.titles(rating=4, missing=False) == ["One"]


async def test_a_library_copied_to_another_folder_before_the_first_is_taken_out_keeps_everything(
    library: Library, tmp_path: Path
) -> None:
    for number in range(3):
        recording(library.music / f"{number}.flac", number, title=f"T{number}")
    library.scan()
    before = library.ids()
    for track in before.values():
        await made_much_of(library, track)
    shutil.copytree(library.music, tmp_path / "disk")
    library.catalog.library_folders.add(tmp_path / "disk")
    assert library.scan() == {"files": 6, "added": 3}
    (folder,) = [each for each in library.catalog.library_folders.all() if each.path == os.fsencode(library.music)]
    library.catalog.library_folders.remove(folder.id)
    assert library.scan() == {"files": 3, "moved": 3}
    assert library.ids() == before
    assert sorted(library.titles(rating=4, favorite=True)) == ["T0", "T1", "T2"]
    library.catalog.library_folders.add(library.music)
    assert library.scan() == {"files": 6, "added": 3}


async def test_a_track_that_the_owner_took_out_does_not_take_a_copy_with_it(library: Library) -> None:
    path = recording(library.music / "one.flac", 1, title="One")
    recording(library.music / "two.flac", 2, title="Two")
    library.scan()
    library.database.write_now(lambda db: db.execute("UPDATE tracks SET hidden = 2 WHERE title_sort = 'one'") and None)
    library.database.write_now(lambda db: db.execute("UPDATE library SET track_count = 1") and None)
    shutil.copyfile(path, library.music / "copy.flac")
    library.scan()
    path.unlink()
    library.scan()
    assert len(library.ids()) == 2


async def test_a_copy_of_other_audio_under_the_same_sketch_is_not_taken(library: Library) -> None:
    path = recording(library.music / "one.wav", 1, seconds=2, title="One", artist="A")
    recording(library.music / "two.wav", 2, title="Two")
    library.scan()
    hashed(library)
    track = library.ids()["One"]
    await made_much_of(library, track)
    copy = library.music / "like.wav"
    shutil.copyfile(path, copy)
    with copy.open("r+b") as file:
        file.seek(1000)
        file.write(b"\1\2\3\4")
    library.scan()
    path.unlink()
    assert library.scan() == {"files": 2, "missing": 1}
    assert library.titles(rating=4, missing=True) == ["One"]
