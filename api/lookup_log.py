"""Remembering lookups without making anybody wait for the database.

While a large import holds the write lock, an answer must not: the lookup is kept in memory then, and written
by the background thread as soon as the lock is free.
"""

import logging
from collections import deque
from datetime import datetime
from typing import NamedTuple

from sqlalchemy.exc import OperationalError
from sqlmodel import Session

from kb.feedback import Lookup, new_lookup_id, record_lookup

log = logging.getLogger(__name__)

MOST_WAITING = 10_000
"""Lookups kept in memory; beyond it the oldest are dropped."""
PATIENCE_MS = 200
"""How long an answer waits for the write lock (SQLite)."""


class _Waiting(NamedTuple):
    suggestion_id: str
    lookup: Lookup
    actor_id: str
    at: datetime


class LookupLog:
    """Writes lookups in the request's own transaction, or later where the database is busy."""

    def __init__(self) -> None:
        self._waiting: deque[_Waiting] = deque(maxlen=MOST_WAITING)

    def __len__(self) -> int:
        return len(self._waiting)

    def remember(self, session: Session, lookup: Lookup, actor_id: str, now: datetime) -> str:
        """The id of the lookup, which is written now or, while somebody else writes, by `write_waiting`."""
        one = _Waiting(new_lookup_id(), lookup, actor_id, now)
        patience = _Patience(session)
        try:
            record_lookup(session, lookup, actor_id, now, one.suggestion_id)
            session.flush()
        except OperationalError as error:
            session.rollback()
            self._waiting.append(one)
            log.warning("lookup kept for later: %s", type(error.orig).__name__)
        finally:
            patience.end()
        return one.suggestion_id

    def write_waiting(self, session: Session) -> None:
        """Writes what is still waiting; the caller commits."""
        due = list(self._waiting)
        for one in due:
            record_lookup(session, one.lookup, one.actor_id, one.at, one.suggestion_id)
        session.flush()
        for _ in due:
            self._waiting.popleft()


class _Patience:
    """Shortens the wait for the write lock on one connection, until `end` (SQLite; elsewhere nothing)."""

    def __init__(self, session: Session) -> None:
        connection = session.connection()
        self._raw = connection.connection.driver_connection if connection.dialect.name == "sqlite" else None
        if self._raw is not None:
            [self._before] = self._raw.execute("PRAGMA busy_timeout").fetchone()
            self._raw.execute(f"PRAGMA busy_timeout={PATIENCE_MS}")

    def end(self) -> None:
        if self._raw is not None:
            self._raw.execute(f"PRAGMA busy_timeout={self._before}")
