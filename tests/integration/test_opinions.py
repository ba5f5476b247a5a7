"""What listeners make of albums and artists: kept, listed, told, and carried along when these are called otherwise."""

from collections.abc import AsyncIterator
from dataclasses import replace
from pathlib import Path

import orjson
import pytest
from tests.factories import add_tracks, library_folder, track_record

from auralis.bus import Bus
from auralis.catalog import Catalog, OpinionFilter
from auralis.catalog.listening import Listening
from auralis.model.errors import InvalidInputError, NotFoundError
from auralis.model.events import AlbumJudged, ArtistJudged
from auralis.model.library import Credit, TagDetails, TrackTags
from auralis.store import Database

TAGS = TrackTags(title="One", artist="Able", artists=("Able",), album="First", album_artist="Able")


class Library:
    """Two albums of two artists, and what is told of them."""

    def __init__(self, path: Path) -> None:
        self.database, bus = Database(path), Bus()
        self.told: list[AlbumJudged | ArtistJudged] = []
        for kind in (AlbumJudged, ArtistJudged):
            bus.subscribe(kind, self.told.append)
        self.folder = library_folder(self.database, path.parent / "music")
        self.listening = Listening(self.database, bus)
        self.catalog = Catalog(self.database, self.listening)
        other = replace(TAGS, artist="Baker", artists=("Baker",), album="Second", album_artist="Baker")
        records = [track_record(TAGS, b"a", b"%d.flac" % n, inode=n) for n in (1, 2)]
        add_tracks(self.database, self.folder, [*records, track_record(other, b"b", b"3.flac", inode=3)])

    def retag(self, key: int, **tags: object) -> None:
        record = track_record(replace(TAGS, **tags), b"a", b"%d.flac" % key, key=key, inode=key)
        add_tracks(self.database, self.folder, [record])

    async def albums(self, **narrowed: object) -> dict[str, dict[str, object]]:
        page = await self.catalog.list_albums(filters=OpinionFilter(**narrowed))  # type: ignore[arg-type]
        assert page.total == len(page.items)
        return {each["title"]: each for each in map(orjson.loads, page.items)}

    async def artists(self, **narrowed: object) -> dict[str, dict[str, object]]:
        page = await self.catalog.list_artists(filters=OpinionFilter(**narrowed))  # type: ignore[arg-type]
        assert page.total == len(page.items)
        return {each["name"]: each for each in map(orjson.loads, page.items)}


@pytest.fixture
async def library(tmp_path: Path) -> AsyncIterator[Library]:
    found = Library(tmp_path / "library.db")
    yield found
    found.database.close()


async def test_opinions_are_kept_listed_and_told(library: Library) -> None:
    first, able = (await library.albums())["First"]["id"], (await library.artists())["Able"]["id"]
    await library.listening.judge("album", "owner", str(first), {"rating": 4})
    await library.listening.judge("album", "owner", str(first), {"favorite": True})
    await library.listening.judge("artist", "owner", str(able), {"favorite": True})
    assert library.told == [
        AlbumJudged("owner", str(first), {"rating": 4}),
        AlbumJudged("owner", str(first), {"favorite": True}),
        ArtistJudged("owner", str(able), {"favorite": True}),
    ]
    albums = await library.albums()
    assert (albums["First"]["rating"], albums["First"]["favorite"]) == (4, True)
    assert (albums["Second"]["rating"], albums["Second"]["favorite"]) == (None, False)
    assert (await library.albums(favorite=True)).keys() == {"First"}
    assert (await library.albums(favorite=False)).keys() == {"Second"}
    assert (await library.albums(rating_min=4)).keys() == {"First"}
    assert (await library.albums(rating_max=3)).keys() == set()
    assert (await library.artists(favorite=True)).keys() == {"Able"}
    assert (await library.albums(favorite=True, user_id="another")).keys() == set()
    detail = orjson.loads(await library.catalog.artist(str(able)))
    assert (detail["favorite"], detail["albums"][0]["rating"]) == (True, 4)
    await library.listening.judge("album", "owner", str(first), {"rating": None})
    assert (await library.albums())["First"]["rating"] is None


async def test_opinions_follow_albums_and_artists_to_other_names(library: Library) -> None:
    first, able = (await library.albums())["First"]["id"], (await library.artists())["Able"]["id"]
    await library.listening.judge("album", "owner", str(first), {"rating": 5, "favorite": True})
    await library.listening.judge("artist", "owner", str(able), {"rating": 3})
    named = {"artist": "Abel", "artists": ("Abel",), "album": "The First", "album_artist": "Abel"}
    library.retag(1, **named)
    assert (await library.albums(favorite=True)).keys() == {"First"}, "a track of it is left"
    library.retag(2, **named)
    assert (await library.albums(favorite=True, rating_min=5)).keys() == {"The First"}
    assert (await library.artists(rating_min=3)).keys() == {"Abel"}
    for key in (1, 2):
        library.retag(key)
    assert (await library.albums(favorite=True)).keys() == {"First"}
    assert (await library.artists(rating_min=3)).keys() == {"Able"}


async def test_what_is_not_there_or_no_rating_is_refused(library: Library) -> None:
    (first, *_) = (await library.albums()).values()
    with pytest.raises(NotFoundError):
        await library.listening.judge("album", "owner", "nope", {"rating": 4})
    with pytest.raises(InvalidInputError):
        await library.listening.judge("album", "owner", str(first["id"]), {"rating": 6})
    assert library.told == []


async def test_artists_are_listed_by_what_they_have_done(library: Library) -> None:
    credits_ = (Credit("Able", "composer"), Credit("Zed", "composer"), Credit("Cole", "performer", "cello"))
    library.retag(1, details=TagDetails(credits=credits_))
    assert sorted(await library.artists()) == ["Able", "Baker", "Cole", "Zed"]
    assert sorted(await library.artists(role="composer")) == ["Able", "Zed"]
    assert sorted(await library.artists(role="performer")) == ["Cole"]
    assert sorted(await library.artists(role="artist")) == ["Able", "Baker"]
    assert await library.artists(role="conductor") == {}
    zed = str((await library.artists())["Zed"]["id"])
    await library.listening.judge("artist", "owner", zed, {"favorite": True})
    assert sorted(await library.artists(role="composer", favorite=True)) == ["Zed"]
    assert await library.artists(role="performer", favorite=True) == {}
    library.retag(1)
    assert await library.artists(role="composer") == {}
