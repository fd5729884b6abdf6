"""Which runs were asked for, and what became of them: one row for each flow and key, in SQLite or in PostgreSQL.

The key says what a run is for: an instant, a partition, an event, with its params. Whoever asks twice for the same gets
the run that is there, which is how a backfill or an event can come again and start nothing twice. The run's id is
chosen when the row is written: a crash between the row and the run's journal neither loses the run nor doubles it.
"""

from __future__ import annotations

import hashlib
import os
import threading
import time
from collections.abc import Generator, Iterable, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import astuple, dataclass, fields, replace
from datetime import datetime, timezone
from pathlib import Path
from typing import Any

from .errors import StateError
from .model import Flow
from .texts import datetime_text
from .values import encode

_TABLES = (
    """CREATE TABLE IF NOT EXISTS asked (
        flow TEXT NOT NULL, key TEXT NOT NULL, id TEXT NOT NULL UNIQUE, at TEXT NOT NULL, trigger_ TEXT NOT NULL,
        params TEXT NOT NULL, partition_ TEXT, event TEXT, batch TEXT, outcome TEXT, PRIMARY KEY (flow, key))""",
    "CREATE INDEX IF NOT EXISTS asked_open ON asked (at, id) WHERE outcome IS NULL",
    "CREATE TABLE IF NOT EXISTS cursors (name TEXT PRIMARY KEY, place TEXT NOT NULL)",
)
_COLUMNS = "flow, key, id, at, trigger_, params, partition_, event, batch, outcome"
_OURS = 0x666C6F7763
"""The lock that those who share a PostgreSQL database take in turn."""
_SERVER = _OURS + 1
"""The lock of the one server that works off what was asked for."""
_PATIENCE = 5.0
"""Seconds that PostgreSQL is given to notice that a server was killed."""
_LONGEST = 500
"""Characters of a key that is kept as it is: PostgreSQL's indexes hold no row of more than 2,700 bytes."""


@dataclass(frozen=True)
class Asked:
    """A run that was asked for. `at` is an ISO instant in UTC; `params`, `partition` and `event` are JSON.

    `batch` names what it was asked for with, a backfill; `outcome` is None until the run has ended: succeeded, failed,
    cancelled, or dropped where `overlap: skip` did not let it exist.
    """

    flow: str
    key: str
    id: str
    at: str
    trigger: str
    params: str = "{}"
    partition: str | None = None
    event: str | None = None
    batch: str | None = None
    outcome: str | None = None


def at_key(at: datetime, params: Mapping[str, Any]) -> str:
    """The key of a run that stands for an instant, whoever asks for it: a schedule or a backfill."""
    return f"at {datetime_text(at.astimezone(timezone.utc))} {encode(params)}"


def partition_key(partition: str, params: Mapping[str, Any]) -> str:
    """The key of a run on one of a list of partitions."""
    return f"partition {encode(partition)} {encode(params)}"


def event_key(kind: str, name: str, key: str) -> str:
    """The key of a run that an event starts: its kind, what it happened to, and what tells it from others there."""
    return f"event {kind} {encode(name)} {key}"


def kept_key(key: str) -> str:
    """A key as it is kept: the digest of what is too long for an index, or has a character that PostgreSQL has not."""
    if len(key) <= _LONGEST and "\0" not in key:
        return key
    return f"sha256 {hashlib.sha256(key.encode()).hexdigest()}"


def new_id(now: datetime | None = None) -> str:
    """An id for a run; they sort by the time at which they were made, also within a second.

    A backfill makes thousands at once: by chance alone two of them would be equal every now and then.
    """
    return _IDS.next(f"{now or datetime.now(timezone.utc):%Y%m%d-%H%M%S}")


class _Ids:
    """The latest id of this process: the next one of the same second is a little greater, by chance."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._second = ""
        self._number = 0

    def next(self, second: str) -> str:
        with self._lock:
            chance = int.from_bytes(os.urandom(3), "big")
            self._number = self._number + 1 + chance % 32 if second == self._second else chance // 2
            self._second = second
            return f"{second}-{self._number:06x}"


_IDS = _Ids()


class Register:
    """The rows of one state directory, or of one PostgreSQL database (a URL). StateError where they can't be kept.

    Who asks says flows by their names, and hears of them so; kept are they by the names that they had first.
    """

    def __init__(self, place: Path | str, flows: Iterable[Flow] = ()) -> None:
        self.place = place
        self.turn(flows)
        self._lock = threading.RLock()
        self._database = _postgres(place) if isinstance(place, str) else _Sqlite(place / "register.db")
        with self._transaction() as database:
            for statement in _TABLES:
                database.execute(statement)

    def turn(self, flows: Iterable[Flow]) -> None:
        """Go by the names of these flows from now on."""
        self._ids = {flow.name: flow.id for flow in flows if flow.name != flow.id}
        self._names = {kept: name for name, kept in self._ids.items()}

    def claim(self) -> None:
        """Be the one server of a database, as long as this register is open; StateError where there is another.

        Whoever works in a state directory locks that one; two of them may name the same database.
        """
        if not isinstance(self._database, _Postgres):
            return
        end = time.monotonic() + _PATIENCE
        with self._lock:
            try:
                while not self._database.try_lock(_SERVER):
                    if time.monotonic() > end:
                        raise StateError(
                            f"another server works with {self._database.name}: stop that one, or give this one"
                            " a database of its own"
                        )
                    time.sleep(0.1)
            except self._database.errors as error:
                raise StateError(f"cannot lock {self._database.name}: {error}") from error

    def is_served(self) -> bool:
        """Whether a server has claimed the database."""
        if not isinstance(self._database, _Postgres):
            return False
        with self._transaction():
            found = self._database.try_lock(_SERVER)
            if found:
                self._database.execute("SELECT pg_advisory_unlock(?)", (_SERVER,))
        return not found

    def ask(self, wanted: Iterable[Asked], *, cursor: tuple[str, str] | None = None) -> list[Asked]:
        """Write down runs, and how far a schedule was looked at, all or nothing; the rows that stand for their keys.

        A row that stands has the id that was wanted if it is new, another one if the key was asked for before.
        """
        with self._transaction() as database:
            found = [self._written(database, each) for each in wanted]
            if cursor:
                name, place = kept_key(cursor[0]), cursor[1]
                database.execute("DELETE FROM cursors WHERE name = ?", (name,))
                database.execute("INSERT INTO cursors VALUES (?, ?)", (name, place))
        return found

    def find(self, flow: str, key: str) -> Asked | None:
        """The row of a key."""
        return next(iter(self._select("flow = ? AND key = ?", self._id(flow), kept_key(key))), None)

    def of_run(self, identity: str) -> Asked | None:
        """The row of a run; None for one that was started by hand."""
        return next(iter(self._select("id = ?", identity)), None)

    def unfinished(self) -> list[Asked]:
        """All that has no outcome, the oldest instant first."""
        return self._select("outcome IS NULL")

    def of_batch(self, batch: str) -> list[Asked]:
        """All that was asked for together."""
        return self._select("batch = ?", batch)

    def end(self, identity: str, outcome: str) -> None:
        """The run has ended."""
        with self._transaction() as database:
            database.execute("UPDATE asked SET outcome = ? WHERE id = ?", (outcome, identity))

    def reopen(self, row: Asked, batch: str) -> Asked:
        """The run goes on, as part of that batch; its row as it stands then."""
        with self._transaction() as database:
            database.execute("UPDATE asked SET outcome = NULL, batch = ? WHERE id = ?", (batch, row.id))
        return replace(row, outcome=None, batch=batch)

    def replace(self, wanted: Asked) -> Asked:
        """Another run for a key that was asked for: its row now tells of the new one."""
        with self._transaction() as database:
            key = (self._id(wanted.flow), kept_key(wanted.key))
            database.execute("DELETE FROM asked WHERE flow = ? AND key = ?", key)
            return self._written(database, replace(wanted, outcome=None))

    def cursor(self, name: str) -> str | None:
        """How far something was looked at; None where it never was."""
        with self._transaction() as database:
            found = database.execute("SELECT place FROM cursors WHERE name = ?", (kept_key(name),))
        return found[0][0] if found else None

    def __enter__(self) -> Register:
        return self

    def __exit__(self, *error: object) -> None:
        self.close()

    def close(self) -> None:
        """Give the database back."""
        with self._lock:
            self._database.close()

    def _select(self, condition: str, *values: str) -> list[Asked]:
        with self._transaction() as database:
            found = database.execute(f"SELECT {_COLUMNS} FROM asked WHERE {condition} ORDER BY at, id", values)
        return [self._read(row) for row in found]

    def _id(self, flow: str) -> str:
        return self._ids.get(flow, flow)

    def _read(self, row: Sequence[Any]) -> Asked:
        found = Asked(*row)
        return replace(found, flow=self._names.get(found.flow, found.flow))

    def _written(self, database: _Sqlite | _Postgres, wanted: Asked) -> Asked:
        held = replace(wanted, flow=self._id(wanted.flow), key=kept_key(wanted.key))
        marks = ", ".join("?" for _ in fields(Asked))
        database.execute(f"INSERT INTO asked ({_COLUMNS}) VALUES ({marks}) ON CONFLICT DO NOTHING", astuple(held))
        rows = database.execute(f"SELECT {_COLUMNS} FROM asked WHERE flow = ? AND key = ?", (held.flow, held.key))
        if not rows:
            raise StateError(f"another process has given the id {wanted.id} to a run at the same instant: ask again")
        return self._read(rows[0])

    @contextmanager
    def _transaction(self) -> Generator[_Sqlite | _Postgres, None, None]:
        with self._lock:
            try:
                self._database.begin()
                try:
                    yield self._database
                except BaseException:
                    self._database.rollback()
                    raise
                self._database.commit()
            except self._database.errors as error:
                raise StateError(f"cannot keep which runs were asked for in {self._database.name}: {error}") from error


class _Sqlite:
    """A file of the state directory. Its writes are forced to the disk before a transaction counts as done."""

    def __init__(self, path: Path) -> None:
        import sqlite3

        self.name = str(path)
        self.errors: tuple[type[Exception], ...] = (sqlite3.Error, OSError)
        try:
            path.parent.mkdir(parents=True, exist_ok=True)
            self._connection = sqlite3.connect(path, timeout=60, isolation_level=None, check_same_thread=False)
            self._connection.execute("PRAGMA synchronous = FULL")
        except self.errors as error:
            raise StateError(f"cannot keep which runs were asked for in {path}: {error}") from error

    def begin(self) -> None:
        self._connection.execute("BEGIN IMMEDIATE")

    def execute(self, statement: str, values: Sequence[Any] = ()) -> list[Any]:
        return self._connection.execute(statement, values).fetchall()

    def commit(self) -> None:
        self._connection.execute("COMMIT")

    def rollback(self) -> None:
        if self._connection.in_transaction:
            self._connection.execute("ROLLBACK")

    def close(self) -> None:
        self._connection.close()


class _Postgres:
    """A database that several machines may see; `psycopg` is needed for it."""

    def __init__(self, psycopg: Any, url: str) -> None:
        self.name = url.split("@")[-1]  # without what may be a password
        self.errors: tuple[type[Exception], ...] = (psycopg.Error,)
        try:
            self._connection = psycopg.connect(url, autocommit=True)
        except psycopg.Error as error:
            raise StateError(f"cannot keep which runs were asked for in {self.name}: {error}") from error

    def begin(self) -> None:
        self._connection.execute("BEGIN")
        self._connection.execute("SELECT pg_advisory_xact_lock(%s)", (_OURS,))  # one at a time, as in SQLite

    def execute(self, statement: str, values: Sequence[Any] = ()) -> list[Any]:
        cursor = self._connection.execute(statement.replace("?", "%s"), values)
        return [] if cursor.description is None else cursor.fetchall()

    def try_lock(self, number: int) -> bool:
        """Take a lock that lasts as long as the connection."""
        return self._connection.execute("SELECT pg_try_advisory_lock(%s)", (number,)).fetchone()[0]

    def commit(self) -> None:
        self._connection.execute("COMMIT")

    def rollback(self) -> None:
        if not self._connection.closed:
            self._connection.rollback()

    def close(self) -> None:
        self._connection.close()


def _postgres(url: str) -> _Postgres:
    from importlib import import_module

    try:
        return _Postgres(import_module("psycopg"), url)
    except ImportError:
        raise StateError("state in PostgreSQL needs the package psycopg: pip install 'flowc[postgres]'") from None
