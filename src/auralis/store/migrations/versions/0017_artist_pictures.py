"""Pictures of artists."""

import sqlalchemy as sa
from alembic import op

revision = "0017"
down_revision = "0016"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "artist_pictures",
        sa.Column("artist_key", sa.Integer(), nullable=False),
        sa.Column("choice", sa.Text(), nullable=True),
        sa.Column("found", sa.Text(), nullable=True),
        sa.Column("folder_key", sa.Integer(), nullable=True),
        sa.Column("directory", sa.LargeBinary(), nullable=True),
        sa.Column("name", sa.LargeBinary(), nullable=True),
        sa.Column("size", sa.Integer(), nullable=True),
        sa.Column("mtime_ns", sa.Integer(), nullable=True),
        sa.ForeignKeyConstraint(["artist_key"], ["artists.key"], ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("artist_key"),
    )
    for column in ("choice", "found"):
        op.create_index(
            f"artist_pictures_by_{column}", "artist_pictures", [column], sqlite_where=sa.text(f"{column} IS NOT NULL")
        )


def downgrade() -> None:
    for column in ("found", "choice"):
        op.drop_index(
            f"artist_pictures_by_{column}",
            table_name="artist_pictures",
            sqlite_where=sa.text(f"{column} IS NOT NULL"),
        )
    op.drop_table("artist_pictures")
