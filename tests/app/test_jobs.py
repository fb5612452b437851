import json
import sqlite3
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, closing
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from sqlalchemy import Engine, create_engine
from sqlalchemy.exc import StatementError
from sqlmodel import Session, select

from api.tables import Job
from app.card_import import CardImporter
from app.database import DatabaseVectorCache
from app.errors import ImportRefusedError
from app.jobs.card_imports import CardImportJob
from app.jobs.names import IMPORT_CARDS
from app.jobs.queue import DurableJobQueue
from app.jobs.records import DONE, FAILED, RUNNING, WAITING, JobProgress, fail_job, finish_job, unfinished_jobs
from app.jobs.runner import JobRunner
from embeddings import Encoder
from kb.cards.tables import Card
from tests.app.processes import until
from tests.conftest import NOW, Clock

CARD = {"external_id": "a", "standard_question": "多久发货", "replies": ["两天内。"]}


@pytest.fixture
def running(engine: Engine, encoder: Encoder, clock: Clock, tmp_path: Path) -> Iterator[DurableJobQueue]:
    """A queue whose jobs are done."""
    importer = CardImporter(engine, encoder, DatabaseVectorCache(engine), clock)
    handlers = {IMPORT_CARDS: CardImportJob(importer, ZoneInfo("Asia/Shanghai"), lambda: None)}
    with ExitStack() as stack:
        queue = DurableJobQueue(engine, clock)
        stack.callback(queue.close)
        runner = JobRunner(engine, tmp_path / "jobs.lock", handlers, clock)
        runner.start()
        stack.callback(runner.stop)
        yield queue


@pytest.fixture
def upload(tmp_path: Path) -> Callable[[str], Path]:
    def _upload(content: str) -> Path:
        file = tmp_path / "upload.bin"
        file.write_text(content, encoding="utf-8")
        return file

    return _upload


def _finished(engine: Engine, job_id: str) -> Job:
    def is_finished() -> bool:
        return _job(engine, job_id).status in (DONE, FAILED)

    until(is_finished, 30)
    return _job(engine, job_id)


def _job(engine: Engine, job_id: str) -> Job:
    with Session(engine) as session:
        job = session.get(Job, job_id)
        assert job is not None
        return job


def test_import_job_reports_like_an_import_at_once(
    running: DurableJobQueue, engine: Engine, upload: Callable[[str], Path]
) -> None:
    file = upload(json.dumps(CARD, ensure_ascii=False) + '\n{"standard_question": "没有回复"}')
    job_id = running.import_cards(file, "卡.jsonl", publish=True, actor_id="account:1", shops=None)
    job = _finished(engine, job_id)
    assert job.status == DONE
    assert job.report is not None
    assert job.report["created"] == 1
    [refused] = job.report["refused"]
    assert (refused["file"], refused["row"]) == ("卡.jsonl", 2)
    assert (job.done, job.total, job.finished_at) == (1, 1, NOW)
    assert list(file.parent.glob("*.bin")) == []
    with Session(engine) as session:
        assert session.exec(select(Card.status)).one() == "published"


def test_what_cannot_be_read_fails_with_its_reason(
    running: DurableJobQueue, engine: Engine, upload: Callable[[str], Path]
) -> None:
    file = upload("not: [a list")
    job = _finished(
        engine, running.import_cards(file, "卡.yaml", publish=False, actor_id="account:1", shops=frozenset({"mian"}))
    )
    assert job.status == FAILED
    assert "YAML" in (job.error or "")
    assert list(file.parent.glob("*.bin")) == []


def test_unexpected_failure_names_the_job_and_tells_no_insides(
    engine: Engine, clock: Clock, tmp_path: Path, upload: Callable[[str], Path], caplog: pytest.LogCaptureFixture
) -> None:
    def broken(_job_id: str, _task: dict[str, Any]) -> None:
        raise ZeroDivisionError("insides")

    with ExitStack() as stack:
        queue = DurableJobQueue(engine, clock)
        stack.callback(queue.close)
        runner = JobRunner(engine, tmp_path / "jobs.lock", {IMPORT_CARDS: broken}, clock)
        runner.start()
        stack.callback(runner.stop)
        job_id = queue.import_cards(upload(""), "卡.csv", publish=False, actor_id="x", shops=None)
        job = _finished(engine, job_id)
    assert job_id in (job.error or "")
    assert "insides" not in (job.error or "")
    assert "insides" in caplog.text


def test_a_file_bears_its_job_s_name_until_the_job_is_done(
    engine: Engine, clock: Clock, upload: Callable[[str], Path]
) -> None:
    queue = DurableJobQueue(engine, clock)
    file = upload("")
    job_id = queue.import_cards(file, "卡.csv", publish=False, actor_id="x", shops=None)
    queue.close()
    assert list(file.parent.glob("*.bin")) == [file.with_stem(job_id)]


def test_a_file_whose_job_cannot_be_noted_stays_its_sender_s(
    engine: Engine, clock: Clock, upload: Callable[[str], Path]
) -> None:
    file = upload("")
    queue = DurableJobQueue(engine, clock)
    with pytest.raises(StatementError):
        queue.import_cards(file, "卡.csv", publish=False, actor_id=object(), shops=None)  # type: ignore[arg-type]
    queue.close()
    assert list(file.parent.glob("*.bin")) == [file]


def test_one_runner_does_the_jobs_until_it_ends(engine: Engine, clock: Clock, tmp_path: Path) -> None:
    first, second = (JobRunner(engine, tmp_path / "jobs.lock", {}, clock) for _ in range(2))
    first.start()
    until(lambda: first.is_in_charge, 5)
    second.start()
    time.sleep(1)
    assert not second.is_in_charge
    first.stop()
    until(lambda: second.is_in_charge, 5)
    second.stop()


def test_progress_is_written_at_most_once_a_second(engine: Engine, session: Session) -> None:
    session.add(Job(id="j", kind=IMPORT_CARDS, status=WAITING, created_at=NOW))
    session.commit()
    now = 0.0
    progress = JobProgress(engine, "j", lambda: now)
    advance = progress.stage("计算向量", 100)
    assert (_job(engine, "j").status, _job(engine, "j").total) == (RUNNING, 100)
    now = 0.9
    advance(10)
    assert _job(engine, "j").done == 0
    now = 1.1
    advance(10)
    assert _job(engine, "j").done == 20
    progress.stage("写入", None)(5)
    assert (_job(engine, "j").done, _job(engine, "j").total) == (20, 100)


def test_count_that_meets_a_locked_database_is_skipped(engine: Engine, session: Session) -> None:
    session.add(Job(id="j", kind=IMPORT_CARDS, status=WAITING, created_at=NOW))
    session.commit()
    impatient = create_engine(engine.url, connect_args={"timeout": 0.05})
    now = 0.0
    progress = JobProgress(impatient, "j", lambda: now)
    with closing(sqlite3.connect(str(engine.url.database), isolation_level=None)) as other:
        other.execute("BEGIN IMMEDIATE")
        advance = progress.stage("计算向量", 100)
        advance(10)
    assert (_job(engine, "j").status, _job(engine, "j").done) == (WAITING, 0)
    now = 1.1
    advance(10)
    assert (_job(engine, "j").status, _job(engine, "j").done) == (RUNNING, 20)
    impatient.dispose()


def test_a_finished_job_is_neither_finished_nor_failed_again(engine: Engine, session: Session) -> None:
    session.add(Job(id="j", kind=IMPORT_CARDS, status=RUNNING, total=7, created_at=NOW))
    session.commit()
    assert unfinished_jobs(session) == ["j"]
    finish_job(session, "j", {"created": 7}, NOW)
    session.commit()
    with pytest.raises(ImportRefusedError, match="没有写入"):
        finish_job(session, "j", {}, NOW)
    session.rollback()
    fail_job(engine, "j", "too late", NOW)
    job = _job(engine, "j")
    assert (job.status, job.done, job.error, job.report) == (DONE, 7, None, {"created": 7})
    assert unfinished_jobs(session) == []
