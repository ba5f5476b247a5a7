"""What only well-kept files say, the owner's edits of tags, and names that stand for what is known by an id."""

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "track_details",
        sa.Column("track_key", sa.Integer(), nullable=False),
        sa.Column("data", sa.LargeBinary(), nullable=False),
        sa.Column("credits", sa.LargeBinary(), nullable=False),
        sa.Column("lyrics", sa.LargeBinary(), nullable=True),
        sa.ForeignKeyConstraint(["track_key"], ["tracks.key"], ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("track_key"),
    )
    op.create_table(
        "track_edits",
        sa.Column("track_key", sa.Integer(), nullable=False),
        sa.Column("edits", sa.LargeBinary(), nullable=False),
        sa.Column("base", sa.LargeBinary(), nullable=False),
        sa.Column("edited_at", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["track_key"], ["tracks.key"], ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("track_key"),
    )
    op.create_table(
        "name_aliases",
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("identity", sa.Text(), nullable=False),
        sa.Column("key", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("kind", "identity"),
        sqlite_with_rowid=False,
    )


def downgrade() -> None:
    op.drop_table("name_aliases")
    op.drop_table("track_edits")
    op.drop_table("track_details")
