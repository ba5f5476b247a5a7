"""A file that was read, put into the library's terms: names folded, unknown things named, the album told apart.

A scan does this in its reading processes, where folding names costs the server nothing; so it knows nothing of the
database.
"""

import re
from functools import lru_cache

from auralis.kit.search_text import searchable
from auralis.kit.text import SORTS_LAST, sort_key
from auralis.model.library import NO_DETAILS, AudioFile, TagDetails
from auralis.store.library.records import AlbumName, Description, Name, NamedCredit
from auralis.store.library.tag_documents import packed_details, packed_lyrics, sung_words

LONGEST_NAME = 1000
"""Names are cut to so many characters; no true one is longer."""

_MUSICBRAINZ = "mb\x1f"
_LARGEST_NUMBER = 1_000_000
_CONTROL = dict.fromkeys((*range(32), 127), " ")
_DISC_DIRECTORY = re.compile(rb"(?:^|/)(?:cd|dis[ck]|disque|vinyl|side)[ ._-]*[0-9a-d]{1,2}$", re.IGNORECASE)
_YEAR = re.compile(r"\b(1[0-9]{3}|2[0-9]{3})\b")
_VARIOUS = frozenset({"various", "various artists", "va", "v.a."})


def describe(
    audio: AudioFile, directory: bytes, name: bytes, *, beside: str | None = None, is_edited: bool = False
) -> Description:
    """Return what a file says, and what its place says for it."""
    tags, stream, details = audio.tags, audio.stream, audio.tags.details
    title = clean(tags.title) or clean(name.rpartition(b".")[0].decode("utf-8", "replace")) or "?"
    singles = _each(tags.artists)
    artist = clean(tags.artist) or (", ".join(singles) or None)
    album_artist, album, date = clean(tags.album_artist), clean(tags.album), clean(tags.date)
    genres = _each(tags.genres)
    year = _year(date)
    disc_number, track_number = _number(tags.disc_number), _number(tags.track_number)
    facts = {
        "title": title,
        "artist": artist,
        "album": album,
        "albumArtist": album_artist,
        "trackNumber": track_number,
        "discNumber": disc_number,
        "year": year,
        "date": date,
        "genres": genres,
        "duration": round(stream.duration_seconds, 3),
        "format": stream.format,
        "codec": stream.codec,
        "bitrate": stream.bitrate,
        "sampleRate": stream.sample_rate,
        "channels": stream.channels,
        "bitDepth": stream.bit_depth,
    }
    lyrics = packed_lyrics(tags, beside, is_edited=is_edited)
    described = Description(
        facts=facts,
        title_sort=sort_key(title),
        artists=_unique(singles or ([artist] if artist else [])),
        artist_sort=_folded(artist)[1] if artist else SORTS_LAST,
        album=_album(album, album_artist, directory, compilation=tags.compilation) if album else None,
        album_artists=(_name(album_artist),) if album_artist else (),
        genres=_unique(genres),
        disc_number=disc_number or 0,
        track_number=track_number or 0,
        year=year or 0,
        duration_seconds=stream.duration_seconds,
        cover_hash=audio.cover_hash,
        search=(searchable(title), _folded(artist)[2], _folded(album)[2]),
        details=packed_details(tags),
        lyrics=lyrics,
        sung=sung_words(lyrics) if lyrics else "",
    )
    return described if details is NO_DETAILS else _with_details(described, details)


def _with_details(said: Description, details: TagDetails) -> Description:
    """Return a description in which ids and sort names of the tags count."""
    artists = _known_names(said.artists, details.artist_ids, details.artist_sorts)
    by = _unique(_each(details.album_artists)) or said.album_artists
    album_artists = _known_names(by, details.album_artist_ids, details.album_artist_sorts)
    album = said.album
    if album is not None:
        release = f"{_MUSICBRAINZ}{details.release_id}" if details.release_id else None
        album = album._replace(
            sort=sort_key(details.album_sort or "") or album.sort,
            identity=release or album.identity,
            alias=album.identity if release else None,
        )
    return said._replace(
        title_sort=sort_key(details.title_sort or "") or said.title_sort,
        artists=artists,
        artist_sort=sort_key(", ".join(details.artist_sorts)) or said.artist_sort,
        album=album,
        album_artists=album_artists,
        credits=tuple(NamedCredit(_name(each.name), each.role, each.instrument) for each in details.credits),
    )


def _known_names(names: tuple[Name, ...], ids: tuple[str, ...], sorts: tuple[str, ...]) -> tuple[Name, ...]:
    """Return names with their MusicBrainz ids and sort names, where there are as many as names."""
    if len(ids) == len(names):
        names = tuple(
            name._replace(identity=_MUSICBRAINZ + each, alias=name.identity)
            for name, each in zip(names, ids, strict=True)
        )
    if len(sorts) == len(names):
        names = tuple(name._replace(sort=sort_key(each) or name.sort) for name, each in zip(names, sorts, strict=True))
    return names


def clean(text: str | None) -> str | None:
    """Return ``text`` without control characters, lone surrogates and outer spaces, cut to length; None if empty."""
    if not text:
        return None
    if not text.isprintable():
        if not text.isascii():
            text = text.encode("utf-8", "replace").decode()
        text = text.translate(_CONTROL)
    return text.strip()[:LONGEST_NAME].strip() or None


@lru_cache(maxsize=4096)
def _folded(name: str | None) -> tuple[str, str, str]:
    """Return a name as it is matched, sorted and searched; files of an album share most of theirs."""
    sort = sort_key(name) or name if name else ""
    return (sort, sort, searchable(name)) if name else ("", "", "")


def _each(names: tuple[str, ...]) -> list[str]:
    return list(dict.fromkeys(name for name in map(clean, names) if name))


def _number(number: int | None) -> int | None:
    return number if number is not None and 0 < number < _LARGEST_NUMBER else None


def _year(date: str | None) -> int | None:
    found = _YEAR.search(date) if date else None
    return int(found[1]) if found else None


@lru_cache(maxsize=4096)
def _name(shown: str) -> Name:
    identity, sort, _ = _folded(shown)
    return Name(shown, identity, sort)


def _unique(names: list[str]) -> tuple[Name, ...]:
    found: dict[str, Name] = {}
    for name in map(_name, names):
        found.setdefault(name.identity, name)
    return tuple(found.values())


@lru_cache(maxsize=1024)
def _album(album: str, album_artist: str | None, directory: bytes, *, compilation: bool) -> AlbumName:
    """Return title, identity, sort key and artist of an album.

    An album artist and a title make an album wherever its files lie. Without one, the files of a directory do, and
    those of ``CD 1``, ``CD 2`` within it.
    """
    identity, sort, _ = _folded(album)
    by = _folded(album_artist)[0]
    if by and by not in _VARIOUS:
        return AlbumName(album, f"by\x1f{by}\x1f{identity}", sort, album_artist)
    place = _DISC_DIRECTORY.sub(b"", directory).decode("utf-8", "backslashreplace")
    artist = album_artist or ("Various Artists" if compilation else None)
    return AlbumName(album, f"in\x1f{place}\x1f{identity}", sort, artist)
