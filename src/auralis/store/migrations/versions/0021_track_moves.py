"""What has changed in lists of tracks, for what was found out about them to follow."""

import sqlalchemy as sa
from alembic import op

revision = "0021"
down_revision = "0020"
branch_labels = None
depends_on = None

_COUNTS = ("upheavals", "annotation_changes")
_TEXTS = ("title_sort", "artist_sort", "album_sort")
_NUMBERS = ("album_key", "disc_number", "track_number", "duration_seconds", "added_at", "year")
_NAMES = (*_TEXTS, *_NUMBERS)
_OLD, _NEW = (", ".join(f"{row}.{name}" for name in _NAMES) for row in ("OLD", "NEW"))
_ADD = f"INSERT INTO track_moves(track_key, step, {', '.join(_NAMES)}) VALUES"
_FORGET = "DELETE FROM track_moves WHERE key <= (SELECT max(key) FROM track_moves) - 4000;"
_MOVES = f"{_ADD} (OLD.key, -1, {_OLD}); {_ADD} (NEW.key, 1, {_NEW}); {_FORGET}"
_UPHEAVAL = "UPDATE library SET upheavals = upheavals + 1;"
_ANNOTATED = "UPDATE library SET annotation_changes = annotation_changes + 1;"
_TRIGGERS = {
    "tracks_moved": f"AFTER UPDATE OF {', '.join(_NAMES)} ON tracks WHEN OLD.hidden = 0 AND NEW.hidden = 0 "
    f"AND ({_OLD}) IS NOT ({_NEW}) BEGIN {_MOVES} END",
    "tracks_turned": f"AFTER UPDATE OF hidden ON tracks WHEN OLD.hidden != NEW.hidden BEGIN {_UPHEAVAL} END",
    "tracks_deleted": f"AFTER DELETE ON tracks WHEN OLD.hidden = 0 BEGIN {_UPHEAVAL} END",
    "annotations_added": f"AFTER INSERT ON annotations BEGIN {_ANNOTATED} END",
    "annotations_changed": f"AFTER UPDATE ON annotations BEGIN {_ANNOTATED} END",
    "annotations_deleted": f"AFTER DELETE ON annotations BEGIN {_ANNOTATED} END",
}


def upgrade() -> None:
    for name in _COUNTS:
        op.add_column("library", sa.Column(name, sa.Integer(), server_default=sa.text("0"), nullable=False))
    op.create_table(
        "track_moves",
        sa.Column("key", sa.Integer(), primary_key=True),
        sa.Column("track_key", sa.Integer(), nullable=False),
        sa.Column("step", sa.Integer(), nullable=False),
        *(sa.Column(name, sa.Text(), nullable=False) for name in _TEXTS),
        *(
            sa.Column(name, sa.Float() if name == "duration_seconds" else sa.Integer(), nullable=False)
            for name in _NUMBERS
        ),
    )
    for name, body in _TRIGGERS.items():
        op.execute(f"CREATE TRIGGER {name} {body}")


def downgrade() -> None:
    for name in _TRIGGERS:
        op.execute(f"DROP TRIGGER {name}")
    op.drop_table("track_moves")
    for name in _COUNTS:
        op.drop_column("library", name)
