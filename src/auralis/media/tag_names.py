"""Every field of a track's tags and what each kind of tag calls it: MusicBrainz Picard's names first, then others."""

from typing import NamedTuple

Names = tuple[str, ...]
"""Names of one field within one kind of tag: the first is written, all are read, an earlier one before a later."""


class TagName(NamedTuple):
    """One field; a kind of tag with no name for it cannot hold it."""

    field: str
    meaning: str
    comment: Names = ()
    ape: Names = ()
    id3: Names = ()
    mp4: Names = ()
    asf: Names = ()
    riff: Names = ()


def _free(name: str, *more: str) -> Names:
    """Return names of MP4's free-form atoms."""
    return tuple(f"----:com.apple.iTunes:{each}" for each in (name, *more))


def _user(name: str, *more: str) -> Names:
    """Return names of ID3's user-defined texts."""
    return tuple(f"TXXX:{each}" for each in (name, *more))


def _musicbrainz(field: str, meaning: str, comment: str, name: str) -> TagName:
    """Return the names of a MusicBrainz id, which Picard spells in three ways."""
    text = f"MusicBrainz {name} Id"
    id3 = ("UFID:http://musicbrainz.org",) if field == "recording_id" else _user(text)
    return TagName(field, meaning, (comment,), (comment,), id3, _free(text), (f"MusicBrainz/{name} Id",))


def _gain(field: str, meaning: str) -> TagName:
    name = f"REPLAYGAIN_{field.upper()}"
    return TagName(field, meaning, (name,), (name,), _user(name), _free(name), (name,))


PLAIN: tuple[TagName, ...] = (
    TagName("title", "title", ("TITLE",), ("Title",), ("TIT2",), ("\xa9nam",), ("Title",), ("INAM",)),
    TagName("artist", "artists as shown", ("ARTIST",), ("Artist",), ("TPE1",), ("\xa9ART",), ("Author",), ("IART",)),
    TagName(
        "artists", "artists one by one", ("ARTISTS",), ("Artists",), _user("ARTISTS"), _free("ARTISTS"), ("WM/ARTISTS",)
    ),
    TagName("album", "album", ("ALBUM",), ("Album",), ("TALB",), ("\xa9alb",), ("WM/AlbumTitle",), ("IPRD",)),
    TagName(
        "album_artist",
        "album artists as shown",
        ("ALBUMARTIST", "ALBUM ARTIST", "ALBUM_ARTIST"),
        ("Album Artist", "AlbumArtist", "Album_Artist"),
        ("TPE2",),
        ("aART",),
        ("WM/AlbumArtist",),
    ),
    TagName(
        "track",
        "track number",
        ("TRACKNUMBER", "TRACK"),
        ("Track", "TrackNumber"),
        ("TRCK",),
        ("trkn",),
        ("WM/TrackNumber",),
        ("IPRT", "ITRK"),
    ),
    TagName(
        "disc", "disc number", ("DISCNUMBER", "DISC"), ("Disc", "DiscNumber"), ("TPOS",), ("disk",), ("WM/PartOfSet",)
    ),
    TagName(
        "date",
        "date of this release",
        ("DATE", "YEAR"),
        ("Year", "Date"),
        ("TDRC", "TYER"),
        ("\xa9day",),
        ("WM/Year",),
        ("ICRD",),
    ),
    TagName("genre", "genres", ("GENRE",), ("Genre",), ("TCON",), ("\xa9gen",), ("WM/Genre",), ("IGNR",)),
)
"""Fields of a plain file; whatever has no other ones costs no more than these."""

ROLES: tuple[TagName, ...] = (
    TagName(
        "composer", "composers", ("COMPOSER",), ("Composer",), ("TCOM",), ("\xa9wrt",), ("WM/Composer",), ("IMUS",)
    ),
    TagName("lyricist", "lyricists", ("LYRICIST",), ("Lyricist",), ("TEXT",), _free("LYRICIST"), ("WM/Writer",)),
    TagName("writer", "writers", ("WRITER",), ("Writer",), _user("Writer"), _free("WRITER"), (), ("IWRI",)),
    TagName(
        "conductor", "conductors", ("CONDUCTOR",), ("Conductor",), ("TPE3",), _free("CONDUCTOR"), ("WM/Conductor",)
    ),
    TagName(
        "remixer", "remixers", ("REMIXER",), ("MixArtist", "Remixer"), ("TPE4",), _free("REMIXER"), ("WM/ModifiedBy",)
    ),
    TagName(
        "arranger", "arrangers", ("ARRANGER",), ("Arranger",), ("TIPL:arranger",), _free("ARRANGER"), ("WM/Arranger",)
    ),
    TagName(
        "producer",
        "producers",
        ("PRODUCER",),
        ("Producer",),
        ("TIPL:producer",),
        _free("PRODUCER"),
        ("WM/Producer",),
        ("IPRO",),
    ),
    TagName(
        "engineer",
        "engineers",
        ("ENGINEER",),
        ("Engineer",),
        ("TIPL:engineer",),
        _free("ENGINEER"),
        ("WM/Engineer",),
        ("IENG",),
    ),
    TagName("mixer", "mixing engineers", ("MIXER",), ("Mixer",), ("TIPL:mix",), _free("MIXER"), ("WM/Mixer",)),
    TagName("djMixer", "mixing DJs", ("DJMIXER",), ("DJMixer",), ("TIPL:DJ-mix",), _free("DJMIXER"), ("WM/DJMixer",)),
    TagName("director", "directors", ("DIRECTOR",), ("Director",), _user("DIRECTOR"), ("\xa9dir",), ("WM/Director",)),
    TagName(
        "performer",
        "performers: `name (instrument)`",
        ("PERFORMER",),
        ("Performer",),
        ("TMCL",),
        _free("PERFORMER"),
        ("WM/Performer",),
    ),
)

DETAILS: tuple[TagName, ...] = (
    TagName("bpm", "beats a minute", ("BPM", "TEMPO"), ("BPM", "Tempo"), ("TBPM",), ("tmpo",), ("WM/BeatsPerMinute",)),
    TagName(
        "compilation",
        "part of a compilation",
        ("COMPILATION",),
        ("Compilation",),
        ("TCMP",),
        ("cpil",),
        ("WM/IsCompilation",),
    ),
    TagName(
        "lyrics",
        "lyrics, plain or LRC",
        ("LYRICS", "UNSYNCEDLYRICS", "SYNCEDLYRICS"),
        ("Lyrics", "UnsyncedLyrics", "SyncedLyrics"),
        ("USLT",),
        ("\xa9lyr",),
        ("WM/Lyrics",),
    ),
    TagName("synced_lyrics", "lyrics with times", id3=("SYLT",)),
    TagName(
        "language",
        "language of the words",
        ("LANGUAGE",),
        ("Language",),
        ("TLAN",),
        _free("LANGUAGE"),
        ("WM/Language",),
    ),
    TagName(
        "album_artists",
        "album artists one by one",
        ("ALBUMARTISTS",),
        ("AlbumArtists",),
        _user("ALBUMARTISTS"),
        _free("ALBUMARTISTS"),
        ("WM/ALBUMARTISTS",),
    ),
    TagName(
        "title_sort", "title as it sorts", ("TITLESORT",), ("TitleSort",), ("TSOT",), ("sonm",), ("WM/TitleSortOrder",)
    ),
    TagName(
        "album_sort", "album as it sorts", ("ALBUMSORT",), ("AlbumSort",), ("TSOA",), ("soal",), ("WM/AlbumSortOrder",)
    ),
    TagName(
        "artist_sort",
        "artists as they sort",
        ("ARTISTSORT",),
        ("ArtistSort",),
        ("TSOP",),
        ("soar",),
        ("WM/ArtistSortOrder",),
    ),
    TagName(
        "album_artist_sort",
        "album artists as they sort",
        ("ALBUMARTISTSORT",),
        ("AlbumArtistSort",),
        ("TSO2", "TXXX:ALBUMARTISTSORT"),
        ("soaa",),
        ("WM/AlbumArtistSortOrder",),
    ),
    TagName(
        "disc_subtitle",
        "title of the disc",
        ("DISCSUBTITLE", "SETSUBTITLE"),
        ("DiscSubtitle",),
        ("TSST",),
        _free("DISCSUBTITLE"),
        ("WM/SetSubTitle",),
    ),
    TagName(
        "original_date",
        "date of the first release",
        ("ORIGINALDATE", "ORIGINALYEAR"),
        ("OriginalDate", "OriginalYear"),
        ("TDOR", "TORY", "TXXX:ORIGINALDATE", "TXXX:ORIGINALYEAR"),
        _free("ORIGINALDATE", "ORIGINALYEAR"),
        ("WM/OriginalReleaseTime", "WM/OriginalReleaseYear"),
    ),
    TagName(
        "release_date",
        "date of this edition",
        ("RELEASEDATE",),
        ("ReleaseDate",),
        ("TDRL", "TXXX:RELEASEDATE"),
        _free("RELEASEDATE"),
        ("WM/ReleaseDate",),
    ),
    TagName("label", "labels", ("LABEL", "ORGANIZATION"), ("Label",), ("TPUB",), _free("LABEL"), ("WM/Publisher",)),
    TagName(
        "catalog_number",
        "catalogue numbers",
        ("CATALOGNUMBER",),
        ("CatalogNumber",),
        _user("CATALOGNUMBER"),
        _free("CATALOGNUMBER"),
        ("WM/CatalogNo",),
    ),
    TagName("barcode", "barcode", ("BARCODE",), ("Barcode",), _user("BARCODE"), _free("BARCODE"), ("WM/Barcode",)),
    TagName("isrc", "ISRCs", ("ISRC",), ("ISRC",), ("TSRC",), _free("ISRC"), ("WM/ISRC",)),
    TagName(
        "explicit",
        "1 explicit, 2 clean",
        ("ITUNESADVISORY",),
        ("ITUNESADVISORY",),
        _user("ITUNESADVISORY"),
        ("rtng",),
        ("ITUNESADVISORY",),
    ),
    TagName(
        "key",
        "musical key",
        ("KEY", "INITIALKEY"),
        ("KEY", "InitialKey"),
        ("TKEY",),
        _free("initialkey", "KEY"),
        ("WM/InitialKey",),
    ),
    TagName("mood", "moods", ("MOOD",), ("Mood",), ("TMOO", "TXXX:MOOD"), _free("MOOD"), ("WM/Mood",)),
    _musicbrainz("recording_id", "MusicBrainz recording", "MUSICBRAINZ_TRACKID", "Track"),
    _musicbrainz("release_track_id", "MusicBrainz track of the release", "MUSICBRAINZ_RELEASETRACKID", "Release Track"),
    _musicbrainz("release_id", "MusicBrainz release", "MUSICBRAINZ_ALBUMID", "Album"),
    _musicbrainz("release_group_id", "MusicBrainz release group", "MUSICBRAINZ_RELEASEGROUPID", "Release Group"),
    _musicbrainz("artist_id", "MusicBrainz artists", "MUSICBRAINZ_ARTISTID", "Artist"),
    _musicbrainz("album_artist_id", "MusicBrainz album artists", "MUSICBRAINZ_ALBUMARTISTID", "Album Artist"),
    _gain("track_gain", "ReplayGain of the track"),
    _gain("track_peak", "peak of the track"),
    _gain("album_gain", "ReplayGain of the album"),
    _gain("album_peak", "peak of the album"),
    TagName("r128_track_gain", "Opus: gain of the track, Q7.8 to -23 LUFS", ("R128_TRACK_GAIN",)),
    TagName("r128_album_gain", "Opus: gain of the album, Q7.8 to -23 LUFS", ("R128_ALBUM_GAIN",)),
)

FIELDS = (*PLAIN, *ROLES, *DETAILS)
BY_FIELD = {name.field: name for name in FIELDS}
ROLE_FIELDS = tuple(name.field for name in ROLES)
PLAIN_FIELDS = frozenset(name.field for name in PLAIN)
