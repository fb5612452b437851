"""The row of the table `job` that people follow: how far the work is and what came of it."""

import logging
import threading
import time
from collections.abc import Callable
from datetime import datetime
from typing import Any

from sqlalchemy import Engine, update
from sqlalchemy.exc import OperationalError
from sqlmodel import Session, col, select

from api.tables import Job
from app.database import transaction
from app.errors import ImportRefusedError

log = logging.getLogger(__name__)

WAITING, RUNNING, DONE, FAILED = "waiting", "running", "done", "failed"
UNFINISHED = (WAITING, RUNNING)
_WRITE_EVERY_S = 1.0


def unfinished_jobs(session: Session) -> list[str]:
    """Ids of the jobs that are still to be done, oldest first."""
    statement = select(Job.id).where(col(Job.status).in_(UNFINISHED)).order_by(col(Job.created_at))
    return list(session.exec(statement))


def job_status(session: Session, job_id: str) -> str | None:
    """Where a job stands; None when there is no such job."""
    return session.exec(select(Job.status).where(Job.id == job_id)).one_or_none()


def finish_job(session: Session, job_id: str, report: dict[str, Any], now: datetime) -> None:
    """Notes in the work's own transaction that it is done, so that neither happens without the other.

    Raises:
        ImportRefusedError: the job is finished already, or was taken away by a restore.
    """
    done = update(Job).where(col(Job.id) == job_id, col(Job.status).in_(UNFINISHED))
    values = {"status": DONE, "report": report, "finished_at": now, "done": col(Job.total)}
    if session.exec(done.values(values)).rowcount != 1:
        raise ImportRefusedError("这项导入已经结束或被恢复备份取消，没有写入任何内容。")


def fail_job(engine: Engine, job_id: str, reason: str, now: datetime) -> None:
    """Notes why a job cannot be done; a finished one stays as it is."""
    with transaction(engine) as session:
        failed = update(Job).where(col(Job.id) == job_id, col(Job.status).in_(UNFINISHED))
        session.execute(failed.values(status=FAILED, error=reason, finished_at=now))


class JobProgress:
    """Writes how far a job is into its row, at most once a second; skips a count while the database is locked.

    Args:
        engine: the database.
        job_id: the job.
        seconds: a clock that only goes forward.
    """

    def __init__(self, engine: Engine, job_id: str, seconds: Callable[[], float] = time.monotonic) -> None:
        self._engine = engine
        self._job_id = job_id
        self._seconds = seconds
        self._written_s = float("-inf")
        self._done = 0
        self._total = 0
        self._lock = threading.Lock()

    def stage(self, _name: str, total: int | None) -> Callable[[int], None]:
        """A new stage begins; people see the count of the one whose size is known."""
        if total is None:
            return lambda _count: None
        with self._lock:
            self._done, self._total = 0, total
            self._write()
        return self._advance

    def _advance(self, count: int) -> None:
        with self._lock:
            self._done += count
            if self._seconds() - self._written_s >= _WRITE_EVERY_S:
                self._write()

    def _write(self) -> None:
        self._written_s = self._seconds()
        try:
            with transaction(self._engine) as session:
                row = update(Job).where(col(Job.id) == self._job_id, col(Job.status).in_(UNFINISHED))
                session.execute(row.values(status=RUNNING, done=self._done, total=self._total))
        except OperationalError as error:
            # A count is not worth the work it counts; the next one is written when the database is free.
            log.warning("progress of job %s not written: %s", self._job_id, error.orig)
