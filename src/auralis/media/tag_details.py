"""Raw values of the fields that only well-kept files have, made into `TagDetails`."""

import re
from collections.abc import Mapping, Sequence

from auralis.media.artist_names import split_artists
from auralis.media.tag_names import DETAILS, ROLE_FIELDS
from auralis.media.tag_values import MAX_LYRICS, date_of, first, joined, lines_of, names_of
from auralis.model.library import NO_DETAILS, Credit, Gain, TagDetails, TagRules

Fields = Mapping[str, Sequence[str]]

DETAIL_FIELDS = frozenset((*ROLE_FIELDS, *(tag.field for tag in DETAILS))) - {"bpm", "compilation", "lyrics"} | {
    "header_gain"
}
_UUID = re.compile(r"[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}")
_NUMBER = re.compile(r"\s*([+-]?\d{1,4}(?:[.,]\d{1,12})?)")
_PERFORMER = re.compile(r"(.+?)\s*\(([^()]+)\)$")
_REPLAYGAIN_OVER_R128_DB = 5.0
_EXPLICIT = {"1": True, "4": True, "2": False}
_NO_LANGUAGE = {"", "xxx", "und", "\0\0\0"}


def tidy_details(fields: Fields, artist_count: int, rules: TagRules) -> TagDetails:
    """Build `TagDetails` from raw ``fields``; ids and sort names that do not go with the artists are left out."""
    if DETAIL_FIELDS.isdisjoint(fields):
        return NO_DETAILS
    album_artists = album_artists_of(fields, rules)
    return TagDetails(
        album_artists=album_artists if len(album_artists) > 1 else (),
        artist_ids=_matching(ids_of(fields, "artist_id"), artist_count),
        album_artist_ids=_matching(ids_of(fields, "album_artist_id"), len(album_artists)),
        artist_sorts=_matching(_sorts(fields, "artist_sort", artist_count), artist_count),
        album_artist_sorts=_matching(_sorts(fields, "album_artist_sort", len(album_artists)), len(album_artists)),
        title_sort=joined(names_of(fields, "title_sort")),
        album_sort=joined(names_of(fields, "album_sort")),
        credits=_credits(fields, rules),
        disc_subtitle=joined(names_of(fields, "disc_subtitle")),
        original_date=date_of(fields, "original_date"),
        release_date=date_of(fields, "release_date"),
        labels=names_of(fields, "label"),
        catalog_numbers=names_of(fields, "catalog_number"),
        barcode=joined(names_of(fields, "barcode")),
        isrcs=names_of(fields, "isrc"),
        recording_id=_id(fields, "recording_id"),
        release_track_id=_id(fields, "release_track_id"),
        release_id=_id(fields, "release_id"),
        release_group_id=_id(fields, "release_group_id"),
        gain=_gain(fields),
        explicit=_EXPLICIT.get(first(fields, "explicit")),
        key=joined(names_of(fields, "key")[:1]),
        moods=names_of(fields, "mood"),
        synced_lyrics=lines_of(fields, "synced_lyrics", MAX_LYRICS),
        lyrics_language=_language(fields),
    )


def album_artists_of(fields: Fields, rules: TagRules) -> tuple[str, ...]:
    """Return the album artists one by one."""
    names = names_of(fields, "album_artists") or names_of(fields, "album_artist")
    return split_artists(names[0], rules, len(ids_of(fields, "album_artist_id"))) if len(names) == 1 else names


def ids_of(fields: Fields, field: str) -> tuple[str, ...]:
    """Return the MusicBrainz ids of a field, also of those written as one text."""
    if field not in fields:
        return ()
    return tuple(dict.fromkeys(_UUID.findall(" ".join(fields[field][:64]).lower()[:4000])))


def _id(fields: Fields, field: str) -> str | None:
    return next(iter(ids_of(fields, field)), None)


def _matching(values: tuple[str, ...], count: int) -> tuple[str, ...]:
    return values if len(values) == count else ()


def _sorts(fields: Fields, field: str, count: int) -> tuple[str, ...]:
    """Return sort names as they are, or one text of several of them split where other texts are."""
    names = names_of(fields, field)
    return split_artists(names[0]) if len(names) == 1 and count > 1 else names


def _credits(fields: Fields, rules: TagRules) -> tuple[Credit, ...]:
    found: dict[Credit, None] = {}
    for role in ROLE_FIELDS:
        for text in names_of(fields, role) if role in fields else ():
            played = _PERFORMER.fullmatch(text) if role == "performer" else None
            if played:
                found[Credit(played[1], role, played[2])] = None
            else:
                found |= {Credit(name, role): None for name in split_artists(text, rules)}
    return tuple(found)


def _gain(fields: Fields) -> Gain | None:
    """Return the gain; R128's, which goes to -23 LUFS, is told as ReplayGain's, which goes to -18."""
    track, album = (_r128(fields, f"r128_{what}_gain") for what in ("track", "album"))
    gain = Gain(
        track_db=_number(fields, "track_gain", 100) if track is None else track,
        track_peak=_number(fields, "track_peak", 100),
        album_db=_number(fields, "album_gain", 100) if album is None else album,
        album_peak=_number(fields, "album_peak", 100),
        header_db=_number(fields, "header_gain", 128),
    )
    return None if gain == Gain() else gain


def _number(fields: Fields, field: str, most: float) -> float | None:
    match = _NUMBER.match(first(fields, field)) if field in fields else None
    number = float(match[1].replace(",", ".")) if match else None
    return number if number is not None and abs(number) <= most else None


def _r128(fields: Fields, field: str) -> float | None:
    """Return a gain written in 256ths of a decibel (RFC 7845, 5.2.1)."""
    text = first(fields, field) if field in fields else ""
    if not re.fullmatch(r"[+-]?\d{1,5}", text) or not -32768 <= int(text) <= 32767:
        return None
    return round(int(text) / 256 + _REPLAYGAIN_OVER_R128_DB, 4)


def _language(fields: Fields) -> str | None:
    text = first(fields, "language")[:20].lower()
    return text if text not in _NO_LANGUAGE and re.fullmatch(r"[a-z]{2,3}(-[a-z0-9]{2,8})*", text) else None
