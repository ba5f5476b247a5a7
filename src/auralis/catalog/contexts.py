"""What a listener plays from: an album, an artist, a playlist, a search, the library, or tracks named one by one."""

from collections.abc import Sequence
from dataclasses import dataclass

from auralis.model.errors import FieldError, InvalidInputError, NotFoundError
from auralis.store.database import Connection
from auralis.store.listener.playlist_entries import track_keys
from auralis.store.listener.playlists import find_playlist
from auralis.store.lists import browse, search
from auralis.store.lists.documents import keys_of
from auralis.store.lists.facts import TrackLength, track_lengths
from auralis.store.lists.tracks import TrackList, track_walk

EVERYTHING = 10_000_000
"""More than any library holds."""


@dataclass(frozen=True, slots=True)
class PlayContext:
    """A context as a client names it; ``around`` and ``limit`` cut a window out of a long one."""

    type: str
    id: str | None = None
    query: str | None = None
    track_ids: Sequence[str] = ()
    sort: str = "title"
    descending: bool = False
    around: str | None = None
    limit: int = EVERYTHING


def context_tracks(connection: Connection, context: PlayContext, user_id: str) -> list[TrackLength]:
    """Return the tracks of a context in playing order; files that are missing are left out unless they were named."""
    if context.type == "tracks":
        keys = keys_of(connection, context.track_ids)
        for track_id in context.track_ids:
            if track_id not in keys:
                raise NotFoundError("track", track_id)
        return track_lengths(connection, (keys[track_id] for track_id in context.track_ids))
    found = track_lengths(connection, _keys(connection, context, user_id))
    return _window([track for track in found if not track.missing], context)


def _keys(connection: Connection, context: PlayContext, user_id: str) -> list[int]:
    if context.type == "library":
        return _library(connection, TrackList(context.sort, context.descending, user_id=user_id), context)
    if context.type == "search":
        meant = search.meaning(connection, context.query or "", search.TRACKS)
        return search.Search(connection, search.TRACKS, meant, user_id=user_id).keys(0, EVERYTHING)
    if context.type == "playlist":
        playlist = find_playlist(connection, user_id, context.id or "")
        if playlist is None:
            raise NotFoundError("playlist", context.id)
        return track_keys(connection, playlist.key)
    if context.type in ("album", "artist"):
        if not context.id:
            raise InvalidInputError("It needs an id.", [FieldError("context.id", f"names the {context.type}", None)])
        finder = browse.album_key if context.type == "album" else browse.artist_key
        key = finder(connection, context.id or "")
        if key is None:
            raise NotFoundError(context.type, context.id)
        return (
            browse.album_tracks(connection, key) if context.type == "album" else browse.artist_tracks(connection, key)
        )
    error = FieldError("context.type", "Must be tracks, album, artist, playlist, search or library.", context.type)
    raise InvalidInputError(f"Nothing can be played from '{context.type}'.", [error])


def _library(connection: Connection, wanted: TrackList, context: PlayContext) -> list[int]:
    """Return the keys of the library, or of a part of it as large as ``limit`` that holds ``around``."""
    walk = track_walk(connection, wanted)
    offset = 0
    if context.around is not None and context.limit < walk.total:
        key = keys_of(connection, [context.around]).get(context.around)
        place = None if key is None else walk.place_of(key)
        if place is not None:
            offset = max(0, min(walk.rank(place) - context.limit // 2, walk.total - context.limit))
    return [place.key for place in walk.page(offset, context.limit)]


def _window(tracks: list[TrackLength], context: PlayContext) -> list[TrackLength]:
    if len(tracks) <= context.limit:
        return tracks
    ids = [track.id for track in tracks]
    at = ids.index(context.around) if context.around in ids else 0
    first = max(0, min(at - context.limit // 2, len(tracks) - context.limit))
    return tracks[first : first + context.limit]
