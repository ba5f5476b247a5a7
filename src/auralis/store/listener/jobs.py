"""Jobs as they were ordered and as they stand."""

from typing import Any

import orjson
from sqlalchemy import bindparam, func, or_, select
from sqlalchemy.dialects.sqlite import insert

from auralis.model.jobs import UNFINISHED, Job
from auralis.store.database import Connection
from auralis.store.schema import jobs
from auralis.store.statements import Statement

_columns = (
    jobs.c.id,
    jobs.c.user_id,
    jobs.c.kind,
    jobs.c.state,
    jobs.c["order"],
    jobs.c.done,
    jobs.c.total,
    jobs.c.created_at,
    jobs.c.updated_at,
    jobs.c.result,
    jobs.c.error,
    jobs.c.error_code,
)
_of_user = jobs.c.user_id == bindparam("user_id")
_MOVING = ("state", "done", "total", "updated_at", "result", "error", "error_code")
_new = insert(jobs).values({column.name: bindparam(column.name) for column in _columns})
_SAVE = Statement(
    _new.on_conflict_do_update(
        index_elements=["id"],
        set_={name: _new.excluded[name] for name in _MOVING},
    )
)
_READ = Statement(select(*_columns).where(jobs.c.id == bindparam("id"), _of_user))
_LIST = Statement(
    select(*_columns)
    .where(_of_user)
    .order_by(jobs.c.created_at.desc(), jobs.c.id)
    .limit(bindparam("limit"))
    .offset(bindparam("offset"))
)
_COUNT = Statement(select(func.count()).select_from(jobs).where(_of_user))
_queued, _running = (jobs.c.state == bindparam(state, state) for state in UNFINISHED)
_UNFINISHED = Statement(select(*_columns).where(or_(_queued, _running)).order_by(jobs.c.created_at, jobs.c.id))
_FINISHED = Statement(
    select(*_columns)
    .where(jobs.c.state.not_in([bindparam(f"open_{state}", state) for state in UNFINISHED]))
    .order_by(jobs.c.updated_at, jobs.c.id)
)
_REMOVE = Statement(jobs.delete().where(jobs.c.id == bindparam("id"), _of_user))


def save_job(connection: Connection, job: Job) -> None:
    """Keep a new job, or how far a known one is."""
    _SAVE.run(
        connection,
        id=job.id,
        user_id=job.user_id,
        kind=job.kind,
        state=job.state,
        order=orjson.dumps(job.order),
        done=job.done,
        total=job.total,
        created_at=job.created_at,
        updated_at=job.updated_at,
        result=None if job.result is None else orjson.dumps(job.result),
        error=job.error,
        error_code=job.error_code,
    )


def read_job(connection: Connection, user_id: str, job_id: str) -> Job | None:
    """Return one job of a user, or None."""
    row = _READ.row(connection, id=job_id, user_id=user_id)
    return None if row is None else _job(row)


def list_jobs(connection: Connection, user_id: str, offset: int, limit: int) -> tuple[list[Job], int]:
    """Return a user's jobs, the newest first, and how many there are."""
    rows = _LIST.rows(connection, user_id=user_id, offset=offset, limit=limit)
    return [_job(row) for row in rows], _COUNT.value(connection, user_id=user_id)


def unfinished_jobs(connection: Connection) -> list[Job]:
    """Return what is queued, or was running when the server ended, the oldest first."""
    return [_job(row) for row in _UNFINISHED.rows(connection)]


def finished_jobs(connection: Connection) -> list[Job]:
    """Return what nothing will become of any more, of all users, the oldest first."""
    return [_job(row) for row in _FINISHED.rows(connection)]


def remove_job(connection: Connection, user_id: str, job_id: str) -> None:
    """Forget a job."""
    _REMOVE.run(connection, id=job_id, user_id=user_id)


def _job(row: Any) -> Job:
    job_id, user_id, kind, state, order, done, total, created_at, updated_at, result, error, code = row
    return Job(
        id=job_id,
        user_id=user_id,
        kind=kind,
        state=state,
        order=orjson.loads(order),
        done=done,
        total=total,
        created_at=created_at,
        updated_at=updated_at,
        result=None if result is None else orjson.loads(result),
        error=error,
        error_code=code,
    )
