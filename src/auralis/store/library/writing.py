"""What a scan finds, written: tracks with their artists, album and genres, images, problems, what is missing."""

import math
import time
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from functools import lru_cache
from typing import Any, NamedTuple

import orjson
from sqlalchemy import (
    LargeBinary,
    Text,
    and_,
    bindparam,
    case,
    cast,
    delete,
    func,
    literal,
    literal_column,
    null,
    or_,
    select,
    update,
)

from auralis.kit.clock import iso_utc
from auralis.kit.text import SORTS_LAST
from auralis.model.library import READER_VERSION
from auralis.store.database import Connection
from auralis.store.library import search_index
from auralis.store.library.directories import DirectoryKeys, set_image, unsign_directories
from auralis.store.library.edits import with_edits
from auralis.store.library.figures import Touched, everything, prefers_folder, refresh_figures
from auralis.store.library.folders import is_in_library
from auralis.store.library.names import Known, album_registry, artist_registry, genre_registry, ordered_id
from auralis.store.library.problems import add_problems, forget_problems
from auralis.store.library.records import Batch, Name, Reunited, TrackRecord
from auralis.store.library.reunion import make_one
from auralis.store.library.spelling import respell_albums, respell_artists, respell_genres
from auralis.store.library.state import advance_library, is_stale, recount_tracks, set_stale
from auralis.store.listener.opinions import OF_ALBUMS, OF_ARTISTS
from auralis.store.lists.documents import packed, unpacked
from auralis.store.schema import (
    HIDDEN_BY_OWNER,
    albums,
    directories,
    fingerprints,
    library_folders,
    pictures,
    track_artists,
    track_details,
    track_genres,
    tracks,
)
from auralis.store.statements import BulkInsert, Statement, as_json, integers_in, texts_in

_t = tracks.c
_in_keys = integers_in("keys")
_ROW = (
    _t.directory_key,
    _t.name,
    _t.size,
    _t.mtime_ns,
    _t.inode,
    _t.album_key,
    _t.disc_number,
    _t.track_number,
    _t.year,
    _t.duration_seconds,
    _t.title_sort,
    _t.artist_sort,
    _t.album_sort,
    _t.artist,
    _t.cover_hash,
    _t.document,
    _t.audio_sketch,
    _t.format,
    _t.read_version,
    _t.words,
)
_INSERT = BulkInsert(tracks, [_t.key, _t.id, _t.folder_key, *_ROW[:5], _t.added_at, *_ROW[5:]])
_removed_folders = select(library_folders.c.key).where(library_folders.c.removed == bindparam("gone", 1))
_not_looked_at = bindparam("new_audio_sketch") == literal_column("0")
_same_file = and_(
    *(column == bindparam(f"new_{column.name}") for column in (_t.size, _t.mtime_ns, _t.inode)),
    or_(_not_looked_at, _t.audio_sketch == bindparam("new_audio_sketch")),
)
_UPDATE = Statement(
    update(tracks)
    .where(_t.key == bindparam("track_key"))
    .values(
        folder_key=bindparam("in_folder"),
        missing=bindparam("present", 0),
        revision=bindparam("new_revision"),
        missing_since=null(),
        analysis_version=_t.analysis_version * bindparam("same_sound"),
        unsafe=_t.unsafe * bindparam("same_sound"),
        hidden=case(
            (and_(_t.folder_key.in_(_removed_folders), _t.hidden == literal_column("1")), bindparam("shown", 0)),
            else_=_t.hidden,
        ),
        audio_hash=case((_same_file, _t.audio_hash), else_=bindparam("known_hash", type_=_t.audio_hash.type)),
        **{column.name: bindparam(f"new_{column.name}") for column in _ROW if column is not _t.audio_sketch},
        audio_sketch=case((and_(_same_file, _not_looked_at), _t.audio_sketch), else_=bindparam("new_audio_sketch")),
    )
)
_BEFORE = Statement(
    select(_t.key, _t.id, _t.added_at, _t.revision, _t.album_key, _t.hidden, _t.document).where(_t.key.in_(_in_keys))
)
_LAST_KEY = Statement(select(func.coalesce(func.max(_t.key), 0)))
_SET_MISSING = Statement(
    update(tracks)
    .where(_t.key.in_(_in_keys))
    .values(missing=bindparam("is_missing", 1), missing_since=func.coalesce(_t.missing_since, bindparam("now")))
)
_SET_FOUND = Statement(
    update(tracks).where(_t.key.in_(_in_keys)).values(missing=bindparam("present", 0), missing_since=null())
)
_gone = literal(".gone/").concat(cast(_t.key, Text)).concat("/").concat(_t.name)
_DISPLACE = Statement(update(tracks).where(_t.key.in_(_in_keys)).values(name=cast(_gone, LargeBinary)))
"""No file has a slash in its name, so that a track without a place is in nobody's way; its own comes last."""
_TRY_AGAIN = Statement(
    update(tracks)
    .where(_t.key.in_(_in_keys), _t.key.not_in(select(fingerprints.c.track_key)))
    .values(analysis_version=bindparam("never", 0))
)
_CREDITS = BulkInsert(track_artists, list(track_artists.c))
_GENRES = BulkInsert(track_genres, list(track_genres.c))
_DETAILS = BulkInsert(track_details, list(track_details.c))
_ARTISTS_OF = Statement(select(track_artists).where(track_artists.c.track_key.in_(_in_keys)))
_GENRES_OF = Statement(select(track_genres.c.genre_key).where(track_genres.c.track_key.in_(_in_keys)))
_FORGET_RELATED = [
    Statement(delete(table).where(table.c.track_key.in_(_in_keys)))
    for table in (track_artists, track_genres, track_details)
]
_FORGET_FINGERPRINTS = Statement(delete(fingerprints).where(fingerprints.c.track_key.in_(_in_keys)))
_ALBUM_ARTWORK = Statement(
    select(albums.c.key, albums.c.artwork_id, albums.c.artwork_choice).where(
        albums.c.key.in_(_in_keys), albums.c.artwork_id.is_not(None)
    )
)
_DIRECTORY_IMAGES = Statement(
    select(directories.c.key, directories.c.image_hash).where(directories.c.key.in_(_in_keys))
)


_BROKEN = Statement(select(pictures.c.hash).where(pictures.c.hash.in_(texts_in("hashes")), pictures.c.color.is_(None)))


class Former(NamedTuple):
    """What stays of a track when its file has changed."""

    id: str
    added_at: int
    revision: int
    album_key: int
    hidden: int
    document: dict[str, Any]


class LibraryWriter:
    """Writes what a scan finds in one folder, batch by batch; figures of albums and artists follow when asked to."""

    def __init__(self, folder_key: int) -> None:
        self._folder_key = folder_key
        self._directories = DirectoryKeys(folder_key)
        self._artists, self._albums, self._genres = artist_registry(), album_registry(), genre_registry()
        self._touched = Touched()
        self._inherited_stale: bool | None = None
        self._liked: dict[tuple[Any, ...], int] = {}
        """Track, role and position of artists that somebody has an opinion of, as they were before a batch."""

    def write(self, connection: Connection, batch: Batch) -> None:
        """Write a batch; on failure everything remembered is forgotten, as it may never have been saved."""
        try:
            self._write(connection, batch)
        except BaseException:
            self._forget()
            raise

    def rewrite(self, connection: Connection, record: TrackRecord) -> int:
        """Write one track whose tags were edited, with its figures; return the library's revision.

        What a scan that runs beside this has left to bring up to date stays the scan's.
        """
        self._write_tracks(connection, [record], round(time.time() * 1000))
        refresh_figures(connection, self._touched)
        self._touched = Touched()
        return advance_library(connection)

    def refresh(self, connection: Connection, seconds: float = math.inf) -> int | None:
        """Bring figures up to date with what was written, for about ``seconds``.

        Return the library's revision, or None where there is more to bring up to date.
        """
        until = time.monotonic() + seconds
        self._look_for_stale(connection)
        if self._inherited_stale:
            self._touched, self._inherited_stale = everything(connection), False
        while self._touched:
            refresh_figures(connection, self._touched.part())
            if time.monotonic() > until:
                return None
        set_stale(connection, stale=False)
        return advance_library(connection)

    def _look_for_stale(self, connection: Connection) -> None:
        """Note whether an earlier scan was broken off with figures not up to date; which, nobody knows any more."""
        if self._inherited_stale is None:
            self._inherited_stale = is_stale(connection)

    def _forget(self) -> None:
        for memory in (self._directories, self._artists, self._albums, self._genres):
            memory.forget()

    def _write(self, connection: Connection, batch: Batch) -> None:
        if not is_in_library(connection, self._folder_key):
            return
        self._look_for_stale(connection)
        now = round(time.time() * 1000)
        gone = [*batch.displaced, *batch.missing]
        if gone:
            unsign_directories(connection, gone)
        if batch.displaced:
            _SET_MISSING.run(connection, keys=as_json(batch.displaced), now=now)
            _DISPLACE.run(connection, keys=as_json(batch.displaced))
        if batch.tracks:
            self._write_tracks(connection, batch.tracks, now)
        if batch.reunited:
            self._reunite(connection, batch.reunited, now)
        for image in batch.images:
            self._directories.resolve(connection, [image.directory])
            self._touched.albums.update(set_image(connection, self._folder_key, image))
        if batch.missing:
            _SET_MISSING.run(connection, keys=as_json(batch.missing), now=now)
        if batch.found_again:
            _SET_FOUND.run(connection, keys=as_json(batch.found_again))
            _TRY_AGAIN.run(connection, keys=as_json(batch.found_again))
        forget_problems(connection, batch.solved)
        add_problems(connection, self._folder_key, batch.problems)
        if self._touched:
            set_stale(connection, stale=True)

    def _reunite(self, connection: Connection, reunited: Sequence[Reunited], now: int) -> None:
        records, touched, count = make_one(connection, reunited)
        if records:
            self._touched.add(touched)
            advance_library(connection, -count)
            self._write_tracks(connection, records, now)

    def _write_tracks(self, connection: Connection, records: Sequence[TrackRecord], now: int) -> None:
        records = with_edits(connection, records)
        places = self._directories.resolve(connection, (record.directory for record in records))
        people = self._artists.resolve(connection, (name for record in records for name in _people(record)))
        album_keys = self._albums.resolve(connection, (record.says.album for record in records if record.says.album))
        genre_keys = self._genres.resolve(connection, (name for record in records for name in record.says.genres))
        self._liked = {}
        former = self._former(connection, records)
        covers = _Covers(connection, records, places, album_keys)
        next_key = _LAST_KEY.value(connection) + 1
        rows: list[tuple[Any, ...]] = []
        updates: list[dict[str, Any]] = []
        credits_: list[tuple[Any, ...]] = []
        genres_: list[tuple[Any, ...]] = []
        search: list[tuple[Any, ...]] = []
        details: list[tuple[Any, ...]] = []
        for record in records:
            before = None if record.key is None else former.get(record.key)
            if before is None:
                key, next_key = next_key, next_key + 1
            else:
                key = record.key or 0
            album = album_keys[record.says.album.identity] if record.says.album else None
            self._touched.albums.add(album.key if album else 0)
            identity = before or Former(ordered_id(key), now, 0, 0, 0, {})
            document = _document(record, identity, people, album, covers.of(record, album))
            row = _row(record, places[record.directory], album, document)
            if before is None:
                rows.append((key, identity.id, self._folder_key, *row[:5], now, *row[5:]))
            else:
                updates.append(_update(key, self._folder_key, record, before, row))
            credits_ += _credits(key, record, people)
            genres_ += [(key, place, genre_keys[name.identity].key) for place, name in enumerate(record.says.genres)]
            if identity.hidden != HIDDEN_BY_OWNER:
                search.append((key, *record.says.search, record.says.sung))
            if record.says.details or record.says.lyrics:
                details.append(_details(key, record, people))
        _UPDATE.run_many(connection, updates)
        _INSERT.run(connection, rows)
        _CREDITS.run(connection, credits_)
        _GENRES.run(connection, genres_)
        _DETAILS.run(connection, details)
        search_index.put_tracks(connection, search)
        if updates:
            self._respell(connection, records, people, album_keys, genre_keys)
        self._carry_opinions(connection, former, updates, credits_)
        self._touched.artists.update(known.key for known in people.values())
        self._touched.genres.update(known.key for known in genre_keys.values())
        if any(each.hidden for each in former.values()):
            recount_tracks(connection)
        else:
            advance_library(connection, len(rows))

    def _respell(
        self,
        connection: Connection,
        records: Sequence[TrackRecord],
        people: Mapping[str, Known],
        album_keys: Mapping[str, Known],
        genre_keys: Mapping[str, Known],
    ) -> None:
        """Correct names that the tracks before these may have been the last to spell as they were spelled."""
        says = [record.says for record in records]
        named = {people[name.identity].key: name for record in records for name in _people(record)}
        if respell_artists(connection, named):
            self._artists.forget()
        if respell_albums(connection, {album_keys[each.album.identity].key: each.album for each in says if each.album}):
            self._albums.forget()
        if respell_genres(connection, {genre_keys[name.identity].key: name for each in says for name in each.genres}):
            self._genres.forget()

    def _carry_opinions(
        self,
        connection: Connection,
        former: Mapping[int, Former],
        updates: Sequence[Mapping[str, Any]],
        parts: Iterable[tuple[Any, ...]],
    ) -> None:
        """Let what listeners make of albums and artists follow these to other names."""
        moves = ((former[row["track_key"]].album_key, row["new_album_key"]) for row in updates)
        OF_ALBUMS.follow(connection, ((before, now) for before, now in moves if before and now and before != now))
        if self._liked:
            there = {tuple(place): artist for *place, artist in parts}
            heirs = ((artist, there.get(place, artist)) for place, artist in self._liked.items())
            OF_ARTISTS.follow(connection, ((before, now) for before, now in heirs if before != now))

    def _former(self, connection: Connection, records: Iterable[TrackRecord]) -> dict[int, Former]:
        """Return what stays of the tracks that are to be updated, and clear away what does not."""
        sound_changed = [record.key for record in records if record.key is not None and not record.same_sound]
        keys = as_json(record.key for record in records if record.key is not None)
        found = {
            row[0]: Former(row[1], row[2], row[3], row[4], row[5], unpacked(row[6]))
            for row in _BEFORE.rows(connection, keys=keys)
        }
        if not found:
            return found
        self._touched.albums.update(former.album_key for former in found.values())
        parts = _ARTISTS_OF.rows(connection, keys=keys)
        self._touched.artists.update(artist for *_, artist in parts)
        liked = OF_ARTISTS.known(connection, {artist for *_, artist in parts})
        self._liked = {tuple(part): artist for *part, artist in parts if artist in liked}
        self._touched.genres.update(key for (key,) in _GENRES_OF.rows(connection, keys=keys))
        for statement in _FORGET_RELATED:
            statement.run(connection, keys=keys)
        _FORGET_FINGERPRINTS.run(connection, keys=as_json(sound_changed))
        search_index.drop_tracks(connection, found)
        return found


def _people(record: TrackRecord) -> tuple[Name, ...]:
    says = record.says
    if not says.credits:
        return (*says.artists, *says.album_artists)
    return (*says.artists, *says.album_artists, *(credit.name for credit in says.credits))


class _Covers:
    """Which picture each track of a batch shows, as far as it can be told before figures are up to date."""

    def __init__(
        self,
        connection: Connection,
        records: Sequence[TrackRecord],
        places: Mapping[bytes, int],
        album_keys: Mapping[str, Known],
    ) -> None:
        embedded = {record.says.cover_hash for record in records if record.says.cover_hash}
        self._broken: set[str] = set()
        if embedded:
            self._broken = {image for (image,) in _BROKEN.rows(connection, hashes=as_json(embedded))}
        known = _ALBUM_ARTWORK.rows(connection, keys=as_json(each.key for each in album_keys.values()))
        folder_first = prefers_folder(connection)
        self._of_albums: dict[int, str] = {key: artwork for key, artwork, _ in known}
        self._before_own: dict[int, str] = {
            key: choice or artwork for key, artwork, choice in known if choice is not None or folder_first
        }
        for key, cover in self._first_covers(connection, records, places, album_keys).items():
            self._of_albums.setdefault(key, cover)

    def of(self, record: TrackRecord, album: Known | None) -> str | None:
        """Return the picture of a track: what counts before its own, its own, the album's."""
        own = self._own(record)
        if album is None:
            return own
        return self._before_own.get(album.key) or own or self._of_albums.get(album.key)

    def _own(self, record: TrackRecord) -> str | None:
        return None if record.says.cover_hash in self._broken else record.says.cover_hash

    def _first_covers(
        self,
        connection: Connection,
        records: Sequence[TrackRecord],
        places: Mapping[bytes, int],
        album_keys: Mapping[str, Known],
    ) -> dict[int, str]:
        """Return the cover of each album's first track that has one, else the picture beside it."""
        images = dict(_DIRECTORY_IMAGES.rows(connection, keys=as_json(places.values())))
        covers: dict[int, list[tuple[int, int, str]]] = defaultdict(list)
        beside: dict[int, str | None] = {}
        for record in records:
            if record.says.album is not None:
                key, own = album_keys[record.says.album.identity].key, self._own(record)
                if own:
                    covers[key].append((record.says.disc_number, record.says.track_number, own))
                beside.setdefault(key, images.get(places[record.directory]))
        found = {key: min(covers[key])[2] if covers[key] else image for key, image in beside.items()}
        return {key: image for key, image in found.items() if image is not None}


@lru_cache(maxsize=16)
def _date(milliseconds: int) -> str:
    return iso_utc(milliseconds / 1000)


def _document(
    record: TrackRecord, identity: Former, people: dict[str, Known], album: Known | None, artwork: str | None
) -> bytes:
    kept = identity.document if record.same_sound else {}
    named = [(name, "artist") for name in record.says.artists]
    named += [(name, "albumArtist") for name in record.says.album_artists if name not in record.says.artists]
    return packed(
        {
            "id": identity.id,
            **record.says.facts,
            "artists": [{"id": people[name.identity].id, "name": name.shown, "role": role} for name, role in named],
            "albumId": album.id if album else None,
            "fileSize": record.file.size,
            "dateAdded": _date(identity.added_at),
            "artworkId": artwork,
            "loudnessLufs": kept.get("loudnessLufs"),
            "fingerprint": kept.get("fingerprint", "none"),
            "revision": identity.revision + 1,
        }
    )


def _row(record: TrackRecord, directory_key: int, album: Known | None, document: bytes) -> tuple[Any, ...]:
    """Return the values of ``_ROW``."""
    return (
        directory_key,
        *record.file[:4],
        album.key if album else 0,
        record.says.disc_number,
        record.says.track_number,
        record.says.year,
        record.says.duration_seconds,
        record.says.title_sort,
        record.says.artist_sort,
        record.says.album.sort if record.says.album else SORTS_LAST,
        record.says.facts["artist"],
        record.says.cover_hash,
        document,
        record.says.sketch,
        record.says.facts["format"],
        READER_VERSION,
        record.file.words,
    )


def _update(key: int, folder_key: int, record: TrackRecord, before: Former, row: tuple[Any, ...]) -> dict[str, Any]:
    return {
        "track_key": key,
        "in_folder": folder_key,
        "new_revision": before.revision + 1,
        "same_sound": int(record.same_sound),
        "known_hash": record.audio_hash,
        **{f"new_{column.name}": value for column, value in zip(_ROW, row, strict=True)},
    }


def _credits(key: int, record: TrackRecord, people: dict[str, Known]) -> list[tuple[Any, ...]]:
    says = record.says
    rows = [(key, "artist", place, people[name.identity].key) for place, name in enumerate(says.artists)]
    rows += [(key, "albumArtist", place, people[name.identity].key) for place, name in enumerate(says.album_artists)]
    rows += [(key, each.role, place, people[each.name.identity].key) for place, each in enumerate(says.credits)]
    return rows


def _details(key: int, record: TrackRecord, people: dict[str, Known]) -> tuple[Any, ...]:
    """Return the row of what only well-kept files say."""
    says = record.says
    credits_ = [
        {"id": people[each.name.identity].id, "name": each.name.shown, "role": each.role, "instrument": each.instrument}
        for each in says.credits
    ]
    return key, says.details or b"{}", orjson.dumps(credits_), says.lyrics
