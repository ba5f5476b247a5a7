"""Names and texts of tags put into the fields that all kinds of tags share."""

from collections.abc import Callable, Iterable

from auralis.media.tag_names import FIELDS, Names, TagName

RawFields = dict[str, list[str]]
Index = dict[str, tuple[str, int]]
"""Field and rank of each name in lower case: of several names of a field, that of the lowest rank counts."""


def _index(names_of: Callable[[TagName], Names]) -> Index:
    return {name.lower(): (tag.field, rank) for tag in FIELDS for rank, name in enumerate(names_of(tag))}


_COMMENTS = _index(lambda tag: (*tag.comment, *(name for name in tag.ape if name.upper() not in tag.comment)))
"""Names of Vorbis comments, of APEv2 items and of what FFmpeg calls metadata."""

ID3_NAMES, MP4_NAMES, ASF_NAMES = _index(lambda tag: tag.id3), _index(lambda tag: tag.mp4), _index(lambda tag: tag.asf)
ID3_FRAMES = frozenset(name.partition(":")[0] for tag in FIELDS for name in tag.id3) | {"IPLS"}


class FoundFields:
    """Fields as they are met, the better name before the worse."""

    __slots__ = ("_ranks", "fields", "is_old_id3")

    def __init__(self, *, is_old_id3: bool = False) -> None:
        self.is_old_id3 = is_old_id3
        self.fields: RawFields = {}
        self._ranks: dict[str, int] = {}

    def add(self, place: tuple[str, int] | None, values: list[str]) -> None:
        """Take ``values`` of a name, if it has a ``place``, unless a better name's were met; of equal ones all."""
        if place is None:
            return
        field, rank = place
        known = self._ranks.get(field)
        if known is None or rank < known:
            self._ranks[field] = rank
            self.fields[field] = values
        elif rank == known:
            self.fields[field] = [*self.fields[field], *values]


def comment_fields(pairs: Iterable[tuple[str, str]]) -> RawFields:
    """Return pairs of comment name and value by field, names in any case."""
    found = FoundFields()
    for name, value in pairs:
        place = _COMMENTS.get(name.lower())
        if place is None and name[:10].lower() == "performer:":  # PERFORMER:INSTRUMENT=name, as some write it
            found.add(("performer", 0), [f"{value} ({name[10:].lower()})"])
        else:
            found.add(place, [value])
    return found.fields


def id3_fields(frames: Iterable[tuple[str, list[str]]]) -> RawFields:
    """Return the texts of ID3 frames by field; a frame is named as in `tag_names`, its description in any case."""
    found = FoundFields()
    for name, texts in frames:
        found.add(ID3_NAMES.get(name.lower()), texts)
    return found.fields
