"""Durable jobs, as the rooms that work them off keep them."""

from auralis.catalog.pages import PageSpec, cursor_behind, offset_of
from auralis.model.jobs import Job
from auralis.store import Database
from auralis.store.database import Connection
from auralis.store.listener import jobs


class JobLedger:
    """Jobs in the database."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def save(self, job: Job) -> None:
        """Keep a job as it stands; it is on disk when this returns."""
        await self._database.write(lambda db: jobs.save_job(db, job), edit=False)

    async def read(self, user_id: str, job_id: str) -> Job | None:
        """Return one job of a user, or None."""
        return await self._database.read(lambda db: jobs.read_job(db, user_id, job_id))

    async def list_jobs(
        self, user_id: str, offset: int, limit: int, cursor: str | None = None
    ) -> tuple[list[Job], int, str | None]:
        """Return a page of a user's jobs, the newest first, how many there are, and the cursor of the next page."""
        spec, listing = PageSpec(offset, limit, cursor), ["jobs", user_id]

        def read(connection: Connection) -> tuple[list[Job], int, str | None]:
            start = offset_of(connection, spec, listing)
            found, total = jobs.list_jobs(connection, user_id, start, limit)
            return found, total, cursor_behind(connection, listing, start + len(found), total) if found else None

        return await self._database.read(read)

    async def unfinished(self) -> list[Job]:
        """Return what is queued or was under way, the oldest first."""
        return await self._database.read(jobs.unfinished_jobs)

    async def finished(self) -> list[Job]:
        """Return what is done, failed or cancelled, the oldest first."""
        return await self._database.read(jobs.finished_jobs)

    async def remove(self, user_id: str, job_id: str) -> None:
        """Forget a job."""
        await self._database.write(lambda db: jobs.remove_job(db, user_id, job_id), edit=False)
