"""One track as it is edited: read with the tags under its edits, written anew with the edits over them, hidden."""

from collections.abc import Mapping
from typing import Any, NamedTuple

import orjson
from sqlalchemy import bindparam, select, update

from auralis.model.library import AudioFile, Credit, TrackTags
from auralis.store.database import Connection
from auralis.store.library.describe import describe
from auralis.store.library.edits import Edited, save_edits, stream_of
from auralis.store.library.records import FileState, TrackRecord
from auralis.store.library.state import recount_tracks
from auralis.store.library.tag_documents import lyrics_beside, tags_of, unpack_tags
from auralis.store.library.writing import LibraryWriter
from auralis.store.schema import HIDDEN_BY_OWNER, directories, library_folders, track_details, track_edits, tracks
from auralis.store.statements import Statement

_t = tracks.c
_ROW = Statement(
    select(
        _t.key,
        _t.id,
        _t.folder_key,
        library_folders.c.path,
        directories.c.path,
        _t.name,
        _t.size,
        _t.mtime_ns,
        _t.inode,
        _t.words,
        _t.hidden,
        _t.missing,
        _t.missing_since,
        _t.audio_sketch,
        _t.audio_hash,
        _t.revision,
        _t.duration_seconds,
        _t.cover_hash,
        _t.document,
        track_details.c.data,
        track_details.c.credits,
        track_details.c.lyrics,
        track_edits.c.edits,
        track_edits.c.base,
    )
    .select_from(
        tracks.join(directories, directories.c.key == _t.directory_key)
        .join(library_folders, library_folders.c.key == _t.folder_key)
        .outerjoin(track_details, track_details.c.track_key == _t.key)
        .outerjoin(track_edits, track_edits.c.track_key == _t.key)
    )
    .where(_t.id == bindparam("track_id"), _t.hidden != bindparam("of_removed", 1))
)
_STAYS_MISSING = Statement(
    update(tracks)
    .where(_t.key == bindparam("track_key"))
    .values(missing=bindparam("is_missing", 1), missing_since=bindparam("since"))
)
_SET_HIDDEN = Statement(update(tracks).where(_t.key == bindparam("track_key")).values(hidden=bindparam("now_hidden")))
_HIDDEN = Statement(
    select(_t.document)
    .where(_t.hidden == bindparam("is_hidden", HIDDEN_BY_OWNER), _t.key > bindparam("after", 0))
    .order_by(_t.key)
    .limit(bindparam("limit"))
)


class StoredTrack(NamedTuple):
    """All that is known of a track by its tags; the fields are those of its row and of what goes with it."""

    key: int
    id: str
    folder_key: int
    folder: bytes
    directory: bytes
    name: bytes
    size: int
    mtime_ns: int
    inode: int
    words: int
    hidden: int
    missing: int
    missing_since: int | None
    audio_sketch: int
    audio_hash: bytes | None
    revision: int
    duration_seconds: float
    cover_hash: str | None
    packed_document: bytes
    details: bytes | None
    packed_credits: bytes | None
    lyrics: bytes | None
    packed_edits: bytes | None
    packed_base: bytes | None

    @property
    def document(self) -> dict[str, Any]:
        """The track's document as lists have it, without the listener's part."""
        members: dict[str, Any] = orjson.loads(bytes(self.packed_document) + b"}")
        return members

    @property
    def credits(self) -> list[dict[str, Any]]:
        """The parts that others than the artists had."""
        return orjson.loads(self.packed_credits) if self.packed_credits else []

    @property
    def edits(self) -> dict[str, Any]:
        """The owner's edits by the names that clients use."""
        return orjson.loads(self.packed_edits) if self.packed_edits else {}

    @property
    def base(self) -> TrackTags:
        """The file's own tags, under the edits."""
        if self.packed_base is not None:
            return unpack_tags(self.packed_base)
        document = self.document
        artists = tuple(each["name"] for each in document["artists"] if each["role"] == "artist")
        credits_ = tuple(Credit(each["name"], each["role"], each["instrument"]) for each in self.credits)
        return tags_of(document, artists, credits_, self.details, self.lyrics)

    @property
    def file(self) -> FileState:
        """The file as it was when it was read."""
        return FileState(self.name, self.size, self.mtime_ns, self.inode, self.words)


def read_track(connection: Connection, track_id: str) -> StoredTrack | None:
    """Return a track that is shown or that the owner has hidden, or None if there is none of that id."""
    row = _ROW.row(connection, track_id=track_id)
    return None if row is None else StoredTrack(*row)


def rewrite_track(
    connection: Connection, stored: StoredTrack, edits: Mapping[str, Any], read: AudioFile, file: FileState
) -> int:
    """Write a track anew: what its file says, ``edits`` over it; return the library's revision."""
    save_edits(connection, stored.key, Edited(dict(edits), read.tags))
    beside = lyrics_beside(stored.lyrics)
    says = describe(read, stored.directory, stored.name, beside=beside)._replace(sketch=stored.audio_sketch)
    # The sound is the same, and so is its hash, whatever became of the file's tags.
    record = TrackRecord(stored.key, True, stored.directory, file, says, stored.audio_hash)  # noqa: FBT003
    revision = LibraryWriter(stored.folder_key).rewrite(connection, record)
    if stored.missing and file == stored.file:
        _STAYS_MISSING.run(connection, track_key=stored.key, since=stored.missing_since)
    return revision


def as_read(stored: StoredTrack) -> AudioFile:
    """Return a track's file as it was read, from what the library remembers of it."""
    return AudioFile(stream_of(stored.document, stored.duration_seconds), stored.base, stored.cover_hash)


def hide_track(connection: Connection, stored: StoredTrack, *, hidden: bool) -> int:
    """Hide a track from all lists, or show it again; return the library's revision."""
    _SET_HIDDEN.run(connection, track_key=stored.key, now_hidden=HIDDEN_BY_OWNER if hidden else 0)
    rewrite_track(connection, stored, stored.edits, as_read(stored), stored.file)
    return recount_tracks(connection)


def hidden_tracks(connection: Connection, limit: int) -> list[dict[str, Any]]:
    """Return the documents of tracks that the owner has hidden."""
    return [orjson.loads(bytes(document) + b"}") for (document,) in _HIDDEN.rows(connection, limit=limit)]
