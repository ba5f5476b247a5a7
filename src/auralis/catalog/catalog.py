"""The catalogue: every question about the library, answered off the event loop."""

import asyncio
import os
from collections.abc import Callable, Collection, Mapping, Sequence
from pathlib import Path
from typing import Any, BinaryIO

import orjson

from auralis.catalog import listings
from auralis.catalog.contexts import EVERYTHING, PlayContext, context_tracks
from auralis.catalog.details import detail_document
from auralis.catalog.editing import path_of
from auralis.catalog.folders import LibraryFolders
from auralis.catalog.listening import Listening
from auralis.catalog.listings import SearchResult, TrackSearch
from auralis.catalog.lyrics import Lyrics, lies_beside, read_lyrics
from auralis.catalog.pages import Page, PageSpec, is_descending
from auralis.catalog.uploads import keep_upload
from auralis.model.errors import NotFoundError
from auralis.model.fingerprint import Fingerprint
from auralis.model.library import LOCAL_OWNER, MediaFile
from auralis.store import Database
from auralis.store.database import Connection
from auralis.store.library import fingerprints, problems, vectors
from auralis.store.library.editing import StoredTrack, read_track
from auralis.store.library.fingerprints import AnalysisCounts
from auralis.store.library.identity import same_recordings
from auralis.store.library.state import library_revision
from auralis.store.lists.browse import OpinionFilter
from auralis.store.lists.documents import keys_of, track_documents
from auralis.store.lists.facts import FilePlace, credited_artists, file_place, known_file
from auralis.store.lists.filters import TrackFilter
from auralis.store.lists.passing import passing_ids
from auralis.store.lists.statistics import library_totals
from auralis.store.lists.tracks import TrackList

_BRIEF_BATCH = 100
NO_OPINION = OpinionFilter()
_LONGEST_ALBUM = 200
"""A longer "album" is a heap of tracks that happen to bear one name."""


class Catalog:
    """What listeners and the rooms above ask of the library, and what they have it remember."""

    def __init__(self, database: Database, listening: Listening | None = None) -> None:
        self._database = database
        self.listening = listening or Listening(database)
        self.library_folders = LibraryFolders(database)

    # Lists: pages of ready JSON documents

    async def list_tracks(
        self,
        sort: str = "title",
        order: str = "asc",
        offset: int = 0,
        limit: int = 50,
        cursor: str | None = None,
        filters: TrackFilter | None = None,
        *,
        user_id: str = LOCAL_OWNER,
        seed: int = 0,
    ) -> Page:
        """Return a page of tracks; an empty ``cursor`` begins a walk by cursors, ``seed`` belongs to random order."""
        wanted = TrackList(sort, is_descending(order), filters or TrackFilter(), user_id, seed=seed)
        spec = PageSpec(offset, limit, cursor)
        read = self._database.read_briefly if spec.is_brief and wanted.is_plain else self._database.read
        return await read(lambda db: listings.tracks_page(db, wanted, spec))

    async def list_albums(
        self,
        sort: str = "title",
        order: str = "asc",
        offset: int = 0,
        limit: int = 50,
        cursor: str | None = None,
        filters: OpinionFilter = NO_OPINION,
    ) -> Page:
        """Return a page of albums, as the listener of ``filters`` sees them."""
        spec = PageSpec(offset, limit, cursor)
        return await self._database.read(lambda db: listings.albums_page(db, sort, order, spec, filters))

    async def list_artists(
        self,
        sort: str = "name",
        order: str = "asc",
        offset: int = 0,
        limit: int = 50,
        cursor: str | None = None,
        filters: OpinionFilter = NO_OPINION,
    ) -> Page:
        """Return a page of artists, as the listener of ``filters`` sees them."""
        spec = PageSpec(offset, limit, cursor)
        return await self._database.read(lambda db: listings.artists_page(db, sort, order, spec, filters))

    async def problems(self, offset: int = 0, limit: int = 50, cursor: str | None = None) -> Page:
        """Return a page of what could not be read, and why."""
        spec = PageSpec(offset, limit, cursor)
        return await self._database.read(lambda db: listings.problems_page(db, spec))

    async def genres(self, sort: str = "tracks", offset: int = 0, limit: int = 50, cursor: str | None = None) -> Page:
        """Return a page of the genres, by name or the most frequent first."""
        spec = PageSpec(offset, limit, cursor)
        return await self._database.read(lambda db: listings.genres_page(db, sort, spec))

    async def years(self, offset: int = 0, limit: int = 50, cursor: str | None = None) -> Page:
        """Return a page of the years of tracks, the latest first."""
        spec = PageSpec(offset, limit, cursor)
        return await self._database.read(lambda db: listings.years_page(db, spec))

    async def directory(
        self,
        path: str = "",
        offset: int = 0,
        limit: int = 50,
        cursor: str | None = None,
        *,
        user_id: str = LOCAL_OWNER,
    ) -> Page:
        """Return a page of what lies in a directory, named by a path within the library (empty: its folders)."""
        spec = PageSpec(offset, limit, cursor)
        return await self._database.read(lambda db: listings.directory_page(db, path, spec, user_id))

    async def folders(self) -> list[dict[str, Any]]:
        """Return the library's folders."""
        return await self._database.read(self.library_folders.describe)

    async def stats(self) -> dict[str, Any]:
        """Return the library in figures."""
        return await self._database.read(_stats)

    async def revision(self) -> int:
        """Return the revision of what lists show; it only grows."""
        return await self._database.read(library_revision)

    # Search

    async def search(
        self, query: str, limit: int = 10, *, lyrics: bool = False, user_id: str = LOCAL_OWNER
    ) -> SearchResult:
        """Return the best of each kind, tracks by ``lyrics`` too; every character of ``query`` means itself."""
        return await self._database.read(lambda db: listings.found_of_each(db, query, limit, user_id, lyrics=lyrics))

    async def search_playlists(
        self, query: str, offset: int = 0, limit: int = 50, cursor: str | None = None, *, user_id: str = LOCAL_OWNER
    ) -> Page:
        """Return a page of a listener's playlists that a query finds, the best first."""
        spec = PageSpec(offset, limit, cursor)
        return await self._database.read(lambda db: listings.found_playlists_page(db, query, spec, user_id))

    async def search_tracks(
        self,
        query: str,
        offset: int = 0,
        limit: int = 50,
        cursor: str | None = None,
        filters: TrackFilter | None = None,
        sort: str | None = None,
        order: str = "asc",
        *,
        lyrics: bool = False,
        user_id: str = LOCAL_OWNER,
    ) -> Page:
        """Return a page of the tracks that a query finds, the best first unless a ``sort`` is given."""
        wanted = TrackSearch(query, filters or TrackFilter(), sort, is_descending(order), user_id, lyrics)
        spec = PageSpec(offset, limit, cursor)
        return await self._database.read(lambda db: listings.found_tracks_page(db, wanted, spec))

    # Single things

    async def track(self, track_id: str, *, user_id: str = LOCAL_OWNER) -> bytes:
        """Return one track."""
        (document,) = await self.tracks([track_id], user_id=user_id)
        if document is None:
            raise NotFoundError("track", track_id)
        return document

    async def track_detail(self, track_id: str, *, user_id: str = LOCAL_OWNER) -> tuple[bytes, int]:
        """Return one track with all that is known of it, also if it is hidden, and its revision."""

        def read(connection: Connection) -> tuple[StoredTrack, dict[str, Any]]:
            stored = read_track(connection, track_id)
            if stored is None:
                raise NotFoundError("track", track_id)
            (document,) = track_documents(connection, [stored.key], user_id)
            detail = {**detail_document(stored), "duplicates": same_recordings(connection, stored.key)}
            return stored, {**orjson.loads(document), **detail}

        stored, detail = await self._database.read(read)
        if not detail["hasLyrics"]:
            detail["hasLyrics"] = await asyncio.to_thread(lies_beside, path_of(stored))
        return orjson.dumps(detail), stored.revision

    async def lyrics(self, track_id: str) -> Lyrics:
        """Return the words of a track."""
        stored = await self._database.read(lambda db: read_track(db, track_id))
        if stored is None:
            raise NotFoundError("track", track_id)
        return await read_lyrics(stored, path_of(stored))

    async def keep_upload(self, folder_id: str | None, name: str, content: BinaryIO) -> tuple[str, str]:
        """Write a music file into a folder of the library; return the folder's id and the file's name."""
        folder, plain = await asyncio.to_thread(
            lambda: keep_upload(self.library_folders.all(), folder_id, name, content)
        )
        return folder.id, plain

    async def tracks(self, ids: Sequence[str], *, user_id: str = LOCAL_OWNER) -> list[bytes | None]:
        """Return tracks in the order asked for; None where an id names no track."""
        read = self._database.read_briefly if len(ids) <= _BRIEF_BATCH else self._database.read
        return await read(lambda db: listings.tracks_by_ids(db, ids, user_id))

    async def album(self, album_id: str, *, user_id: str = LOCAL_OWNER) -> bytes:
        """Return an album with its tracks in playing order."""
        return await self._database.read(lambda db: listings.album_with_tracks(db, album_id, user_id))

    async def artist(self, artist_id: str, *, limit: int = 500, user_id: str = LOCAL_OWNER) -> bytes:
        """Return an artist with albums and up to ``limit`` tracks."""
        return await self._database.read(lambda db: listings.artist_with_music(db, artist_id, limit, user_id))

    async def media_path(self, track_id: str) -> Path:
        """Return where the file of a track lies."""
        place = await self._database.read(lambda db: file_place(db, track_id))
        if place is None:
            raise NotFoundError("track", track_id)
        return _path(place)

    async def media_file(self, track_id: str) -> MediaFile:
        """Return where the file of a track lies, and its state when the library read it."""
        known = await self._database.read(lambda db: known_file(db, track_id))
        if known is None:
            raise NotFoundError("track", track_id)
        return MediaFile(_path(known.place), known.size, known.modified_ns, known.unsafe)

    async def lost_files(self, track_ids: Collection[str]) -> dict[str, str | None]:
        """Return those tracks whose files cannot be read, each with the directory where its file should be."""

        def read(connection: Connection) -> dict[str, FilePlace | None]:
            return {track_id: file_place(connection, track_id) for track_id in track_ids}

        def look(places: Mapping[str, FilePlace | None]) -> dict[str, str | None]:
            paths = {track_id: None if place is None else _path(place) for track_id, place in places.items()}
            return {
                track_id: None if path is None else str(path.parent)
                for track_id, path in paths.items()
                if path is None or not (os.path.isfile(path) and os.access(path, os.R_OK))  # noqa: PTH113  (never raises)
            }

        return await asyncio.to_thread(look, await self._database.read(read))

    # Listening

    async def context_track_ids(
        self,
        type: str,  # noqa: A002 - the contract's name
        id: str | None = None,  # noqa: A002 - the contract's name
        query: str | None = None,
        track_ids: Sequence[str] | None = None,
        sort: str | None = None,
        order: str | None = None,
        *,
        around: str | None = None,
        limit: int = EVERYTHING,
        user_id: str = LOCAL_OWNER,
    ) -> list[str]:
        """Return the ids of a context's tracks in playing order: ``limit`` of them, ``around`` among them."""
        named = {"type": type, "id": id, "query": query, "trackIds": track_ids, "sort": sort, "order": order}
        found = await self.context_tracks(named, around=around, limit=limit, user_id=user_id)
        return [track_id for track_id, _ in found]

    async def context_tracks(
        self,
        context: Mapping[str, Any],
        *,
        around: str | None = None,
        limit: int = EVERYTHING,
        user_id: str = LOCAL_OWNER,
    ) -> list[tuple[str, float]]:
        """Return id and duration (seconds) of the tracks of a context given as clients give it."""
        named = PlayContext(
            type=context.get("type", ""),
            id=context.get("id"),
            query=context.get("query"),
            track_ids=context.get("trackIds") or (),
            sort=context.get("sort") or "title",
            descending=is_descending(context.get("order") or "asc"),
            around=around,
            limit=limit,
        )
        found = await self._database.read(lambda db: context_tracks(db, named, user_id))
        return [(track.id, track.duration_seconds) for track in found]

    async def artists_of(self, track_ids: Sequence[str]) -> dict[str, str]:
        """Return who is credited with each of the tracks, where that is known."""
        return await self._database.read(lambda db: credited_artists(db, track_ids))

    async def record_play(self, user_id: str, track_id: str, at: float | None = None) -> None:
        """Count a play at epoch second ``at`` (now); it is on disk when this returns."""
        await self.listening.record_play(user_id, track_id, at)

    async def record_skip(self, user_id: str, track_id: str) -> None:
        """Count that a listener went on to another track before this one counted as played."""
        await self.listening.record_skip(user_id, track_id)

    async def rate(self, user_id: str, track_id: str, rating: int | None) -> None:
        """Rate a track 0 to 5, or take the rating back (None)."""
        await self.listening.rate(user_id, track_id, rating)

    async def set_favorite(self, user_id: str, track_id: str, *, favorite: bool) -> None:
        """Make a track a favourite, or no longer."""
        await self.listening.set_favorite(user_id, track_id, favorite=favorite)

    # Analysis

    async def fingerprint(self, track_id: str) -> Fingerprint:
        """Return the fingerprint of a track."""

        def read(connection: Connection) -> Fingerprint | None:
            return fingerprints.read_fingerprint(connection, _key(connection, track_id))

        found = await self._database.read(read)
        if found is None:
            raise NotFoundError("fingerprint", track_id)
        return found

    async def vectors(self, ids: Sequence[str]) -> list[tuple[str, bytes]]:
        """Return id and fingerprint vector, 25 floats of single precision, of those of the tracks that have one."""
        return await self._database.read(lambda db: vectors.read_vectors(db, ids))

    async def vectors_page(self, after: int, limit: int) -> tuple[list[tuple[str, bytes]], int]:
        """Return the vectors of ``limit`` tracks, and where to go on from; 0 is the beginning, and the end."""
        return await self._database.read(lambda db: vectors.vectors_page(db, after, limit))

    async def count_vectors(self) -> int:
        """Return how many tracks have a vector."""
        return await self._database.read(vectors.count_vectors)

    async def passing_ids(
        self, filters: TrackFilter, among: Sequence[str] | None = None, *, user_id: str = LOCAL_OWNER
    ) -> list[str]:
        """Return the ids of the tracks that pass, of those named, or of all; in no order."""
        return await self._database.read(lambda db: passing_ids(db, filters, user_id, among))

    async def album_fingerprints(self, track_id: str) -> dict[str, Fingerprint | None]:
        """Return the fingerprints of all tracks of a track's album, without waveforms; nothing where it has none."""
        found = await self._database.read(lambda db: fingerprints.album_fingerprints(db, track_id, _LONGEST_ALBUM + 1))
        return found if len(found) <= _LONGEST_ALBUM else {}

    async def sample_fingerprints(self, limit: int) -> tuple[list[Fingerprint], int]:
        """Return some fingerprints without waveforms, spread over the library, and how many there are."""
        return await self._database.read(lambda db: fingerprints.sample_fingerprints(db, limit))

    async def save_fingerprint(self, track_id: str, fingerprint: Fingerprint) -> None:
        """Keep the fingerprint of a track; lists show at once that it is there."""
        await self._change(track_id, lambda db, key: fingerprints.save_fingerprint(db, key, fingerprint), edit=False)

    async def tracks_to_analyse(self, version: int, limit: int) -> list[str]:
        """Return ids of tracks that analysis ``version`` has not been tried on, in the order they came."""
        return await self._database.read(lambda db: fingerprints.waiting_tracks(db, version, limit))

    async def analysis_counts(self, version: int) -> AnalysisCounts:
        """Return how many tracks are measured, how many there are, and how many could not be measured."""
        return await self._database.read(lambda db: fingerprints.analysis_counts(db, version))

    async def record_analysis_failure(self, track_id: str, reason: str, version: int, *, unsafe: bool = False) -> None:
        """List a track among the problems; ``version`` is not tried on it again until its file changes.

        What is ``unsafe`` is decoded by nobody until then: it broke the process that tried.
        """

        def record(connection: Connection, key: int) -> None:
            fingerprints.record_failure(connection, key, version, reason, unsafe=unsafe)

        await self._change(track_id, record, edit=False)

    async def _change(self, track_id: str, change: Callable[[Connection, int], None], *, edit: bool = True) -> None:
        await self._database.write(lambda db: change(db, _key(db, track_id)), edit=edit)


def _stats(connection: Connection) -> dict[str, Any]:
    return {
        **library_totals(connection),
        "analysed": fingerprints.count_fingerprints(connection),
        "problems": problems.count_problems(connection),
    }


def _key(connection: Connection, track_id: str) -> int:
    key = keys_of(connection, [track_id]).get(track_id)
    if key is None:
        raise NotFoundError("track", track_id)
    return key


def _path(place: FilePlace) -> Path:
    return Path(*(os.fsdecode(part) for part in place))
