"""Pictures of artists: found in their folders, in the order that the owner wants, chosen and taken back."""

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path

import orjson
import pytest
from tests.factories import add_tracks, library_folder, picture, track_record

from auralis.bus import Bus
from auralis.catalog import Catalog, Darkroom, Pictures
from auralis.catalog.artist_pictures import look_for_all
from auralis.media.covers import cover_hash
from auralis.model.errors import NotFoundError
from auralis.model.events import LibraryChanged
from auralis.model.library import TrackTags
from auralis.model.settings.declared import LIBRARY_ARTIST_ARTWORK_ORDER
from auralis.settings import SettingsBook
from auralis.store import Database

OWN, OTHER, COVER, CHOSEN = (picture(color) for color in ((1, 2, 3), (90, 9, 9), (5, 99, 5), (7, 7, 250)))


class House:
    """Two artists, each with an album in a folder of their own, and one who stands in a folder of another name."""

    def __init__(self, root: Path) -> None:
        self.music, self.bus = root / "music", Bus()
        self.database = Database(root / "library.db")
        self.darkroom = Darkroom(1)
        self.catalog = Catalog(self.database)
        self.pictures = Pictures(self.database, self.bus, root / "artwork", self.darkroom)
        self.settings = SettingsBook(self.database, self.bus)
        records = []
        for number, (artist, place) in enumerate((("Björk", b"Bjork/Debut/CD1"), ("Able", b"X/One"), ("No", b"X/Two"))):
            tags = TrackTags(title="T", artist=artist, artists=(artist,), album=artist, album_artist=artist)
            records.append(track_record(tags, place, b"%d.flac" % number, inode=number + 1))
        add_tracks(self.database, library_folder(self.database, self.music), records)

    def put(self, path: str, image: bytes) -> Path:
        target = self.music / path
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_bytes(image)
        return target

    async def shown(self) -> dict[str, str | None]:
        artists = map(orjson.loads, (await self.catalog.list_artists()).items)
        return {artist["name"]: artist["artworkId"] for artist in artists}

    async def artist(self, name: str) -> str:
        artists = map(orjson.loads, (await self.catalog.list_artists()).items)
        return str(next(artist["id"] for artist in artists if artist["name"] == name))


@pytest.fixture
async def house(tmp_path: Path) -> AsyncIterator[House]:
    found = House(tmp_path)
    yield found
    await found.pictures.close()
    await found.darkroom.close()
    found.database.close()


async def test_pictures_are_found_in_folders_of_the_artist_s_name_and_beside_albums(house: House) -> None:
    house.put("Bjork/artist.JPG", OWN)
    house.put("X/artist.png", OTHER)
    house.put("X/Two/Artist.webp", OTHER)
    house.put("artist.jpg", CHOSEN)
    assert await look_for_all(house.database) == 2
    assert await house.shown() == {"Björk": cover_hash(OWN), "Able": None, "No": cover_hash(OTHER)}
    assert await house.pictures.read(cover_hash(OWN)) == OWN
    assert await look_for_all(house.database) == 0, "nothing has changed"
    house.put("Bjork/artist.JPG", OTHER + b" ")
    (house.music / "X/Two/Artist.webp").unlink()
    assert await look_for_all(house.database) == 2
    assert await house.shown() == {"Björk": cover_hash(OTHER + b" "), "Able": None, "No": None}
    with pytest.raises(NotFoundError):
        await house.pictures.require(cover_hash(OWN))


async def test_a_chosen_picture_is_shown_until_it_is_taken_back(house: House) -> None:
    house.put("Bjork/artist.jpg", OWN)
    await look_for_all(house.database)
    artist = await house.artist("Björk")
    chosen = await house.pictures.choose("artist", artist, CHOSEN)
    assert (await house.shown())["Björk"] == chosen == cover_hash(CHOSEN)
    assert await house.pictures.read(chosen) == CHOSEN
    await look_for_all(house.database)
    assert (await house.shown())["Björk"] == chosen, "also when its folder is looked at again"
    await house.pictures.forget_choice("artist", artist)
    assert (await house.shown())["Björk"] == cover_hash(OWN)
    with pytest.raises(NotFoundError):
        await house.pictures.require(chosen)
    with pytest.raises(NotFoundError):
        await house.pictures.choose("artist", "nobody", CHOSEN)


async def test_the_order_of_artists_pictures_is_the_owner_s(house: House) -> None:
    house.put("Bjork/artist.jpg", OWN)
    await look_for_all(house.database)
    album = next(a["id"] for a in map(orjson.loads, (await house.catalog.list_albums()).items) if a["title"] == "Björk")
    cover = await house.pictures.choose("album", album, COVER)
    assert (await house.shown())["Björk"] == cover_hash(OWN)
    changed = asyncio.Event()
    house.bus.subscribe(LibraryChanged, lambda _: changed.set())
    house.pictures.start()
    await house.settings.change({LIBRARY_ARTIST_ARTWORK_ORDER.name: ["album", "folder"]})
    while (await house.shown())["Björk"] != cover:
        await changed.wait()
        changed.clear()
