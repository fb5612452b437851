"""Conversation files over HTTP."""

from pathlib import Path
from typing import Any

import pytest
from fastapi.testclient import TestClient

from api.conversation_models import ConversationImportOut
from api.identity import Role
from api.services import Services
from coaching.conversations.files import MAX_FILE_BYTES

_CSV = "会话编号,平台,店铺,客服,角色,内容\nc1,京东,mian,linlin,顾客,在吗\nc1,京东,mian,linlin,老板,在\nc2,京东,bei,linlin,顾客,在吗\n"


def _import(
    client: TestClient, content: bytes | str, name: str = "c.csv", status: int = 200, **params: Any
) -> dict[str, Any]:
    data = content.encode() if isinstance(content, str) else content
    answer = client.post("/api/v1/conversations/import", files={"file": (name, data)}, params=params)
    assert answer.status_code == status, answer.text
    body: dict[str, Any] = answer.json()
    return body


def _left_over(services: Services) -> list[Path]:
    return list((services.data_dir / "uploads").iterdir())


def test_bad_rows_and_other_peoples_shops_are_reported_and_stop_nothing(ask, services: Services) -> None:
    trainer = ask(Role.TRAINER, "mian")
    report = _import(trainer, _CSV)
    ConversationImportOut.model_validate(report)
    assert (report["created"], report["messages"], report["refused_rows"]) == (1, 1, 2)
    assert [(one["row"], one["column"]) for one in report["refused"]] == [(3, "角色"), (4, "shop")]
    assert _left_over(services) == []
    assert _import(trainer, _CSV)["unchanged"] == 1


def test_dry_run_reports_the_same_and_writes_nothing(ask) -> None:
    trainer = ask(Role.TRAINER)
    dry = _import(trainer, _CSV, dry_run=True)
    assert trainer.get("/api/v1/conversations").json()["items"] == []
    assert _import(trainer, _CSV.encode("gb18030")) == dry


def test_headings_nobody_knows_are_told_mapped_once_and_remembered(ask, services: Services) -> None:
    trainer = ask(Role.TRAINER)
    content = "编码,身份,聊天记录\nc1,顾客,在吗\n"
    error = _import(trainer, content, status=422)["error"]
    assert error["code"] == "headings_unknown"
    assert error["details"]["headings"] == ["编码", "身份", "聊天记录"]
    assert set(error["details"]["missing"]) == {"conversation_id", "platform", "shop", "role", "text"}
    given = {"platform": "京东", "shop": "mian"}
    mapped = ["会话编号=编码", "role=身份", "内容=聊天记录"]
    assert _import(trainer, content, column=mapped, **given)["created"] == 1
    assert _import(trainer, content, **given)["unchanged"] == 1
    assert _import(trainer, content, column="内容", status=422)["error"]["details"][0]["field"] == "column"
    assert _left_over(services) == []


@pytest.mark.parametrize(
    ("name", "content"),
    [("c.pdf", b"%PDF"), ("c.xlsx", b"not a zip"), ("c.jsonl", b'{"a": "\xff\xff\xff"}'), ("../../etc/passwd", b"x")],
)
def test_unreadable_file_is_422_and_leaves_no_copy(ask, services: Services, name: str, content: bytes) -> None:
    assert _import(ask(), content, name, 422)["error"]["code"] == "conversation_file"
    assert _left_over(services) == []


def test_large_file_becomes_a_job_once_its_headings_are_known(ask, jobs, services: Services) -> None:
    trainer = ask(Role.TRAINER, "mian")
    rows = "".join(f"c{number},mian,顾客,{'第几句' * 20}\n" for number in range(6_000))
    assert _import(trainer, f"会话编号,店铺,角色,内容\n{rows}", status=422)["error"]["code"] == "headings_unknown"
    body = _import(trainer, f"会话编号,店铺,角色,内容\n{rows}", "大表.csv", 202, platform="jd", dry_run=True)
    assert body == {"job_id": "job-1", "status": "waiting", "url": "/api/v1/jobs/job-1"}
    [asked] = jobs.asked
    assert (asked["name"], asked["given"], asked["dry_run"], asked["shops"]) == (
        "大表.csv",
        {"platform": "jd"},
        True,
        {"mian"},
    )
    assert _left_over(services) == [asked["file"]]


def test_file_over_200_mb_is_413(ask) -> None:
    client = ask()
    announced = {"Content-Length": str(MAX_FILE_BYTES + 1024 * 1024), "Content-Type": "multipart/form-data; boundary=x"}
    answer = client.post("/api/v1/conversations/import", content=b"", headers=announced)
    assert (answer.status_code, "200 MB" in answer.json()["error"]["message"]) == (413, True)


def test_shop_given_for_the_file_has_to_be_ones_own(ask) -> None:
    assert _import(ask(Role.TRAINER, "mian"), _CSV, status=403, shop="bei")["error"]["code"] == "forbidden"
