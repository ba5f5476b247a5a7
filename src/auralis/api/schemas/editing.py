"""The shapes of one track in full, of its edits and of its lyrics."""

from typing import Annotated, Literal

from pydantic import AfterValidator, Field

from auralis.api.schemas.base import Request, Shape
from auralis.api.schemas.library import Track

Text = Annotated[str, Field(max_length=1000)]
Date = Annotated[str, Field(pattern=r"^(\d{4}(-(0[1-9]|1[0-2])(-(0[1-9]|[12]\d|3[01]))?)?)?$")]
Names = Annotated[list[Annotated[str, Field(min_length=1, max_length=1000)]], Field(max_length=64)]
Number = Annotated[int, Field(ge=0, le=99_999)]
CreditRole = Literal[
    "composer",
    "lyricist",
    "writer",
    "conductor",
    "remixer",
    "arranger",
    "producer",
    "engineer",
    "mixer",
    "djMixer",
    "director",
    "performer",
]


def _visible(text: str) -> str:
    if not any(character.isprintable() and not character.isspace() for character in text):
        raise ValueError("should have a character that can be seen")
    return text


class Credit(Shape):
    """Somebody's part in a track; ``instrument`` is what a performer plays or sings."""

    id: str
    name: str
    role: str
    instrument: str | None


class Gain(Shape):
    """Loudness as tags tell it: ReplayGain 2.0 in dB, peaks as amplitude; ``headerDb`` is Opus's own output gain."""

    track_db: float | None
    track_peak: float | None
    album_db: float | None
    album_peak: float | None
    header_db: float | None


class MusicBrainzIds(Shape):
    """The MusicBrainz ids of a track."""

    recording_id: str | None
    release_track_id: str | None
    release_id: str | None
    release_group_id: str | None
    artist_ids: list[str]
    album_artist_ids: list[str]


class TrackDetail(Track):
    """A track with all that is known of it; ``artists`` has everybody, role by role."""

    artists: list[Credit]  # type: ignore[assignment]
    title_sort: str | None
    album_sort: str | None
    disc_subtitle: str | None
    original_date: str | None
    release_date: str | None
    barcode: str | None
    key: str | None
    explicit: bool | None
    bpm: float | None
    labels: list[str]
    catalog_numbers: list[str]
    isrcs: list[str]
    moods: list[str]
    compilation: bool
    gain: Gain | None
    musicbrainz: MusicBrainzIds
    has_lyrics: bool = Field(description="In the file's tags or edited; a file beside the music is not counted")
    edited: list[str] = Field(description="Names of the members that were edited")
    hidden: bool
    duplicates: list[str] = Field(description="Ids of other tracks with the same audio, whatever their tags")


class HiddenTrack(Shape):
    """A track that was deleted from the library."""

    id: str
    title: str
    artist: str | None
    album: str | None


class CreditEdit(Request):
    """Somebody's part in a track, as it is edited."""

    name: Annotated[str, Field(min_length=1, max_length=1000)]
    role: CreditRole
    instrument: Text | None = None


class TrackEdit(Request):
    """Changes of a track; what is not named stays, null takes an edit back, an empty value means that there is none."""

    title: Annotated[str, Field(min_length=1, max_length=1000), AfterValidator(_visible)] | None = None
    artist: Text | None = Field(default=None, description="As shown; split into `artists` where those are not given")
    artists: Names | None = None
    album: Text | None = None
    album_artist: Text | None = None
    album_artists: Names | None = None
    track_number: Number | None = None
    disc_number: Number | None = None
    date: Date | None = None
    genres: Names | None = None
    lyrics: Annotated[str, Field(max_length=200_000)] | None = None
    bpm: Annotated[float, Field(ge=0, le=500)] | None = None
    compilation: bool | None = None
    title_sort: Text | None = None
    album_sort: Text | None = None
    disc_subtitle: Text | None = None
    original_date: Date | None = None
    release_date: Date | None = None
    labels: Names | None = None
    catalog_numbers: Names | None = None
    barcode: Text | None = None
    isrcs: Names | None = None
    explicit: bool | None = None
    key: Annotated[str, Field(max_length=20)] | None = None
    moods: Names | None = None
    credits: Annotated[list[CreditEdit], Field(max_length=200)] | None = None
    hidden: bool | None = Field(default=None, description="False shows again what was deleted from the library")
    write_to_file: bool = Field(default=False, description="Write these changes (none named: all edits) into the file")
    expected_revision: int | None = None


class LyricLine(Shape):
    """A line and when it begins, in seconds."""

    time: float
    text: str


class Lyrics(Shape):
    """The words of a track; all members are null where there are none."""

    text: str | None
    synced: list[LyricLine] | None
    language: str | None = Field(description="ISO 639, as the tags tell it")
    source: Literal["edit", "file", "embedded"] | None = Field(description="`file` is an LRC file beside the music")


class Uploaded(Shape):
    """A music file that came in: where it is now."""

    folder_id: str
    file_name: str
