"""The library's folders: added, never one in another, taken out without losing what listeners made of their tracks."""

import os
from collections.abc import Iterator
from pathlib import Path

import orjson
import pytest
from tests.factories import add_tracks, fingerprint, many_tags, track_record

from auralis.catalog import Catalog
from auralis.model.errors import InvalidInputError, NotFoundError
from auralis.store import Database


@pytest.fixture
def database(tmp_path: Path) -> Iterator[Database]:
    database = Database(tmp_path / "data" / "auralis.db")
    yield database
    database.close()


@pytest.fixture
def catalog(database: Database) -> Catalog:
    return Catalog(database)


def folder(tmp_path: Path, name: str) -> Path:
    path = tmp_path / name
    path.mkdir(parents=True, exist_ok=True)
    return path


def fill(database: Database, catalog: Catalog, path: Path, count: int = 30) -> None:
    key = next(each.key for each in catalog.library_folders.all() if each.path == os.fsencode(path))
    tags = many_tags(count, seed=key)
    add_tracks(database, key, [track_record(each, b"m", b"%d.flac" % n) for n, each in enumerate(tags)])


def paths(catalog: Catalog) -> list[str]:
    return [Path(each.decoded_path).name for each in catalog.library_folders.all()]


async def test_folders_are_added_once_and_told_of(tmp_path: Path, catalog: Catalog, database: Database) -> None:
    music = folder(tmp_path, "music")
    catalog.library_folders.add(music)
    catalog.library_folders.add(music / ".." / "music")
    fill(database, catalog, music)
    (told,) = await catalog.folders()
    assert told == {"id": told["id"], "path": str(music), "kind": "music", "available": True, "trackCount": 30}


def test_folders_within_one_another_are_refused(tmp_path: Path, catalog: Catalog) -> None:
    catalog.library_folders.add(folder(tmp_path, "a/b"))
    for nested in ("a", "a/b/c"):
        with pytest.raises(InvalidInputError, match="within the other"):
            catalog.library_folders.add(folder(tmp_path, nested))
    catalog.library_folders.add(folder(tmp_path, "a/bc"))
    assert paths(catalog) == ["b", "bc"]


def test_a_link_into_a_folder_counts_as_within(tmp_path: Path, catalog: Catalog) -> None:
    catalog.library_folders.add(folder(tmp_path, "a"))
    folder(tmp_path, "a/deep")
    (tmp_path / "link").symlink_to(tmp_path / "a" / "deep")
    with pytest.raises(InvalidInputError):
        catalog.library_folders.add(tmp_path / "link")


def test_what_is_no_folder_is_refused(tmp_path: Path, catalog: Catalog) -> None:
    (tmp_path / "file").write_text("")
    for wrong in ("file", "nothing"):
        with pytest.raises(InvalidInputError):
            catalog.library_folders.add(tmp_path / wrong)


async def test_the_owners_music_takes_the_place_of_the_demo(
    tmp_path: Path, catalog: Catalog, database: Database
) -> None:
    demo = folder(tmp_path, "demo")
    catalog.library_folders.add(demo, "demo")
    fill(database, catalog, demo)
    assert (await catalog.list_tracks()).total == 30
    track = orjson.loads((await catalog.list_tracks()).items[0])
    await catalog.record_play("owner", track["id"])
    catalog.library_folders.add(folder(tmp_path, "music"))
    assert paths(catalog) == ["music"]
    assert (await catalog.list_tracks()).total == 0
    assert (await catalog.stats())["albums"] == 0
    found = await catalog.search("night")
    assert (found.tracks, found.albums, found.artists) == ([], [], [])
    with pytest.raises(NotFoundError):
        await catalog.track(track["id"])


async def test_a_removed_folder_comes_back_with_all_that_was_made_of_it(
    tmp_path: Path, catalog: Catalog, database: Database
) -> None:
    music, other = folder(tmp_path, "music"), folder(tmp_path, "other")
    for each in (music, other):
        catalog.library_folders.add(each)
        fill(database, catalog, each)
    key = catalog.library_folders.all()[0]
    before = (await catalog.list_tracks(limit=100)).items
    stats = await catalog.stats()
    albums = (await catalog.list_albums(limit=100)).items
    found = await catalog.search("night", 50)
    played = orjson.loads(next(item for item in before if b'"playCount":0' in item))["id"]
    await catalog.record_play("owner", played)
    await catalog.rate("owner", played, 4)
    await catalog.save_fingerprint(played, fingerprint())
    played_before = await catalog.track(played)

    catalog.library_folders.remove(key.id)
    assert paths(catalog) == ["other"]
    assert (await catalog.list_tracks()).total == 30
    assert (await catalog.stats())["tracks"] == 30
    assert len((await catalog.list_albums(limit=100)).items) < len(albums)
    assert len((await catalog.search("night", 50)).tracks) < len(found.tracks)

    catalog.library_folders.add(music)
    assert await catalog.track(played) == played_before
    after = (await catalog.list_tracks(limit=100)).items
    assert [orjson.loads(item)["id"] for item in after] == [orjson.loads(item)["id"] for item in before]
    assert (await catalog.list_albums(limit=100)).items == albums
    assert {**(await catalog.stats()), "analysed": 0} == stats
    assert len((await catalog.search("night", 50)).tracks) == len(found.tracks)


async def test_replacing_folders_keeps_those_that_are_named_again(
    tmp_path: Path, catalog: Catalog, database: Database
) -> None:
    for name in ("a", "b"):
        catalog.library_folders.add(folder(tmp_path, name))
        fill(database, catalog, tmp_path / name)
    ids = {each.path: each.id for each in catalog.library_folders.all()}
    catalog.library_folders.replace([tmp_path / "b", folder(tmp_path, "c")])
    assert paths(catalog) == ["b", "c"]
    assert {each.path: each.id for each in catalog.library_folders.all()}.items() >= {
        (os.fsencode(tmp_path / "b"), ids[os.fsencode(tmp_path / "b")])
    }
    assert (await catalog.list_tracks()).total == 30
    with pytest.raises(NotFoundError):
        catalog.library_folders.remove("nothing")
