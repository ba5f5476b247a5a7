"""The database file: made, migrated, written by one, read by many, honest when it fails."""

import asyncio
import fcntl
import os
import re
import signal
import sqlite3
import subprocess
import sys
import threading
from collections.abc import Callable
from pathlib import Path
from typing import IO

import pytest
from sqlalchemy import bindparam, select

from auralis.model.errors import StorageError
from auralis.store import Database, creation, migrations
from auralis.store.database import Connection
from auralis.store.listener.player_states import read_player_state, save_player_state
from auralis.store.schema import HEAD, users
from auralis.store.statements import Statement
from auralis.store.turns import Turns

_NAMES = Statement(select(users.c.name).order_by(users.c.name))
_ADD = Statement(users.insert().values(id=bindparam("id"), name=bindparam("name"), created_at=0))


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "data" / "auralis.db"


def structure(connection: sqlite3.Connection) -> dict[str, object]:
    """Return all that makes up a schema, whatever the order in which it was written down."""
    found: dict[str, object] = {}
    rows = connection.execute("SELECT type, name, sql FROM sqlite_schema").fetchall()
    for kind, name, sql in rows:
        text = re.sub(r'[\s"]+', " ", sql or "")
        if kind == "table" and not text.startswith("CREATE VIRTUAL"):
            body, options = text[text.index("(") + 1 : text.rindex(")")], text[text.rindex(")") + 1 :]
            parts = sorted(part.strip().replace(" ", "") for part in re.split(r",(?![^(]*\))", body))
            keys = sorted(key[2:] for key in connection.execute(f"PRAGMA foreign_key_list({name})"))
            columns = connection.execute(f"PRAGMA table_xinfo({name})").fetchall()
            found[name] = (columns, keys, parts, options.strip())
        else:
            found[name] = (kind, re.sub(r"\s+", "", text))
    for name in list(found):
        if name.startswith("sqlite_autoindex"):
            del found[name]
    return found


def test_a_fresh_database_equals_a_migrated_one() -> None:
    fresh = sqlite3.connect(":memory:", isolation_level=None)
    creation.create(fresh)
    migrated = sqlite3.connect(":memory:", isolation_level=None)
    migrations.upgrade(migrated)
    assert structure(fresh) == structure(migrated)
    for connection in (fresh, migrated):
        assert connection.execute("SELECT version_num FROM alembic_version").fetchall() == [(HEAD,)]
        assert connection.execute("SELECT id FROM users").fetchall() == [("owner",)]
        assert connection.execute("SELECT revision, track_count, stale FROM library").fetchall() == [(0, 0, 0)]


def test_migrations_go_down_and_up_again() -> None:
    connection = sqlite3.connect(":memory:", isolation_level=None)
    migrations.upgrade(connection)
    before = structure(connection)
    migrations.downgrade(connection, "base")
    assert set(structure(connection)) == {"alembic_version"}
    creation.bring_up_to_date(connection)
    assert structure(connection) == before


def test_opening_a_current_database_loads_no_migrations(path: Path) -> None:
    Database(path).close()
    code = f"""
import sys
from pathlib import Path
from auralis.store import Database
Database(Path({str(path)!r})).close()
assert 'alembic' not in sys.modules
"""
    subprocess.run([sys.executable, "-c", code], check=True, timeout=60)


def test_a_database_of_a_newer_version_is_left_alone(path: Path) -> None:
    Database(path).close()
    connection = sqlite3.connect(path)
    connection.execute("UPDATE alembic_version SET version_num = '9999'")
    connection.commit()
    connection.close()
    with pytest.raises(StorageError, match="newer Auralis"):
        Database(path)


def test_another_programs_database_is_left_alone(path: Path) -> None:
    path.parent.mkdir()
    connection = sqlite3.connect(path)
    connection.execute("CREATE TABLE something (a)")
    connection.commit()
    connection.close()
    with pytest.raises(StorageError, match="another program"):
        Database(path)


def test_a_file_that_is_no_database_is_named_so(path: Path) -> None:
    path.parent.mkdir()
    path.write_bytes(b"no database at all, just some text" * 100)
    with pytest.raises(StorageError, match="not a database"):
        Database(path)


def test_a_damaged_database_is_named_so(path: Path) -> None:
    database = Database(path)
    database.close()
    content = bytearray(path.read_bytes())
    content[4096:] = os.urandom(len(content) - 4096)
    path.write_bytes(content)
    with pytest.raises(StorageError, match="damaged"):
        Database(path).read_now(_NAMES.rows)


def test_a_data_directory_that_cannot_be_made_is_named_so(tmp_path: Path) -> None:
    (tmp_path / "data").write_text("a file where the directory should be")
    with pytest.raises(StorageError, match="data directory"):
        Database(tmp_path / "data" / "auralis.db")


def test_a_full_disk_fails_the_write_and_nothing_else(path: Path) -> None:
    database = Database(path)
    try:
        database.write_now(lambda c: c.execute("PRAGMA max_page_count = 1") and None)
        limit = database.read_now(lambda c: c.execute("PRAGMA page_count").fetchone()[0])

        def fill(connection: Connection) -> None:
            connection.execute(f"PRAGMA max_page_count = {limit}")
            save_player_state(connection, "owner", "big", {"x": "y" * 1_000_000})

        with pytest.raises(StorageError, match="full") as caught:
            database.write_now(fill)
        assert caught.value.code == "STORAGE_FULL"
        assert database.read_now(_NAMES.rows) == [("Owner",)]
        database.write_now(lambda c: c.execute("PRAGMA max_page_count = 100000") and None)
        database.write_now(lambda c: _ADD.run(c, id="a", name="A"))
        assert database.read_now(_NAMES.rows) == [("A",), ("Owner",)]
    finally:
        database.close()


def test_work_alone_in_its_transaction_keeps_its_place_and_fails_alone(path: Path) -> None:
    database = Database(path)
    try:
        seen: list[int] = []

        def add(number: int, *, fails: bool = False) -> Callable[[Connection], None]:
            def work(connection: Connection) -> None:
                seen.append(connection.execute("SELECT count(*) FROM users").fetchone()[0])
                _ADD.run(connection, id=str(number), name=str(number))
                if fails:
                    raise ValueError(number)

            return work

        held = threading.Event()
        first = database.submit(lambda _: held.wait(10))
        futures = [database.submit(add(n, fails=n % 4 == 1), alone=n % 3 == 0) for n in range(12)]
        held.set()
        assert first.result() is True
        failed = [n for n, future in enumerate(futures) if future.exception() is not None]
        assert failed == [1, 5, 9]
        kept = [n for n in range(12) if n not in failed]
        assert database.read_now(_NAMES.rows) == sorted([*((str(n),) for n in kept), ("Owner",)])
        assert seen == [1 + sum(k < n for k in kept) for n in range(12)]
    finally:
        database.close()


def test_a_database_that_another_program_holds_says_so(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("auralis.store.turns._LONGEST_WAIT_SECONDS", 0.05)
    database = Database(path)
    holder = sqlite3.connect(path, isolation_level=None)
    try:
        holder.execute("BEGIN IMMEDIATE")
        with pytest.raises(StorageError, match="Another program"):
            database.write_now(lambda c: _ADD.run(c, id="a", name="A"))
        holder.execute("ROLLBACK")
        database.write_now(lambda c: _ADD.run(c, id="a", name="A"))
    finally:
        holder.close()
        database.close()


def test_a_large_batch_lets_those_go_first_who_wait(path: Path) -> None:
    Database(path).close()
    holder, waiter = (sqlite3.connect(path, isolation_level=None, timeout=0, check_same_thread=False) for _ in "ab")
    turns, others = Turns(path), Turns(path)
    wrote: list[str] = []

    def change() -> None:
        others.begin(waiter, gives_way=False)
        wrote.append("change")
        waiter.execute("COMMIT")

    turns.begin(holder, gives_way=True)
    thread = threading.Thread(target=change)
    thread.start()
    with path.with_suffix(".waiting").open("wb") as wish:
        while _is_free(wish):
            pass
    holder.execute("COMMIT")
    turns.begin(holder, gives_way=True)
    wrote.append("batch")
    holder.execute("COMMIT")
    thread.join()
    assert wrote == ["change", "batch"]
    for each in (holder, waiter, turns, others):
        each.close()


def test_a_large_batch_does_not_wait_without_end_for_one_that_never_writes(
    path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("auralis.store.turns._LONGEST_YIELD_SECONDS", 0.05)
    database = Database(path)
    try:
        with path.with_suffix(".waiting").open("wb") as wish:
            fcntl.flock(wish, fcntl.LOCK_SH)
            database.submit(lambda c: _ADD.run(c, id="a", name="A"), alone=True).result()
    finally:
        database.close()


def _is_free(file: IO[bytes]) -> bool:
    try:
        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    fcntl.flock(file, fcntl.LOCK_UN)
    return True


def test_one_change_that_fails_takes_no_other_with_it(path: Path) -> None:
    database = Database(path)
    try:
        gate = threading.Event()
        first = database.submit(lambda _: gate.wait(10))
        good = [database.submit(lambda c, n=n: _ADD.run(c, id=f"g{n}", name=f"G{n}")) for n in range(5)]
        bad = database.submit(lambda c: [_ADD.run(c, id="half", name="Half"), _ADD.run(c, id="owner", name="again")])
        broken = database.submit(lambda _: 1 / 0)
        more = [database.submit(lambda c, n=n: _ADD.run(c, id=f"h{n}", name=f"H{n}")) for n in range(5)]
        gate.set()
        first.result(10)
        for future in (*good, *more):
            future.result(10)
        with pytest.raises(StorageError):
            bad.result(10)
        with pytest.raises(ZeroDivisionError):
            broken.result(10)
        names = {name for (name,) in database.read_now(_NAMES.rows)}
        assert names == {"Owner", *(f"G{n}" for n in range(5)), *(f"H{n}" for n in range(5))}
    finally:
        database.close()


def test_readers_never_wait_for_the_writer(path: Path) -> None:
    database = Database(path)
    try:
        started, gate = threading.Event(), threading.Event()

        def slow(connection: Connection) -> None:
            _ADD.run(connection, id="slow", name="Slow")
            started.set()
            gate.wait(10)

        future = database.submit(slow)
        assert started.wait(10)
        assert database.read_now(_NAMES.rows) == [("Owner",)]
        gate.set()
        future.result(10)
        assert database.read_now(_NAMES.rows) == [("Owner",), ("Slow",)]
    finally:
        database.close()


def test_a_read_sees_one_state_throughout(path: Path) -> None:
    database = Database(path)
    try:

        def read(connection: Connection) -> tuple[object, object]:
            before = _NAMES.rows(connection)
            database.write_now(lambda c: _ADD.run(c, id="new", name="New"))
            return before, _NAMES.rows(connection)

        before, after = database.read_now(read)
        assert before == after == [("Owner",)]
    finally:
        database.close()


def test_readers_cannot_write(path: Path) -> None:
    database = Database(path)
    try:
        with pytest.raises(StorageError):
            database.read_now(lambda c: _ADD.run(c, id="a", name="A"))
    finally:
        database.close()


async def test_many_writers_and_readers_at_once(path: Path) -> None:
    database = Database(path)
    try:
        writes = [database.write(lambda c, n=n: _ADD.run(c, id=f"{n}", name=f"{n:04}")) for n in range(200)]
        reads = [database.read(_NAMES.rows) for _ in range(50)]
        await asyncio.gather(*writes, *reads)
        assert len(await database.read(_NAMES.rows)) == 201
    finally:
        database.close()


async def test_a_closed_database_refuses_clearly(path: Path) -> None:
    database = Database(path)
    database.close()
    database.close()
    with pytest.raises(StorageError, match="closed"):
        database.read_now(_NAMES.rows)
    with pytest.raises(StorageError, match="closed"):
        database.write_now(_NAMES.rows)
    with pytest.raises(StorageError, match="closed"):
        await database.read(_NAMES.rows)


def test_what_was_acknowledged_survives_a_kill(path: Path) -> None:
    code = f"""
import sys
from pathlib import Path
from auralis.store import Database
from auralis.store.listener.player_states import save_player_state
database = Database(Path({str(path)!r}))
for number in range(100000):
    database.write_now(lambda c: save_player_state(c, "owner", "main", {{"number": number}}))
    sys.stdout.write(f"{{number}}\\n")
    sys.stdout.flush()
"""
    for wanted in (1, 7, 40):
        process = subprocess.Popen([sys.executable, "-c", code], stdout=subprocess.PIPE, text=True)
        assert process.stdout is not None
        acknowledged = -1
        for line in process.stdout:
            acknowledged = int(line)
            if acknowledged >= wanted:
                break
        process.send_signal(signal.SIGKILL)
        rest = process.stdout.read().split()
        process.wait()
        acknowledged = int(rest[-1]) if rest else acknowledged
        database = Database(path)
        state = database.read_now(lambda c: read_player_state(c, "owner", "main"))
        database.close()
        assert state is not None
        assert state["number"] >= acknowledged
