"""Folders taken out of the library and brought back: tracks hidden and shown again; those of a demo forgotten."""

import orjson
from sqlalchemy import bindparam, delete, literal_column, select, update

from auralis.kit.search_text import searchable
from auralis.store.database import Connection
from auralis.store.library import folders, search_index
from auralis.store.library.figures import everything, refresh_figures, touched_by
from auralis.store.library.state import recount_tracks
from auralis.store.library.tag_documents import sung_words
from auralis.store.schema import directories, library_folders, track_details, tracks
from auralis.store.statements import Statement, as_json, integers_in

_of_folder = tracks.c.directory_key.in_(
    select(directories.c.key).where(directories.c.folder_key == bindparam("of_folder"))
)
_hidden = tracks.c.hidden + literal_column("0") == bindparam("is_hidden")
_KEYS = Statement(select(tracks.c.key).where(_of_folder, _hidden))
_DOCUMENTS = Statement(select(tracks.c.key, tracks.c.document).where(_of_folder, _hidden))
_LYRICS = Statement(
    select(tracks.c.key, track_details.c.lyrics)
    .join_from(tracks, track_details, track_details.c.track_key == tracks.c.key)
    .where(_of_folder, _hidden, track_details.c.lyrics.is_not(None))
)
_SET_HIDDEN = Statement(
    update(tracks)
    .where(_of_folder, tracks.c.hidden + literal_column("0") == bindparam("was_hidden"))
    .values(hidden=bindparam("now_hidden"))
)
_EXPIRED = Statement(
    select(tracks.c.key)
    .join_from(tracks, directories, directories.c.key == tracks.c.directory_key)
    .join(library_folders, library_folders.c.key == directories.c.folder_key)
    .where(
        tracks.c.missing_since <= bindparam("before"),
        library_folders.c.away.is_(None),
        library_folders.c.removed == bindparam("kept", 0),
    )
    .limit(bindparam("limit"))
)
_PURGE = Statement(delete(tracks).where(tracks.c.key.in_(integers_in("keys"))))
_DELETE = Statement(delete(tracks).where(_of_folder))


def remove_folder(connection: Connection, folder: folders.LibraryFolder) -> None:
    """Take a folder out: a demo is forgotten, the owner's tracks are hidden with all that listeners made of them."""
    shown = _KEYS.rows(connection, of_folder=folder.key, is_hidden=0)
    search_index.drop_tracks(connection, (key for (key,) in shown))
    if folder.kind == folders.DEMO:
        _DELETE.run(connection, of_folder=folder.key)
        folders.delete_folder(connection, folder.key)
    else:
        _SET_HIDDEN.run(connection, of_folder=folder.key, was_hidden=0, now_hidden=1)
        folders.mark_removed(connection, folder.key)
    _bring_up_to_date(connection)


def bring_back_folder(connection: Connection, folder_key: int, kind: str) -> None:
    """Make a folder that was taken out one of the library's again, and show its tracks."""
    folders.mark_kept(connection, folder_key, kind)
    found: list[tuple[int, *tuple[str, ...]]] = []
    for key, document in _DOCUMENTS.rows(connection, of_folder=folder_key, is_hidden=1):
        shown = orjson.loads(bytes(document) + b"}")
        found.append((key, *(searchable(shown[name]) for name in ("title", "artist", "album"))))
    search_index.put(connection, "track_search", found)
    sung = _LYRICS.rows(connection, of_folder=folder_key, is_hidden=1)
    search_index.put(connection, "lyrics_search", [(key, sung_words(lyrics)) for key, lyrics in sung])
    _SET_HIDDEN.run(connection, of_folder=folder_key, was_hidden=1, now_hidden=0)
    _bring_up_to_date(connection)


def purge_missing(connection: Connection, before: int, limit: int) -> int:
    """Forget up to ``limit`` tracks missing since ``before`` (epoch milliseconds), and return how many were."""
    expired = _EXPIRED.rows(connection, before=before, limit=limit)
    if expired:
        keys = [key for (key,) in expired]
        touched = touched_by(connection, keys)
        search_index.drop_tracks(connection, keys)
        _PURGE.run(connection, keys=as_json(keys))
        refresh_figures(connection, touched)
        recount_tracks(connection)
    return len(expired)


def _bring_up_to_date(connection: Connection) -> None:
    refresh_figures(connection, everything(connection))
    recount_tracks(connection)
