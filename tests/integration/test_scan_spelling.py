"""Names that were corrected in all files are shown as they are corrected; one file alone renames nobody."""

from pathlib import Path
from typing import Any

import orjson
from tests.factories import Library, recording

from auralis.media.tags import write_tags
from auralis.model.library import Credit, TagDetails, TrackTags

OLD: dict[str, Any] = {"artist": "bjork", "album": "ok computer", "album_artist": "bjork", "genres": ("trip hop",)}
NEW: dict[str, Any] = {"artist": "Björk", "album": "OK Computer", "album_artist": "Björk", "genres": ("Trip Hop",)}
ID = "aaaaaaaa-bbbb-cccc-dddd-000000000001"


def retag(path: Path, **tags: Any) -> None:
    write_tags(path, TrackTags(title=path.stem, **tags))


async def named(library: Library) -> tuple[list[str], list[tuple[str, str]], list[str]]:
    """Return the names of artists, of albums with their artists, and of genres."""
    catalog = library.catalog
    artists = [orjson.loads(item)["name"] for item in (await catalog.list_artists()).items]
    albums = [orjson.loads(item) for item in (await catalog.list_albums()).items]
    genres = [orjson.loads(item)["name"] for item in (await catalog.genres()).items]
    return artists, [(album["title"], album["artist"]) for album in albums], genres


async def test_a_name_is_as_all_files_spell_it_and_one_alone_changes_nothing(library: Library) -> None:
    paths = [recording(library.music / f"{number}.flac", number, title=str(number), **OLD) for number in range(3)]
    library.scan()
    before = await named(library)
    assert before == (["bjork"], [("ok computer", "bjork")], ["trip hop"])
    ids = library.ids()
    for path in paths[:2]:
        retag(path, **NEW)
        library.scan()
        assert await named(library) == before
    retag(paths[2], **NEW)
    library.scan()
    assert await named(library) == (["Björk"], [("OK Computer", "Björk")], ["Trip Hop"])
    assert library.ids() == ids
    found = await library.catalog.search("bjork")
    assert [orjson.loads(item)["name"] for item in found.artists] == ["Björk"]
    assert [orjson.loads(item)["title"] for item in found.albums] == ["OK Computer"]


async def test_an_artist_with_an_id_takes_the_new_name_in_order_and_in_search(library: Library) -> None:
    known = TagDetails(artist_ids=(ID,))
    path = recording(library.music / "a.flac", 1, title="a", artist="Zed", artists=("Zed",), details=known)
    recording(library.music / "b.flac", 2, title="b", artist="Mid", artists=("Mid",))
    library.scan()
    assert (await named(library))[0] == ["Mid", "Zed"]
    retag(path, artist="Able", artists=("Able",), details=known)
    library.scan()
    assert (await named(library))[0] == ["Able", "Mid"]
    assert (await library.catalog.search("zed")).artists == []
    assert len((await library.catalog.search("able")).artists) == 1


async def test_who_is_still_credited_under_the_old_name_keeps_it(library: Library) -> None:
    credited = TagDetails(credits=(Credit("anna", "composer"),))
    recording(library.music / "a.flac", 1, title="a", artist="Zoe", artists=("Zoe",), details=credited)
    path = recording(library.music / "b.flac", 2, title="b", artist="anna", artists=("anna",))
    library.scan()
    retag(path, artist="Anna", artists=("Anna",))
    library.scan()
    assert (await named(library))[0] == ["anna", "Zoe"]
    retag(library.music / "a.flac", artist="Zoe", artists=("Zoe",))
    retag(path, artist="ANNA", artists=("ANNA",))
    library.scan()
    assert (await named(library))[0] == ["ANNA", "Zoe"]


async def test_a_file_that_is_gone_does_not_keep_a_spelling(library: Library) -> None:
    paths = [recording(library.music / f"{number}.flac", number, title=str(number), **OLD) for number in range(2)]
    library.scan()
    paths[0].unlink()
    library.scan()
    retag(paths[1], **NEW)
    library.scan()
    assert await named(library) == (["Björk"], [("OK Computer", "Björk")], ["Trip Hop"])
