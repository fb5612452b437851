"""Importing a spreadsheet in the browser."""

import os
import re
import stat
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from fastapi import FastAPI
from sqlmodel import Session, select

from api.deps import SESSION_COOKIE
from api.identity import Role
from api.services import Services
from kb.cards.tables import Card
from tests.upload_in_parts import send_upload
from tests.web.browsing import Browser
from web.mounting import UPLOADS

Browse = Callable[..., Browser]
GOOD = "编号,标准问,相似问,回复\nx-1,可以开收据吗,能给收据吗,可以的。\nx-2,,,没有标准问\nx-3,能自提吗,,不能。\n"


def check(browser: Browser, content: str | bytes, name: str = "卡片.csv") -> Any:
    data = content if isinstance(content, bytes) else content.encode()
    answer = browser.submit("/cards/import", files={"file": (name, data)})
    return answer if answer.status_code != 303 else browser.get(answer.headers["location"])


def form_of(page: str) -> tuple[str, dict[str, str]]:
    address = page.split('<form method="post" action="/cards/import/')[1].split('"')[0]
    name = page.split('name="name" value="')[1].split('"')[0]
    return f"/cards/import/{address}", {"name": name}


def cards(session: Session) -> list[Card]:
    session.expire_all()
    return list(session.exec(select(Card)))


def test_every_row_s_fate_is_seen_before_anything_is_written(browse: Browse, session: Session) -> None:
    page = check(browse(Role.TRAINER), GOOD).text
    assert "可以开收据吗" in page
    assert "标准问" in page.split('id="refused"')[1]
    assert cards(session) == []


def test_a_row_with_several_reasons_counts_as_one(browse: Browse) -> None:
    trainer = browse(Role.TRAINER)
    page = check(trainer, "标准问,回复,阶段\n可以开收据吗,可以的。,\n,,没有的阶段\n").text
    counts = page.split('<ul class="counts">')[1].split("</ul>")[0]
    assert re.findall(r'count">(\d+)<.*?>(\w+)</span></li>', counts)[-1] == ("1", "有问题")
    assert page.split('id="refused"')[1].count('<td class="number">3</td>') == 3
    address, fields = form_of(page)
    answer = trainer.submit(address, {**fields, "publish": "true"})
    assert "有问题 1 行" in trainer.get(answer.headers["location"]).text


def test_imported_and_published_knowledge_answers_at_once(browse: Browse, session: Session) -> None:
    trainer = browse(Role.TRAINER)
    address, fields = form_of(check(trainer, GOOD).text)
    answer = trainer.submit(address, {**fields, "publish": "true"})
    assert answer.status_code == 303
    assert "新建 2 行，修改 0 行，没有变化 0 行，有问题 1 行" in trainer.get(answer.headers["location"]).text
    assert {card.status for card in cards(session)} == {"published"}
    assert "可以的。" in browse().submit("/", {"text": "能给收据吗", "do": "look"}).text


def test_drafts_do_not_answer_yet(browse: Browse, session: Session) -> None:
    trainer = browse(Role.TRAINER)
    address, fields = form_of(check(trainer, GOOD).text)
    trainer.submit(address, {**fields, "publish": "false"})
    assert {card.status for card in cards(session)} == {"draft"}


def test_a_file_with_many_rows_becomes_a_job(browse: Browse, jobs: Any) -> None:
    trainer = browse(Role.TRAINER)
    rows = "标准问,回复\n" + "".join(f"问题{number},答\n" for number in range(1001))
    page = check(trainer, rows).text
    assert "后台导入" in page
    assert "还有 701 行" in page
    address, fields = form_of(page)
    assert trainer.submit(address, {**fields, "publish": "true"}).headers["location"] == "/jobs/job-1"
    [asked] = jobs.asked
    assert (asked["name"], asked["publish"]) == ("卡片.csv", True)
    assert asked["file"].read_bytes() == rows.encode()


@pytest.mark.parametrize(
    ("content", "name", "said"),
    [
        (b"\x00\x01\x02", "x.xlsx", ""),
        (b"abc", "x.exe", "不认识的格式"),
        (b"abc", "x", "不认识的格式"),
        (b"a,b\n1,2\n", "x.csv", ""),
        (b"x" * 300, "旧.xls", "另存为 .xlsx"),
    ],
)
def test_a_file_that_cannot_be_read_is_refused_kindly(browse: Browse, content: bytes, name: str, said: str) -> None:
    answer = check(browse(Role.TRAINER), content, name)
    assert answer.status_code == 422
    assert 'role="alert"' in answer.text
    assert said in answer.text


def test_a_file_over_the_limit_is_refused(browse: Browse) -> None:
    answer = check(browse(Role.TRAINER), b"x" * (11 * 1024 * 1024))
    assert answer.status_code == 413
    assert "10 MB" in answer.text


def test_nobody_takes_in_somebody_elses_file(browse: Browse, session: Session) -> None:
    address, fields = form_of(check(browse(Role.TRAINER, name="甲"), GOOD).text)
    answer = browse(Role.TRAINER, name="乙").submit(address, {**fields, "publish": "true"})
    assert answer.status_code == 422
    assert cards(session) == []


@pytest.mark.parametrize("token", ["..%2F..%2Fhuashu.sqlite3", "x", "f" * 32 + ".csv"])
def test_no_other_file_can_be_named(browse: Browse, token: str) -> None:
    assert browse(Role.TRAINER).get(f"/cards/import/{token}?name=x.csv").status_code in (404, 422)


def test_a_file_is_gone_once_it_is_taken_in_and_after_a_day(browse: Browse, services: Services) -> None:
    trainer = browse(Role.TRAINER)
    address, fields = form_of(check(trainer, GOOD).text)
    trainer.submit(address, {**fields, "publish": "true"})
    assert kept(services) == []
    check(trainer, GOOD)
    [old] = kept(services)
    os.utime(old, (time.time() - 90_000,) * 2)
    check(trainer, GOOD)
    assert old not in kept(services)


def kept(services: Services) -> list[Path]:
    return [file for file in (services.data_dir / "uploads").rglob("*") if file.is_file()]


def test_a_trainer_of_one_shop_sees_which_rows_they_may_not_write(browse: Browse) -> None:
    page = check(browse(Role.TRAINER, "mian"), "编号,标准问,回复,店铺\nx-1,能自提吗,不能。,bei\n").text
    assert "您只能写入自己店铺的卡" in page


@pytest.mark.parametrize("path", UPLOADS)
def test_a_stranger_s_file_is_not_read(application: FastAPI, path: str) -> None:
    assert send_upload(application, path) == (303, 0)
    assert send_upload(application, path, [("cookie", f"{SESSION_COOKIE}=x")]) == (303, 0)


@pytest.mark.skipif(os.name != "posix", reason="modes of files are of POSIX")
def test_a_waiting_file_is_for_the_server_s_eyes_alone(browse: Browse, services: Services) -> None:
    browse(Role.TRAINER).submit("/cards/import", files={"file": ("cards.csv", b"x")})
    [file] = kept(services)
    folders = [one for one in file.parents if one.is_relative_to(services.data_dir / "uploads")]
    assert len(folders) == 3
    assert [stat.S_IMODE(one.stat().st_mode) for one in (file, *folders)] == [0o600, 0o700, 0o700, 0o700]
