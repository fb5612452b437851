"""Conversation files through the program: in one transaction, killed, as a job."""

import json
import re
import signal
import sqlite3
import subprocess
import sys
from collections.abc import Callable
from contextlib import ExitStack, closing
from datetime import timedelta
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from sqlalchemy import Engine
from sqlmodel import Session, select

from api.tables import Job
from app.backups.backing_up import back_up
from app.backups.restoring import restore
from app.chores import do_chores
from app.conversation_import import ConversationImporter, ConversationOrder
from app.jobs.conversation_imports import ConversationImportJob
from app.jobs.names import IMPORT_CONVERSATIONS
from app.jobs.queue import DurableJobQueue
from app.jobs.records import DONE, FAILED
from app.jobs.runner import JobRunner
from coaching.conversations.erasing import set_retention
from coaching.conversations.files import ConversationFile
from coaching.conversations.importing import ConversationReport
from coaching.conversations.tables import Conversation, HeadingMapping, Message
from coaching.errors import ConversationFileError
from tests.app.processes import ROOT, environment, huashu, until
from tests.conftest import NOW, Clock

ZONE = ZoneInfo("Asia/Shanghai")
_CSV = "会话编号,平台,店铺,客服,角色,内容,时间\nc1,京东,mian,linlin,顾客,在吗,2026-11-01 10:00:00\nc1,京东,mian,linlin,客服,在的,2026-11-01 10:00:09\n"
Order = Callable[..., ConversationOrder]


def _stages(_name: str, _total: int | None) -> Callable[[int], None]:
    return lambda _count: None


@pytest.fixture
def importer(engine: Engine, clock: Clock) -> ConversationImporter:
    return ConversationImporter(engine, clock)


@pytest.fixture
def order(tmp_path: Path) -> Order:
    def _order(content: str = _CSV, name: str = "会话.csv", **more: Any) -> ConversationOrder:
        path = tmp_path / "upload.bin"
        path.write_text(content, encoding="utf-8")
        return ConversationOrder([ConversationFile(path, name)], "cli", ZONE, **more)

    return _order


def _count(engine: Engine) -> tuple[int, int]:
    with Session(engine) as session:
        return len(session.exec(select(Conversation.id)).all()), len(session.exec(select(Message.id)).all())


def test_dry_run_reports_the_same_and_writes_nothing(
    importer: ConversationImporter, order: Order, engine: Engine
) -> None:
    dry = importer.dry_run(order(), _stages)
    assert _count(engine) == (0, 0)
    assert importer.run(order(), _stages) == dry
    assert _count(engine) == (1, 2)
    again = importer.run(order(), _stages)
    assert (again.created, again.unchanged, again.messages) == (0, 1, 0)


def test_an_error_at_the_end_leaves_nothing_half(importer: ConversationImporter, order: Order, engine: Engine) -> None:
    def fail(_session: Session, _report: ConversationReport) -> None:
        raise ConversationFileError("不行")

    with pytest.raises(ConversationFileError, match="不行"):
        importer.run(order(mapping={"text": "内容"}), _stages, fail)
    assert _count(engine) == (0, 0)
    with Session(engine) as session:
        assert session.exec(select(HeadingMapping)).all() == []


def test_a_mapping_is_said_once(importer: ConversationImporter, order: Order) -> None:
    foreign = _CSV.replace("内容", "聊天记录")
    with pytest.raises(ConversationFileError, match="聊天记录"):
        importer.run(order(foreign), _stages)
    assert importer.run(order(foreign, mapping={"text": "聊天记录"}), _stages).created == 1
    assert importer.run(order(foreign), _stages).unchanged == 1


def test_conversations_past_retention_go_with_the_chores(
    importer: ConversationImporter, order: Order, engine: Engine, session: Session, tmp_path: Path
) -> None:
    importer.run(order(), _stages)
    set_retention(session, "mian", 30, "account:1", NOW)
    session.commit()
    do_chores(engine, tmp_path / "uploads", NOW)
    assert _count(engine) == (1, 2)
    do_chores(engine, tmp_path / "uploads", NOW + timedelta(days=11))
    assert _count(engine) == (0, 0)


def test_conversations_are_in_backups(
    importer: ConversationImporter, order: Order, engine: Engine, tmp_path: Path
) -> None:
    importer.run(order(mapping={"text": "内容"}), _stages)
    back_up(engine, None, tmp_path / "b.zip", NOW)
    importer.run(order(_CSV.replace("c1", "c2")), _stages)
    restore(engine, tmp_path / "b.zip", NOW)
    assert _count(engine) == (1, 2)
    with Session(engine) as session:
        assert session.exec(select(HeadingMapping.mapping)).one() == {"text": "内容"}


def test_import_job_reports_and_its_file_goes(
    importer: ConversationImporter, engine: Engine, clock: Clock, tmp_path: Path
) -> None:
    def finished(job_id: str) -> Job:
        def job() -> Job:
            with Session(engine) as session:
                found = session.get(Job, job_id)
                assert found is not None
                return found

        until(lambda: job().status in (DONE, FAILED), 120)
        return job()

    handlers = {IMPORT_CONVERSATIONS: ConversationImportJob(importer, ZONE, lambda: None)}
    asked: dict[str, Any] = {"given": {"platform": "jd"}, "mapping": {}, "actor_id": "account:1", "shops": None}
    with ExitStack() as stack:
        queue = DurableJobQueue(engine, clock)
        stack.callback(queue.close)
        runner = JobRunner(engine, tmp_path / "jobs.lock", handlers, clock)
        runner.start()
        stack.callback(runner.stop)
        reports = []
        for dry_run in (True, False):
            file = tmp_path / "upload.bin"
            file.write_text(_CSV.replace("京东,", "").replace("平台,", "") + "c2,mian,,老板,在,\n", encoding="utf-8")
            job = finished(queue.import_conversations(file, "会话.csv", dry_run=dry_run, **asked))
            assert (job.status, job.done, job.total, list(tmp_path.glob("*.bin"))) == (DONE, 2, 2, [])
            reports.append(job.report)
            assert _count(engine) == ((0, 0) if dry_run else (1, 2))
        assert reports[0] == reports[1]
        assert reports[0] is not None
        assert [(one["row"], one["column"]) for one in reports[0]["refused"]] == [(4, "角色")]
        file.write_text("会话编号\n", encoding="utf-8")
        failed = finished(queue.import_conversations(file, "会话.csv", dry_run=False, **asked))
        assert (failed.status, "缺少列" in (failed.error or "")) == (FAILED, True)
        assert list(tmp_path.glob("*.bin")) == []


def _write(file: Path, conversations: int) -> None:
    def line(number: int) -> str:
        messages = [{"role": "customer", "text": f"第{number}单的第{place}件到哪了"} for place in range(20)]
        whole = {"conversation_id": f"c{number}", "platform": "jd", "shop": "mian", "agent": "linlin"}
        return json.dumps({**whole, "messages": messages}, ensure_ascii=False)

    file.write_text("\n".join(map(line, range(conversations))), encoding="utf-8")


def test_killed_import_leaves_no_half_and_the_next_completes_it(data_dir: Path, tmp_path: Path) -> None:
    file, said, conversations = tmp_path / "c.jsonl", tmp_path / "said.txt", 800
    _write(file, conversations)

    def killed_at(stage: str) -> int:
        with said.open("wb") as out:
            process = subprocess.Popen(
                [sys.executable, "-m", "app", "import-conversations", str(file)],
                env=environment(data_dir),
                cwd=ROOT,
                stdout=out,
                stderr=subprocess.STDOUT,
            )
        until(lambda: stage in said.read_text(), 120)
        process.kill()
        assert process.wait() == -signal.SIGKILL, said.read_text()
        with closing(sqlite3.connect(data_dir / "huashu.sqlite3")) as connection:
            counts = [
                connection.execute(f"SELECT count(*) FROM {name}").fetchone()[0] for name in ("conversation", "message")
            ]
        assert counts in ([0, 0], [conversations, 20 * conversations])
        return int(counts[0])

    assert killed_at("隐去个人信息") == 0
    written = killed_at("写入")
    last = huashu(data_dir, "import-conversations", file)
    assert last.returncode == 0, last.stderr
    told = re.search(r"会话新增 (\d+) 段，更新 0 段，未变 (\d+) 段；消息新增 (\d+) 条；拒绝 0 行", last.stdout)
    assert told is not None
    assert [int(one) for one in told.groups()] == [conversations - written, written, 20 * (conversations - written)]
