"""How much music there is, by format."""

import sqlalchemy as sa
from alembic import op

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None

_ADD = """INSERT INTO format_figures VALUES (NEW.format, 1, round(NEW.duration_seconds * 1000), NEW.size)
  ON CONFLICT (format) DO UPDATE SET track_count = track_count + 1,
  duration_ms = duration_ms + excluded.duration_ms, size = size + excluded.size;"""
_TAKE_AWAY = """UPDATE format_figures SET track_count = track_count - 1,
  duration_ms = duration_ms - round(OLD.duration_seconds * 1000), size = size - OLD.size WHERE format = OLD.format;"""
_MEASURED = "hidden, format, duration_seconds, size"
_TRIGGERS = {
    "tracks_counted": f"AFTER INSERT ON tracks WHEN NEW.hidden = 0 BEGIN {_ADD} END",
    "tracks_uncounted": f"AFTER DELETE ON tracks WHEN OLD.hidden = 0 BEGIN {_TAKE_AWAY} END",
    "tracks_was": f"AFTER UPDATE OF {_MEASURED} ON tracks WHEN OLD.hidden = 0 BEGIN {_TAKE_AWAY} END",
    "tracks_is": f"AFTER UPDATE OF {_MEASURED} ON tracks WHEN NEW.hidden = 0 BEGIN {_ADD} END",
}


def upgrade() -> None:
    op.add_column("tracks", sa.Column("format", sa.Text(), server_default="", nullable=False))
    op.execute("UPDATE tracks SET format = coalesce(json_extract(CAST(document AS TEXT) || '}', '$.format'), '')")
    op.create_table(
        "format_figures",
        sa.Column("format", sa.Text(), nullable=False),
        sa.Column("track_count", sa.Integer(), nullable=False),
        sa.Column("duration_ms", sa.Integer(), nullable=False),
        sa.Column("size", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("format"),
        sqlite_with_rowid=False,
    )
    op.execute(
        "INSERT INTO format_figures SELECT format, count(*), sum(CAST(round(duration_seconds * 1000) AS INTEGER)), "
        "sum(size) FROM tracks WHERE hidden = 0 GROUP BY format"
    )
    for name, body in _TRIGGERS.items():
        op.execute(f"CREATE TRIGGER {name} {body}")


def downgrade() -> None:
    for name in _TRIGGERS:
        op.execute(f"DROP TRIGGER {name}")
    op.drop_table("format_figures")
    op.drop_column("tracks", "format")
