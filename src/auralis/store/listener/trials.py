"""Blind trials of listeners, kept for their statistics."""

from dataclasses import asdict

from sqlalchemy import bindparam, insert, select

from auralis.model.compare import Compared, Trial
from auralis.store.database import Connection
from auralis.store.schema import compare_trials
from auralis.store.statements import Statement

_columns = tuple(column for column in compare_trials.c if column.name not in {"key", "user_id"})
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
        **{f"a_{name}": value for name, value in asdict(trial.a).items()},
        **{f"b_{name}": value for name, value in asdict(trial.b).items()},
        x=trial.x,
        answer=trial.answer,
        at=trial.at,
    )


def list_trials(connection: Connection, user_id: str, limit: int) -> list[Trial]:
    """Return a listener's latest trials, the newest first."""
    found = _LIST.rows(connection, user_id=user_id, limit=limit)
    return [Trial(Compared(*row[:3]), Compared(*row[3:6]), *row[6:]) for row in found]
