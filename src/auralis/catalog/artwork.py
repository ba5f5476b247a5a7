"""Pictures: read from where they lie, chosen for albums by the owner, looked at for their colours."""

import asyncio
import os
from collections.abc import Iterator, Sequence
from functools import partial
from pathlib import Path
from typing import Literal

import structlog

from auralis.bus import Bus
from auralis.catalog.artist_pictures import look_for_all
from auralis.catalog.darkroom import Darkroom
from auralis.catalog.disc_pictures import DiscImage, disc_pictures
from auralis.kit.files import replacing
from auralis.media.covers import MAX_COVER_BYTES, cover_hash
from auralis.model.errors import AuralisError, MediaError, NotFoundError
from auralis.model.events import LibraryChanged, ScanCompleted, SettingsChanged
from auralis.model.library import LOCAL_OWNER
from auralis.model.settings.declared import LIBRARY_ARTIST_ARTWORK_ORDER, LIBRARY_ARTWORK_ORDER
from auralis.store import Database
from auralis.store.database import Connection
from auralis.store.library import album_artwork, artist_artwork
from auralis.store.library.album_artwork import PictureLook
from auralis.store.library.state import library_revision
from auralis.store.lists.browse import album_key, albums_by_keys, artist_key
from auralis.store.lists.facts import DiscTrack, FilePlace, disc_tracks, file_place, files_with_cover, images_with_hash

Kind = Literal["album", "artist"]
_log = structlog.get_logger(__name__)
_SOURCES = 4
_AT_ONCE = 20
_NO_LOOK = PictureLook(None, None)


class Pictures:
    """The library's pictures by id; those that an owner chose lie in ``folder``, under their ids."""

    def __init__(self, database: Database, bus: Bus, folder: Path, darkroom: Darkroom) -> None:
        self._darkroom = darkroom
        self._database = database
        self._bus = bus
        self._folder = folder
        self._choosing = asyncio.Lock()
        self._looking: asyncio.Task[None] | None = None
        self._reordering: asyncio.Task[None] | None = None
        self._closed = False

    def start(self) -> None:
        """Look at the covers of albums for their colours: now, and whenever a scan is over."""
        self._bus.subscribe(ScanCompleted, lambda _: self._wake())
        self._bus.subscribe(SettingsChanged, self._follow)
        self._wake()

    async def close(self) -> None:
        """Stop looking."""
        self._closed = True
        if self._looking is not None:
            self._looking.cancel()
        tasks = [task for task in (self._looking, self._reordering) if task is not None]
        await asyncio.gather(*tasks, return_exceptions=True)

    async def require(self, artwork_id: str) -> None:
        """Raise ``NotFoundError`` where nothing in the library shows such a picture."""
        if not await self._database.read(lambda db: _is_known(db, artwork_id)):
            raise NotFoundError("artwork", artwork_id)

    async def read(self, artwork_id: str) -> bytes:
        """Return a picture as it lies in its file, from the first file that still holds it."""

        def sources(connection: Connection) -> tuple[list[FilePlace], list[FilePlace], bool]:
            embedded = files_with_cover(connection, artwork_id, _SOURCES)
            chosen = _is_chosen(connection, artwork_id)
            beside = images_with_hash(connection, artwork_id, _SOURCES)
            return embedded, [*beside, *artist_artwork.files_of(connection, artwork_id, _SOURCES)], chosen

        embedded, beside, chosen = await self._database.read(sources)
        kept = [self._folder / artwork_id] if chosen else []
        files = [*kept, *(_path(place) for place in beside)]
        return await asyncio.to_thread(_read, artwork_id, [_path(place) for place in embedded], files)

    async def of_track(self, track_id: str) -> bytes:
        """Return the picture embedded in a track's own file."""
        place = await self._database.read(lambda db: file_place(db, track_id))
        if place is None:
            raise NotFoundError("track", track_id)
        image = await asyncio.to_thread(_embedded, _path(place))
        if image is None:
            raise MediaError("The file has no picture embedded.", code="UNREADABLE_IMAGE")
        return image

    async def of_disc(self, album_id: str, number: int, order: Sequence[str]) -> list[DiscImage | str]:
        """Return what a disc of an album may show, the best first; the album's own picture is the last."""

        def read(connection: Connection) -> tuple[list[DiscTrack], str | None]:
            key = album_key(connection, album_id)
            if key is None:
                raise NotFoundError("album", album_id)
            (album,) = albums_by_keys(connection, [key], LOCAL_OWNER)
            return disc_tracks(connection, key), album["artworkId"]

        tracks, of_album = await self._database.read(read)
        if all(track.disc_number != number for track in tracks):
            raise NotFoundError("disc", number)
        found = await asyncio.to_thread(lambda: list(disc_pictures(tracks, number, order)))
        return found if of_album is None else [*found, of_album]

    async def choose(self, kind: Kind, subject_id: str, image: bytes) -> str:
        """Let an album or an artist show ``image``, and return the id of it."""
        look = await self._darkroom.look_at(image)
        artwork_id = cover_hash(image)
        async with self._choosing:
            await self._key(kind, subject_id)
            await asyncio.to_thread(self._keep, artwork_id, image)
            await self._choose(kind, subject_id, artwork_id, look)
        return artwork_id

    async def forget_choice(self, kind: Kind, subject_id: str) -> None:
        """Let an album or an artist show again what files hold."""
        async with self._choosing:
            await self._choose(kind, subject_id, None, None)

    async def look_at_all(self) -> int:
        """Look at the pictures of albums that nobody has looked at yet; return how many were.

        One that cannot be shown is not tried again, and the next source is; one whose file is away waits.
        """
        count = last = 0
        while found := await self._database.read(partial(album_artwork.unseen_pictures, after=last, limit=_AT_ONCE)):
            last = found[-1][0]
            looks = {artwork_id: await self._look(artwork_id) for artwork_id in {each for _, each in found}}
            seen = {artwork_id: look for artwork_id, look in looks.items() if look is not None}
            await self._database.write(partial(album_artwork.save_looks, looks=seen), edit=False)
            broken = [artwork_id for artwork_id, look in seen.items() if look.color is None]
            if broken:
                await self._database.write(partial(album_artwork.pass_over, broken=broken))
            count += len(seen)
        return count

    async def _look(self, artwork_id: str) -> PictureLook | None:
        try:
            return await self._darkroom.look_at(await self.read(artwork_id))
        except NotFoundError:
            return None
        except MediaError:
            return _NO_LOOK

    def _follow(self, event: SettingsChanged) -> None:
        orders = {LIBRARY_ARTWORK_ORDER.name, LIBRARY_ARTIST_ARTWORK_ORDER.name}
        if orders & {change.name for change in event.changes} and not self._closed:
            self._reordering = asyncio.create_task(self._reorder(), name="artwork order")

    async def _reorder(self) -> None:
        await self._database.write(album_artwork.reorder_artwork)
        self._bus.publish(LibraryChanged(await self._database.write(artist_artwork.reorder_artwork)))
        self._wake()

    def _wake(self) -> None:
        if not self._closed and (self._looking is None or self._looking.done()):
            self._looking = asyncio.create_task(self._look_quietly(), name="pictures")

    async def _look_quietly(self) -> None:
        try:
            found = await look_for_all(self._database)
            if await self.look_at_all() or found:
                self._bus.publish(LibraryChanged(await self._database.read(library_revision)))
        except AuralisError as error:
            _log.warning("looking at pictures failed", reason=error.message)

    async def _key(self, kind: Kind, subject_id: str) -> int:
        find = album_key if kind == "album" else artist_key
        key = await self._database.read(lambda db: find(db, subject_id))
        if key is None:
            raise NotFoundError(kind, subject_id)
        return key

    async def _choose(self, kind: Kind, subject_id: str, artwork_id: str | None, look: PictureLook | None) -> None:
        key = await self._key(kind, subject_id)
        kept = album_artwork if kind == "album" else artist_artwork

        def write(connection: Connection) -> tuple[int, str | None]:
            before = kept.chosen_artwork(connection, key)
            if artwork_id is not None and look is not None:
                album_artwork.save_looks(connection, {artwork_id: look})
            revision = kept.choose_artwork(connection, key, artwork_id)
            is_orphan = before is not None and not _is_chosen(connection, before)
            return revision, before if is_orphan else None

        revision, orphan = await self._database.write(write)
        if orphan is not None:
            await asyncio.to_thread((self._folder / orphan).unlink, missing_ok=True)
        self._bus.publish(LibraryChanged(revision))

    def _keep(self, artwork_id: str, image: bytes) -> None:
        self._folder.mkdir(parents=True, exist_ok=True)
        with replacing(self._folder / artwork_id) as beside, beside.open("wb") as file:
            file.write(image)
            file.flush()
            os.fsync(file.fileno())


def _is_chosen(connection: Connection, artwork_id: str) -> bool:
    return album_artwork.is_chosen(connection, artwork_id) or artist_artwork.is_chosen(connection, artwork_id)


def _is_known(connection: Connection, artwork_id: str) -> bool:
    return album_artwork.is_known(connection, artwork_id) or artist_artwork.is_known(connection, artwork_id)


def _read(artwork_id: str, embedded: list[Path], files: list[Path]) -> bytes:
    for image in _images(embedded, files):
        if image is not None and cover_hash(image) == artwork_id:
            return image
    raise NotFoundError("artwork", artwork_id)


def _images(embedded: list[Path], files: list[Path]) -> Iterator[bytes | None]:
    for path in embedded:
        try:
            yield _embedded(path)
        except MediaError:
            continue
    for path in files:
        try:
            with path.open("rb") as file:
                yield file.read(MAX_COVER_BYTES)
        except OSError:
            continue


def _embedded(path: Path) -> bytes | None:
    from auralis.media.tags import embedded_cover  # noqa: PLC0415 - mutagen stays out of the server's start

    return embedded_cover(path)


def _path(place: FilePlace) -> Path:
    return Path(*(os.fsdecode(part) for part in place))
