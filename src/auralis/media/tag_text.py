"""Raw tag values made into `TrackTags`: cleaned, bounded, split, and numbers told from text."""

from auralis.media.artist_names import DEFAULT_RULES, split_artists
from auralis.media.tag_details import ids_of, tidy_details
from auralis.media.tag_values import MAX_LYRICS, Fields, clean, date_of, first, joined, lines_of, names_of, number_of
from auralis.model.library import TagRules, TrackTags

__all__ = ["clean", "tidy"]


def tidy(fields: Fields, rules: TagRules = DEFAULT_RULES) -> TrackTags:
    """Build `TrackTags` from raw ``fields``; whatever is empty or senseless is left out."""
    names = names_of(fields, "artist")
    artists = names_of(fields, "artists")
    if not artists:
        artists = split_artists(names[0], rules, len(ids_of(fields, "artist_id"))) if len(names) == 1 else names
    return TrackTags(
        title=joined(names_of(fields, "title")),
        artist=joined(names or artists),
        artists=artists,
        album=joined(names_of(fields, "album")),
        album_artist=joined(names_of(fields, "album_artist") or names_of(fields, "album_artists")),
        track_number=number_of(fields, "track"),
        disc_number=number_of(fields, "disc"),
        date=date_of(fields, "date"),
        genres=_genres(fields),
        lyrics=lines_of(fields, "lyrics", MAX_LYRICS),
        bpm=_bpm(fields) if "bpm" in fields else None,
        compilation=first(fields, "compilation") in {"1", "true", "True", "yes"},
        details=tidy_details(fields, len(artists), rules),
    )


def _genres(fields: Fields) -> tuple[str, ...]:
    names = names_of(fields, "genre")
    if len(names) == 1 and ";" not in names[0]:
        return names
    parts = (part.strip() for value in names for part in value.split(";"))
    return tuple(dict.fromkeys(part for part in parts if part))


def _bpm(fields: Fields) -> float | None:
    try:
        bpm = float(first(fields, "bpm").replace(",", "."))
    except ValueError:
        return None
    return bpm if 20 <= bpm <= 500 else None
