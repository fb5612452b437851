"""Gaps, jobs, samples, preferences, errors, headers, weight."""

import gzip
import re
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

import pytest
from fastapi import FastAPI
from sqlmodel import Session, select

from api.identity import Role
from api.tables import Job
from kb.cards.tables import Card, Shop
from kb.feedback import record_gap
from kb.feedback_tables import Gap
from tests.web.browsing import HTMX, Browser
from web.rendering import STATIC

Browse = Callable[..., Browser]
NOW = datetime(2026, 11, 21, 4, 0, tzinfo=UTC)
MAX_PAGE_BYTES = 300_000


@pytest.mark.usefixtures("shops")
def test_gaps_are_listed_masked_with_shop_and_count(browse: Browse, session: Session) -> None:
    for _ in range(2):
        record_gap(session, "能寄到 13812345678 吗", "mian", "no_match", None, NOW)
    session.commit()
    page = browse(Role.TRAINER).get("/gaps").text
    assert "13812345678" not in page
    assert "棉语旗舰店" in page
    assert '<td class="number">2</td>' in page
    assert "2026-11-21 12:00" in page
    assert "棉语" not in browse(Role.TRAINER, "zao").get("/gaps").text


def test_many_gaps_are_paged(browse: Browse, session: Session) -> None:
    session.add_all(
        Gap(text=f"缺口{number}号", folded_hash=str(number), reason="unused", first_at=NOW, last_at=NOW)
        for number in range(60)
    )
    session.commit()
    trainer = browse(Role.TRAINER)
    page = trainer.get("/gaps").text
    following = page.split('rel="next"')[0].rsplit('href="', 1)[1].split('"')[0]
    assert "缺口59号" in page
    assert "缺口0号" in trainer.get(following).text


def test_a_job_is_followed_until_it_is_over(browse: Browse, session: Session, account: Any) -> None:
    trainer = browse(Role.TRAINER, name="培训师甲")
    job = Job(id="j1", kind="import_cards", status="running", actor_id="account:1", done=40, total=100, created_at=NOW)
    session.add(job)
    session.commit()
    assert account
    part = trainer.get("/jobs/j1", headers=HTMX).text
    assert "<html" not in part
    assert "40 / 100" in part
    assert 'hx-trigger="every 1s"' in part
    job.status = "done"
    refused = [{"file": "a.csv", "row": 7, "column": "回复", "reason": "不能为空"}]
    job.report = {"created": 99, "updated": 0, "unchanged": 0, "refused": refused}
    session.commit()
    page = trainer.get("/jobs/j1").text
    assert "新建 99" in page
    assert "不能为空" in page
    assert "hx-trigger" not in page.split('id="job"')[1]


def test_samples_go_when_an_admin_says_so_and_the_page_warns_before(browse: Browse, session: Session) -> None:
    session.add(Shop(code="demo", name="示例店", is_demo=True, created_at=NOW))
    session.commit()
    demo = browse(Role.ADMIN, name="演示管理员", is_demo=True)
    assert "移除示例数据" in demo.get("/").text
    assert "create-account" in demo.get("/samples/remove").text
    assert "移除示例数据" not in browse(Role.TRAINER).get("/").text
    own = browse(Role.ADMIN, name="自己的管理员")
    assert "create-account" not in own.get("/samples/remove").text
    answer = own.submit("/samples/remove")
    assert "示例数据已移除" in own.get(answer.headers["location"]).text
    session.expire_all()
    assert session.exec(select(Shop)).all() == []
    assert session.exec(select(Card)).all() == []


def test_a_language_is_kept_and_every_page_speaks_it(browse: Browse) -> None:
    trainer = browse(Role.TRAINER)
    trainer.submit("/preferences", {"lang": "en"})
    page = trainer.get("/cards").text
    assert '<html lang="en"' in page
    assert "Import a spreadsheet" in page
    assert 'lang="zh-CN"' in trainer.get("/?lang=zh").text.split("<head>")[0]


def test_a_theme_is_kept_and_nonsense_is_not(browse: Browse) -> None:
    agent = browse()
    assert 'data-theme="auto"' in agent.get("/").text
    agent.submit("/preferences", {"theme": "dark"})
    assert 'data-theme="dark"' in agent.get("/").text
    agent.submit("/preferences", {"theme": '"><script>'})
    assert 'data-theme="dark"' in agent.get("/").text


def test_going_back_after_a_choice_stays_on_this_site(browse: Browse) -> None:
    assert browse().submit("/preferences", {"next": "//evil.example"}).headers["location"] == "/"


def test_an_unknown_page_says_so_in_chinese_or_english(stranger: Browser) -> None:
    answer = stranger.get("/nowhere")
    assert answer.status_code == 404
    assert "没有找到这个页面" in answer.text
    assert "This page was not found" in stranger.get("/nowhere?lang=en").text


def test_an_unknown_address_of_the_api_stays_json(stranger: Browser) -> None:
    assert stranger.get("/api/v1/nowhere").json()["error"]["code"] == "not_found"


def test_a_fault_shows_its_number_and_nothing_else(application: FastAPI, stranger: Browser) -> None:
    @application.get("/broken")
    def broken() -> None:
        raise RuntimeError("the password is 123")

    answer = stranger.get("/broken")
    assert answer.status_code == 500
    assert "程序出错了" in answer.text
    assert re.search(r"错误编号 [0-9a-f]{8}", answer.text)
    assert "password is 123" not in answer.text


def test_pages_run_our_own_scripts_only_and_are_kept_nowhere(browse: Browse, stranger: Browser) -> None:
    for answer in (browse().get("/"), stranger.get("/nowhere"), stranger.get("/login")):
        policy = answer.headers["Content-Security-Policy"]
        assert "default-src 'none'" in policy
        assert "unsafe" not in policy
        assert answer.headers["Cache-Control"] == "no-store"
        assert answer.headers["X-Content-Type-Options"] == "nosniff"
        assert answer.headers["X-Frame-Options"] == "DENY"


def test_static_files_are_kept_for_good_only_under_the_name_of_their_content(stranger: Browser) -> None:
    named = re.findall(r'href="(/static/app\.css\?v=\w+)"', stranger.get("/login").text)[0]
    assert "immutable" in stranger.get(named).headers["Cache-Control"]
    assert stranger.get("/static/app.css").headers["Cache-Control"] == "no-cache"
    assert stranger.get("/static/../rendering.py").status_code == 404


@pytest.mark.parametrize("path", ["/", "/search?q=退款多久到账", "/cards", "/cards/import"])
def test_a_page_with_all_it_needs_is_light(browse: Browse, publish: Callable[..., int], path: str) -> None:
    for number in range(60):
        publish(f"第{number}个退款问题多久到账", "三天内到账。" * 20, "一到三天。")
    trainer = browse(Role.TRAINER)
    html = trainer.get(path).text
    files = [STATIC / one for one in re.findall(r'(?:href|src)="/static/([^"?#]+)', html)]
    scripts = [file for file in STATIC.glob("*.js") if file not in files]  # modules that others load
    sizes = [len(gzip.compress(file.read_bytes())) for file in {*files, *scripts}]
    assert sum(sizes) + len(gzip.compress(html.encode())) <= MAX_PAGE_BYTES
