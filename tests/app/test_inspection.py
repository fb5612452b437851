"""Inspecting what is stored: by a run, by the job nobody asks for, and by command."""

import json
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from sqlalchemy import Engine
from sqlmodel import Session, col, select

from api.services import Services
from api.tables import Job
from app.inspection import InspectionReport, StoredInspector
from app.jobs.inspections import ASK_EVERY_S, COUNT_EVERY_S, InspectionJob, InspectionWatch
from app.jobs.names import INSPECT
from app.jobs.queue import DurableJobQueue
from app.jobs.records import DONE
from app.jobs.runner import JobRunner, StoppingError
from coaching.inspection.pending import Wanted, count_pending
from coaching.inspection.tables import Finding, Inspection
from tests.app.conftest import Huashu
from tests.app.processes import until
from tests.coaching.inspection.stored import RUDE, keep
from tests.conftest import Clock


@pytest.fixture
def inspector(services: Services) -> StoredInspector:
    zone = ZoneInfo("Asia/Shanghai")
    return StoredInspector(services.engine, services.catalogue, services.inspection, services.clock, zone)


def _silent(_name: str, _total: int | None) -> Callable[[int], None]:
    return lambda _count: None


def _inspected(session: Session) -> int:
    session.expire_all()
    return len(session.exec(select(Inspection.id)).all())


def test_everything_is_inspected_once(session: Session, inspector: StoredInspector) -> None:
    for number in range(70):
        keep(session, f"c{number}", *RUDE)
    counted: list[int] = []
    report = inspector.run(Wanted(), lambda _name, _total: counted.append)
    assert (report.stored.conversations, report.faulty, sum(counted)) == (70, 0, 70)
    assert len(counted) > 1, "each portion is told"
    assert len(session.exec(select(Finding.id).where(Finding.rule == "rude")).all()) == 70
    assert inspector.run(Wanted(), _silent) == InspectionReport(type(report.stored)())


def test_stopped_half_way_the_next_run_goes_on(session: Session, inspector: StoredInspector) -> None:
    for number in range(70):
        keep(session, f"c{number}", *RUDE)

    def stop(_count: int) -> None:
        raise StoppingError

    with pytest.raises(StoppingError):
        inspector.run(Wanted(), lambda _name, _total: stop)
    done = _inspected(session)
    assert 0 < done < 70
    report = inspector.run(Wanted(), _silent)
    assert (report.stored.conversations, _inspected(session)) == (70 - done, 70)


def test_a_conversation_no_rule_can_read_keeps_none_of_the_others_waiting(
    session: Session, inspector: StoredInspector, caplog: pytest.LogCaptureFixture
) -> None:
    for number in ("a", "b", "c"):
        keep(session, number, *RUDE)
    session.connection().exec_driver_sql("UPDATE conversation SET platform = 'nowhere' WHERE external_id = 'b'")
    session.commit()
    report = inspector.run(Wanted(), _silent)
    assert (report.stored.conversations, report.faulty, _inspected(session)) == (2, 1, 2)
    assert "cannot be inspected" in caplog.text


@pytest.fixture
def jobs(engine: Engine, clock: Clock) -> Iterator[DurableJobQueue]:
    queue = DurableJobQueue(engine, clock)
    yield queue
    queue.close()


def _asked(session: Session) -> list[str]:
    session.expire_all()
    return list(session.exec(select(Job.status).where(col(Job.kind) == INSPECT)))


def test_an_inspection_is_asked_for_once_something_was_stored(
    session: Session, engine: Engine, jobs: DurableJobQueue, clock: Clock
) -> None:
    now_s = [0.0]
    watch = InspectionWatch(engine, jobs, lambda: now_s[0])
    watch()
    assert _asked(session) == []
    keep(session, "a", *RUDE)
    watch()
    watch()
    assert _asked(session) == ["waiting"]
    session.connection().exec_driver_sql("UPDATE job SET status = 'done'")
    session.commit()
    now_s[0] = ASK_EVERY_S
    watch()
    assert _asked(session) == ["done"], "nothing was stored since"


def test_what_is_stored_while_an_inspection_waits_is_asked_for_afterwards(
    session: Session, engine: Engine, jobs: DurableJobQueue, clock: Clock
) -> None:
    now_s = [0.0]
    watch = InspectionWatch(engine, jobs, lambda: now_s[0])
    keep(session, "a", *RUDE)
    watch()
    session.connection().exec_driver_sql("UPDATE conversation SET updated_at = '2026-11-22 00:00:00.000000'")
    session.commit()
    now_s[0] = ASK_EVERY_S
    watch()
    assert _asked(session) == ["waiting"]
    session.connection().exec_driver_sql("UPDATE job SET status = 'done'")
    session.commit()
    watch()
    assert sorted(_asked(session)) == ["done", "waiting"]


def test_what_a_failed_inspection_left_and_what_was_stored_with_an_older_time_is_asked_for_again(
    session: Session, engine: Engine, jobs: DurableJobQueue, inspector: StoredInspector
) -> None:
    now_s = [0.0]
    watch = InspectionWatch(engine, jobs, lambda: now_s[0])
    keep(session, "a", *RUDE)
    watch()
    session.connection().exec_driver_sql("UPDATE job SET status = 'failed'")
    session.commit()
    now_s[0] = COUNT_EVERY_S - 1
    watch()
    assert _asked(session) == ["failed"], "not at once: it may fail again"
    now_s[0] = COUNT_EVERY_S
    watch()
    assert sorted(_asked(session)) == ["failed", "waiting"]
    inspector.run(Wanted(), _silent)
    session.connection().exec_driver_sql("UPDATE job SET status = 'done'")
    session.commit()
    keep(session, "late", *RUDE)
    session.connection().exec_driver_sql("UPDATE conversation SET updated_at = '2020-01-01' WHERE external_id = 'late'")
    session.commit()
    now_s[0] += COUNT_EVERY_S
    watch()
    assert sorted(_asked(session)) == ["done", "done", "waiting"]


def test_what_cannot_be_read_is_not_asked_for_for_ever(
    session: Session, engine: Engine, jobs: DurableJobQueue, clock: Clock
) -> None:
    now_s = [0.0]
    watch = InspectionWatch(engine, jobs, lambda: now_s[0])
    keep(session, "a", *RUDE)
    watch()
    session.connection().exec_driver_sql("UPDATE job SET status = 'done', report = '{\"faulty\": 1}'")
    session.commit()
    now_s[0] = COUNT_EVERY_S
    watch()
    assert _asked(session) == ["done"]


def test_the_job_inspects_what_was_stored(
    session: Session, engine: Engine, jobs: DurableJobQueue, inspector: StoredInspector, clock: Clock, tmp_path: Path
) -> None:
    keep(session, "a", *RUDE)
    with ExitStack() as stack:
        handlers = {INSPECT: InspectionJob(inspector, lambda: None)}
        watch = InspectionWatch(engine, jobs)
        runner = JobRunner(engine, tmp_path / "jobs.lock", handlers, clock, watch=watch)
        runner.start()
        stack.callback(runner.stop)
        until(lambda: _asked(session) == [DONE], 30)
    [job] = session.exec(select(Job)).all()
    assert job.report is not None
    assert (job.report["conversations"], job.report["faulty"], job.done, job.total) == (1, 0, 1, 1)
    assert count_pending(session) == 0


def test_the_command_inspects_since_a_day_and_again(huashu: Huashu, tmp_path: Path) -> None:
    file = tmp_path / "talk.jsonl"
    lines = []
    for number, day in (("old", "2026-10-01"), ("new", "2026-11-10")):
        messages = [
            {"role": "customer", "text": "说明书在哪", "sent_at": f"{day} 10:00:00"},
            {"role": "agent", "text": "你自己不会看吗", "sent_at": f"{day} 10:00:20"},
        ]
        head = {"conversation_id": number, "platform": "jd", "shop": "zao", "agent": "wu"}
        lines.append(json.dumps({**head, "messages": messages}, ensure_ascii=False))
    file.write_text("\n".join(lines), encoding="utf-8")
    assert huashu("import-conversations", file).code == 0
    first = huashu("inspect", "--since", "2026-11-10")
    assert (first.code, first.out.startswith("质检完毕：会话 1 段；新命中 ")) == (0, True)
    assert huashu("inspect").out.startswith("质检完毕：会话 1 段；")
    assert huashu("inspect").out.startswith("质检完毕：会话 0 段；新命中 0 处")
    assert huashu("inspect", "--again").out.startswith(
        "质检完毕：会话 2 段；新命中 0 处（其中 0 处替换旧版），更新 0 处"
    )
    assert huashu("inspect", "--since", "昨天").code != 0
