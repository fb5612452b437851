import os
from datetime import timedelta
from pathlib import Path

from sqlalchemy import Engine
from sqlmodel import Session, select

from api.tables import Job
from app.chores import do_chores
from coaching.reviewing.tables import RuleMark
from kb.feedback import UNUSED_AFTER, Lookup, Shown, record_lookup
from kb.feedback_tables import Gap
from kb.search.scope import Scope
from tests.coaching.reviewing.judged import found, inspected
from tests.conftest import NOW


def test_lookup_nobody_used_becomes_a_gap(engine: Engine, session: Session, tmp_path: Path) -> None:
    lookup = Lookup("search", "木马", ["木马"], [], [Shown(0, 1, 1, 0.9)], Scope(), False, None, 1.0)
    record_lookup(session, lookup, "account:1", NOW)
    session.commit()
    do_chores(engine, tmp_path / "uploads", NOW + UNUSED_AFTER / 2)
    assert session.exec(select(Gap)).all() == []
    session.rollback()
    do_chores(engine, tmp_path / "uploads", NOW + 2 * UNUSED_AFTER)
    assert [(gap.text, gap.reason) for gap in session.exec(select(Gap))] == [("木马", "unused")]


def test_old_uploads_go_but_for_those_of_unfinished_jobs(engine: Engine, session: Session, tmp_path: Path) -> None:
    old, fresh, needed = (tmp_path / f"{name}.csv" for name in ("old", "fresh", "job-1"))
    for file, at in ((old, NOW - timedelta(days=2)), (fresh, NOW), (needed, NOW - timedelta(days=2))):
        file.write_text("x")
        os.utime(file, (at.timestamp(), at.timestamp()))
    job = Job(id="job-1", kind="import_cards", status="waiting", created_at=NOW)
    session.add(job)
    session.commit()
    do_chores(engine, tmp_path, NOW)
    assert (old.exists(), fresh.exists(), needed.exists()) == (False, True, True)
    job.status = "done"
    session.commit()
    do_chores(engine, tmp_path, NOW)
    assert (fresh.exists(), needed.exists()) == (True, False)


def test_previews_nobody_confirmed_go_and_their_folders_stay(engine: Engine, tmp_path: Path) -> None:
    folder = tmp_path / "pending" / "account-1"
    folder.mkdir(parents=True)
    old, fresh = folder / "old.csv", folder / "fresh.csv"
    for path, at in ((old, NOW - timedelta(days=2)), (fresh, NOW), (folder, NOW - timedelta(days=2))):
        path.is_dir() or path.write_text("x")
        os.utime(path, (at.timestamp(), at.timestamp()))
    os.utime(folder.parent, (old.stat().st_mtime, old.stat().st_mtime))
    do_chores(engine, tmp_path, NOW)
    assert (old.exists(), fresh.exists(), folder.is_dir()) == (False, True, True)


def test_findings_of_a_marked_rule_are_held_back(engine: Engine, session: Session, tmp_path: Path) -> None:
    one = found(session, inspected(session, "c1"))
    counted = {"right": 2, "cases": 20, "floor_01": 0.6}
    session.add(RuleMark(rule=one.rule, rule_version=one.rule_version, marked_at=NOW, **counted))
    session.commit()
    do_chores(engine, tmp_path / "uploads", NOW)
    session.refresh(one)
    assert one.is_held
