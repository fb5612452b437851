"""Small things that have to be done now and then, by one process for all."""

import logging
from collections.abc import Container
from datetime import datetime, timedelta
from pathlib import Path

from sqlalchemy import Engine
from sqlmodel import Session

from api.accounts import drop_expired_logins
from app.database import transaction
from app.jobs.records import unfinished_jobs
from coaching.conversations.erasing import purge_expired
from coaching.reviewing.marking import follow_marks
from kb.feedback import collect_unused

log = logging.getLogger(__name__)

_UPLOAD_IS_STALE = timedelta(days=1)


def do_chores(engine: Engine, upload_dir: Path, now: datetime) -> None:
    """Turns unused lookups into gaps; forgets old conversations, ended logins and uploads nobody will import.

    Findings of rules that people too often overruled are held back from agents, and those of recovered ones freed.
    """
    left = True
    while left:
        with transaction(engine) as session:  # in portions: other writers wait
            left = follow_marks(session, now)
    with transaction(engine) as session:
        gaps = collect_unused(session, now)
        drop_expired_logins(session, now)
        erased = purge_expired(session, now)
    if gaps:
        log.info("%d unused lookups noted as gaps", gaps)
    if erased.conversations:
        log.info("%d conversations (%d messages) are past their shop's retention: deleted", *erased)
    with Session(engine) as session:
        needed = set(unfinished_jobs(session))
    _drop_stale(upload_dir, needed, now)


def _drop_stale(upload_dir: Path, needed: Container[str], now: datetime) -> None:
    # A job's file has its id for a name; files of a preview wait in `pending/<account>/`. Folders stay.
    for file in upload_dir.rglob("*"):
        if (
            file.stem not in needed
            and file.is_file()
            and now.timestamp() - file.stat().st_mtime > _UPLOAD_IS_STALE.total_seconds()
        ):
            file.unlink(missing_ok=True)
