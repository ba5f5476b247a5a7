"""References of mastering, as the rooms that use them keep them."""

from auralis.catalog.pages import PageSpec, cursor_behind, offset_of
from auralis.model.references import Reference
from auralis.store import Database
from auralis.store.database import Connection
from auralis.store.listener import references

MOST = 1000
"""No listing is longer than this."""


class ReferenceShelf:
    """References in the database."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def add(self, reference: Reference) -> None:
        """Keep a reference; it is on disk when this returns."""
        await self._database.write(lambda db: references.add_reference(db, reference), edit=False)

    async def read(self, reference_id: str) -> Reference | None:
        """Return a reference, or None."""
        return await self._database.read(lambda db: references.read_reference(db, reference_id))

    async def list_references(self, user_id: str) -> list[Reference]:
        """Return a user's references, the newest first."""
        return await self._database.read(lambda db: references.list_references(db, user_id, MOST))

    async def page_of_references(
        self, user_id: str, offset: int, limit: int, cursor: str | None = None
    ) -> tuple[list[Reference], int, str | None]:
        """Return a page of a user's references, the newest first, how many there are, and the next page's cursor."""
        spec, listing = PageSpec(offset, limit, cursor), ["references", user_id]

        def read(connection: Connection) -> tuple[list[Reference], int, str | None]:
            start = offset_of(connection, spec, listing)
            found = references.list_references(connection, user_id, MOST)
            end = min(start + limit, len(found))
            return found[start:end], len(found), cursor_behind(connection, listing, end, len(found))

        return await self._database.read(read)

    async def remove(self, user_id: str, reference_id: str) -> None:
        """Forget a reference."""
        await self._database.write(lambda db: references.remove_reference(db, user_id, reference_id), edit=False)
