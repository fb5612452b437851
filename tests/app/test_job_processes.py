"""A long import through the API: durable, whole or not at all, done by one process at a time."""

import json
import signal
import sqlite3
from pathlib import Path
from typing import Any

import httpx
import pytest

from api.identity import Role
from api.tokens import create_token
from app.composition import present
from app.database import open_database, transaction
from tests.app.processes import Server, serving, until

ROWS = 2_000
PATIENCE_S = 300.0
"""With a machine that does other things too."""


@pytest.fixture
def token(data_dir: Path) -> str:
    engine = open_database(f"sqlite:///{data_dir / 'huashu.sqlite3'}")
    with transaction(engine) as session:
        secret = create_token(session, "test", present(), role=Role.TRAINER)
    engine.dispose()
    return secret


@pytest.fixture
def cards(tmp_path: Path) -> Path:
    file = tmp_path / "cards.jsonl"
    numbers = range(ROWS)
    lines = (
        {
            "external_id": f"c{n}",
            "standard_question": f"第{n}号商品付款以后多久能从仓库发出来",
            "replies": [f"{n} 小时内。"],
        }
        for n in numbers
    )
    file.write_text("\n".join(json.dumps(line, ensure_ascii=False) for line in lines), encoding="utf-8")
    return file


@pytest.fixture
def conversations(tmp_path: Path) -> Path:
    """As many as there are cards; 20 messages each, none like another, so that masking them takes a while."""

    def line(number: int) -> str:
        messages = [{"role": "customer", "text": f"第{number}单的第{place}件到哪了"} for place in range(20)]
        whole = {"conversation_id": f"c{number}", "platform": "jd", "shop": "mian", "agent": "linlin"}
        return json.dumps({**whole, "messages": messages}, ensure_ascii=False)

    file = tmp_path / "conversations.jsonl"
    file.write_text("\n".join(map(line, range(ROWS))), encoding="utf-8")
    return file


def _upload(server: Server, token: str, file: Path, to: str = "/api/v1/cards/import?publish=true") -> str:
    with file.open("rb") as content:
        answer = _ask(server, token, "POST", to, files={"file": (file.name, content)})
    assert answer.status_code == 202, answer.text
    job_id: str = answer.json()["job_id"]
    return job_id


def _ask(server: Server, token: str, method: str, path: str, **more: Any) -> httpx.Response:
    headers = {"Authorization": f"Bearer {token}"}
    return httpx.request(method, f"{server.url}{path}", headers=headers, timeout=30, **more)


def _job(server: Server, token: str, job_id: str) -> dict[str, Any]:
    found: dict[str, Any] = _ask(server, token, "GET", f"/api/v1/jobs/{job_id}").json()
    return found


def _card_count(data_dir: Path) -> int:
    return _count(data_dir, "card")


def _count(data_dir: Path, table: str) -> int:
    connection = sqlite3.connect(data_dir / "huashu.sqlite3")
    try:
        count: int = connection.execute(f"SELECT count(*) FROM {table}").fetchone()[0]
        return count
    finally:
        connection.close()


def test_import_killed_half_way_leaves_nothing_half_and_is_completed_by_the_next_start(
    data_dir: Path, token: str, cards: Path
) -> None:
    with serving(data_dir) as server:
        job_id = _upload(server, token, cards)
        until(lambda: 0 < _job(server, token, job_id)["done"] < ROWS, PATIENCE_S)
        server.stop(signal.SIGKILL)
    assert _card_count(data_dir) == 0
    with serving(data_dir) as server:
        until(lambda: _job(server, token, job_id)["status"] == "done", PATIENCE_S)
        job = _job(server, token, job_id)
        assert (job["report"]["created"], job["report"]["refused"], job["done"]) == (ROWS, [], ROWS)
        asked = {"messages": [{"role": "customer", "text": "第1234号商品付款以后多久能从仓库发出来"}]}
        until(lambda: bool(_ask(server, token, "POST", "/api/v1/suggest", json=asked).json()["suggestions"]), 10)
        best = _ask(server, token, "POST", "/api/v1/suggest", json=asked).json()["suggestions"][0]
        assert best["external_id"] == "c1234"
    assert list((data_dir / "uploads").iterdir()) == []


def test_conversation_import_killed_half_way_leaves_nothing_half_and_is_completed_by_the_next_start(
    data_dir: Path, token: str, conversations: Path
) -> None:
    with serving(data_dir) as server:
        job_id = _upload(server, token, conversations, "/api/v1/conversations/import")
        until(lambda: 0 < _job(server, token, job_id)["done"] < ROWS, PATIENCE_S)
        server.stop(signal.SIGKILL)
    assert (_count(data_dir, "conversation"), _count(data_dir, "message")) == (0, 0)
    with serving(data_dir) as server:
        until(lambda: _job(server, token, job_id)["status"] == "done", PATIENCE_S)
        report = _job(server, token, job_id)["report"]
    assert (report["created"], report["messages"], report["refused"]) == (ROWS, 20 * ROWS, [])
    assert (_count(data_dir, "conversation"), _count(data_dir, "message")) == (ROWS, 20 * ROWS)
    assert list((data_dir / "uploads").iterdir()) == []


def test_when_the_process_that_does_the_jobs_dies_another_takes_over(data_dir: Path, token: str, cards: Path) -> None:
    with serving(data_dir) as first, serving(data_dir) as second:
        job_id = _upload(second, token, cards)
        until(lambda: _job(second, token, job_id)["done"] > 0, PATIENCE_S)
        first.stop(signal.SIGKILL)
        until(lambda: _job(second, token, job_id)["status"] == "done", PATIENCE_S)
    assert _card_count(data_dir) == ROWS


def test_stopping_the_server_does_not_wait_for_a_job_and_writes_nothing_half(
    data_dir: Path, token: str, cards: Path
) -> None:
    with serving(data_dir) as server:
        job_id = _upload(server, token, cards)
        until(lambda: _job(server, token, job_id)["done"] > 0, PATIENCE_S)
        assert server.stop(signal.SIGTERM) == 0
        assert "Traceback" not in server.log.read_text()
    assert _card_count(data_dir) == 0
