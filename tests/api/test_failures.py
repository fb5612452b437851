import logging

import pytest
from fastapi import FastAPI
from fastapi.responses import HTMLResponse
from fastapi.testclient import TestClient
from sqlalchemy.exc import OperationalError

import kb.errors
from api import errors
from api.application import build_application
from api.errors import STATUS_AND_CODE, status_and_code
from embeddings.errors import EmbeddingError


def _leaves(kind: type[Exception]) -> set[type[Exception]]:
    return {kind}.union(*(_leaves(child) for child in kind.__subclasses__()))


def test_every_domain_error_has_a_row_of_its_own() -> None:
    roots = (kb.errors.KnowledgeError, EmbeddingError, errors.AccessError, errors.RequestError)
    for kind in set().union(*map(_leaves, roots)):
        assert kind in STATUS_AND_CODE, kind
        assert status_and_code(kind.__new__(kind)) == STATUS_AND_CODE[kind]


@pytest.mark.parametrize(
    ("method", "path", "status", "code"),
    [
        ("GET", "/api/v1/nothing", 404, "not_found"),
        ("GET", "/nothing", 404, "not_found"),
        ("DELETE", "/api/v1/suggest", 405, "method_not_allowed"),
        ("GET", "/api/v1/cards", 401, "not_logged_in"),
    ],
)
def test_every_error_has_one_shape(nobody: TestClient, method: str, path: str, status: int, code: str) -> None:
    answer = nobody.request(method, path)
    assert answer.status_code == status
    assert answer.json().keys() == {"error"}
    assert answer.json()["error"].keys() == {"code", "message", "details"}
    assert answer.json()["error"]["code"] == code
    assert not answer.json()["error"]["message"].isascii()


def test_bug_is_a_500_that_shows_only_a_number_found_in_the_log(
    application: FastAPI, nobody: TestClient, caplog: pytest.LogCaptureFixture
) -> None:
    @application.get("/api/v1/broken")
    def broken() -> None:
        raise RuntimeError("secret detail")

    with caplog.at_level(logging.ERROR):
        answer = nobody.get("/api/v1/broken")
    error = answer.json()["error"]
    assert (answer.status_code, error["code"]) == (500, "internal")
    assert "secret" not in answer.text
    assert error["details"]["error_id"] in error["message"]
    assert error["details"]["error_id"] in caplog.text
    assert "secret detail" in caplog.text


@pytest.mark.parametrize(
    ("reason", "status", "code"),
    [
        ("database is locked", 503, "database_busy"),
        ("database or disk is full", 507, "disk_full"),
        ("no such table: x", 500, "internal"),
    ],
)
def test_database_trouble_is_told_apart(
    application: FastAPI, nobody: TestClient, reason: str, status: int, code: str
) -> None:
    @application.get("/api/v1/trouble")
    def trouble() -> None:
        raise OperationalError("INSERT", {}, Exception(reason))

    answer = nobody.get("/api/v1/trouble")
    assert (answer.status_code, answer.json()["error"]["code"]) == (status, code)
    assert "INSERT" not in answer.text


@pytest.mark.parametrize(
    ("content", "headers"),
    [
        (b"{bad", {"Content-Type": "application/json"}),
        (b"\xff\xfe", {"Content-Type": "application/json"}),
        (b"[" * 100_000, {"Content-Type": "application/json"}),
        (b"a=b", {"Content-Type": "application/x-www-form-urlencoded"}),
        (b"", {}),
        (b"null", {"Content-Type": "application/json"}),
    ],
)
def test_unreadable_body_is_told_in_chinese(ask, content: bytes, headers: dict[str, str]) -> None:
    answer = ask().post("/api/v1/suggest", content=content, headers=headers)
    assert answer.status_code in (400, 422)
    assert not answer.json()["error"]["message"].isascii()


def test_body_over_1_mb_is_413_whether_announced_or_not(ask) -> None:
    client = ask()
    chunks = (b" " * 65_536 for _ in range(20))
    for content in (b" " * (1024 * 1024 + 1), chunks):
        answer = client.post("/api/v1/suggest", content=content, headers={"Content-Type": "application/json"})
        assert (answer.status_code, answer.json()["error"]["code"]) == (413, "too_large")


def test_errors_outside_the_api_become_the_page_that_was_given() -> None:
    application = build_application(
        error_page=lambda _request, status, body: HTMLResponse(f"<p>{body['error']['message']}</p>", status)
    )
    client = TestClient(application)
    assert client.get("/nothing").headers["Content-Type"].startswith("text/html")
    assert client.get("/nothing").status_code == 404
    assert client.get("/api/v1/nothing").json()["error"]["code"] == "not_found"
