"""The library, its listeners and what they are told."""

import secrets
import time

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None

_SEARCH = {"track_search": "title, artist, album", "album_search": "title, artist", "artist_search": "name"}


def upgrade() -> None:
    op.create_table(
        "albums",
        sa.Column("key", sa.Integer(), nullable=False),
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("identity", sa.Text(), nullable=False),
        sa.Column("shown", sa.Integer(), server_default=sa.text("0"), nullable=False),
        sa.Column("title", sa.Text(), nullable=False),
        sa.Column("title_sort", sa.Text(), nullable=False),
        sa.Column("album_artist", sa.Text(), nullable=True),
        sa.Column("artist", sa.Text(), nullable=True),
        sa.Column("artist_sort", sa.Text(), server_default="", nullable=False),
        sa.Column("year", sa.Integer(), server_default=sa.text("0"), nullable=False),
        sa.Column("track_count", sa.Integer(), server_default=sa.text("0"), nullable=False),
        sa.Column("duration_seconds", sa.Float(), server_default=sa.text("0"), nullable=False),
        sa.Column("added_at", sa.Integer(), nullable=False),
        sa.Column("artwork_id", sa.Text(), nullable=True),
        sa.PrimaryKeyConstraint("key"),
        sa.UniqueConstraint("id"),
        sa.UniqueConstraint("identity"),
    )
    op.create_index("albums_by_added_at", "albums", ["shown", "added_at"], unique=False)
    op.create_index("albums_by_artist", "albums", ["shown", "artist_sort", "year", "title_sort"], unique=False)
    op.create_index("albums_by_title", "albums", ["shown", "title_sort"], unique=False)
    op.create_index("albums_by_year", "albums", ["shown", "year"], unique=False)
    op.create_table(
        "artists",
        sa.Column("key", sa.Integer(), nullable=False),
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("identity", sa.Text(), nullable=False),
        sa.Column("shown", sa.Integer(), server_default=sa.text("0"), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("name_sort", sa.Text(), nullable=False),
        sa.Column("album_count", sa.Integer(), server_default=sa.text("0"), nullable=False),
        sa.Column("track_count", sa.Integer(), server_default=sa.text("0"), nullable=False),
        sa.Column("artwork_id", sa.Text(), nullable=True),
        sa.PrimaryKeyConstraint("key"),
        sa.UniqueConstraint("id"),
        sa.UniqueConstraint("identity"),
    )
    op.create_index("artists_by_name", "artists", ["shown", "name_sort"], unique=False)
    op.create_table(
        "genres",
        sa.Column("key", sa.Integer(), nullable=False),
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("identity", sa.Text(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("name_sort", sa.Text(), nullable=False),
        sa.Column("track_count", sa.Integer(), server_default=sa.text("0"), nullable=False),
        sa.PrimaryKeyConstraint("key"),
        sa.UniqueConstraint("id"),
        sa.UniqueConstraint("identity"),
    )
    op.create_table(
        "library",
        sa.Column("key", sa.Integer(), nullable=False),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.Column("track_count", sa.Integer(), nullable=False),
        sa.Column("stale", sa.Integer(), nullable=False),
        sa.Column("cursor_secret", sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint("key"),
    )
    op.create_table(
        "library_folders",
        sa.Column("key", sa.Integer(), nullable=False),
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("path", sa.LargeBinary(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("removed", sa.Integer(), server_default=sa.text("0"), nullable=False),
        sa.Column("away", sa.Text(), nullable=True),
        sa.Column("added_at", sa.Integer(), nullable=False),
        sa.Column("scanned_at", sa.Integer(), nullable=True),
        sa.PrimaryKeyConstraint("key"),
        sa.UniqueConstraint("id"),
        sa.UniqueConstraint("path"),
    )
    op.create_table(
        "users",
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("created_at", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_table(
        "directories",
        sa.Column("key", sa.Integer(), nullable=False),
        sa.Column("folder_key", sa.Integer(), nullable=False),
        sa.Column("path", sa.LargeBinary(), nullable=False),
        sa.Column("image_name", sa.LargeBinary(), nullable=True),
        sa.Column("image_size", sa.Integer(), nullable=True),
        sa.Column("image_mtime_ns", sa.Integer(), nullable=True),
        sa.Column("image_hash", sa.Text(), nullable=True),
        sa.ForeignKeyConstraint(["folder_key"], ["library_folders.key"], ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("key"),
        sa.UniqueConstraint("folder_key", "path"),
    )
    op.create_index(
        "directories_image_hash",
        "directories",
        ["image_hash"],
        unique=False,
        sqlite_where=sa.text("image_hash IS NOT NULL"),
    )
    op.create_table(
        "player_states",
        sa.Column("user_id", sa.Text(), nullable=False),
        sa.Column("zone", sa.Text(), nullable=False),
        sa.Column("state", sa.LargeBinary(), nullable=False),
        sa.Column("saved_at", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["user_id"], ["users.id"], ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("user_id", "zone"),
    )
    op.create_table(
        "problems",
        sa.Column("key", sa.Integer(), nullable=False),
        sa.Column("folder_key", sa.Integer(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("directory", sa.LargeBinary(), nullable=False),
        sa.Column("name", sa.LargeBinary(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("size", sa.Integer(), nullable=True),
        sa.Column("mtime_ns", sa.Integer(), nullable=True),
        sa.Column("found_at", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["folder_key"], ["library_folders.key"], ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("key"),
        sa.UniqueConstraint("folder_key", "directory", "name", "kind"),
    )
    op.create_table(
        "tracks",
        sa.Column("key", sa.Integer(), nullable=False),
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("folder_key", sa.Integer(), nullable=False),
        sa.Column("directory_key", sa.Integer(), nullable=False),
        sa.Column("name", sa.LargeBinary(), nullable=False),
        sa.Column("size", sa.Integer(), nullable=False),
        sa.Column("mtime_ns", sa.Integer(), nullable=False),
        sa.Column("inode", sa.Integer(), nullable=False),
        sa.Column("hidden", sa.Integer(), server_default=sa.text("0"), nullable=False),
        sa.Column("missing", sa.Integer(), server_default=sa.text("0"), nullable=False),
        sa.Column("revision", sa.Integer(), server_default=sa.text("1"), nullable=False),
        sa.Column("analysis_version", sa.Integer(), server_default=sa.text("0"), nullable=False),
        sa.Column("added_at", sa.Integer(), nullable=False),
        sa.Column("album_key", sa.Integer(), nullable=False),
        sa.Column("disc_number", sa.Integer(), nullable=False),
        sa.Column("track_number", sa.Integer(), nullable=False),
        sa.Column("year", sa.Integer(), nullable=False),
        sa.Column("duration_seconds", sa.Float(), nullable=False),
        sa.Column("title_sort", sa.Text(), nullable=False),
        sa.Column("artist_sort", sa.Text(), nullable=False),
        sa.Column("album_sort", sa.Text(), nullable=False),
        sa.Column("artist", sa.Text(), nullable=True),
        sa.Column("cover_hash", sa.Text(), nullable=True),
        sa.Column("document", sa.LargeBinary(), nullable=False),
        sa.ForeignKeyConstraint(["directory_key"], ["directories.key"], ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("key"),
        sa.UniqueConstraint("directory_key", "name"),
        sa.UniqueConstraint("id"),
    )
    op.create_index("tracks_by_added_at", "tracks", ["hidden", "added_at"], unique=False)
    op.create_index(
        "tracks_by_album", "tracks", ["hidden", "album_sort", "album_key", "disc_number", "track_number"], unique=False
    )
    op.create_index("tracks_by_album_key", "tracks", ["album_key"], unique=False)
    op.create_index(
        "tracks_by_artist",
        "tracks",
        ["hidden", "artist_sort", "album_sort", "disc_number", "track_number"],
        unique=False,
    )
    op.create_index(
        "tracks_by_cover", "tracks", ["cover_hash"], unique=False, sqlite_where=sa.text("cover_hash IS NOT NULL")
    )
    op.create_index("tracks_by_duration", "tracks", ["hidden", "duration_seconds", "key", "size"], unique=False)
    op.create_index("tracks_by_inode", "tracks", ["inode"], unique=False)
    op.create_index("tracks_by_title", "tracks", ["hidden", "title_sort"], unique=False)
    op.create_index("tracks_by_year", "tracks", ["hidden", "year"], unique=False)
    op.create_index("tracks_shown", "tracks", ["hidden", "key"], unique=False)
    op.create_index(
        "tracks_to_analyse", "tracks", ["hidden", "folder_key", "missing", "analysis_version"], unique=False
    )
    op.create_table(
        "annotations",
        sa.Column("user_id", sa.Text(), nullable=False),
        sa.Column("track_key", sa.Integer(), nullable=False),
        sa.Column("play_count", sa.Integer(), server_default=sa.text("0"), nullable=False),
        sa.Column("skip_count", sa.Integer(), server_default=sa.text("0"), nullable=False),
        sa.Column("rating", sa.Integer(), nullable=True),
        sa.Column("favorite", sa.Integer(), server_default=sa.text("0"), nullable=False),
        sa.Column("last_played_at", sa.Integer(), nullable=True),
        sa.ForeignKeyConstraint(["track_key"], ["tracks.key"], ondelete="CASCADE"),
        sa.ForeignKeyConstraint(["user_id"], ["users.id"], ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("user_id", "track_key"),
        sqlite_with_rowid=False,
    )
    op.create_index(
        "annotations_by_plays",
        "annotations",
        ["user_id", "play_count"],
        unique=False,
    )
    op.create_index(
        "annotations_by_rating",
        "annotations",
        ["user_id", "rating"],
        unique=False,
        sqlite_where=sa.text("rating IS NOT NULL"),
    )
    op.create_index("annotations_by_track", "annotations", ["track_key"], unique=False)
    op.create_table(
        "fingerprints",
        sa.Column("track_key", sa.Integer(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("data", sa.LargeBinary(), nullable=False),
        sa.Column("waveform", sa.LargeBinary(), nullable=False),
        sa.ForeignKeyConstraint(["track_key"], ["tracks.key"], ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("track_key"),
    )
    op.create_index("fingerprints_by_version", "fingerprints", ["version"], unique=False)
    op.create_table(
        "track_artists",
        sa.Column("track_key", sa.Integer(), nullable=False),
        sa.Column("role", sa.Text(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("artist_key", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["track_key"], ["tracks.key"], ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("track_key", "role", "position"),
        sqlite_with_rowid=False,
    )
    op.create_index("track_artists_by_artist", "track_artists", ["artist_key", "role"], unique=False)
    op.create_table(
        "track_genres",
        sa.Column("track_key", sa.Integer(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("genre_key", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["track_key"], ["tracks.key"], ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("track_key", "position"),
        sqlite_with_rowid=False,
    )
    op.create_index("track_genres_by_genre", "track_genres", ["genre_key"], unique=False)

    for table, columns in _SEARCH.items():
        options = "tokenize='unicode61 remove_diacritics 2', prefix='2 3'"
        op.execute(f"CREATE VIRTUAL TABLE {table} USING fts5({columns}, {options})")
    owner = {"id": "owner", "name": "Owner", "now": round(time.time() * 1000)}
    op.get_bind().execute(sa.text("INSERT INTO users VALUES (:id, :name, :now)"), owner)
    secret = {"secret": secrets.token_bytes(32)}
    op.get_bind().execute(sa.text("INSERT INTO library VALUES (1, 0, 0, 0, :secret)"), secret)


def downgrade() -> None:
    for table in _SEARCH:
        op.execute(f"DROP TABLE {table}")

    op.drop_index("track_genres_by_genre", table_name="track_genres")
    op.drop_table("track_genres")
    op.drop_index("track_artists_by_artist", table_name="track_artists")
    op.drop_table("track_artists")
    op.drop_index("fingerprints_by_version", table_name="fingerprints")
    op.drop_table("fingerprints")
    op.drop_index("annotations_by_track", table_name="annotations")
    op.drop_index("annotations_by_rating", table_name="annotations", sqlite_where=sa.text("rating IS NOT NULL"))
    op.drop_index("annotations_by_plays", table_name="annotations")
    op.drop_table("annotations")
    op.drop_index("tracks_to_analyse", table_name="tracks")
    op.drop_index("tracks_shown", table_name="tracks")
    op.drop_index("tracks_by_year", table_name="tracks")
    op.drop_index("tracks_by_title", table_name="tracks")
    op.drop_index("tracks_by_inode", table_name="tracks")
    op.drop_index("tracks_by_duration", table_name="tracks")
    op.drop_index("tracks_by_cover", table_name="tracks", sqlite_where=sa.text("cover_hash IS NOT NULL"))
    op.drop_index("tracks_by_artist", table_name="tracks")
    op.drop_index("tracks_by_album_key", table_name="tracks")
    op.drop_index("tracks_by_album", table_name="tracks")
    op.drop_index("tracks_by_added_at", table_name="tracks")
    op.drop_table("tracks")
    op.drop_table("problems")
    op.drop_table("player_states")
    op.drop_index("directories_image_hash", table_name="directories", sqlite_where=sa.text("image_hash IS NOT NULL"))
    op.drop_table("directories")
    op.drop_table("users")
    op.drop_table("library_folders")
    op.drop_table("library")
    op.drop_table("genres")
    op.drop_index("artists_by_name", table_name="artists")
    op.drop_table("artists")
    op.drop_index("albums_by_year", table_name="albums")
    op.drop_index("albums_by_title", table_name="albums")
    op.drop_index("albums_by_artist", table_name="albums")
    op.drop_index("albums_by_added_at", table_name="albums")
    op.drop_table("albums")
