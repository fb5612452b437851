"""Doing the jobs: in one process at a time, the one that holds the lock; another takes over when it ends."""

import fcntl
import logging
import os
import threading
import time
from collections.abc import Callable, Mapping
from datetime import datetime
from pathlib import Path
from typing import Any

from sqlalchemy import Engine
from sqlalchemy.exc import OperationalError, SQLAlchemyError
from sqlmodel import Session

from app.errors import AppError
from app.jobs.library import given_up, start_executor, stop_executor
from app.jobs.records import UNFINISHED, fail_job, job_status, unfinished_jobs
from coaching.errors import CoachingError
from kb.errors import KnowledgeError

log = logging.getLogger(__name__)

_LOOK_EVERY_S = 0.5
CHORES_EVERY_S = 60.0
_LAST_STEP_TAKES_S = 60.0
"""How long the end of the program waits for a job that is just writing."""


class StoppingError(BaseException):
    """The program ends; the job stays pending. Not an `Exception`, so that nothing records it as the job's failure."""


Handler = Callable[[str, dict[str, Any]], None]
"""Does one kind of job: its id, its inputs; idempotent, as a killed one is done again from the start."""


class JobRunner:
    """Watches for unfinished jobs and has them done.

    Args:
        engine: the database.
        lock_file: whoever locks it does the jobs.
        handlers: by kind.
        clock: gives the present.
        chores: what else the process in charge does, every `CHORES_EVERY_S`.
        watch: what it does at every look, quickly: asking for work that nobody asks for.
    """

    def __init__(
        self,
        engine: Engine,
        lock_file: Path,
        handlers: Mapping[str, Handler],
        clock: Callable[[], datetime],
        chores: Callable[[], None] = lambda: None,
        watch: Callable[[], None] = lambda: None,
    ) -> None:
        self._engine = engine
        self._lock_file = lock_file
        self._handlers = handlers
        self._clock = clock
        self._chores = chores
        self._look_further = watch
        self._chores_done_s = time.monotonic()
        self._lock: int | None = None
        self._launched = False
        self._stop = threading.Event()
        self._working = threading.Lock()
        self._thread = threading.Thread(target=self._watch, name="jobs", daemon=True)

    def start(self) -> None:
        """Begins to watch, in a thread of its own."""
        self._thread.start()

    def stop(self) -> None:
        """Ends; a job under way is left for the next start, unless it is just writing."""
        self._stop.set()
        self._thread.join()
        if self._working.acquire(timeout=_LAST_STEP_TAKES_S):
            self._working.release()
        if self._launched:
            stop_executor()
        if self._lock is not None:
            os.close(self._lock)
            self._lock = None

    def check(self) -> None:
        """Lets a job go on.

        Raises:
            StoppingError: the program ends.
        """
        if self._stop.is_set():
            raise StoppingError

    @property
    def is_in_charge(self) -> bool:
        """Whether this process does the jobs."""
        return self._lock is not None

    def _watch(self) -> None:
        while not self._stop.wait(_LOOK_EVERY_S):
            try:
                self._look()
            except (SQLAlchemyError, OSError) as error:
                log.warning("jobs: cannot look for work now: %s", error)

    def _look(self) -> None:
        self._lock = self._lock if self._lock is not None else _try_lock(self._lock_file)
        if self._lock is None:
            return
        if time.monotonic() - self._chores_done_s >= CHORES_EVERY_S:
            self._chores_done_s = time.monotonic()
            self._chores()
        self._look_further()
        with Session(self._engine) as session:
            waiting = unfinished_jobs(session)
        if waiting and not self._launched:
            start_executor(self._engine, self._work)
            self._launched = True
        for job_id in waiting:
            if given_up(job_id):
                reason = "这项工作反复中断，已放弃；没有写入任何内容，请检查日志后重新提交。"
                fail_job(self._engine, job_id, reason, self._clock())

    def _work(self, job_id: str, kind: str, task: dict[str, Any]) -> None:
        with self._working:
            self.check()
            with Session(self._engine) as session:
                if job_status(session, job_id) not in UNFINISHED:
                    return
            started = time.monotonic()
            try:
                self._handlers[kind](job_id, task)
                log.info("job %s (%s) done in %.1f s", job_id, kind, time.monotonic() - started)
            except (KnowledgeError, CoachingError, AppError) as error:
                log.warning("job %s (%s) failed: %s", job_id, kind, type(error).__name__)
                fail_job(self._engine, job_id, str(error), self._clock())
            except OperationalError:
                # The library tries again after a while: the database is busy.
                raise
            except Exception:
                # A fault in one kind of work: told in its row, and the other jobs are done all the same.
                log.exception("job %s (%s) failed", job_id, kind)
                reason = f"程序出错，没有写入任何内容；请把编号 {job_id} 告诉管理员，日志里有原因。"
                fail_job(self._engine, job_id, reason, self._clock())


def _try_lock(file: Path) -> int | None:
    file.parent.mkdir(parents=True, exist_ok=True)
    handle = os.open(file, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
    try:
        fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        os.close(handle)
        return None
    return handle
