"""Pictures that owners chose for albums, and what pictures look like."""

import sqlalchemy as sa
from alembic import op

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("albums", sa.Column("artwork_choice", sa.Text(), nullable=True))
    op.create_index(
        "albums_by_choice",
        "albums",
        ["artwork_choice"],
        unique=False,
        sqlite_where=sa.text("artwork_choice IS NOT NULL"),
    )
    op.create_table(
        "pictures",
        sa.Column("hash", sa.Text(), nullable=False),
        sa.Column("color", sa.Text(), nullable=True),
        sa.Column("preview", sa.LargeBinary(), nullable=True),
        sa.PrimaryKeyConstraint("hash"),
        sqlite_with_rowid=False,
    )


def downgrade() -> None:
    op.drop_table("pictures")
    op.drop_index("albums_by_choice", table_name="albums", sqlite_where=sa.text("artwork_choice IS NOT NULL"))
    op.drop_column("albums", "artwork_choice")
