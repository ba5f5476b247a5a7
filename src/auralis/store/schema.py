"""The tables, declared once: queries, a fresh database and the check of the migrations all come from here."""

from sqlalchemy import (
    Column,
    Float,
    ForeignKey,
    Index,
    Integer,
    LargeBinary,
    MetaData,
    Table,
    Text,
    UniqueConstraint,
    literal_column,
    text,
)

HEAD = "0025"
"""The migration that makes a database equal to these tables."""

metadata = MetaData()

users = Table(
    "users",
    metadata,
    Column("id", Text, primary_key=True),
    Column("name", Text, nullable=False),
    Column("created_at", Integer, nullable=False),
)

library = Table(
    "library",
    metadata,
    Column("key", Integer, primary_key=True),
    Column("revision", Integer, nullable=False),
    Column("track_count", Integer, nullable=False),
    Column("stale", Integer, nullable=False),
    Column("cursor_secret", LargeBinary, nullable=False),
    Column("upheavals", Integer, nullable=False, server_default=text("0")),
    Column("annotation_changes", Integer, nullable=False, server_default=text("0")),
)
"""One row: the revision of what lists show, how many tracks they show, and the secret that seals cursors.

``stale`` is 1 while the figures of some albums, artists and genres wait to be brought up to date with their tracks.
``upheavals`` counts tracks that were hidden, shown again or deleted, ``annotation_changes`` what listeners did.
"""

library_folders = Table(
    "library_folders",
    metadata,
    Column("key", Integer, primary_key=True),
    Column("id", Text, nullable=False, unique=True),
    Column("path", LargeBinary, nullable=False, unique=True),
    Column("kind", Text, nullable=False),
    Column("removed", Integer, nullable=False, server_default=text("0")),
    Column("away", Text),
    Column("added_at", Integer, nullable=False),
    Column("scanned_at", Integer),
)
"""``removed`` folders keep their tracks, hidden, in case they are added again; ``away`` says why one cannot be seen."""

directories = Table(
    "directories",
    metadata,
    Column("key", Integer, primary_key=True),
    Column("folder_key", Integer, ForeignKey("library_folders.key", ondelete="CASCADE"), nullable=False),
    Column("path", LargeBinary, nullable=False),
    Column("image_name", LargeBinary),
    Column("image_size", Integer),
    Column("image_mtime_ns", Integer),
    Column("image_hash", Text),
    Column("signature", Integer),
    UniqueConstraint("folder_key", "path"),
)
"""Directories that hold audio, as bytes relative to their folder, with the image that lies beside the music.

``signature`` is of the files as they were found when all of them were taken in, so that one look tells that nothing has
changed; NULL where the files are to be looked at one by one.
"""
Index("directories_image_hash", directories.c.image_hash, sqlite_where=text("image_hash IS NOT NULL"))

tracks = Table(
    "tracks",
    metadata,
    Column("key", Integer, primary_key=True),
    Column("id", Text, nullable=False, unique=True),
    Column("folder_key", Integer, nullable=False),
    Column("directory_key", Integer, ForeignKey("directories.key", ondelete="CASCADE"), nullable=False),
    Column("name", LargeBinary, nullable=False),
    Column("size", Integer, nullable=False),
    Column("mtime_ns", Integer, nullable=False),
    Column("inode", Integer, nullable=False),
    Column("hidden", Integer, nullable=False, server_default=text("0")),
    Column("missing", Integer, nullable=False, server_default=text("0")),
    Column("revision", Integer, nullable=False, server_default=text("1")),
    Column("analysis_version", Integer, nullable=False, server_default=text("0")),
    Column("added_at", Integer, nullable=False),
    Column("album_key", Integer, nullable=False),
    Column("disc_number", Integer, nullable=False),
    Column("track_number", Integer, nullable=False),
    Column("year", Integer, nullable=False),
    Column("duration_seconds", Float, nullable=False),
    Column("title_sort", Text, nullable=False),
    Column("artist_sort", Text, nullable=False),
    Column("album_sort", Text, nullable=False),
    Column("artist", Text),
    Column("cover_hash", Text),
    Column("document", LargeBinary, nullable=False),
    Column("audio_sketch", Integer, nullable=False, server_default=text("0")),
    Column("audio_hash", LargeBinary),
    Column("missing_since", Integer),
    Column("format", Text, nullable=False, server_default=""),
    Column("read_version", Integer, nullable=False, server_default=text("0")),
    Column("words", Integer, nullable=False, server_default=text("0")),
    Column("unsafe", Integer, nullable=False, server_default=text("0")),
    UniqueConstraint("directory_key", "name"),
)
"""``document`` is the track's JSON without the listener's own part; the other columns are what SQL sorts and filters.

Numbers that a file does not tell are 0, names that it does not tell sort after all others. ``hidden`` stands first in
every list's index, so that a list is one walk along one covering index; the key that ends each index breaks ties.

``audio_sketch`` tells at little cost what ``audio_hash`` tells for certain: that two files hold the same encoded audio.
0 is no sketch; a hash is NULL until it is computed, and empty where it cannot be.

``read_version`` is that of the reader that read the file's tags, ``words`` the state of the file of lyrics beside it.
``unsafe`` is 1 where the sound broke the process that measured it, or kept it busy for ever.
"""
Index("tracks_shown", tracks.c.hidden, tracks.c.key)
Index("tracks_by_title", tracks.c.hidden, tracks.c.title_sort)
Index(
    "tracks_by_artist",
    tracks.c.hidden,
    tracks.c.artist_sort,
    tracks.c.album_sort,
    tracks.c.disc_number,
    tracks.c.track_number,
)
Index(
    "tracks_by_album",
    tracks.c.hidden,
    tracks.c.album_sort,
    tracks.c.album_key,
    tracks.c.disc_number,
    tracks.c.track_number,
)
Index("tracks_by_duration", tracks.c.hidden, tracks.c.duration_seconds, tracks.c.key, tracks.c.size)
Index("tracks_by_added_at", tracks.c.hidden, tracks.c.added_at)
Index("tracks_by_year", tracks.c.hidden, tracks.c.year)
Index("tracks_by_album_key", tracks.c.album_key)
Index("tracks_to_analyse", tracks.c.hidden, tracks.c.folder_key, tracks.c.missing, tracks.c.analysis_version)
Index("tracks_by_cover", tracks.c.cover_hash, sqlite_where=text("cover_hash IS NOT NULL"))
Index("tracks_by_inode", tracks.c.inode)
Index("tracks_missing", tracks.c.folder_key, sqlite_where=text("missing = 1"))
Index("tracks_by_sketch", tracks.c.audio_sketch)
Index("tracks_to_hash", tracks.c.key, sqlite_where=text("audio_hash IS NULL"))
Index("tracks_by_missing_since", tracks.c.missing_since, sqlite_where=text("missing_since IS NOT NULL"))

HIDDEN_BY_OWNER = 2
"""``hidden`` is 1 in a folder that was taken out of the library, and this where the owner hid the track itself."""

SHOWN = tracks.c.hidden == literal_column("0")
"""Tracks that lists show, found by an index that begins with ``hidden``."""

SHOWN_OF_FEW = tracks.c.hidden + literal_column("0") == literal_column("0")
"""The same for tracks found otherwise: the sum keeps SQLite from walking all that are shown."""

albums = Table(
    "albums",
    metadata,
    Column("key", Integer, primary_key=True),
    Column("id", Text, nullable=False, unique=True),
    Column("identity", Text, nullable=False, unique=True),
    Column("shown", Integer, nullable=False, server_default=text("0")),
    Column("title", Text, nullable=False),
    Column("title_sort", Text, nullable=False),
    Column("album_artist", Text),
    Column("artist", Text),
    Column("artist_sort", Text, nullable=False, server_default=""),
    Column("year", Integer, nullable=False, server_default=text("0")),
    Column("track_count", Integer, nullable=False, server_default=text("0")),
    Column("duration_seconds", Float, nullable=False, server_default=text("0")),
    Column("added_at", Integer, nullable=False),
    Column("artwork_id", Text),
    Column("artwork_choice", Text),
)
"""``identity`` is what makes tracks one album; ``shown`` is 1 while it has tracks that lists show.

``artwork_choice`` is the picture that the owner chose, ``artwork_id`` the one that is shown.
"""
Index("albums_by_choice", albums.c.artwork_choice, sqlite_where=text("artwork_choice IS NOT NULL"))
Index("albums_by_title", albums.c.shown, albums.c.title_sort)
Index("albums_by_artist", albums.c.shown, albums.c.artist_sort, albums.c.year, albums.c.title_sort)
Index("albums_by_year", albums.c.shown, albums.c.year)
Index("albums_by_added_at", albums.c.shown, albums.c.added_at)

artists = Table(
    "artists",
    metadata,
    Column("key", Integer, primary_key=True),
    Column("id", Text, nullable=False, unique=True),
    Column("identity", Text, nullable=False, unique=True),
    Column("shown", Integer, nullable=False, server_default=text("0")),
    Column("name", Text, nullable=False),
    Column("name_sort", Text, nullable=False),
    Column("album_count", Integer, nullable=False, server_default=text("0")),
    Column("track_count", Integer, nullable=False, server_default=text("0")),
    Column("artwork_id", Text),
)
Index("artists_by_name", artists.c.shown, artists.c.name_sort)

artist_pictures = Table(
    "artist_pictures",
    metadata,
    Column("artist_key", Integer, ForeignKey("artists.key", ondelete="CASCADE"), primary_key=True),
    Column("choice", Text),
    Column("found", Text),
    Column("folder_key", Integer),
    Column("directory", LargeBinary),
    Column("name", LargeBinary),
    Column("size", Integer),
    Column("mtime_ns", Integer),
)
"""``choice`` is the picture that the owner chose for an artist, ``found`` that of the file in the artist's folder."""
Index("artist_pictures_by_choice", artist_pictures.c.choice, sqlite_where=text("choice IS NOT NULL"))
Index("artist_pictures_by_found", artist_pictures.c.found, sqlite_where=text("found IS NOT NULL"))

track_artists = Table(
    "track_artists",
    metadata,
    Column("track_key", Integer, ForeignKey("tracks.key", ondelete="CASCADE"), primary_key=True),
    Column("role", Text, primary_key=True),
    Column("position", Integer, primary_key=True),
    Column("artist_key", Integer, nullable=False),
    sqlite_with_rowid=False,
)
"""``role`` is ``artist``, ``albumArtist`` or that of a credit, ``composer`` say."""
Index("track_artists_by_artist", track_artists.c.artist_key, track_artists.c.role)

name_aliases = Table(
    "name_aliases",
    metadata,
    Column("kind", Text, primary_key=True),
    Column("identity", Text, primary_key=True),
    Column("key", Integer, nullable=False),
    sqlite_with_rowid=False,
)
"""The artist or album (``kind`` is the table) that a name alone stands for, where that one is known by an id."""

pictures = Table(
    "pictures",
    metadata,
    Column("hash", Text, primary_key=True),
    Column("color", Text),
    Column("preview", LargeBinary),
    sqlite_with_rowid=False,
)
"""What pictures look like, once they were looked at; NULL where they cannot be shown."""

genres = Table(
    "genres",
    metadata,
    Column("key", Integer, primary_key=True),
    Column("id", Text, nullable=False, unique=True),
    Column("identity", Text, nullable=False, unique=True),
    Column("name", Text, nullable=False),
    Column("name_sort", Text, nullable=False),
    Column("track_count", Integer, nullable=False, server_default=text("0")),
)

track_genres = Table(
    "track_genres",
    metadata,
    Column("track_key", Integer, ForeignKey("tracks.key", ondelete="CASCADE"), primary_key=True),
    Column("position", Integer, primary_key=True),
    Column("genre_key", Integer, nullable=False),
    sqlite_with_rowid=False,
)
Index("track_genres_by_genre", track_genres.c.genre_key)

track_details = Table(
    "track_details",
    metadata,
    Column("track_key", Integer, ForeignKey("tracks.key", ondelete="CASCADE"), primary_key=True),
    Column("data", LargeBinary, nullable=False),
    Column("credits", LargeBinary, nullable=False),
    Column("lyrics", LargeBinary),
)
"""What only well-kept files say, as JSON; a plain file has no row."""

track_edits = Table(
    "track_edits",
    metadata,
    Column("track_key", Integer, ForeignKey("tracks.key", ondelete="CASCADE"), primary_key=True),
    Column("edits", LargeBinary, nullable=False),
    Column("base", LargeBinary, nullable=False),
    Column("edited_at", Integer, nullable=False),
)
"""What the owner has changed of a track's tags, and ``base``, the file's own tags under it; both JSON."""

annotations = Table(
    "annotations",
    metadata,
    Column("user_id", Text, ForeignKey("users.id", ondelete="CASCADE"), primary_key=True),
    Column("track_key", Integer, ForeignKey("tracks.key", ondelete="CASCADE"), primary_key=True),
    Column("play_count", Integer, nullable=False, server_default=text("0")),
    Column("skip_count", Integer, nullable=False, server_default=text("0")),
    Column("rating", Integer),
    Column("favorite", Integer, nullable=False, server_default=text("0")),
    Column("last_played_at", Integer),
    sqlite_with_rowid=False,
)
"""What a listener has made of a track: theirs alone, kept whatever becomes of the file."""
Index("annotations_by_rating", annotations.c.user_id, annotations.c.rating, sqlite_where=text("rating IS NOT NULL"))
Index("annotations_by_plays", annotations.c.user_id, annotations.c.play_count)
Index(
    "annotations_by_last_played",
    annotations.c.user_id,
    annotations.c.last_played_at,
    sqlite_where=text("last_played_at IS NOT NULL"),
)
Index("annotations_by_track", annotations.c.track_key)

album_annotations = Table(
    "album_annotations",
    metadata,
    Column("user_id", Text, ForeignKey("users.id", ondelete="CASCADE"), primary_key=True),
    Column("album_key", Integer, ForeignKey("albums.key", ondelete="CASCADE"), primary_key=True),
    Column("rating", Integer),
    Column("favorite", Integer, nullable=False, server_default=text("0")),
    sqlite_with_rowid=False,
)
"""What a listener has made of an album; it goes to the album that all tracks went to when they are retagged."""
Index("album_annotations_by_album", album_annotations.c.album_key)

artist_annotations = Table(
    "artist_annotations",
    metadata,
    Column("user_id", Text, ForeignKey("users.id", ondelete="CASCADE"), primary_key=True),
    Column("artist_key", Integer, ForeignKey("artists.key", ondelete="CASCADE"), primary_key=True),
    Column("rating", Integer),
    Column("favorite", Integer, nullable=False, server_default=text("0")),
    sqlite_with_rowid=False,
)
Index("artist_annotations_by_artist", artist_annotations.c.artist_key)

history = Table(
    "history",
    metadata,
    Column("key", Integer, primary_key=True),
    Column("user_id", Text, ForeignKey("users.id", ondelete="CASCADE"), nullable=False),
    Column("played_at", Integer, nullable=False),
    Column("track_key", Integer, ForeignKey("tracks.key", ondelete="SET NULL")),
    Column("title", Text, nullable=False),
    Column("artist", Text),
    Column("album", Text),
    Column("duration_seconds", Float, nullable=False),
)
"""Every play that counted, newest last; what was played is still told when the track is gone for good."""
Index("history_by_user", history.c.user_id, history.c.played_at)
Index("history_by_track", history.c.track_key)

fingerprints = Table(
    "fingerprints",
    metadata,
    Column("track_key", Integer, ForeignKey("tracks.key", ondelete="CASCADE"), primary_key=True),
    Column("version", Integer, nullable=False),
    Column("data", LargeBinary, nullable=False),
    Column("waveform", LargeBinary, nullable=False),
    Column("audio_hash", LargeBinary),
)
"""``audio_hash`` is that of the audio that was measured, once it is known."""
Index("fingerprints_by_version", fingerprints.c.version)
Index("fingerprints_by_audio", fingerprints.c.audio_hash, sqlite_where=text("audio_hash IS NOT NULL"))

fingerprint_vectors = Table(
    "fingerprint_vectors",
    metadata,
    Column("track_key", Integer, ForeignKey("fingerprints.track_key", ondelete="CASCADE"), primary_key=True),
    Column("vector", LargeBinary, nullable=False),
)
"""The 25 dimensions of each fingerprint, 100 bytes, apart from the rest of it: all of a library's are read at once."""

problems = Table(
    "problems",
    metadata,
    Column("key", Integer, primary_key=True),
    Column("folder_key", Integer, ForeignKey("library_folders.key", ondelete="CASCADE"), nullable=False),
    Column("kind", Text, nullable=False),
    Column("directory", LargeBinary, nullable=False),
    Column("name", LargeBinary, nullable=False),
    Column("reason", Text, nullable=False),
    Column("size", Integer),
    Column("mtime_ns", Integer),
    Column("found_at", Integer, nullable=False),
    UniqueConstraint("folder_key", "directory", "name", "kind"),
)
"""``kind`` is ``file`` (could not be read), ``directory`` (not looked into) or ``analysis`` (not measured)."""

player_states = Table(
    "player_states",
    metadata,
    Column("user_id", Text, ForeignKey("users.id", ondelete="CASCADE"), primary_key=True),
    Column("zone", Text, primary_key=True),
    Column("state", LargeBinary, nullable=False),
    Column("saved_at", Integer, nullable=False),
)

jobs = Table(
    "jobs",
    metadata,
    Column("id", Text, primary_key=True),
    Column("user_id", Text, ForeignKey("users.id", ondelete="CASCADE"), nullable=False),
    Column("kind", Text, nullable=False),
    Column("state", Text, nullable=False),
    Column("order", LargeBinary, nullable=False),
    Column("done", Integer, nullable=False),
    Column("total", Integer, nullable=False),
    Column("created_at", Integer, nullable=False),
    Column("updated_at", Integer, nullable=False),
    Column("result", LargeBinary),
    Column("error", Text),
    Column("error_code", Text),
)
"""What somebody ordered and how it stands; ``order`` and ``result`` are JSON."""
Index("jobs_by_user", jobs.c.user_id, jobs.c.created_at)

compare_trials = Table(
    "compare_trials",
    metadata,
    Column("key", Integer, primary_key=True),
    Column("user_id", Text, ForeignKey("users.id", ondelete="CASCADE"), nullable=False),
    Column("a_track_id", Text, nullable=False),
    Column("a_preset", Text, nullable=False),
    Column("a_intensity", Float, nullable=False),
    Column("b_track_id", Text, nullable=False),
    Column("b_preset", Text, nullable=False),
    Column("b_intensity", Float, nullable=False),
    Column("x", Text, nullable=False),
    Column("answer", Text, nullable=False),
    Column("at", Integer, nullable=False),
)
"""Blind comparisons of two sounds, kept also when a track goes: they are about the listener."""
Index("compare_trials_by_user", compare_trials.c.user_id, compare_trials.c.key)

sound_references = Table(
    "sound_references",
    metadata,
    Column("id", Text, primary_key=True),
    Column("user_id", Text, ForeignKey("users.id", ondelete="CASCADE"), nullable=False),
    Column("name", Text, nullable=False),
    Column("track_id", Text),
    Column("file", Text),
    Column("fingerprint", LargeBinary, nullable=False),
    Column("created_at", Integer, nullable=False),
)
"""Sounds that others are mastered towards, as they were measured: they stay what they were when their track goes."""
Index("sound_references_by_user", sound_references.c.user_id, sound_references.c.created_at)

server_settings = Table(
    "server_settings",
    metadata,
    Column("name", Text, primary_key=True),
    Column("value", Text),
    Column("revision", Integer, nullable=False),
    sqlite_with_rowid=False,
)
"""``value`` is JSON, or null for what was set once and is at its default again: its revision must not be forgotten."""

user_settings = Table(
    "user_settings",
    metadata,
    Column("user_id", Text, ForeignKey("users.id", ondelete="CASCADE"), primary_key=True),
    Column("name", Text, primary_key=True),
    Column("value", Text),
    Column("revision", Integer, nullable=False),
    sqlite_with_rowid=False,
)

setting_steps = Table(
    "setting_steps",
    metadata,
    Column("user_id", Text, ForeignKey("users.id", ondelete="CASCADE"), primary_key=True),
    Column("number", Integer, primary_key=True),
    Column("change", LargeBinary, nullable=False),
    Column("undone", Integer, nullable=False),
    sqlite_with_rowid=False,
)
"""``change`` takes a step back, or does it again where it is ``undone``."""

queues = Table(
    "queues",
    metadata,
    Column("user_id", Text, ForeignKey("users.id", ondelete="CASCADE"), primary_key=True),
    Column("zone", Text, primary_key=True),
    Column("revision", Integer, nullable=False),
    Column("entries", LargeBinary, nullable=False),
)
"""The queue as it was at ``revision``; ``queue_changes`` lead from there to what it is now."""

queue_changes = Table(
    "queue_changes",
    metadata,
    Column("user_id", Text, ForeignKey("users.id", ondelete="CASCADE"), primary_key=True),
    Column("zone", Text, primary_key=True),
    Column("revision", Integer, primary_key=True),
    Column("change", LargeBinary, nullable=False),
    sqlite_with_rowid=False,
)
"""Each row leads to its ``revision`` from the one before; older ones stay while they can be undone."""

player_commands = Table(
    "player_commands",
    metadata,
    Column("key", Integer, primary_key=True),
    Column("user_id", Text, ForeignKey("users.id", ondelete="CASCADE"), nullable=False),
    Column("zone", Text, nullable=False),
    Column("command_id", Text, nullable=False),
)
"""The newest commands that were done, so that one that is sent again after a restart is not done twice."""
Index("player_commands_by_zone", player_commands.c.user_id, player_commands.c.zone, player_commands.c.key)
sent_commands = Table(
    "sent_commands",
    metadata,
    Column("number", Integer, primary_key=True),
    Column("user_id", Text, ForeignKey("users.id", ondelete="CASCADE"), nullable=False),
    Column("path", Text, nullable=False),
    Column("key", Text, nullable=False),
    Column("digest", LargeBinary, nullable=False),
    Column("begun_at", Integer, nullable=False),
    Column("status", Integer),
    Column("data", LargeBinary),
    Column("meta", LargeBinary),
    Column("links", LargeBinary),
    Column("message", LargeBinary),
    Column("etag", LargeBinary),
    UniqueConstraint("user_id", "path", "key"),
)
"""Commands that came under an Idempotency-Key within a day; without a status they were begun and not ended."""
Index("sent_commands_by_age", sent_commands.c.begun_at)
playlists = Table(
    "playlists",
    metadata,
    Column("key", Integer, primary_key=True),
    Column("id", Text, nullable=False, unique=True),
    Column("user_id", Text, ForeignKey("users.id", ondelete="CASCADE"), nullable=False),
    Column("name", Text, nullable=False),
    Column("name_sort", Text, nullable=False),
    Column("description", Text, nullable=False, server_default=""),
    Column("created_at", Integer, nullable=False),
    Column("updated_at", Integer, nullable=False),
    Column("deleted_at", Integer, nullable=False, server_default=text("0")),
    Column("revision", Integer, nullable=False, server_default=text("1")),
    Column("entry_count", Integer, nullable=False, server_default=text("0")),
    Column("step", Integer, nullable=False, server_default=text("0")),
)
"""``deleted_at`` is 0 for those that are there; ``step`` is the number of the last change that undo takes back."""
Index("playlists_by_name", playlists.c.user_id, playlists.c.deleted_at, playlists.c.name_sort)
Index("playlists_by_created_at", playlists.c.user_id, playlists.c.deleted_at, playlists.c.created_at)
Index("playlists_by_updated_at", playlists.c.user_id, playlists.c.deleted_at, playlists.c.updated_at)

playlist_entries = Table(
    "playlist_entries",
    metadata,
    Column("key", Integer, primary_key=True),
    Column("id", Text, nullable=False, unique=True),
    Column("playlist_key", Integer, ForeignKey("playlists.key", ondelete="CASCADE"), nullable=False),
    Column("place", Integer, nullable=False),
    Column("track_key", Integer, ForeignKey("tracks.key", ondelete="SET NULL")),
    Column("title", Text, nullable=False),
    Column("artist", Text),
    Column("duration_seconds", Float, nullable=False),
)
"""``place`` sorts, with gaps for what is put between; title, artist and duration outlive the track itself."""
Index("playlist_entries_by_place", playlist_entries.c.playlist_key, playlist_entries.c.place)
Index("playlist_entries_by_track", playlist_entries.c.track_key)

playlist_steps = Table(
    "playlist_steps",
    metadata,
    Column("playlist_key", Integer, ForeignKey("playlists.key", ondelete="CASCADE"), primary_key=True),
    Column("number", Integer, primary_key=True),
    Column("change", LargeBinary, nullable=False),
    sqlite_with_rowid=False,
)
"""``change`` takes a step back where its number is not above the playlist's ``step``, else it does it again."""

_SEARCHABLE = {
    "track_search": "title, artist, album",
    "album_search": "title, artist",
    "artist_search": "name",
    "playlist_search": "name, description",
    "lyrics_search": "words",
}
SEARCH_DDL = tuple(
    f"CREATE VIRTUAL TABLE {table} USING fts5({columns}, tokenize='unicode61 remove_diacritics 2', prefix='2 3')"
    for table, columns in _SEARCHABLE.items()
)
"""Full-text tables, which SQLAlchemy cannot declare; a row's ``rowid`` is the key of what it finds."""

search_words = Table("search_words", metadata, Column("word", Text, primary_key=True), sqlite_with_rowid=False)
"""The words of the full-text tables, in order: what one that was mistyped may have meant."""

format_figures = Table(
    "format_figures",
    metadata,
    Column("format", Text, primary_key=True),
    Column("track_count", Integer, nullable=False),
    Column("duration_ms", Integer, nullable=False),
    Column("size", Integer, nullable=False),
    sqlite_with_rowid=False,
)
"""How much music lists show, by format; kept by triggers, as adding up a million tracks would take too long."""

_SORTED_BY = (
    *("title_sort", "artist_sort", "album_sort", "album_key", "disc_number", "track_number"),
    *("duration_seconds", "added_at", "year"),
)
track_moves = Table(
    "track_moves",
    metadata,
    Column("key", Integer, primary_key=True),
    Column("track_key", Integer, nullable=False),
    Column("step", Integer, nullable=False),
    *(Column(name, tracks.c[name].type, nullable=False) for name in _SORTED_BY),
)
"""The last tracks that went to other places in lists: ``step`` is -1 where one was before and 1 where it is now.

With these, the tracks that are new, and ``library.upheavals``, what was found out about a list is kept true.
"""

_COUNT_IN = """INSERT INTO format_figures VALUES (NEW.format, 1, round(NEW.duration_seconds * 1000), NEW.size)
  ON CONFLICT (format) DO UPDATE SET track_count = track_count + 1,
  duration_ms = duration_ms + excluded.duration_ms, size = size + excluded.size;"""
_COUNT_OUT = """UPDATE format_figures SET track_count = track_count - 1,
  duration_ms = duration_ms - round(OLD.duration_seconds * 1000), size = size - OLD.size WHERE format = OLD.format;"""
_SUMMED = "hidden, format, duration_seconds, size"


def _of(row: str) -> str:
    return ", ".join(f"{row}.{name}" for name in _SORTED_BY)


_NAMES = ", ".join(_SORTED_BY)
_HAS_TURNED = "OLD.hidden != NEW.hidden"
_HAS_MOVED = f"OLD.hidden = 0 AND NEW.hidden = 0 AND ({_of('OLD')}) IS NOT ({_of('NEW')})"
_ADD_MOVE = f"INSERT INTO track_moves(track_key, step, {_NAMES}) VALUES"
_FORGET_MOVES = "DELETE FROM track_moves WHERE key <= (SELECT max(key) FROM track_moves) - 4000;"
_MOVES = f"{_ADD_MOVE} (OLD.key, -1, {_of('OLD')}); {_ADD_MOVE} (NEW.key, 1, {_of('NEW')}); {_FORGET_MOVES}"
_UPHEAVAL = "UPDATE library SET upheavals = upheavals + 1;"
_ANNOTATED = "UPDATE library SET annotation_changes = annotation_changes + 1;"
TRIGGER_DDL = (
    f"CREATE TRIGGER tracks_counted AFTER INSERT ON tracks WHEN NEW.hidden = 0 BEGIN {_COUNT_IN} END",
    f"CREATE TRIGGER tracks_uncounted AFTER DELETE ON tracks WHEN OLD.hidden = 0 BEGIN {_COUNT_OUT} END",
    f"CREATE TRIGGER tracks_was AFTER UPDATE OF {_SUMMED} ON tracks WHEN OLD.hidden = 0 BEGIN {_COUNT_OUT} END",
    f"CREATE TRIGGER tracks_is AFTER UPDATE OF {_SUMMED} ON tracks WHEN NEW.hidden = 0 BEGIN {_COUNT_IN} END",
    f"CREATE TRIGGER tracks_moved AFTER UPDATE OF {_NAMES} ON tracks WHEN {_HAS_MOVED} BEGIN {_MOVES} END",
    f"CREATE TRIGGER tracks_turned AFTER UPDATE OF hidden ON tracks WHEN {_HAS_TURNED} BEGIN {_UPHEAVAL} END",
    f"CREATE TRIGGER tracks_deleted AFTER DELETE ON tracks WHEN OLD.hidden = 0 BEGIN {_UPHEAVAL} END",
    f"CREATE TRIGGER annotations_added AFTER INSERT ON annotations BEGIN {_ANNOTATED} END",
    f"CREATE TRIGGER annotations_changed AFTER UPDATE ON annotations BEGIN {_ANNOTATED} END",
    f"CREATE TRIGGER annotations_deleted AFTER DELETE ON annotations BEGIN {_ANNOTATED} END",
)
"""What keeps ``format_figures`` true, and lists able to follow, whoever writes a track."""
