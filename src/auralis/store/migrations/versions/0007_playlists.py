"""Playlists with their entries, and the steps by which they can be taken back."""

import sqlalchemy as sa
from alembic import op

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "playlists",
        sa.Column("key", sa.Integer(), nullable=False),
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("user_id", sa.Text(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("name_sort", sa.Text(), nullable=False),
        sa.Column("description", sa.Text(), server_default="", nullable=False),
        sa.Column("created_at", sa.Integer(), nullable=False),
        sa.Column("updated_at", sa.Integer(), nullable=False),
        sa.Column("deleted_at", sa.Integer(), server_default=sa.text("0"), nullable=False),
        sa.Column("revision", sa.Integer(), server_default=sa.text("1"), nullable=False),
        sa.Column("entry_count", sa.Integer(), server_default=sa.text("0"), nullable=False),
        sa.Column("step", sa.Integer(), server_default=sa.text("0"), nullable=False),
        sa.ForeignKeyConstraint(["user_id"], ["users.id"], ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("key"),
        sa.UniqueConstraint("id"),
    )
    op.create_index("playlists_by_name", "playlists", ["user_id", "deleted_at", "name_sort"])
    op.create_index("playlists_by_created_at", "playlists", ["user_id", "deleted_at", "created_at"])
    op.create_index("playlists_by_updated_at", "playlists", ["user_id", "deleted_at", "updated_at"])
    op.create_table(
        "playlist_entries",
        sa.Column("key", sa.Integer(), nullable=False),
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("playlist_key", sa.Integer(), nullable=False),
        sa.Column("place", sa.Integer(), nullable=False),
        sa.Column("track_key", sa.Integer(), nullable=True),
        sa.Column("title", sa.Text(), nullable=False),
        sa.Column("artist", sa.Text(), nullable=True),
        sa.Column("duration_seconds", sa.Float(), nullable=False),
        sa.ForeignKeyConstraint(["playlist_key"], ["playlists.key"], ondelete="CASCADE"),
        sa.ForeignKeyConstraint(["track_key"], ["tracks.key"], ondelete="SET NULL"),
        sa.PrimaryKeyConstraint("key"),
        sa.UniqueConstraint("id"),
    )
    op.create_index("playlist_entries_by_place", "playlist_entries", ["playlist_key", "place"])
    op.create_index("playlist_entries_by_track", "playlist_entries", ["track_key"])
    op.create_table(
        "playlist_steps",
        sa.Column("playlist_key", sa.Integer(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("change", sa.LargeBinary(), nullable=False),
        sa.ForeignKeyConstraint(["playlist_key"], ["playlists.key"], ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("playlist_key", "number"),
        sqlite_with_rowid=False,
    )


def downgrade() -> None:
    op.drop_table("playlist_steps")
    op.drop_table("playlist_entries")
    op.drop_table("playlists")
