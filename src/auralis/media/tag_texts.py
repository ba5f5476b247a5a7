"""`TrackTags` as the texts that tags hold: what `tag_text.tidy` reads, the other way round."""

from auralis.model.library import Gain, TrackTags


def values_of(tags: TrackTags) -> dict[str, list[str]]:
    """Return the texts of every field of `tag_names`; empty lists where there is nothing to tell."""
    details = tags.details
    one = {
        "title": tags.title,
        "artist": tags.artist,
        "album": tags.album,
        "album_artist": tags.album_artist,
        "track": _number(tags.track_number),
        "disc": _number(tags.disc_number),
        "date": tags.date,
        "lyrics": tags.lyrics,
        "bpm": _number(tags.bpm),
        "compilation": "1" if tags.compilation else None,
        "title_sort": details.title_sort,
        "album_sort": details.album_sort,
        "disc_subtitle": details.disc_subtitle,
        "original_date": details.original_date,
        "release_date": details.release_date,
        "barcode": details.barcode,
        "recording_id": details.recording_id,
        "release_track_id": details.release_track_id,
        "release_id": details.release_id,
        "release_group_id": details.release_group_id,
        "explicit": None if details.explicit is None else ("1" if details.explicit else "2"),
        "key": details.key,
        "synced_lyrics": details.synced_lyrics,
        "language": details.lyrics_language,
        **_gains(details.gain or Gain()),
    }
    many = {
        "artists": tags.artists if len(tags.artists) > 1 else (),
        "album_artists": details.album_artists,
        "genre": tags.genres,
        "artist_id": details.artist_ids,
        "album_artist_id": details.album_artist_ids,
        "artist_sort": details.artist_sorts,
        "album_artist_sort": details.album_artist_sorts,
        "label": details.labels,
        "catalog_number": details.catalog_numbers,
        "isrc": details.isrcs,
        "mood": details.moods,
    }
    values = {field: [text] if text else [] for field, text in one.items()}
    values |= {field: list(texts) for field, texts in many.items()}
    for credit in details.credits:
        text = f"{credit.name} ({credit.instrument})" if credit.instrument else credit.name
        values.setdefault(credit.role, []).append(text)
    return values


def _number(number: float | None) -> str | None:
    return None if number is None else f"{number:g}"


def _gains(gain: Gain) -> dict[str, str | None]:
    return {
        "track_gain": _decibels(gain.track_db),
        "track_peak": _number(gain.track_peak),
        "album_gain": _decibels(gain.album_db),
        "album_peak": _number(gain.album_peak),
    }


def _decibels(decibels: float | None) -> str | None:
    return None if decibels is None else f"{decibels:.2f} dB"
