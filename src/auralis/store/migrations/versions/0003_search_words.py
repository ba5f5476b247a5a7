"""The words that a mistyped one may have meant, listening in the order it was done, and what is missing."""

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None

_SHORTEST, _LONGEST = 3, 40


def upgrade() -> None:
    op.create_table(
        "search_words",
        sa.Column("word", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("word"),
        sqlite_with_rowid=False,
    )
    for table in ("track_search", "album_search", "artist_search"):
        op.execute(f"CREATE VIRTUAL TABLE temp.{table}_words USING fts5vocab(main, {table}, row)")
        op.execute(
            f"INSERT OR IGNORE INTO search_words SELECT term FROM temp.{table}_words "  # noqa: S608 - constants
            f"WHERE length(term) BETWEEN {_SHORTEST} AND {_LONGEST} AND term GLOB '*[^0-9]*' ORDER BY term"
        )
        op.execute(f"DROP TABLE temp.{table}_words")
    op.create_index("tracks_missing", "tracks", ["folder_key"], unique=False, sqlite_where=sa.text("missing = 1"))
    op.create_index(
        "annotations_by_last_played",
        "annotations",
        ["user_id", "last_played_at"],
        unique=False,
        sqlite_where=sa.text("last_played_at IS NOT NULL"),
    )


def downgrade() -> None:
    op.drop_index("tracks_missing", table_name="tracks", sqlite_where=sa.text("missing = 1"))
    op.drop_index(
        "annotations_by_last_played", table_name="annotations", sqlite_where=sa.text("last_played_at IS NOT NULL")
    )
    op.drop_table("search_words")
