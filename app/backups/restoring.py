"""Putting a backup's content into the live database, in one transaction, while servers answer from it.

Servers keep cards in memory by the ids of revisions and questions, and follow the change log. So the
restored rows get ids that were never used here, the log goes on instead of going back, and every card
that was or is now there is written to it: each process exchanges its cards within a second, as after
any other change. Jobs are not taken back in time: those unfinished in the backup count as failed.
"""

import sqlite3
import tempfile
from collections.abc import Iterator, Mapping
from contextlib import closing, contextmanager
from datetime import UTC, datetime
from pathlib import Path

from sqlalchemy import Engine, Table, create_engine

from app.backups.archive import read_archive
from app.backups.backing_up import sqlite_file
from app.database import migrate, schema_version
from app.errors import BackupError, DatabaseUnusableError
from app.jobs.records import FAILED, UNFINISHED
from app.schema import SCHEMA

_KEPT = ("card_change", "cached_vector")
"""Tables that are added to instead of being replaced."""
_PATIENCE_S = 60.0
"""How long to wait for others to finish writing."""
_STORED_TIME = "%Y-%m-%d %H:%M:%S.%f"
"""How SQLAlchemy writes instants in SQLite."""
_RESTORED_JOB = "恢复备份时这项工作还没有做完，请重新提交。"


def restore(engine: Engine, file: Path, now: datetime) -> str | None:
    """Replaces what the database holds by what the backup holds; returns the backup's key, if it has one.

    Raises:
        BackupError: not a backup this program can restore, or the database is not SQLite; nothing is changed.
    """
    live = sqlite_file(engine)
    with tempfile.TemporaryDirectory(dir=live.parent, prefix=".huashu-restore-") as folder:
        database, key = read_archive(file, Path(folder))
        _bring_up_to_date(database, file)
        with _writing(live, database) as connection:
            _replace(connection, now)
    return key


def _bring_up_to_date(database: Path, file: Path) -> None:
    """Migrates the unpacked copy to this program's schema."""
    engine = create_engine(f"sqlite:///{database}")
    try:
        if schema_version(engine) is None:
            raise BackupError(f"{file}：里面没有话术的数据库；没有改动任何数据。")
        migrate(engine)
    except DatabaseUnusableError as error:
        raise BackupError(f"{file}：由更新版本的话术制作，请先升级程序；没有改动任何数据。") from error
    finally:
        engine.dispose()


@contextmanager
def _writing(live: Path, backup: Path) -> Iterator[sqlite3.Connection]:
    """A connection to the live database that alone may write, with the backup attached as `old`.

    Commits at the end; after any error closing it takes everything back.
    """
    with closing(sqlite3.connect(live, timeout=_PATIENCE_S, isolation_level=None)) as connection:
        connection.execute("PRAGMA foreign_keys=ON")
        connection.execute("ATTACH DATABASE ? AS old", (str(backup),))
        connection.execute("BEGIN IMMEDIATE")
        try:
            yield connection
            connection.execute("COMMIT")
        except sqlite3.IntegrityError as error:
            raise BackupError(f"备份内容前后矛盾（{error}），没有改动任何数据，请换一个备份。") from error


def _replace(connection: sqlite3.Connection, now: datetime) -> None:
    shifts = {table: _last_number(connection, table) for table in ("revision", "question")}
    before = _card_ids(connection)
    tables = [table for table in SCHEMA.sorted_tables if table.name not in _KEPT]
    for table in reversed(tables):
        connection.execute(f'DELETE FROM main."{table.name}"')
    for table in tables:
        _copy(connection, table, shifts)
    _copy(connection, SCHEMA.tables["cached_vector"], {}, or_ignore=True)
    connection.execute(
        "UPDATE main.sqlite_sequence SET seq = max(seq, coalesce("
        "(SELECT o.seq FROM old.sqlite_sequence AS o WHERE o.name = main.sqlite_sequence.name), 0))"
    )
    at = now.astimezone(UTC).strftime(_STORED_TIME)
    connection.execute(
        "UPDATE main.job SET status = ?, error = ?, finished_at = ? WHERE status IN (?, ?)",
        (FAILED, _RESTORED_JOB, at, *UNFINISHED),
    )
    changed = sorted(before | _card_ids(connection))
    connection.executemany(
        "INSERT INTO main.card_change (card_id, changed_at) VALUES (?, ?)", ((card_id, at) for card_id in changed)
    )


def _copy(connection: sqlite3.Connection, table: Table, shifts: Mapping[str, int], *, or_ignore: bool = False) -> None:
    """Rows of a table from the backup, ids of shifted tables, and what points to them, moved up."""

    def value(column: str) -> str:
        owner = table.name if column == "id" else column.removesuffix("_id")
        return f'"{column}" + {shifts[owner]}' if owner in shifts else f'"{column}"'

    names = [column.name for column in table.columns]
    into = ", ".join(f'"{name}"' for name in names)
    verb = "INSERT OR IGNORE" if or_ignore else "INSERT"
    connection.execute(
        f'{verb} INTO main."{table.name}" ({into}) SELECT {", ".join(map(value, names))} FROM old."{table.name}"'
    )


def _last_number(connection: sqlite3.Connection, table: str) -> int:
    """The highest id ever given in a table of the live database."""
    row = connection.execute("SELECT seq FROM main.sqlite_sequence WHERE name = ?", (table,)).fetchone()
    return int(row[0]) if row is not None else 0


def _card_ids(connection: sqlite3.Connection) -> set[int]:
    return {row[0] for row in connection.execute("SELECT id FROM main.card")}
