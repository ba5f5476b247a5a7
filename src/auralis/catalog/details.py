"""All that is known of one track: what lists show, and what only well-kept files say."""

from dataclasses import asdict
from typing import Any

import orjson

from auralis.model.library import Gain
from auralis.store.library.editing import StoredTrack

_TEXTS = {
    "titleSort": "title_sort",
    "albumSort": "album_sort",
    "discSubtitle": "disc_subtitle",
    "originalDate": "original_date",
    "releaseDate": "release_date",
    "barcode": "barcode",
    "key": "key",
    "explicit": "explicit",
    "bpm": "bpm",
}
_LISTS = {"labels": "labels", "catalogNumbers": "catalog_numbers", "isrcs": "isrcs", "moods": "moods"}
_IDS = {
    "recordingId": "recording_id",
    "releaseTrackId": "release_track_id",
    "releaseId": "release_id",
    "releaseGroupId": "release_group_id",
}
_ID_LISTS = {"artistIds": "artist_ids", "albumArtistIds": "album_artist_ids"}
_GAIN_NAMES = {
    "track_db": "trackDb",
    "track_peak": "trackPeak",
    "album_db": "albumDb",
    "album_peak": "albumPeak",
    "header_db": "headerDb",
}


def detail_document(stored: StoredTrack) -> dict[str, Any]:
    """Return a track's document with its details, without the listener's own part."""
    more: dict[str, Any] = orjson.loads(stored.details) if stored.details else {}
    document = stored.document
    gain = more.get("gain")
    shown = [{**artist, "instrument": None} for artist in document["artists"]]
    return {
        **document,
        "artists": shown + stored.credits,
        **{name: more.get(known) for name, known in _TEXTS.items()},
        **{name: more.get(known, []) for name, known in _LISTS.items()},
        "compilation": more.get("compilation", False),
        "gain": {_GAIN_NAMES[name]: gain[name] for name in asdict(Gain())} if gain else None,
        "musicbrainz": {
            **{name: more.get(known) for name, known in _IDS.items()},
            **{name: more.get(known, []) for name, known in _ID_LISTS.items()},
        },
        "hasLyrics": stored.lyrics is not None,
        "edited": sorted(stored.edits),
        "hidden": bool(stored.hidden),
    }
