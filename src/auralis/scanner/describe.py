"""A file that was read, put into the library's terms: names folded, unknown things named, the album told apart.

This runs in the reading processes, where folding names costs the server nothing; so it knows nothing of the database.
"""

import re
from typing import Any

from auralis.kit.search_text import searchable
from auralis.kit.text import SORTS_LAST, fold, sort_key
from auralis.model.library import AudioFile, TrackTags

LONGEST_NAME = 1000
"""Names are cut to so many characters; no true one is longer."""

_LARGEST_NUMBER = 1_000_000
_CONTROL = dict.fromkeys((*range(32), 127), " ")
_DISC_DIRECTORY = re.compile(rb"(?:^|/)(?:cd|dis[ck]|disque|vinyl|side)[ ._-]*[0-9a-d]{1,2}$", re.IGNORECASE)
_YEAR = re.compile(r"\b(1[0-9]{3}|2[0-9]{3})\b")
_VARIOUS = frozenset({"various", "various artists", "va", "v.a."})


def describe(audio: AudioFile, directory: bytes, name: bytes) -> dict[str, Any]:
    """Return the members of a ``TrackRecord`` that come from the file and its place, as plain data."""
    tags = audio.tags
    title = clean(tags.title) or clean(name.rpartition(b".")[0].decode("utf-8", "replace")) or "?"
    singles = list(dict.fromkeys(single for single in map(clean, tags.artists) if single))
    artist = clean(tags.artist) or (", ".join(singles) or None)
    artists = [_name(single) for single in singles or ([artist] if artist else [])]
    album_artist = clean(tags.album_artist)
    album = clean(tags.album)
    genres = list(dict.fromkeys(genre for genre in map(clean, tags.genres) if genre))
    date = clean(tags.date)
    year = _YEAR.search(date) if date else None
    stream = audio.stream
    return {
        "facts": {
            "title": title,
            "artist": artist,
            "album": album,
            "albumArtist": album_artist,
            "trackNumber": _number(tags.track_number),
            "discNumber": _number(tags.disc_number),
            "year": int(year[1]) if year else None,
            "date": date,
            "genres": genres,
            "duration": round(stream.duration_seconds, 3),
            "format": stream.format,
            "codec": stream.codec,
            "bitrate": stream.bitrate,
            "sampleRate": stream.sample_rate,
            "channels": stream.channels,
            "bitDepth": stream.bit_depth,
        },
        "title_sort": sort_key(title),
        "artists": _unique(artists),
        "artist_sort": sort_key(artist) if artist else SORTS_LAST,
        "album": _album(tags, album, album_artist, directory) if album else None,
        "album_artist": _name(album_artist) if album_artist else None,
        "genres": _unique([_name(genre) for genre in genres]),
        "disc_number": _number(tags.disc_number) or 0,
        "track_number": _number(tags.track_number) or 0,
        "year": int(year[1]) if year else 0,
        "duration_seconds": stream.duration_seconds,
        "cover_hash": audio.cover_hash,
        "search": [searchable(title), searchable(artist), searchable(album)],
    }


def clean(text: str | None) -> str | None:
    """Return ``text`` without control characters, lone surrogates and outer spaces, cut to length; None if empty."""
    if not text:
        return None
    if not text.isascii():
        text = text.encode("utf-8", "replace").decode()
    return text.translate(_CONTROL).strip()[:LONGEST_NAME].strip() or None


def _number(number: int | None) -> int | None:
    return number if number is not None and 0 < number < _LARGEST_NUMBER else None


def _name(shown: str) -> list[str]:
    return [shown, fold(shown) or shown, sort_key(shown) or shown]


def _unique(names: list[list[str]]) -> list[list[str]]:
    return list({name[1]: name for name in reversed(names)}.values())[::-1]


def _album(tags: TrackTags, album: str, album_artist: str | None, directory: bytes) -> list[str | None]:
    """Return title, identity, sort key and artist of an album.

    An album artist and a title make an album wherever its files lie. Without one, the files of a directory do, and
    those of ``CD 1``, ``CD 2`` within it.
    """
    folded = fold(album) or album
    artist = album_artist or ("Various Artists" if tags.compilation else None)
    if album_artist and fold(album_artist) not in _VARIOUS:
        identity = f"by\x1f{fold(album_artist)}\x1f{folded}"
    else:
        place = _DISC_DIRECTORY.sub(b"", directory).decode("utf-8", "backslashreplace")
        identity = f"in\x1f{place}\x1f{folded}"
    return [album, identity, sort_key(album) or album, artist]
