"""Ratings and favourites of albums and artists."""

import sqlalchemy as sa
from alembic import op

revision = "0015"
down_revision = "0014"
branch_labels = None
depends_on = None


def upgrade() -> None:
    for one, many in (("album", "albums"), ("artist", "artists")):
        op.create_table(
            f"{one}_annotations",
            sa.Column("user_id", sa.Text(), nullable=False),
            sa.Column(f"{one}_key", sa.Integer(), nullable=False),
            sa.Column("rating", sa.Integer(), nullable=True),
            sa.Column("favorite", sa.Integer(), server_default=sa.text("0"), nullable=False),
            sa.ForeignKeyConstraint(["user_id"], ["users.id"], ondelete="CASCADE"),
            sa.ForeignKeyConstraint([f"{one}_key"], [f"{many}.key"], ondelete="CASCADE"),
            sa.PrimaryKeyConstraint("user_id", f"{one}_key"),
            sqlite_with_rowid=False,
        )
        op.create_index(f"{one}_annotations_by_{one}", f"{one}_annotations", [f"{one}_key"])


def downgrade() -> None:
    for one in ("artist", "album"):
        op.drop_index(f"{one}_annotations_by_{one}", table_name=f"{one}_annotations")
        op.drop_table(f"{one}_annotations")
