"""What tells recordings apart: hashes of their audio, and when a file went missing."""

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("directories", sa.Column("signature", sa.Integer(), nullable=True))
    op.add_column("tracks", sa.Column("audio_sketch", sa.Integer(), server_default=sa.text("0"), nullable=False))
    op.add_column("tracks", sa.Column("audio_hash", sa.LargeBinary(), nullable=True))
    op.add_column("tracks", sa.Column("missing_since", sa.Integer(), nullable=True))
    op.add_column("fingerprints", sa.Column("audio_hash", sa.LargeBinary(), nullable=True))
    op.create_index("tracks_by_sketch", "tracks", ["audio_sketch"])
    op.create_index("tracks_to_hash", "tracks", ["key"], sqlite_where=sa.text("audio_hash IS NULL"))
    op.create_index(
        "tracks_by_missing_since", "tracks", ["missing_since"], sqlite_where=sa.text("missing_since IS NOT NULL")
    )
    op.create_index(
        "fingerprints_by_audio", "fingerprints", ["audio_hash"], sqlite_where=sa.text("audio_hash IS NOT NULL")
    )


def downgrade() -> None:
    op.drop_index("fingerprints_by_audio", table_name="fingerprints")
    op.drop_index("tracks_by_missing_since", table_name="tracks")
    op.drop_index("tracks_to_hash", table_name="tracks")
    op.drop_index("tracks_by_sketch", table_name="tracks")
    op.drop_column("fingerprints", "audio_hash")
    op.drop_column("tracks", "missing_since")
    op.drop_column("tracks", "audio_hash")
    op.drop_column("tracks", "audio_sketch")
    op.drop_column("directories", "signature")
