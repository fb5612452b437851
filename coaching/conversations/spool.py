"""Where a file waits between reading, masking and writing: a temporary database of its own, so that memory stays small.

It has no name in the file system, so whatever ends the process takes it along; nothing unmasked is left behind.
"""

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

_SCHEMA = """
PRAGMA journal_mode = OFF;
PRAGMA synchronous = OFF;
PRAGMA cache_size = -8000;
CREATE TABLE unit (id INTEGER PRIMARY KEY, file TEXT NOT NULL, key TEXT UNIQUE);
CREATE TABLE part (
    unit INTEGER NOT NULL, place INTEGER NOT NULL, row INTEGER NOT NULL, content TEXT NOT NULL,
    PRIMARY KEY (unit, place)
) WITHOUT ROWID;
CREATE TABLE ready (id INTEGER PRIMARY KEY, content TEXT NOT NULL);
"""


@dataclass(frozen=True, slots=True)
class Unit:
    """One conversation as a file has it: `(row, content)` in order; a table has several rows of it."""

    file: str
    is_table: bool
    parts: tuple[tuple[int, str], ...]


class Spool:
    """Takes conversations in pieces and gives them whole, in the order in which they began; use `open_spool`."""

    def __init__(self, connection: sqlite3.Connection) -> None:
        self._connection = connection
        self._place = 0
        self._last: tuple[str, int] | None = None

    def add_whole(self, file: str, row: int, content: str) -> None:
        """A conversation that stands in one piece."""
        unit = self._connection.execute("INSERT INTO unit (file) VALUES (?)", (file,)).lastrowid
        self._add(unit or 0, row, content)

    def add_part(self, file: str, key: str, row: int, content: str) -> None:
        """A piece of the conversation that a key tells within its file."""
        if self._last is None or self._last[0] != key:
            self._connection.execute("INSERT INTO unit (file, key) VALUES (?, ?) ON CONFLICT DO NOTHING", (file, key))
            [(unit,)] = self._connection.execute("SELECT id FROM unit WHERE key = ?", (key,))
            self._last = key, unit
        self._add(self._last[1], row, content)

    def add_ready(self, content: str) -> None:
        """A conversation that may be written."""
        self._connection.execute("INSERT INTO ready (content) VALUES (?)", (content,))

    def count(self) -> int:
        """How many conversations there are."""
        [(count,)] = self._connection.execute("SELECT count(*) FROM unit")
        return int(count)

    def units(self) -> Iterator[Unit]:
        """Every conversation."""
        cursor = self._connection.cursor()
        found = cursor.execute(
            "SELECT id, file, key, row, content FROM part JOIN unit ON id = unit ORDER BY unit, place"
        )
        last: tuple[int, str, bool] | None = None
        parts: list[tuple[int, str]] = []
        for unit, file, key, row, content in found:
            if last is not None and last[0] != unit:
                yield Unit(last[1], last[2], tuple(parts))
                parts = []
            last = unit, file, key is not None
            parts.append((row, content))
        if last is not None:
            yield Unit(last[1], last[2], tuple(parts))

    def ready(self) -> Iterator[str]:
        """Every conversation that may be written."""
        cursor = self._connection.cursor()
        for (content,) in cursor.execute("SELECT content FROM ready ORDER BY id"):
            yield content

    def _add(self, unit: int, row: int, content: str) -> None:
        self._place += 1
        self._connection.execute("INSERT INTO part VALUES (?, ?, ?, ?)", (unit, self._place, row, content))


@contextmanager
def open_spool() -> Iterator[Spool]:
    """An empty spool, gone afterwards."""
    connection = sqlite3.connect("", isolation_level=None, check_same_thread=False)
    try:
        connection.executescript(_SCHEMA)
        connection.execute("BEGIN")
        yield Spool(connection)
    finally:
        connection.close()
