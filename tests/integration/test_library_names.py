"""Who is who: artists and albums are told apart by MusicBrainz ids where there are any, else by name."""

from pathlib import Path
from typing import Any

import orjson
import pytest
from tests.factories import add_tracks, library_folder, track_record

from auralis.model.library import LOCAL_OWNER, Credit, TagDetails, TrackTags
from auralis.store import Database
from auralis.store.lists import browse

_IDS = [f"aaaaaaaa-bbbb-cccc-dddd-00000000000{n}" for n in range(9)]


@pytest.fixture
def database(tmp_path: Path) -> Any:
    opened = Database(tmp_path / "auralis.db")
    yield opened
    opened.close()


def _add(database: Database, *all_tags: TrackTags) -> None:
    folder = library_folder(database, Path("/music"))
    for number, tags in enumerate(all_tags):
        add_tracks(database, folder, [track_record(tags, name=b"%d.flac" % number)])


def _artists(database: Database) -> dict[str, dict[str, Any]]:
    def read(connection: Any) -> list[dict[str, Any]]:
        keys = [key for (key,) in connection.execute("SELECT key FROM artists WHERE shown = 1 ORDER BY key")]
        return browse.artists_by_keys(connection, keys, LOCAL_OWNER)

    return {f"{number} {artist['name']}": artist for number, artist in enumerate(database.read_now(read))}


def _by(artist: str, artist_id: str | None = None, **details: Any) -> TrackTags:
    ids = (artist_id,) if artist_id else ()
    return TrackTags(title="t", artist=artist, artists=(artist,), details=TagDetails(artist_ids=ids, **details))


def test_articles_case_width_and_diacritics_make_no_other_artist(database: Database) -> None:
    _add(database, _by("The Béatles"), _by("BEATLES"), _by("\uff22eatles"), _by("The The"))
    assert [artist["name"] for artist in _artists(database).values()] == ["The Béatles", "The The"]


def test_one_id_is_one_artist_under_several_names(database: Database) -> None:
    _add(database, _by("Prince", _IDS[0]), _by("The Artist", _IDS[0]))
    assert [artist["trackCount"] for artist in _artists(database).values()] == [2]


def test_two_ids_are_two_artists_of_one_name(database: Database) -> None:
    _add(database, _by("Nirvana", _IDS[0]), _by("Nirvana", _IDS[1]), _by("Nirvana"), _by("Nirvana", _IDS[1]))
    assert [artist["trackCount"] for artist in _artists(database).values()] == [2, 2]


@pytest.mark.parametrize("together", [False, True])
@pytest.mark.parametrize("plain_first", [False, True])
def test_files_without_ids_join_those_that_have_them(database: Database, plain_first: bool, together: bool) -> None:
    tags = [_by("Ana"), _by("Ana", _IDS[0])]
    if not plain_first:
        tags.reverse()
    if together:
        folder = library_folder(database, Path("/music"))
        records = [track_record(each, name=b"%d.flac" % number) for number, each in enumerate(tags)]
        add_tracks(database, folder, records)
    else:
        _add(database, *tags)
    assert [artist["trackCount"] for artist in _artists(database).values()] == [2]


def test_a_release_id_makes_one_album_of_what_directories_would_part(database: Database) -> None:
    tags = TrackTags(title="t", album="Best", details=TagDetails(release_id=_IDS[3]))
    folder = library_folder(database, Path("/music"))
    add_tracks(database, folder, [track_record(tags, b"a", b"1.flac"), track_record(tags, b"b", b"2.flac")])
    found = database.read_now(lambda db: db.execute("SELECT title, track_count FROM albums WHERE shown").fetchall())
    assert found == [("Best", 2)]


def test_sort_names_count(database: Database) -> None:
    _add(database, _by("Ana Zed", artist_sorts=("Zed, Ana",)), _by("Bo"))
    sorts = database.read_now(lambda db: dict(db.execute("SELECT name, name_sort FROM artists").fetchall()))
    assert sorts == {"Ana Zed": "zed, ana", "Bo": "bo"}


def test_credits_are_kept_with_their_artists(database: Database) -> None:
    credits_ = (Credit("Co", "composer"), Credit("Ana", "performer", "cello"), Credit("Ana", "performer", "voice"))
    _add(database, _by("Ana", credits=credits_))
    rows = database.read_now(lambda db: db.execute("SELECT credits FROM track_details").fetchall())
    told = [(each["name"], each["role"], each["instrument"]) for each in orjson.loads(rows[0][0])]
    assert told == [("Co", "composer", None), ("Ana", "performer", "cello"), ("Ana", "performer", "voice")]
    assert len(_artists(database)) == 2
