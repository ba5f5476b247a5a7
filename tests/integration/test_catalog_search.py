"""Search over a library: what is found, in what order, and that nothing typed is an error."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import orjson
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.factories import WORDS, add_tracks, filled_library, library_folder, track_record

from auralis.catalog import Catalog
from auralis.catalog.listings import TrackSearch, found_of_each, found_tracks_page
from auralis.catalog.pages import PageSpec
from auralis.kit.search_text import searchable
from auralis.model.library import TrackTags
from auralis.store import Database
from auralis.store.lists import search

MUSIC = [
    ("Black Dog", "Led Zeppelin", "IV"),
    ("Dog Days Are Over", "Florence + the Machine", "Lungs"),
    ("Back in Black", "AC/DC", "Back in Black"),
    ("So What", "P!nk", "Funhouse"),
    ("丸の内サディスティック", "椎名林檎", "無罪モラトリアム"),
    ("100%", "Sonic Youth", "Dirty"),
    ("1000 Miles", "Nobody", "Dirty"),
    ("Me and Giuliani", "!!!", "Louden Up Now"),
    ("Jóga", "Björk", "Homogenic"),
    ('She Said "Hello" AND Left', "Or", "Near"),
    ("Black", "Pearl Jam", "Ten"),
]


@pytest.fixture(scope="module")
def database(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Database]:
    path = tmp_path_factory.mktemp("search") / "auralis.db"
    database = Database(path)
    tracks = [
        track_record(TrackTags(title=title, artist=artist, artists=(artist,), album=album), b"m", b"%d.flac" % number)
        for number, (title, artist, album) in enumerate(MUSIC)
    ]
    add_tracks(database, library_folder(database, path.parent / "music"), tracks)
    yield database
    database.close()


def find(database: Database, query: str, limit: int = 50) -> dict[str, list[str]]:
    found = database.read_now(lambda db: found_of_each(db, query, limit, "owner"))
    return {
        "tracks": [orjson.loads(item)["title"] for item in found.tracks],
        "albums": [orjson.loads(item)["title"] for item in found.albums],
        "artists": [orjson.loads(item)["name"] for item in found.artists],
    }


@pytest.mark.parametrize(
    ("query", "tracks", "albums", "artists"),
    [
        ("ac/dc", {"Back in Black"}, {"Back in Black"}, {"AC/DC"}),
        ("P!nk", {"So What"}, {"Funhouse"}, {"P!nk"}),
        ("椎名林檎", {"丸の内サディスティック"}, {"無罪モラトリアム"}, {"椎名林檎"}),
        ("林檎", {"丸の内サディスティック"}, {"無罪モラトリアム"}, {"椎名林檎"}),
        ("サディ", {"丸の内サディスティック"}, set(), set()),
        ("100%", {"100%"}, set(), set()),
        ("bjork", {"Jóga"}, {"Homogenic"}, {"Björk"}),
        ("Bjo\u0308", {"Jóga"}, {"Homogenic"}, {"Björk"}),
        ("joga björk", {"Jóga"}, set(), set()),
        ("!!!", {"Me and Giuliani"}, {"Louden Up Now"}, {"!!!"}),
        ("dog led", {"Black Dog"}, set(), set()),
        ("florenc", {"Dog Days Are Over"}, {"Lungs"}, {"Florence + the Machine"}),
        ("%%", set(), set(), set()),
        ("nothing like it", set(), set(), set()),
    ],
)
def test_each_kind_is_found(
    database: Database, query: str, tracks: set[str], albums: set[str], artists: set[str]
) -> None:
    found = find(database, query)
    assert {kind: set(names) for kind, names in found.items()} == {
        "tracks": tracks,
        "albums": albums,
        "artists": artists,
    }


@pytest.mark.parametrize(
    ("query", "tracks"),
    [
        ("blakc dog", {"Black Dog"}),
        ("zepelin", {"Black Dog"}),
        ("zeppelni", {"Black Dog"}),
        ("florance machine", {"Dog Days Are Over"}),
        ("forenc", {"Dog Days Are Over"}),
        ("back dog", {"Black Dog"}),
        ("dgo", set()),
        ("1001", set()),
        ("林椎", set()),
        ('"blakc dog"', set()),
    ],
)
def test_one_edit_from_four_letters_on_is_forgiven(database: Database, query: str, tracks: set[str]) -> None:
    assert set(find(database, query)["tracks"]) == tracks
    assert database.read_now(lambda db: found_of_each(db, query, 5, "owner")).approximate == bool(tracks)


def test_what_is_found_as_typed_is_not_taken_for_something_else(database: Database) -> None:
    assert sorted(find(database, "black")["tracks"]) == ["Back in Black", "Black", "Black Dog"]
    assert find(database, "back")["tracks"] == ["Back in Black"]


@pytest.mark.parametrize(
    ("query", "tracks"),
    [
        ('"dog days"', ["Dog Days Are Over"]),
        ('"days dog"', []),
        ('"back in black" ac', ["Back in Black"]),
        ('"black dog" led', ["Black Dog"]),
        ('"said hello"', ['She Said "Hello" AND Left']),
        ('"ac/dc"', ["Back in Black"]),
        ('"内サディ"', ["丸の内サディスティック"]),
        ('"100%"', ["100%"]),
        ('"dog day"', []),
        ('"!!!"', ["Me and Giuliani"]),
        ('""', []),
        ('"black dog', ["Black Dog"]),
    ],
)
def test_what_stands_in_quotes_is_one_phrase(database: Database, query: str, tracks: list[str]) -> None:
    assert find(database, query)["tracks"] == tracks


def test_a_title_counts_more_than_an_artist_or_album(database: Database) -> None:
    assert find(database, "black")["tracks"][:2] == ["Black", "Black Dog"]


@given(query=st.text(min_size=2, max_size=60))
@settings(max_examples=150)
def test_no_query_is_an_error(database: Database, query: str) -> None:
    find(database, query, 5)
    database.read_now(lambda db: found_tracks_page(db, TrackSearch(query), PageSpec(0, 5)))


@given(
    query=st.lists(
        st.sampled_from(["dog", "black", "BLACK", "in", "bac", "days", "so", "or", "1000", "100", "left"]),
        min_size=1,
        max_size=3,
    )
)
@settings(max_examples=100)
def test_what_is_found_is_what_a_slow_search_finds(database: Database, query: list[str]) -> None:
    *whole, last = searchable(" ".join(query)).split()

    def passes(track: tuple[str, ...]) -> bool:
        stored = [word for part in track for word in searchable(part).split()]
        return all(word in stored for word in whole) and any(word.startswith(last) for word in stored)

    found = find(database, " ".join(query))["tracks"]
    assert sorted(found) == sorted(track[0] for track in MUSIC if passes(track))


@pytest.fixture(scope="module")
def crowd(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Database]:
    """A library in which every word is common."""
    database = filled_library(tmp_path_factory.mktemp("crowd") / "auralis.db", 1500)
    yield database
    database.close()


@pytest.mark.parametrize("query", ["night", "ni", "river light", WORDS[5].lower()[:3]])
async def test_pages_of_a_search_are_parts_of_one_whole(
    crowd: Database, query: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    catalog = Catalog(crowd)
    for ranked, candidates in ((5000, 500), (40, 30)):
        monkeypatch.setattr(search, "RANKED_HITS", ranked)
        monkeypatch.setattr(search, "_CANDIDATES", candidates)
        total = (await catalog.search_tracks(query)).total
        whole = (await catalog.search_tracks(query, limit=5000)).items
        assert len(whole) == len(set(whole)) == total
        parts: list[bytes] = []
        for offset in range(0, total, 37):
            parts += (await catalog.search_tracks(query, offset, 37)).items
        assert parts == whole
        walked: list[bytes] = []
        cursor: str | None = ""
        while cursor is not None:
            page = await catalog.search_tracks(query, limit=101, cursor=cursor)
            walked += page.items
            cursor = page.next_cursor
        assert walked == whole


async def test_among_very_many_hits_those_that_begin_with_the_query_come_first(
    crowd: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(search, "RANKED_HITS", 40)
    catalog = Catalog(crowd)
    found: list[dict[str, Any]] = [orjson.loads(item) for item in (await catalog.search_tracks("night")).items]
    assert all(track["title"].startswith("Night") for track in found)
    played = found[30]["id"]
    await catalog.record_play("owner", played)
    again = [orjson.loads(item)["id"] for item in (await catalog.search_tracks("night")).items]
    assert again[0] == played, "what is played most comes first"


async def test_what_was_written_is_found_at_once_and_under_its_new_name_alone(tmp_path: Path) -> None:
    database = Database(tmp_path / "auralis.db")
    try:
        folder = library_folder(database, tmp_path / "music")
        add_tracks(database, folder, [track_record(TrackTags(title="Before", artist="Anna", album="One"))])
        assert find(database, "before anna")["tracks"] == ["Before"]
        changed = track_record(TrackTags(title="After", artist="Berta", album="Two"), key=1)
        add_tracks(database, folder, [changed])
        for old in ("before", "anna", "one"):
            assert find(database, old) == {"tracks": [], "albums": [], "artists": []}
        assert find(database, "berta") == {"tracks": ["After"], "albums": ["Two"], "artists": ["Berta"]}
    finally:
        database.close()
