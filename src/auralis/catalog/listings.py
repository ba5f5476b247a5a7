"""How each list is read within one state of the database."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import orjson

from auralis.catalog.pages import Page, PageSpec, is_descending, read_offset_page, read_page
from auralis.catalog.playlists.views import summaries
from auralis.kit.clock import iso_utc
from auralis.model.errors import NotFoundError
from auralis.model.library import LOCAL_OWNER
from auralis.store.database import Connection
from auralis.store.library import problems
from auralis.store.lists import browse, search, statistics, tree
from auralis.store.lists.browse import OpinionFilter
from auralis.store.lists.documents import keys_of, track_documents
from auralis.store.lists.filters import TrackFilter
from auralis.store.lists.tracks import TrackList, track_walk


@dataclass(frozen=True, slots=True)
class SearchResult:
    """The best of each kind as JSON documents; ``approximate`` where words had to be taken for others."""

    tracks: list[bytes]
    albums: list[bytes]
    artists: list[bytes]
    playlists: list[bytes]
    approximate: bool = False


@dataclass(frozen=True, slots=True)
class TrackSearch:
    """A search for tracks: what for, among which, in which order (None: the best first), for whom, by lyrics too."""

    query: str
    filter: TrackFilter = field(default_factory=TrackFilter)
    sort: str | None = None
    descending: bool = False
    user_id: str = LOCAL_OWNER
    lyrics: bool = False

    @property
    def tables(self) -> tuple[search.SearchTable, ...]:
        """What is searched."""
        return (search.TRACKS, search.LYRICS) if self.lyrics else (search.TRACKS,)


def tracks_page(connection: Connection, wanted: TrackList, spec: PageSpec) -> Page:
    """Read a page of tracks."""
    listing = [
        "tracks",
        wanted.sort,
        wanted.descending,
        wanted.filter.members,
        wanted.user_id if wanted.is_personal else None,
        wanted.search and wanted.search.expression,
        wanted.seed,
        wanted.lyrics,
    ]
    return read_page(
        connection,
        track_walk(connection, wanted),
        spec,
        listing,
        lambda keys: track_documents(connection, keys, wanted.user_id),
    )


def albums_page(connection: Connection, sort: str, order: str, spec: PageSpec, narrowed: OpinionFilter) -> Page:
    """Read a page of albums."""
    walk = browse.album_walk(connection, sort, narrowed, descending=is_descending(order))

    def documents(keys: Sequence[int]) -> list[bytes]:
        return dumped(browse.albums_by_keys(connection, keys, narrowed.user_id))

    return read_page(connection, walk, spec, ["albums", sort, order, *narrowed.members], documents)


def artists_page(connection: Connection, sort: str, order: str, spec: PageSpec, narrowed: OpinionFilter) -> Page:
    """Read a page of artists."""
    walk = browse.artist_walk(connection, sort, narrowed, descending=is_descending(order))

    def documents(keys: Sequence[int]) -> list[bytes]:
        return dumped(browse.artists_by_keys(connection, keys, narrowed.user_id))

    return read_page(connection, walk, spec, ["artists", sort, order, *narrowed.members], documents)


def problems_page(connection: Connection, spec: PageSpec) -> Page:
    """Read a page of problems."""
    total = problems.count_problems(connection)

    def read(offset: int, limit: int) -> list[bytes]:
        return dumped(
            {
                "folder": problem.folder,
                "path": problem.path,
                "reason": problem.reason,
                "date": iso_utc(problem.found_at),
            }
            for problem in problems.list_problems(connection, offset, limit)
        )

    return read_offset_page(connection, spec, total, ["problems"], read)


def genres_page(connection: Connection, sort: str, spec: PageSpec) -> Page:
    """Read a page of the genres."""
    return _page_of(connection, spec, ["genres", sort], statistics.list_genres(connection, sort))


def years_page(connection: Connection, spec: PageSpec) -> Page:
    """Read a page of the years."""
    return _page_of(connection, spec, ["years"], statistics.list_years(connection))


def directory_page(connection: Connection, path: str, spec: PageSpec, user_id: str) -> Page:
    """Read a page of what lies in a directory: what is in it by name, subdirectories first."""
    path = path.rstrip("/")
    found = tree.directory(connection, path) if path else tree.top(connection)
    if found is None:
        raise NotFoundError("directory", path)
    folders = len(found.subdirectories)
    tracks = 0 if found.key is None else tree.count_tracks(connection, found.key)

    def read(offset: int, limit: int) -> list[bytes]:
        here = found.subdirectories[offset : offset + limit]
        items = [_entry("directory", each.name, each.path) for each in here]
        if found.key is not None and len(items) < limit:
            rows = tree.tracks_in(connection, found.key, max(0, offset - folders), limit - len(items))
            documents = track_documents(connection, (key for key, _ in rows), user_id)
            items += [
                _entry("track", name, None, orjson.Fragment(d)) for (_, name), d in zip(rows, documents, strict=True)
            ]
        return items

    return read_offset_page(connection, spec, folders + tracks, ["directory", path], read)


def _entry(kind: str, name: str, path: str | None, track: orjson.Fragment | None = None) -> bytes:
    return orjson.dumps({"kind": kind, "name": name, "path": path, "track": track})


def _page_of(connection: Connection, spec: PageSpec, listing: list[Any], whole: list[dict[str, Any]]) -> Page:
    """Read a page of a list that is short enough to be had as a whole."""
    return read_offset_page(
        connection, spec, len(whole), listing, lambda offset, limit: dumped(whole[offset : offset + limit])
    )


def found_tracks_page(connection: Connection, wanted: TrackSearch, spec: PageSpec) -> Page:
    """Read a page of the tracks that a search finds."""
    lyrics = wanted.lyrics
    meant = search.meaning(connection, wanted.query, *wanted.tables, user_id=wanted.user_id)
    if wanted.sort is not None:
        found = TrackList(wanted.sort, wanted.descending, wanted.filter, wanted.user_id, search=meant, lyrics=lyrics)
        return tracks_page(connection, found, spec)
    hits = search.Hits(connection, meant, wanted.filter, wanted.user_id, lyrics=lyrics)

    def read(offset: int, limit: int) -> list[bytes]:
        return track_documents(connection, hits.keys(offset, limit), wanted.user_id)

    listing = ["search", wanted.query, wanted.filter.members, wanted.user_id, lyrics]
    return read_offset_page(connection, spec, hits.count(), listing, read)


def found_of_each(
    connection: Connection, query: str, limit: int, user_id: str, *, lyrics: bool = False
) -> SearchResult:
    """Read the best tracks, albums, artists and playlists that a query finds."""
    kinds = (search.ALBUMS, search.ARTISTS, search.PLAYLISTS)
    tables = TrackSearch(query, lyrics=lyrics).tables
    meant = search.meaning(connection, query, *tables, *kinds, user_id=user_id)
    tracks = search.Hits(connection, meant, user_id=user_id, lyrics=lyrics).keys(0, limit)
    albums, artists, lists = (search.Search(connection, kind, meant, user_id=user_id).keys(0, limit) for kind in kinds)
    return SearchResult(
        track_documents(connection, tracks, user_id),
        dumped(browse.albums_by_keys(connection, albums, user_id)),
        dumped(browse.artists_by_keys(connection, artists, user_id)),
        summaries(connection, lists),
        meant.is_guessed,
    )


def found_playlists_page(connection: Connection, query: str, spec: PageSpec, user_id: str) -> Page:
    """Read a page of the playlists that a search finds, the best first."""
    meant = search.meaning(connection, query, search.PLAYLISTS, user_id=user_id)
    hits = search.Search(connection, search.PLAYLISTS, meant, user_id=user_id)

    def read(offset: int, limit: int) -> list[bytes]:
        return summaries(connection, hits.keys(offset, limit))

    return read_offset_page(connection, spec, hits.count(), ["playlists", query, user_id], read)


def tracks_by_ids(connection: Connection, ids: Sequence[str], user_id: str) -> list[bytes | None]:
    """Read tracks in the order of ``ids``; None where an id names no track."""
    keys = keys_of(connection, ids)
    unique = list(dict.fromkeys(keys.values()))
    found = dict(zip(unique, track_documents(connection, unique, user_id), strict=True))
    return [found[keys[track_id]] if track_id in keys else None for track_id in ids]


def album_with_tracks(connection: Connection, album_id: str, user_id: str) -> bytes:
    """Read an album and its tracks in playing order."""
    key = browse.album_key(connection, album_id)
    if key is None:
        raise NotFoundError("album", album_id)
    (album,) = browse.albums_by_keys(connection, [key], user_id)
    tracks = track_documents(connection, browse.album_tracks(connection, key), user_id)
    return _with_lists(album, tracks=tracks)


def artist_with_music(connection: Connection, artist_id: str, limit: int, user_id: str) -> bytes:
    """Read an artist, the albums, and up to ``limit`` tracks."""
    key = browse.artist_key(connection, artist_id)
    if key is None:
        raise NotFoundError("artist", artist_id)
    (artist,) = browse.artists_by_keys(connection, [key], user_id)
    albums = browse.albums_by_keys(connection, browse.artist_albums(connection, key), user_id)
    tracks = track_documents(connection, browse.artist_tracks(connection, key, limit), user_id)
    return _with_lists(artist, albums=dumped(albums), tracks=tracks)


def dumped(documents: Any) -> list[bytes]:
    """Return plain data as JSON documents."""
    return [orjson.dumps(document) for document in documents]


def _with_lists(document: Mapping[str, Any], **lists: list[bytes]) -> bytes:
    members = b"".join(b',"%b":[%b]' % (name.encode(), b",".join(items)) for name, items in lists.items())
    return orjson.dumps(document)[:-1] + members + b"}"
