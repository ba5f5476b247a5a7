"""What an owner wants changed of a track, laid over what was changed before."""

from collections.abc import Mapping
from typing import Any

from auralis.media.artist_names import split_artists
from auralis.media.tag_values import MAX_LYRICS, clean, lines_of
from auralis.model.library import TagRules


def merged(
    edits: Mapping[str, Any], changes: Mapping[str, Any], rules: TagRules
) -> tuple[dict[str, Any], frozenset[str]]:
    """Return all edits after ``changes``, and the names of those that were touched.

    Who is shown and who counts one by one go together: the one gives the other unless both are named.
    """
    wanted = {name: _tidied(name, value) for name, value in changes.items()}
    for shown, singles in (("artist", "artists"), ("albumArtist", "albumArtists")):
        if shown in wanted and singles not in wanted:
            text = wanted[shown]
            wanted[singles] = None if text is None else list(split_artists(text, rules)) if text else []
        elif singles in wanted and shown not in wanted:
            names = wanted[singles]
            wanted[shown] = None if names is None else ", ".join(names)
    merged = {name: value for name, value in {**edits, **wanted}.items() if value is not None}
    return merged, frozenset(wanted)


def _tidied(name: str, value: Any) -> Any:
    """Return an edit as a tag would be read: on one line, without control characters, each name once."""
    if isinstance(value, str):
        return (lines_of({name: [value]}, name, MAX_LYRICS) or "") if name == "lyrics" else clean(value)
    if isinstance(value, list):
        tidied = [_tidied_credit(each) if isinstance(each, dict) else clean(each) for each in value]
        unique = [each for place, each in enumerate(tidied) if each and each not in tidied[:place]]
        return [each for each in unique if not isinstance(each, dict) or each["name"]]
    return value


def _tidied_credit(credit: Mapping[str, Any]) -> dict[str, Any]:
    instrument = clean(credit["instrument"] or "") or None
    return {"name": clean(credit["name"]), "role": credit["role"], "instrument": instrument}
