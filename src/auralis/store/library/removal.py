"""Folders taken out of the library and brought back: tracks hidden and shown again; those of a demo forgotten."""

import orjson
from sqlalchemy import bindparam, delete, literal_column, select, update

from auralis.kit.search_text import searchable
from auralis.store.database import Connection
from auralis.store.library import folders, search_index
from auralis.store.library.figures import everything, refresh_figures
from auralis.store.library.state import recount_tracks
from auralis.store.schema import directories, tracks
from auralis.store.statements import Statement

_of_folder = tracks.c.directory_key.in_(
    select(directories.c.key).where(directories.c.folder_key == bindparam("of_folder"))
)
_hidden = tracks.c.hidden + literal_column("0") == bindparam("is_hidden")
_KEYS = Statement(select(tracks.c.key).where(_of_folder, _hidden))
_DOCUMENTS = Statement(select(tracks.c.key, tracks.c.document).where(_of_folder, _hidden))
_SET_HIDDEN = Statement(update(tracks).where(_of_folder).values(hidden=bindparam("now_hidden")))
_DELETE = Statement(delete(tracks).where(_of_folder))


def remove_folder(connection: Connection, folder: folders.LibraryFolder) -> None:
    """Take a folder out: a demo is forgotten, the owner's tracks are hidden with all that listeners made of them."""
    shown = _KEYS.rows(connection, of_folder=folder.key, is_hidden=0)
    search_index.drop(connection, "track_search", (key for (key,) in shown))
    if folder.kind == folders.DEMO:
        _DELETE.run(connection, of_folder=folder.key)
        folders.delete_folder(connection, folder.key)
    else:
        _SET_HIDDEN.run(connection, of_folder=folder.key, now_hidden=1)
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
    _SET_HIDDEN.run(connection, of_folder=folder_key, now_hidden=0)
    _bring_up_to_date(connection)


def _bring_up_to_date(connection: Connection) -> None:
    refresh_figures(connection, everything(connection))
    recount_tracks(connection)
