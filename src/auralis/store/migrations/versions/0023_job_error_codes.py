"""The code of what a job failed by, for programs."""

import sqlalchemy as sa
from alembic import op

revision = "0023"
down_revision = "0022"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("jobs", sa.Column("error_code", sa.Text()))


def downgrade() -> None:
    op.drop_column("jobs", "error_code")
