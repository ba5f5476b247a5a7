"""Blind trials of any two sounds; before, they were a track's original and its enhanced sound."""

from typing import Any

import sqlalchemy as sa
from alembic import op

revision = "0019"
down_revision = "0018"
branch_labels = None
depends_on = None


def upgrade() -> None:
    _rebuild(
        *_sound("a_"),
        *_sound("b_"),
        copy="INSERT INTO compare_trials (key, user_id, a_track_id, a_preset, a_intensity, b_track_id, b_preset, "
        "b_intensity, x, answer, at) SELECT key, user_id, track_id, 'original', 1.0, track_id, preset, intensity, "
        "CASE x WHEN 'original' THEN 'a' ELSE 'b' END, CASE answer WHEN 'original' THEN 'a' ELSE 'b' END, at "
        "FROM old_trials",
    )


def downgrade() -> None:
    _rebuild(
        *_sound(""),
        copy="INSERT INTO compare_trials (key, user_id, track_id, preset, intensity, x, answer, at) "
        "SELECT key, user_id, b_track_id, b_preset, b_intensity, "
        "CASE x WHEN 'a' THEN 'original' ELSE 'enhanced' END, "
        "CASE answer WHEN 'a' THEN 'original' ELSE 'enhanced' END, at "
        "FROM old_trials WHERE a_preset = 'original' AND a_track_id = b_track_id",
    )


def _sound(prefix: str) -> "list[sa.Column[Any]]":
    return [
        sa.Column(f"{prefix}track_id", sa.Text(), nullable=False),
        sa.Column(f"{prefix}preset", sa.Text(), nullable=False),
        sa.Column(f"{prefix}intensity", sa.Float(), nullable=False),
    ]


def _rebuild(*sounds: "sa.Column[Any]", copy: str) -> None:
    op.drop_index("compare_trials_by_user", table_name="compare_trials")
    op.rename_table("compare_trials", "old_trials")
    op.create_table(
        "compare_trials",
        sa.Column("key", sa.Integer(), nullable=False),
        sa.Column("user_id", sa.Text(), nullable=False),
        *sounds,
        sa.Column("x", sa.Text(), nullable=False),
        sa.Column("answer", sa.Text(), nullable=False),
        sa.Column("at", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["user_id"], ["users.id"], ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("key"),
    )
    op.execute(copy)
    op.drop_table("old_trials")
    op.create_index("compare_trials_by_user", "compare_trials", ["user_id", "key"])
