"""The figures of albums, artists and genres, brought up to date with their tracks."""

from collections import defaultdict
from collections.abc import Iterable
from typing import Any

import orjson
from sqlalchemy import ColumnElement, and_, bindparam, case, distinct, exists, func, select, update

from auralis.kit.search_text import searchable
from auralis.kit.text import SORTS_LAST, sort_key
from auralis.model.settings.declared import LIBRARY_ARTIST_ARTWORK_ORDER, LIBRARY_ARTWORK_ORDER
from auralis.store.database import Connection
from auralis.store.library import search_index
from auralis.store.lists import documents
from auralis.store.schema import (
    SHOWN_OF_FEW,
    albums,
    artist_pictures,
    artists,
    directories,
    genres,
    pictures,
    server_settings,
    track_artists,
    track_genres,
    tracks,
)
from auralis.store.statements import Statement, as_json, integers_in

VARIOUS_ARTISTS = "Various Artists"
_ALBUMS_AT_ONCE, _ARTISTS_AT_ONCE = 100, 50

_in_keys = integers_in("keys")


def _shown_well(image: ColumnElement[Any]) -> ColumnElement[bool]:
    """Tell pictures from those that were looked at and cannot be shown."""
    return ~exists(select(pictures.c.hash).where(pictures.c.hash == image, pictures.c.color.is_(None)))


_ALBUM_FIGURES = Statement(
    select(
        tracks.c.album_key,
        func.count(),
        func.sum(tracks.c.duration_seconds),
        func.min(func.nullif(tracks.c.year, bindparam("unknown", 0))),
        func.min(func.coalesce(tracks.c.artist, bindparam("nobody", ""))),
        func.max(func.coalesce(tracks.c.artist, bindparam("nobody", ""))),
        func.min(tracks.c.directory_key),
    )
    .where(tracks.c.album_key.in_(_in_keys), SHOWN_OF_FEW)
    .group_by(tracks.c.album_key)
)
_ALBUMS = Statement(
    select(
        albums.c.key,
        albums.c.title,
        albums.c.album_artist,
        albums.c.artist,
        albums.c.shown,
        albums.c.artwork_id,
        albums.c.artwork_choice,
    ).where(albums.c.key.in_(_in_keys))
)
_COVERS = Statement(
    select(tracks.c.album_key, tracks.c.cover_hash)
    .where(
        tracks.c.album_key.in_(_in_keys),
        SHOWN_OF_FEW,
        tracks.c.cover_hash.is_not(None),
        _shown_well(tracks.c.cover_hash),
    )
    .order_by(tracks.c.album_key, tracks.c.disc_number.desc(), tracks.c.track_number.desc(), tracks.c.key.desc())
)
_IMAGES = Statement(
    select(directories.c.key, directories.c.image_hash).where(
        directories.c.key.in_(_in_keys), directories.c.image_hash.is_not(None), _shown_well(directories.c.image_hash)
    )
)
_SET_ALBUM = Statement(
    update(albums)
    .where(albums.c.key == bindparam("album_key"))
    .values(
        shown=bindparam("is_shown"),
        artist=bindparam("by"),
        artist_sort=bindparam("by_sort"),
        year=bindparam("of_year"),
        track_count=bindparam("count"),
        duration_seconds=bindparam("seconds"),
        artwork_id=bindparam("artwork"),
    )
)
_COVERLESS = Statement(
    select(tracks.c.key, tracks.c.cover_hash).where(
        tracks.c.album_key == bindparam("of_album"), tracks.c.cover_hash.is_(None)
    )
)
_TRACK_COVERS = Statement(
    select(tracks.c.key, case((_shown_well(tracks.c.cover_hash), tracks.c.cover_hash))).where(
        tracks.c.album_key == bindparam("of_album")
    )
)
_ORDER = Statement(select(server_settings.c.value).where(server_settings.c.name == bindparam("setting")))
_ARTIST_FIGURES = Statement(
    select(
        track_artists.c.artist_key,
        func.count(distinct(case((track_artists.c.role == bindparam("artist", "artist"), tracks.c.key)))),
        func.count(distinct(func.nullif(tracks.c.album_key, bindparam("none", 0)))),
    )
    .join_from(track_artists, tracks, tracks.c.key == track_artists.c.track_key)
    .where(track_artists.c.artist_key.in_(_in_keys), SHOWN_OF_FEW)
    .group_by(track_artists.c.artist_key)
)
_ARTIST_ARTWORK = Statement(
    select(
        track_artists.c.artist_key,
        albums.c.artwork_id,
        func.min(albums.c.year * bindparam("most", 1 << 32) + albums.c.key),
    )
    .join_from(track_artists, tracks, tracks.c.key == track_artists.c.track_key)
    .join(albums, and_(albums.c.key == tracks.c.album_key, albums.c.artwork_id.is_not(None)))
    .where(track_artists.c.artist_key.in_(_in_keys), SHOWN_OF_FEW)
    .group_by(track_artists.c.artist_key)
)
_ARTIST_PICTURES = Statement(
    select(
        artist_pictures.c.artist_key,
        artist_pictures.c.choice,
        case((_shown_well(artist_pictures.c.found), artist_pictures.c.found)),
    ).where(artist_pictures.c.artist_key.in_(_in_keys))
)
_ARTISTS = Statement(select(artists.c.key, artists.c.name, artists.c.shown).where(artists.c.key.in_(_in_keys)))
_SET_ARTIST = Statement(
    update(artists)
    .where(artists.c.key == bindparam("artist_key"))
    .values(
        shown=bindparam("is_shown"),
        track_count=bindparam("count"),
        album_count=bindparam("of_albums"),
        artwork_id=bindparam("artwork"),
    )
)
_GENRE_FIGURES = Statement(
    update(genres)
    .where(genres.c.key.in_(_in_keys))
    .values(
        track_count=select(func.count())
        .select_from(track_genres.join(tracks, tracks.c.key == track_genres.c.track_key))
        .where(track_genres.c.genre_key == genres.c.key, SHOWN_OF_FEW)
        .scalar_subquery()
    )
)
_ALL = {table: Statement(select(table.c.key)) for table in (albums, artists, genres)}
_OF_TRACKS = (
    Statement(select(tracks.c.album_key).where(tracks.c.key.in_(_in_keys))),
    Statement(select(track_artists.c.artist_key).where(track_artists.c.track_key.in_(_in_keys))),
    Statement(select(track_genres.c.genre_key).where(track_genres.c.track_key.in_(_in_keys))),
)


class Touched:
    """Albums, artists and genres whose tracks have changed, by key."""

    def __init__(self) -> None:
        self.albums: set[int] = set()
        self.artists: set[int] = set()
        self.genres: set[int] = set()

    def add(self, other: "Touched") -> None:
        """Add what else was touched."""
        self.albums |= other.albums
        self.artists |= other.artists
        self.genres |= other.genres

    def part(self) -> "Touched":
        """Take out a part that is brought up to date in a few milliseconds; albums first, artists show their covers."""
        part = Touched()
        for mine, taken, most in (
            (self.albums, part.albums, _ALBUMS_AT_ONCE),
            (self.artists, part.artists, _ARTISTS_AT_ONCE),
            (self.genres, part.genres, 1),
        ):
            if mine:
                taken.update(mine.pop() for _ in range(min(most, len(mine))))
                break
        return part

    def __bool__(self) -> bool:
        """Return whether there is anything to bring up to date."""
        return bool(self.albums or self.artists or self.genres)

    def __len__(self) -> int:
        """Return how much there is to bring up to date."""
        return len(self.albums) + len(self.artists) + len(self.genres)


def everything(connection: Connection) -> Touched:
    """Return all albums, artists and genres."""
    touched = Touched()
    touched.albums, touched.artists, touched.genres = (
        {key for (key,) in statement.rows(connection)} for statement in _ALL.values()
    )
    return touched


def touched_by(connection: Connection, track_keys: Iterable[int]) -> Touched:
    """Return the albums, artists and genres of some tracks."""
    touched = Touched()
    keys = as_json(track_keys)
    touched.albums, touched.artists, touched.genres = (
        {key for (key,) in statement.rows(connection, keys=keys)} for statement in _OF_TRACKS
    )
    return touched


def refresh_figures(connection: Connection, touched: Touched) -> None:
    """Bring the figures of what was touched up to date; what has no track left is no longer shown, but keeps its id."""
    touched.albums.discard(0)
    _refresh_albums(connection, touched.albums)
    _refresh_artists(connection, touched.artists)
    _GENRE_FIGURES.run(connection, keys=as_json(touched.genres))


def _refresh_albums(connection: Connection, keys: Iterable[int]) -> None:
    packed = as_json(keys)
    figures = {row[0]: row[1:] for row in _ALBUM_FIGURES.rows(connection, keys=packed)}
    # Sorted so that the first track's cover is the one that is left.
    covers = dict(_COVERS.rows(connection, keys=packed))
    folder_first = prefers_folder(connection)
    images = dict(_IMAGES.rows(connection, keys=as_json({row[5] for row in figures.values()})))
    changed: list[dict[str, Any]] = []
    found: list[tuple[int, str, str]] = []
    lost: list[int] = []
    for key, title, own_artist, artist_before, shown, artwork_before, choice in _ALBUMS.rows(connection, keys=packed):
        count, seconds, year, least, greatest, directory = figures.get(key, (0, 0.0, 0, "", "", None))
        artist = own_artist or (least if least == greatest else VARIOUS_ARTISTS) or None
        embedded, beside = covers.get(key), images.get(directory)
        artwork = choice or (beside or embedded if folder_first else embedded or beside)
        changed.append(
            {
                "album_key": key,
                "is_shown": int(count > 0),
                "by": artist,
                "by_sort": sort_key(artist) if artist else SORTS_LAST,
                "of_year": year or 0,
                "count": count,
                "seconds": seconds,
                "artwork": artwork,
            }
        )
        if shown and (not count or artist != artist_before):
            lost.append(key)
        if count and (not shown or artist != artist_before):
            found.append((key, searchable(title), searchable(artist)))
        if artwork != artwork_before:
            wide = choice is not None or folder_first
            show_artwork(connection, key, artwork, wide=wide, all_tracks=wide)
    _SET_ALBUM.run_many(connection, changed)
    search_index.drop(connection, "album_search", lost)
    search_index.put(connection, "album_search", found)


def show_artwork(connection: Connection, album_key: int, artwork: str | None, *, wide: bool, all_tracks: bool) -> None:
    """Show the album's picture on those of its tracks that have none of their own, or on all if it counts ``wide``.

    ``all_tracks`` looks at those with a picture of their own too, which costs more.
    """
    wanted = _TRACK_COVERS if all_tracks else _COVERLESS
    for track_key, cover in wanted.rows(connection, of_album=album_key):
        documents.amend(connection, track_key, {"artworkId": artwork if wide else cover or artwork})


def prefers_folder(connection: Connection) -> bool:
    """Return whether the owner has put the picture beside the music before those in the files."""
    stored = _ORDER.value(connection, setting=LIBRARY_ARTWORK_ORDER.name)
    order = LIBRARY_ARTWORK_ORDER.default if stored is None else orjson.loads(stored)
    return [*order, "embedded"].index("embedded") > [*order, "folder"].index("folder")


def _prefers_album(connection: Connection) -> bool:
    """Return whether the owner has put the covers of albums before the pictures in artists' folders."""
    stored = _ORDER.value(connection, setting=LIBRARY_ARTIST_ARTWORK_ORDER.name)
    order = LIBRARY_ARTIST_ARTWORK_ORDER.default if stored is None else orjson.loads(stored)
    return [*order, "folder"].index("folder") > [*order, "album"].index("album")


def _refresh_artists(connection: Connection, keys: Iterable[int]) -> None:
    packed = as_json(keys)
    figures: dict[int, tuple[int, int]] = defaultdict(lambda: (0, 0))
    figures |= {row[0]: row[1:] for row in _ARTIST_FIGURES.rows(connection, keys=packed)}
    credited = set(figures)
    artwork = {row[0]: row[1] for row in _ARTIST_ARTWORK.rows(connection, keys=packed)}
    album_first = _prefers_album(connection)
    for key, choice, image in _ARTIST_PICTURES.rows(connection, keys=packed):
        of_album = artwork.get(key)
        artwork[key] = choice or (of_album or image if album_first else image or of_album)
    known = _ARTISTS.rows(connection, keys=packed)
    _SET_ARTIST.run_many(
        connection,
        [
            {
                "artist_key": key,
                "is_shown": int(key in credited),
                "count": figures[key][0],
                "of_albums": figures[key][1],
                "artwork": artwork.get(key),
            }
            for key, _, _ in known
        ],
    )
    lost = [key for key, _, shown in known if shown and key not in credited]
    found = [(key, searchable(name)) for key, name, shown in known if not shown and key in credited]
    search_index.drop(connection, "artist_search", lost)
    search_index.put(connection, "artist_search", found)
