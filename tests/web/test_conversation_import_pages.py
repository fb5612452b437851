"""Importing conversations in the browser."""

from collections.abc import Callable
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl, urlsplit

import pytest
from sqlmodel import Session, select

from api.identity import Role
from api.services import Services
from api.tables import Job
from coaching.conversations.tables import Conversation, Message
from tests.conftest import NOW
from tests.web.browsing import Browser, field

Browse = Callable[..., Browser]
GOOD = "会话编号,平台,店铺,角色,内容,客服\na,天猫,mian,顾客,电话13800138000,\na,天猫,mian,客服,您好,lin\nb,天猫,mian,路人,你好,\n"
FOREIGN = "单号,谁,说了啥\na,顾客,在吗\na,客服,在的\n"
BIG = "会话编号,平台,店铺,角色,内容\n" + "a,天猫,mian,顾客,在吗在吗在吗在吗\n" * 30_000


def upload(browser: Browser, content: str, name: str = "聊天.csv", **fields: str) -> Any:
    answer = browser.submit("/conversations/import", fields, files={"file": (name, content.encode())})
    return answer if answer.status_code != 303 else browser.get(answer.headers["location"])


def take_in(browser: Browser, page: str, **more: str) -> Any:
    form = page.split('<form method="post" action="/conversations/import/')[1].split("</form>")[0]
    names = [one.split('"')[0] for one in form.split('type="hidden" name="')[1:]]
    fields = {name: field(form, name) for name in names if name not in ("csrf_token", "column")}
    columns = [one.split('"')[0] for one in form.split('name="column" value="')[1:]]
    address = "/conversations/import/" + form.split('"')[0]
    return browser.submit(address, {**fields, "dry_run": "false", **({"column": columns} if columns else {}), **more})


def conversations(session: Session) -> list[Conversation]:
    session.expire_all()
    return list(session.exec(select(Conversation)))


def test_what_would_come_of_a_file_is_seen_before_anything_is_written(browse: Browse, session: Session) -> None:
    page = upload(browse(Role.TRAINER), GOOD).text
    assert '<span class="tabular count">1</span><span class="badge-word is-created">新建</span>' in page
    assert "路人" in page.split('id="refused"')[1]
    assert "mian" in page.split('id="news"')[1]
    assert conversations(session) == []


def test_an_imported_conversation_is_in_the_list_and_masked(browse: Browse, session: Session) -> None:
    trainer = browse(Role.TRAINER)
    answer = take_in(trainer, upload(trainer, GOOD).text)
    assert answer.status_code == 303
    page = trainer.get(answer.headers["location"]).text
    assert "新会话 1 段" in page
    assert "有问题 1 行" in page
    assert "13800138000" not in page
    assert "13800138000" not in "".join(session.exec(select(Message.text)))


def test_unknown_headings_are_asked_once_and_then_remembered(browse: Browse, session: Session) -> None:
    trainer = browse(Role.TRAINER)
    asked = upload(trainer, FOREIGN)
    assert "哪一列是什么" in asked.text
    assert asked.text.count("必填") == 5
    address = asked.text.split('action="/conversations/import/')[1].split('"')[0]
    chosen = {
        "name": "聊天.csv",
        "platform": "tmall",
        "shop": "mian",
        "column": ["conversation_id=单号", "role=谁", "text=说了啥", ""],
    }
    page = trainer.get(f"/conversations/import/{address}", params=chosen).text
    assert '<span class="tabular count">1</span><span class="badge-word is-created">新建</span>' in page
    assert take_in(trainer, page).status_code == 303
    assert [one.message_count for one in conversations(session)] == [2]
    again = upload(trainer, FOREIGN, platform="tmall", shop="mian").text
    assert "哪一列是什么" not in again
    assert '<span class="tabular count">1</span><span class="badge-word is-unchanged">没有变化</span>' in again


def test_a_large_file_is_checked_and_taken_in_by_jobs(browse: Browse, session: Session, jobs: Any) -> None:
    trainer = browse(Role.TRAINER)
    page = upload(trainer, BIG).text
    assert "会在后台检查和导入" in page
    checking = take_in(trainer, page, dry_run="true").headers["location"]
    back = dict(parse_qsl(urlsplit(checking).query))["back"]
    session.add(
        Job(id="job-1", kind="import_conversations", status="done", actor_id="x", created_at=NOW, report=REPORT)
    )
    session.commit()
    told = browse(Role.ADMIN).get(checking).text
    assert "检查完成，还没有写入：新会话 4 段" in told
    assert "回去导入这个文件" in told
    assert take_in(trainer, trainer.get(back).text).headers["location"] == "/jobs/job-2"
    assert [one["dry_run"] for one in jobs.asked] == [True, False]
    assert trainer.get(back).status_code == 422


REPORT = {"created": 4, "updated": 0, "unchanged": 0, "messages": 9, "refused": [], "refused_rows": 0}


def test_a_job_leads_nowhere_but_back_to_its_file(browse: Browse, session: Session) -> None:
    session.add(
        Job(id="job-1", kind="import_conversations", status="done", actor_id="x", created_at=NOW, report=REPORT)
    )
    session.commit()
    for back in ("https://evil.example/conversations", "//evil.example/cards", "/logout", "javascript:alert(1)"):
        page = browse(Role.ADMIN, name=back).get("/jobs/job-1", params={"back": back}).text
        after = page.split('id="job"')[1].split("</main>")[0].split('href="')[1].split('"')[0]
        assert after == "/conversations"


@pytest.mark.parametrize(
    ("content", "name", "said"),
    [
        ("", "x.csv", "文件是空的"),
        ("abc", "x.exe", "不认识的格式"),
        ("abc", "旧.xls", "另存为 .xlsx"),
        ("\x00\x01", "x.xlsx", ""),
    ],
)
def test_a_file_that_cannot_be_read_is_refused_kindly(browse: Browse, content: str, name: str, said: str) -> None:
    answer = upload(browse(Role.TRAINER), content, name)
    assert answer.status_code == 422
    assert 'role="alert"' in answer.text
    assert said in answer.text


def test_nobody_takes_in_somebody_elses_file(browse: Browse, session: Session) -> None:
    page = upload(browse(Role.TRAINER, name="甲"), GOOD).text
    assert take_in(browse(Role.TRAINER, name="乙"), page).status_code == 422
    assert conversations(session) == []


@pytest.mark.usefixtures("shops")
def test_a_trainer_of_another_shop_may_not_write_it(browse: Browse, session: Session) -> None:
    trainer = browse(Role.TRAINER, "zao")
    page = upload(trainer, GOOD).text
    assert "<button" not in page.split('class="do-line"')[1].split("</div>")[0]
    assert page.split('id="refused"')[1].count("<tr>") >= 2
    assert conversations(session) == []


def test_a_file_is_gone_once_it_is_taken_in(browse: Browse, services: Services) -> None:
    trainer = browse(Role.TRAINER)
    page = upload(trainer, GOOD).text
    assert len(kept(services)) == 1
    take_in(trainer, page)
    assert kept(services) == []


def kept(services: Services) -> list[Path]:
    return [file for file in (services.data_dir / "uploads").rglob("*") if file.is_file()]
