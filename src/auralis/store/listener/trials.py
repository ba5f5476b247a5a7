"""Blind trials of listeners, kept for their statistics."""

from sqlalchemy import bindparam, insert, select

from auralis.model.compare import Trial
from auralis.store.database import Connection
from auralis.store.schema import compare_trials
from auralis.store.statements import Statement

_columns = (
    compare_trials.c.track_id,
    compare_trials.c.preset,
    compare_trials.c.intensity,
    compare_trials.c.x,
    compare_trials.c.answer,
    compare_trials.c.at,
)
_ADD = Statement(
    insert(compare_trials).values(
        {"user_id": bindparam("user_id"), **{column.name: bindparam(column.name) for column in _columns}}
    )
)
_LIST = Statement(
    select(*_columns)
    .where(compare_trials.c.user_id == bindparam("user_id"))
    .order_by(compare_trials.c.key.desc())
    .limit(bindparam("limit"))
)


def add_trial(connection: Connection, user_id: str, trial: Trial) -> None:
    """Keep one trial."""
    _ADD.run(
        connection,
        user_id=user_id,
        track_id=trial.track_id,
        preset=trial.preset,
        intensity=trial.intensity,
        x=trial.x,
        answer=trial.answer,
        at=trial.at,
    )


def list_trials(connection: Connection, user_id: str, limit: int) -> list[Trial]:
    """Return a listener's latest trials, the newest first."""
    return [Trial(*row) for row in _LIST.rows(connection, user_id=user_id, limit=limit)]
