"""The job that inspects stored conversations, and who asks for it: nobody has to."""

import time
from collections.abc import Callable
from datetime import datetime
from typing import Any

from sqlalchemy import Engine, func
from sqlmodel import Session, col, select

from api.tables import Job
from app.database import transaction
from app.inspection import StoredInspector
from app.jobs.names import INSPECT
from app.jobs.queue import DurableJobQueue
from app.jobs.records import DONE, UNFINISHED, finish_job
from app.jobs.uploads import followed_stages
from coaching.conversations.tables import Conversation
from coaching.inspection.pending import Wanted, count_pending

ASK_EVERY_S = 10.0
"""Conversations that come one by one are inspected together."""
COUNT_EVERY_S = 60.0
"""What waits although nothing new was stored: an inspection failed, or a slow transaction stored an older time."""


class InspectionJob:
    """Handler of `names.INSPECT`.

    Args:
        inspector: does the work.
        check: called at every step of progress; raises when the work has to stop.
    """

    def __init__(self, inspector: StoredInspector, check: Callable[[], None]) -> None:
        self._inspector = inspector
        self._check = check

    def __call__(self, job_id: str, _task: dict[str, Any]) -> None:
        """Inspects what is new or changed."""
        engine = self._inspector.engine
        report = self._inspector.run(Wanted(), followed_stages(engine, job_id, self._check))
        with transaction(engine) as session:
            finish_job(session, job_id, report.told(), self._inspector.clock())


class InspectionWatch:
    """Asks for an inspection once conversations were stored, whichever process did it and however they came.

    Args:
        engine: the database.
        jobs: takes the job.
        seconds: a clock that only goes forward.
    """

    def __init__(self, engine: Engine, jobs: DurableJobQueue, seconds: Callable[[], float] = time.monotonic) -> None:
        self._engine = engine
        self._jobs = jobs
        self._seconds = seconds
        self._asked_s = float("-inf")
        self._counted_s = float("-inf")
        self._seen: datetime | None = None

    def __call__(self) -> None:
        """Looks, cheaply: most of the time nothing was stored since the last look."""
        now_s = self._seconds()
        with Session(self._engine) as session:
            newest = session.exec(select(func.max(col(Conversation.updated_at)))).one()
            is_new = newest != self._seen
            is_due = is_new or now_s - self._counted_s >= COUNT_EVERY_S
            if not is_due or now_s - self._asked_s < ASK_EVERY_S or _is_asked_for(session):
                return
            waiting = count_pending(session)
            if waiting and not is_new:
                waiting -= _left_over(session)
        self._counted_s = now_s
        if waiting > 0:
            self._asked_s = now_s
            self._jobs.inspect_conversations()
        self._seen = newest


def _is_asked_for(session: Session) -> bool:
    asked = select(Job.id).where(col(Job.kind) == INSPECT, col(Job.status).in_(UNFINISHED))
    return session.exec(asked.limit(1)).first() is not None


def _left_over(session: Session) -> int:
    """How many conversations the last inspection could not read: asking again for these alone would never end."""
    last = select(Job).where(col(Job.kind) == INSPECT).order_by(col(Job.created_at).desc()).limit(1)
    job = session.exec(last).first()
    faulty = (job.report or {}).get("faulty") if job is not None and job.status == DONE else None
    return faulty if isinstance(faulty, int) else 0
