import sqlite3
from collections.abc import Callable, Iterator
from contextlib import closing
from datetime import timedelta

import pytest
from fastapi import FastAPI
from fastapi.testclient import TestClient
from sqlalchemy import Engine, event
from sqlmodel import Session, col, select

from api.accounts import SESSION_LASTS
from api.deps import CSRF_HEADER, SESSION_COOKIE, DatabaseSession
from api.identity import Role
from api.secrets import csrf_token
from api.services import Services
from api.tables import Account
from kb.cards.tables import Card
from kb.feedback_tables import Suggestion
from tests.upload_in_parts import send_upload

_CARD = {"standard_question": "多久发货", "replies": ["48 小时内。"]}


@pytest.fixture
def secret(account: Callable[..., Account], logged_in: Callable[[Account], str]) -> str:
    return logged_in(account("小周", Role.TRAINER))


@pytest.fixture
def page(nobody: TestClient, secret: str) -> TestClient:
    """A browser in which a trainer is logged in."""
    nobody.cookies.set(SESSION_COOKIE, secret)
    return nobody


@pytest.fixture
def busy(engine: Engine) -> Iterator[None]:
    """Another process holds the write lock for longer than anybody waits."""

    @event.listens_for(engine, "connect")
    def _impatient(connection, _record) -> None:
        connection.execute("PRAGMA busy_timeout=50")

    engine.dispose()
    with engine.connect() as other:
        other.exec_driver_sql("BEGIN IMMEDIATE")
        yield
        other.rollback()


def test_cookie_is_enough_to_read(page: TestClient) -> None:
    assert page.get("/api/v1/cards").status_code == 200


def test_cookie_alone_changes_nothing(page: TestClient) -> None:
    for headers in ({}, {CSRF_HEADER: ""}, {CSRF_HEADER: "0" * 64}):
        answer = page.post("/api/v1/cards", json=_CARD, headers=headers)
        assert (answer.status_code, answer.json()["error"]["code"]) == (403, "csrf")
    assert page.get("/api/v1/cards").json()["items"] == []


def test_cookie_with_the_pages_token_may_change(page: TestClient, secret: str, services: Services) -> None:
    headers = {CSRF_HEADER: csrf_token(services.secret_key, secret)}
    assert page.post("/api/v1/cards", json=_CARD, headers=headers).status_code == 201


def test_forms_token_is_taken_from_the_form(page: TestClient, secret: str, services: Services) -> None:
    file = {"file": ("cards.csv", "标准问,回复\n怎么退货,七天内可退\n".encode())}
    token = csrf_token(services.secret_key, secret)
    assert page.post("/api/v1/cards/import", files=file, data={"csrf_token": "wrong"}).status_code == 403
    assert page.post("/api/v1/cards/import", files=file, data={"csrf_token": token}).status_code == 200


def test_token_of_another_session_is_refused(
    page: TestClient, services: Services, account: Callable[..., Account], logged_in: Callable[[Account], str]
) -> None:
    other = csrf_token(services.secret_key, logged_in(account("小林", Role.TRAINER)))
    assert page.post("/api/v1/cards", json=_CARD, headers={CSRF_HEADER: other}).status_code == 403


def test_bearer_needs_no_csrf_even_beside_a_cookie(page: TestClient, token: Callable[..., str]) -> None:
    headers = {"Authorization": f"Bearer {token(Role.TRAINER)}"}
    assert page.post("/api/v1/cards", json=_CARD, headers=headers).status_code == 201


def test_wrong_bearer_is_refused_even_beside_a_good_cookie(page: TestClient) -> None:
    answer = page.get("/api/v1/cards", headers={"Authorization": "Bearer hs_wrong"})
    assert (answer.status_code, answer.headers["WWW-Authenticate"]) == (401, "Bearer")


@pytest.mark.parametrize("authorization", ["hs_x", "Basic eDp5", "Bearer", "Bearer "])
def test_malformed_authorization_is_401(nobody: TestClient, authorization: str) -> None:
    assert nobody.get("/api/v1/cards", headers={"Authorization": authorization}).status_code == 401


def test_cookie_stops_working_with_its_session(page: TestClient, clock) -> None:
    clock.advance(SESSION_LASTS + timedelta(seconds=1))
    assert page.get("/api/v1/cards").status_code == 401


def test_demo_session_is_refused_from_afar_and_behind_a_proxy(
    application: FastAPI, account: Callable[..., Account], logged_in: Callable[[Account], str]
) -> None:
    secret = logged_in(account("演示", Role.AGENT, is_demo=True))
    here, afar = ("127.0.0.1", 1), ("203.0.113.9", 1)
    for host, headers, status in (
        (here, {}, 200),
        (afar, {}, 401),
        (here, {"X-Forwarded-For": "203.0.113.9"}, 401),
        (here, {"X-Real-IP": "203.0.113.9"}, 401),
    ):
        client = TestClient(application, client=host, cookies={SESSION_COOKIE: secret})
        assert client.get("/api/v1/cards", headers=headers).status_code == status


def test_what_is_answered_is_committed_before_the_answer(ask, engine: Engine) -> None:
    seen: list[int] = []
    trainer = ask(Role.TRAINER)

    def look(_response) -> None:
        with Session(engine) as session:
            seen.append(len(session.exec(select(col(Card.id))).all()))

    trainer.event_hooks["response"] = [look]
    trainer.post("/api/v1/cards", json=_CARD)
    assert seen == [1]


def test_request_that_fails_leaves_nothing(application: FastAPI, nobody: TestClient, engine: Engine) -> None:
    @application.post("/write-and-fail")
    def write_and_fail(session: DatabaseSession) -> None:
        session.add(Card(identity_key="x", status="draft", created_at="", updated_at=""))
        raise RuntimeError("secret detail")

    assert nobody.post("/write-and-fail").status_code == 500
    with Session(engine) as session:
        assert session.exec(select(Card)).all() == []


def test_locked_database_is_503_with_the_advice_to_try_again(ask, request: pytest.FixtureRequest) -> None:
    trainer = ask(Role.TRAINER)
    trainer.get("/api/v1/cards")
    request.getfixturevalue("busy")
    answer = trainer.post("/api/v1/cards", json=_CARD)
    assert (answer.status_code, answer.json()["error"]["code"]) == (503, "database_busy")
    assert int(answer.headers["Retry-After"]) > 0
    assert "再试" in answer.json()["error"]["message"]
    assert trainer.get("/api/v1/cards").json()["items"] == []


def test_an_answer_does_not_wait_for_a_locked_database_and_is_remembered_later(
    ask, services: Services, engine: Engine
) -> None:
    agent = ask(Role.AGENT)
    agent.get("/api/v1/shops")
    with closing(sqlite3.connect(str(engine.url.database))) as other:
        other.execute("BEGIN IMMEDIATE")
        answer = agent.post("/api/v1/suggest", json={"messages": [{"role": "customer", "text": "多久发货"}]})
        assert answer.status_code == 200
        assert len(services.lookups) == 1
    with Session(engine) as session:
        services.lookups.write_waiting(session)
        session.commit()
        assert session.get(Suggestion, answer.json()["suggestion_id"]) is not None
    assert len(services.lookups) == 0


def test_server_without_its_parts_is_503(application: FastAPI, nobody: TestClient) -> None:
    del application.state.services
    answer = nobody.get("/health/ready")
    assert (answer.status_code, answer.json()["error"]["code"]) == (503, "not_ready")
    assert nobody.get("/health/live").status_code == 200


@pytest.mark.parametrize("authorization", ["Basic eDp5", "Bearer", "hs_x"])
def test_cookie_needs_csrf_whatever_other_authorization_is_sent(
    page: TestClient, secret: str, services: Services, authorization: str
) -> None:
    headers = {"Authorization": authorization}
    refused = page.post("/api/v1/cards", json=_CARD, headers=headers)
    assert (refused.status_code, refused.json()["error"]["code"]) == (403, "csrf")
    headers[CSRF_HEADER] = csrf_token(services.secret_key, secret)
    assert page.post("/api/v1/cards", json=_CARD, headers=headers).status_code == 201


@pytest.mark.parametrize("cookie", ["", "x"])
@pytest.mark.parametrize("path", ["/api/v1/cards/import", "/api/v1/conversations/import"])
def test_files_of_strangers_are_refused_unread(application: FastAPI, path: str, cookie: str) -> None:
    headers = [("cookie", f"{SESSION_COOKIE}={cookie}")] if cookie else []
    assert send_upload(application, path, headers) == (401, 0)


def test_a_form_is_read_for_its_token_once_a_session_is_known(application: FastAPI, secret: str) -> None:
    status, read = send_upload(application, "/api/v1/cards/import", [("cookie", f"{SESSION_COOKIE}={secret}")])
    assert (status, read > 1) == (403, True)
