"""Logging in and out."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from fastapi import FastAPI
from sqlmodel import Session

from api.accounts import create_login_link
from api.deps import CSRF_FIELD, SESSION_COOKIE
from api.identity import Role
from api.tables import Account
from tests.web.browsing import HTMX, Browser, field

PASSWORD = "correct horse battery"
Accounts = Callable[..., Account]


@pytest.fixture
def ming(account: Accounts) -> Account:
    return account("小明", Role.AGENT, password=PASSWORD)


def log_in(browser: Browser, name: str, password: str, **more: str) -> Any:
    token = field(browser.get("/login").text, CSRF_FIELD)
    # The first such field is the language form's; the login form's own is the last on the page.
    token = browser.get("/login").text.split('action="/login"')[1].split('value="')[1].split('"')[0]
    data = {CSRF_FIELD: token, "name": name, "password": password, **more}
    return browser.post("/login", data=data, follow_redirects=False)


def test_the_right_password_opens_the_page_that_was_wanted(stranger: Browser, ming: Account) -> None:
    away = stranger.get("/search?q=退款", follow_redirects=False)
    assert (away.status_code, away.headers["location"]) == (
        303,
        "/login?next=%2Fsearch%3Fq%3D%25E9%2580%2580%25E6%25AC%25BE",
    )
    answer = log_in(stranger, ming.name, PASSWORD, next="/search?q=x")
    assert (answer.status_code, answer.headers["location"]) == (303, "/search?q=x")
    cookie = next(value for value in answer.headers.get_list("set-cookie") if value.startswith(SESSION_COOKIE))
    assert "HttpOnly" in cookie
    assert "SameSite=lax" in cookie
    assert stranger.get("/").status_code == 200


def test_wrong_password_and_unknown_name_get_the_very_same_answer(stranger: Browser, ming: Account) -> None:
    wrong = log_in(stranger, ming.name, "not this one")
    unknown = log_in(stranger, "没有这个人", "not this one")
    assert (wrong.status_code, unknown.status_code) == (401, 401)
    assert "账号或密码不对" in wrong.text
    assert wrong.text.replace(ming.name, "?") == unknown.text.replace("没有这个人", "?")


def test_the_sixth_attempt_has_to_wait(stranger: Browser, ming: Account) -> None:
    for _ in range(5):
        log_in(stranger, ming.name, "not this one")
    answer = log_in(stranger, ming.name, PASSWORD)
    assert answer.status_code == 429
    assert "5 分钟" in answer.text


def test_a_login_form_from_elsewhere_does_nothing(stranger: Browser, ming: Account) -> None:
    answer = stranger.post("/login", data={"name": ming.name, "password": PASSWORD}, follow_redirects=False)
    assert answer.status_code == 403
    assert SESSION_COOKIE not in stranger.cookies


def test_a_session_that_was_planted_is_not_the_one_that_is_opened(stranger: Browser, ming: Account) -> None:
    stranger.cookies.set(SESSION_COOKIE, "planted")
    log_in(stranger, ming.name, PASSWORD)
    assert [
        cookie.value for cookie in stranger.cookies.jar if cookie.name == SESSION_COOKIE and cookie.value != "planted"
    ]


@pytest.mark.parametrize(
    "address", ["https://evil.example/", "//evil.example/x", "/\\evil.example", "javascript:alert(1)", "/\r\nX: y"]
)
def test_nobody_is_sent_to_another_site_after_login(stranger: Browser, ming: Account, address: str) -> None:
    answer = log_in(stranger, ming.name, PASSWORD, next=address)
    assert answer.headers["location"].startswith("/")
    assert "evil" not in answer.headers["location"]
    assert not answer.headers["location"].startswith("//")


def test_a_link_logs_in_at_once_on_this_machine_and_only_once(
    stranger: Browser, session: Session, account: Accounts, clock: Callable[[], Any]
) -> None:
    secret = create_login_link(session, account("演示", Role.TRAINER, is_demo=True), clock())
    session.commit()
    answer = stranger.get(f"/login/link/{secret}", follow_redirects=False)
    assert (answer.status_code, answer.headers["location"]) == (303, "/")
    assert stranger.get("/cards").status_code == 200
    again = stranger.get(f"/login/link/{secret}", follow_redirects=False)
    assert again.status_code == 401
    assert "链接已失效" in again.text


def test_a_link_preview_from_afar_uses_nothing_up(
    application: FastAPI, session: Session, ming: Account, clock: Callable[[], Any]
) -> None:
    secret = create_login_link(session, ming, clock())
    session.commit()
    with Browser(application, client=("203.0.113.9", 40000)) as far:
        for _ in range(2):
            page = far.get(f"/login/link/{secret}", follow_redirects=False)
            assert page.status_code == 200
            assert "只能用一次" in page.text
        token = page.text.split('<form method="post">')[1].split('value="')[1].split('"')[0]
        answer = far.post(f"/login/link/{secret}", data={CSRF_FIELD: token}, follow_redirects=False)
        assert answer.status_code == 303
        assert far.get("/").status_code == 200


def test_logging_out_ends_the_session_on_the_server_too(browse: Callable[..., Browser]) -> None:
    agent = browse()
    secret = agent.cookies[SESSION_COOKIE]
    answer = agent.submit("/logout")
    assert answer.headers["location"] == "/login?done=logged_out"
    agent.cookies.set(SESSION_COOKIE, secret)
    assert agent.get("/", follow_redirects=False).status_code == 303


def test_a_session_that_ended_while_a_page_is_open_leads_to_login_and_back(
    browse: Callable[..., Browser], clock: Any
) -> None:
    agent = browse()
    clock.advance(timedelta(hours=13))
    headers = {**HTMX, "HX-Current-URL": "http://testserver/search?q=a"}
    answer = agent.get("/search?q=b", headers=headers, follow_redirects=False)
    assert answer.status_code == 401
    assert answer.headers["HX-Redirect"] == "/login?next=%2Fsearch%3Fq%3Da"
