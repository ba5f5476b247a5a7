"""The 25 figures of each fingerprint apart from the rest; those of older versions come when they are measured anew."""

import sqlalchemy as sa
from alembic import op

revision = "0010"
down_revision = "0009"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "fingerprint_vectors",
        sa.Column("track_key", sa.Integer(), nullable=False),
        sa.Column("vector", sa.LargeBinary(), nullable=False),
        sa.ForeignKeyConstraint(["track_key"], ["fingerprints.track_key"], ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("track_key"),
    )


def downgrade() -> None:
    op.drop_table("fingerprint_vectors")
