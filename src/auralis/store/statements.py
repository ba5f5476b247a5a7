"""SQLAlchemy statements compiled once into the text that sqlite3 runs: one declaration, the driver's full speed."""

import sqlite3
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

import orjson
from sqlalchemy import ClauseElement, Column, Select, Table, bindparam, func, insert, select
from sqlalchemy.dialects.sqlite.pysqlite import SQLiteDialect_pysqlite
from sqlalchemy.schema import CreateIndex, CreateTable

from auralis.store.schema import SEARCH_DDL, TRIGGER_DDL, metadata

_named = SQLiteDialect_pysqlite(paramstyle="named")
_positional = SQLiteDialect_pysqlite(paramstyle="qmark")


class Statement:
    """A statement in the driver's words; its parameters are the ``bindparam`` names it was written with."""

    __slots__ = ("_clause", "_compiled")

    def __init__(self, clause: ClauseElement) -> None:
        self._clause = clause
        self._compiled: tuple[str, dict[str, Any]] | None = None

    @property
    def sql(self) -> str:
        """The text; made when it is first wanted, as a command needs few of all statements."""
        return (self._compiled or self._compile())[0]

    @property
    def constants(self) -> dict[str, Any]:
        """The values of parameters that the statement itself gives."""
        return (self._compiled or self._compile())[1]

    def _compile(self) -> tuple[str, dict[str, Any]]:
        compiled = self._clause.compile(dialect=_named)
        constants = {name: value for name, value in compiled.params.items() if value is not None}
        self._compiled = str(compiled), constants
        return self._compiled

    def rows(self, connection: sqlite3.Connection, **values: Any) -> list[Any]:
        """Run it and return all rows as tuples."""
        return connection.execute(self.sql, {**self.constants, **values}).fetchall()

    def row(self, connection: sqlite3.Connection, **values: Any) -> Any:
        """Run it and return the first row, or None."""
        return connection.execute(self.sql, {**self.constants, **values}).fetchone()

    def value(self, connection: sqlite3.Connection, **values: Any) -> Any:
        """Run it and return the first column of the first row, or None."""
        row = self.row(connection, **values)
        return None if row is None else row[0]

    def run(self, connection: sqlite3.Connection, **values: Any) -> int:
        """Run it and return how many rows it changed."""
        return connection.execute(self.sql, {**self.constants, **values}).rowcount

    def run_many(self, connection: sqlite3.Connection, values: Iterable[Mapping[str, Any]]) -> None:
        """Run it once for each mapping of parameters."""
        if self.constants:
            values = ({**self.constants, **each} for each in values)
        connection.executemany(self.sql, values)


class BulkInsert:
    """An insert of whole rows, given as tuples in the order of ``columns``."""

    __slots__ = ("_sql", "_table", "columns")

    def __init__(self, table: Table, columns: Sequence[Column[Any]]) -> None:
        self.columns = tuple(column.name for column in columns)
        self._table = table
        self._sql: str | None = None

    def _compile(self) -> str:
        table = self._table
        columns = [table.c[name] for name in self.columns]
        statement = insert(table).values({column.name: bindparam(column.name) for column in columns})
        compiled = statement.compile(dialect=_positional, column_keys=list(self.columns))
        order = compiled.positiontup or []
        if tuple(order) != self.columns:
            raise AssertionError(f"columns of {table.name} are to be given in the table's order: {order}")
        self._sql = str(compiled)
        return self._sql

    def run(self, connection: sqlite3.Connection, rows: Iterable[tuple[Any, ...]]) -> None:
        """Insert the rows."""
        connection.executemany(self._sql or self._compile(), rows)


def integers_in(name: str) -> Select[Any]:
    """Return a subquery over the integers that ``as_json`` packed into parameter ``name``."""
    return select(func.json_each(bindparam(name)).table_valued("value").c.value)


texts_in = integers_in
"""A subquery over the strings that ``as_json`` packed into a parameter."""


def as_json(values: Iterable[int | str]) -> str:
    """Pack values for ``integers_in`` or ``texts_in``: one parameter, however many."""
    return orjson.dumps(list(values)).decode()


def schema_ddl() -> list[str]:
    """Return the statements that make an empty database equal to the declared tables."""
    ddl: list[str] = []
    for table in metadata.sorted_tables:
        ddl.append(str(CreateTable(table).compile(dialect=_named)).strip())
        indexes = sorted(table.indexes, key=lambda index: str(index.name))
        ddl += [str(CreateIndex(index).compile(dialect=_named)) for index in indexes]
    return [*ddl, *SEARCH_DDL, *TRIGGER_DDL]
