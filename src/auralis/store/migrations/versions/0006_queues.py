"""The queue as a record of its own, with its changes; what stood in the players' states is carried over."""

import json

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "queues",
        sa.Column("user_id", sa.Text(), nullable=False),
        sa.Column("zone", sa.Text(), nullable=False),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.Column("entries", sa.LargeBinary(), nullable=False),
        sa.ForeignKeyConstraint(["user_id"], ["users.id"], ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("user_id", "zone"),
    )
    op.create_table(
        "queue_changes",
        sa.Column("user_id", sa.Text(), nullable=False),
        sa.Column("zone", sa.Text(), nullable=False),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.Column("change", sa.LargeBinary(), nullable=False),
        sa.ForeignKeyConstraint(["user_id"], ["users.id"], ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("user_id", "zone", "revision"),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "player_commands",
        sa.Column("key", sa.Integer(), nullable=False),
        sa.Column("user_id", sa.Text(), nullable=False),
        sa.Column("zone", sa.Text(), nullable=False),
        sa.Column("command_id", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(["user_id"], ["users.id"], ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("key"),
    )
    op.create_index("player_commands_by_zone", "player_commands", ["user_id", "zone", "key"], unique=False)
    _carry_over()


def _carry_over() -> None:
    connection = op.get_bind()
    states = connection.execute(sa.text("SELECT user_id, zone, state FROM player_states")).fetchall()
    for user_id, zone, packed in states:
        state = json.loads(packed)
        old = state.pop("entries", [])
        entries = [[entry_id, track_id, seconds, 2, n] for n, (entry_id, track_id, seconds) in enumerate(old)]
        current = state.pop("currentIndex", None)
        state["currentEntryId"] = None if current is None else old[current][0]
        names = {"user_id": user_id, "zone": zone}
        connection.execute(
            sa.text("INSERT INTO queues VALUES (:user_id, :zone, :revision, :entries)"),
            {**names, "revision": state["queueRevision"], "entries": json.dumps(entries).encode()},
        )
        connection.execute(
            sa.text("UPDATE player_states SET state = :state WHERE user_id = :user_id AND zone = :zone"),
            {**names, "state": json.dumps(state).encode()},
        )


def downgrade() -> None:
    op.execute("DELETE FROM player_states")
    op.drop_index("player_commands_by_zone", "player_commands")
    op.drop_table("player_commands")
    op.drop_table("queue_changes")
    op.drop_table("queues")
