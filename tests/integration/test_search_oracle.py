"""Search held against a slow one that knows no index, over any Unicode; playlists and lyrics are searched alike."""

import sqlite3
import unicodedata
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory

import orjson
import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st
from tests.conftest import PROOF
from tests.factories import add_tracks, library_folder, track_record

from auralis.bus import Bus
from auralis.catalog.listings import TrackSearch, found_of_each, found_playlists_page, found_tracks_page
from auralis.catalog.pages import PageSpec
from auralis.catalog.playlists import Playlists
from auralis.kit.search_text import is_unspaced
from auralis.kit.text import fold
from auralis.model.library import TagDetails, TrackTags
from auralis.store import Database, migrations

LETTERS = {"ø": "o", "ł": "l", "đ": "d", "ð": "d", "þ": "th", "æ": "ae", "œ": "oe", "ı": "i", "ħ": "h", "ŧ": "t"}
LIKELY = "abc éø1%*!_-'\"/　東京タワーรักကา한글םض²ǅ🎵"
TITLES = st.lists(
    st.one_of(st.text(st.sampled_from(LIKELY), max_size=12), st.text(max_size=12)), min_size=1, max_size=6
)
pytestmark = pytest.mark.timeout(3600 if PROOF else 300)
RUNS = settings(
    max_examples=400 if PROOF else 25,
    deadline=None,
    suppress_health_check=[HealthCheck.too_slow],
    derandomize=not PROOF,
)


def slow_tokens(text: str) -> list[list[str]]:
    """Return the pieces of each word: runs of unspaced script whole, else letters and digits together, signs alone."""
    folded = "".join(LETTERS.get(c, c) for c in fold(text))
    found = []
    for word in folded.split():
        pieces: list[str] = []
        lettered = any(c.isalnum() for c in word)
        before = ""
        for c in word:
            kind = "run" if is_unspaced(c) else "word" if c.isalnum() else "sign"
            if kind == "sign" and lettered and c not in "%*":
                before = ""
                continue
            if kind == before != "sign":
                pieces[-1] += c
            else:
                pieces.append(c)
            before = kind
        found.append(pieces)
    return found


def slow_finds(title: str, query: str) -> bool:
    """Tell whether all words of ``query`` stand in ``title``, the last one perhaps unfinished."""
    have = [piece for word in slow_tokens(title) for piece in word]
    words = slow_tokens(query)
    lettered = [word for word in words if any(c.isalnum() or c in "%*" for piece in word for c in piece)]
    wanted = [each for word in lettered or words for each in phrases(word)]
    bare = "".join(c for c in query if not unicodedata.combining(c))
    begins = bare[-1:].isalnum() and not is_unspaced(fold(bare)[-1:])
    return all(
        stands(have, phrase, begins=begins and number == len(wanted) - 1) for number, phrase in enumerate(wanted)
    )


def phrases(pieces: list[str]) -> list[list[str]]:
    """Return what of a word has to stand together: a run of unspaced script alone, other pieces in their order."""
    found: list[list[str]] = []
    for piece in pieces:
        if found and not is_unspaced(piece) and not is_unspaced(found[-1][-1]):
            found[-1].append(piece)
        else:
            found.append([piece])
    return found


def stands(have: list[str], phrase: list[str], *, begins: bool) -> bool:
    if is_unspaced(phrase[0]):
        return any(phrase[0] in piece for piece in have if is_unspaced(piece))
    *firm, last = phrase
    for at in range(len(have) - len(phrase) + 1):
        here = have[at : at + len(phrase)]
        if here[:-1] == firm and (here[-1].startswith(last) if begins else here[-1] == last):
            return True
    return False


@contextmanager
def library(*tracks: TrackTags) -> Iterator[Database]:
    with TemporaryDirectory() as folder:
        path = Path(folder) / "auralis.db"
        database = Database(path)
        records = [track_record(tags, b"m", b"%d.flac" % number) for number, tags in enumerate(tracks)]
        add_tracks(database, library_folder(database, path.parent / "music"), records)
        yield database
        database.close()


def usable(query: str) -> bool:
    return 2 <= len(query) <= 200 and query == query.strip() and bool(slow_tokens(query))


def find_titles(database: Database, query: str, *, lyrics: bool = False) -> tuple[list[str], int]:
    wanted = TrackSearch(query, lyrics=lyrics)
    page = database.read_now(lambda db: found_tracks_page(db, wanted, PageSpec(0, 500)))
    return [orjson.loads(item)["title"] for item in page.items], page.total or 0


@RUNS
@given(titles=TITLES, query=st.text(st.sampled_from(LIKELY.replace('"', "")), min_size=2, max_size=8))
@example(titles=["__", "a_b", "รัก", "¨¨", "ကာ"], query="a_b")
@example(titles=["0\x1b\U000f0000"], query="11")
@example(titles=["björk", "がく"], query="bjo\u0308")
@example(titles=["björk", "がく"], query="か\u3099")
def test_search_finds_what_a_slow_search_finds(titles: list[str], query: str) -> None:
    shown = [title for title in titles if fold(title)]
    queries = [each for each in (query, *shown) if usable(each) and '"' not in each]
    with library(*(TrackTags(title=title) for title in shown)) as database:
        stored = [orjson.loads(item)["title"] for item in _everything(database)]
        for each in queries:
            expected = sorted(title for title in stored if slow_finds(title, each))
            found, total = find_titles(database, each)
            assert total == len(found)
            if expected:
                assert sorted(found) == expected, each


def _everything(database: Database) -> list[bytes]:
    from auralis.catalog.listings import tracks_page
    from auralis.store.lists.tracks import TrackList

    return database.read_now(lambda db: tracks_page(db, TrackList(), PageSpec(0, 500))).items


@RUNS
@given(title=st.text(min_size=2, max_size=30))
@example(title="__")
@example(title="%%%")
@example(title="꙰꙰ᦰᦰ")
@example(title="ดอกไม้")
def test_whatever_is_called_so_is_found_under_its_name(title: str) -> None:
    tags = TrackTags(title=title)
    with library(tags) as database:
        (stored,) = (orjson.loads(item)["title"] for item in _everything(database))
        query = stored.strip()
        if 2 <= len(query) <= 200 and any(not unicodedata.category(c).startswith(("Z", "C", "M")) for c in query):
            assert find_titles(database, query)[0] == [stored]


async def test_playlists_are_found_as_tracks_are() -> None:
    with library(TrackTags(title="Nothing")) as database:
        playlists = Playlists(database, Bus())
        named = {}
        for name, description in (
            ("Éveil du matin", "slow start"),
            ("東京の夜", ""),
            ("100% !!!", ""),
            ("Morning", ""),
        ):
            made = await playlists.create(name, description)
            named[name] = made["id"]
        await playlists.create("Éveil du voisin", user_id=_another(database))

        def found(query: str) -> list[str]:
            page = database.read_now(lambda db: found_playlists_page(db, query, PageSpec(0, 10), "owner"))
            grouped = database.read_now(lambda db: found_of_each(db, query, 10, "owner")).playlists
            assert page.items == grouped
            assert page.total == len(page.items)
            return [orjson.loads(item)["name"] for item in page.items]

        assert found("eveil") == ["Éveil du matin"], "diacritics, and nobody else's"
        assert found("evel") == ["Éveil du matin"], "one edit"
        assert found('"du matin"') == ["Éveil du matin"]
        assert found('"matin du"') == []
        assert found("slow st") == ["Éveil du matin"], "the description"
        assert found("京の") == ["東京の夜"]
        assert found("100%") == ["100% !!!"]
        assert found("!!!") == ["100% !!!"]
        await playlists.describe(named["Morning"], "Evening", None)
        assert (found("morning"), found("evening")) == ([], ["Evening"])
        await playlists.undo(named["Morning"])
        assert found("morning") == ["Morning"]
        await playlists.delete(named["Morning"])
        assert found("morning") == []


def _another(database: Database) -> str:
    database.write_now(lambda db: db.execute("INSERT INTO users VALUES ('another', 'Another', 0)"))
    return "another"


def test_lyrics_are_searched_behind_the_names_where_that_is_asked() -> None:
    sung = TrackTags(title="Blue", lyrics="Über den Wolken\nmuss die Freiheit\nwohl grenzenlos sein")
    timed = TrackTags(title="Red", details=TagDetails(synced_lyrics="[00:12.50]桜が咲く\n[00:15.00]freiheit again"))
    named = TrackTags(title="Freiheit")
    with library(sung, timed, named) as database:

        def found(query: str) -> list[str]:
            titles, total = find_titles(database, query, lyrics=True)
            assert total == len(titles)
            by_title = TrackSearch(query, sort="title", lyrics=True)
            page = database.read_now(lambda db: found_tracks_page(db, by_title, PageSpec(0, 10)))
            assert [orjson.loads(item)["title"] for item in page.items] == sorted(titles)
            grouped = database.read_now(lambda db: found_of_each(db, query, 10, "owner", lyrics=True)).tracks
            assert [orjson.loads(item)["title"] for item in grouped] == titles
            pages = [
                database.read_now(
                    lambda db, at=at: found_tracks_page(db, TrackSearch(query, lyrics=True), PageSpec(at, 1))
                ).items
                for at in range(total)
            ]
            assert [orjson.loads(items[0])["title"] for items in pages] == titles
            return titles

        assert (found("freiheit")[0], set(found("freiheit"))) == ("Freiheit", {"Freiheit", "Blue", "Red"})
        assert found("uber wolk") == ["Blue"], "diacritics and beginnings"
        assert found("wolkn grenzenlos") == ["Blue"], "one edit"
        assert found('"wolken muss"') == ["Blue"], "over the end of a line"
        assert found("咲く") == ["Red"]
        assert found("12") == [], "times are not sung"
        assert find_titles(database, "wolken") == ([], 0)


async def test_what_an_older_library_holds_is_found_once_it_is_brought_up_to_date() -> None:
    sung = TrackTags(title="รักกัน", lyrics="[00:01.00]Über den Wolken", details=TagDetails(synced_lyrics=None))
    with library(sung, TrackTags(title="Plain")) as database:
        await Playlists(database, Bus()).create("Éveil", "slow")
        database.close()
        connection = sqlite3.connect(database.path, isolation_level=None)
        migrations.downgrade(connection, "0015")
        # As it was written before marks counted as letters.
        (stored,) = connection.execute("SELECT title FROM track_search WHERE rowid = 1").fetchone()
        older = "".join(chr(ord(c) - 0xF0000) if ord(c) > 0xF0000 else c for c in stored)
        assert older != stored
        connection.execute("UPDATE track_search SET title = ? WHERE rowid = 1", (older,))
        connection.close()
        again = Database(database.path)
        assert find_titles(again, "รักกัน") == (["รักกัน"], 1)
        assert find_titles(again, "wolken", lyrics=True) == (["รักกัน"], 1)
        assert find_titles(again, "plain") == (["Plain"], 1)
        assert len(again.read_now(lambda db: found_of_each(db, "eveil", 10, "owner")).playlists) == 1
        again.close()
