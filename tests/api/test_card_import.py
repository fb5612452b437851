import io
from pathlib import Path
from typing import Any

import pytest
from fastapi.testclient import TestClient
from openpyxl import Workbook

from api.card_models import ImportOut
from api.identity import Role
from api.services import Services

_CSV = "编号,标准问,回复,店铺\na-1,多久发货,48 小时内发出,\na-2,,没有问题,\na-3,怎么退货,七天内可退,mian\n"
_UPLOADS = "uploads"


def _import(
    client: TestClient, content: bytes | str, name: str = "cards.csv", status: int = 200, **params: Any
) -> dict[str, Any]:
    data = content.encode() if isinstance(content, str) else content
    answer = client.post("/api/v1/cards/import", files={"file": (name, data)}, params=params)
    assert answer.status_code == status, answer.text
    body: dict[str, Any] = answer.json()
    return body


def _statuses(client: TestClient) -> dict[str, str]:
    return {card["external_id"]: card["status"] for card in client.get("/api/v1/cards").json()["items"]}


def test_bad_row_is_reported_and_does_not_stop_the_good_ones(ask) -> None:
    trainer = ask(Role.TRAINER)
    report = _import(trainer, _CSV)
    ImportOut.model_validate(report)
    assert (report["created"], report["updated"], report["unchanged"]) == (2, 0, 0)
    [refused] = report["refused"]
    assert (refused["file"], refused["row"], refused["column"]) == ("cards.csv", 3, "标准问")
    assert _statuses(trainer) == {"a-1": "draft", "a-3": "draft"}


def test_dry_run_reports_the_same_and_writes_nothing(ask) -> None:
    trainer = ask(Role.TRAINER)
    dry = _import(trainer, _CSV, dry_run=True)
    assert trainer.get("/api/v1/cards").json()["items"] == []
    fates = [(row["row"], row["fate"]) for row in dry.pop("rows")]
    assert fates == [(2, "created"), (4, "created")]
    assert _import(trainer, _CSV) == dry


def test_same_file_again_changes_nothing(ask) -> None:
    trainer = ask(Role.TRAINER)
    _import(trainer, _CSV)
    report = _import(trainer, _CSV)
    assert (report["created"], report["updated"], report["unchanged"]) == (0, 0, 2)


def test_published_import_answers_at_once_and_a_changed_one_waits_as_draft(ask) -> None:
    trainer = ask(Role.TRAINER)
    _import(trainer, _CSV, publish=True)
    asked = {"messages": [{"role": "customer", "text": "多久发货"}]}
    reply = trainer.post("/api/v1/suggest", json=asked).json()["suggestions"][0]["replies"][0]["text"]
    assert reply == "48 小时内发出"
    assert _import(trainer, _CSV.replace("48", "72"))["updated"] == 1
    assert _statuses(trainer)["a-1"] == "draft"
    reply = trainer.post("/api/v1/suggest", json=asked).json()["suggestions"][0]["replies"][0]["text"]
    assert reply == "48 小时内发出"


def test_gb18030_xlsx_and_jsonl_are_read_by_their_suffix(ask) -> None:
    trainer = ask(Role.TRAINER)
    book = Workbook()
    sheet = book.active
    assert sheet is not None
    for row in (["标准问", "回复"], ["怎么开发票", "确认收货后申请"]):
        sheet.append(row)
    stream = io.BytesIO()
    book.save(stream)
    assert _import(trainer, _CSV.encode("gb18030"))["created"] == 2
    assert _import(trainer, stream.getvalue(), "表.XLSX")["created"] == 1
    assert _import(trainer, '{"standard_question": "有多大", "replies": ["A4"]}\n', "x.jsonl")["created"] == 1


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("cards.pdf", b"%PDF"),
        ("cards.xlsx", b"not a zip"),
        ("cards.csv", "回复\n没有标准问这一列\n".encode()),
        ("../../etc/passwd", b"x"),
    ],
)
def test_unreadable_file_is_422_and_leaves_no_copy(ask, services: Services, name: str, content: bytes) -> None:
    error = _import(ask(), content, name, 422)["error"]
    assert error["code"] == "card_file"
    assert list((services.data_dir / _UPLOADS).iterdir()) == []
    assert {path.name for path in services.data_dir.iterdir()} <= {_UPLOADS, *_database_files()}


def _database_files() -> set[str]:
    return {f"huashu.sqlite3{suffix}" for suffix in ("", "-wal", "-shm")}


def test_no_file_or_two_are_422(ask) -> None:
    trainer = ask(Role.TRAINER)
    assert trainer.post("/api/v1/cards/import").json()["error"]["details"][0]["field"] == "file"
    two = [("file", ("a.csv", b"x")), ("file", ("b.csv", b"x"))]
    assert trainer.post("/api/v1/cards/import", files=two).json()["error"]["details"][0]["field"] == "file"


def test_file_over_10_mb_is_413(ask) -> None:
    for size in (10 * 1024 * 1024 + 1, 12 * 1024 * 1024):
        error = _import(ask(), b"x" * size, status=413)["error"]
        assert (error["code"], "10 MB" in error["message"]) == ("too_large", True)


def test_more_than_1000_rows_become_a_job(ask, jobs, services: Services) -> None:
    trainer = ask(Role.TRAINER, "mian")
    rows = "".join(f"问题{number},好,mian\n" for number in range(1_001))
    body = _import(trainer, f"标准问,回复,店铺\n{rows}", "大表.csv", 202, publish=True)
    assert body == {"job_id": "job-1", "status": "waiting", "url": "/api/v1/jobs/job-1"}
    [asked] = jobs.asked
    assert (asked["name"], asked["publish"], asked["shops"]) == ("大表.csv", True, {"mian"})
    kept: Path = asked["file"]
    assert kept.read_text(encoding="utf-8").count("\n") == 1_002
    assert kept.parent == services.data_dir / _UPLOADS


def test_1000_rows_are_imported_at_once(ask, jobs) -> None:
    rows = "".join(f"a-{number},问题,好,\n" for number in range(1_000))
    report = _import(ask(), f"编号,标准问,回复,店铺\n{rows}")
    assert report["created"] == 1_000
    assert jobs.asked == []


def test_trainer_of_one_shop_imports_only_into_it(ask) -> None:
    trainer = ask(Role.TRAINER, "mian")
    report = _import(trainer, _CSV + "a-4,几点上班,八点,bei\n")
    assert report["created"] == 2
    assert [(one["row"], one["column"]) for one in report["refused"]] == [(3, "标准问"), (5, "shops")]
    without_shop = trainer.get("/api/v1/cards", params={"external_id": "a-1"}).json()["items"]
    assert [card["shops"] for card in without_shop] == [["mian"]]


def test_trainer_cannot_take_over_another_shops_card_by_its_number(ask) -> None:
    _import(ask(Role.ADMIN), "编号,标准问,回复,店铺\na-9,多久发货,48 小时内发出,bei\n")
    report = _import(ask(Role.TRAINER, "mian"), "编号,标准问,回复,店铺\na-9,多久发货,我改的,mian\n")
    assert (report["created"], report["updated"]) == (0, 0)
    assert [one["column"] for one in report["refused"]] == ["external_id"]


def test_cards_imported_name_shops_that_then_exist(ask) -> None:
    trainer = ask(Role.TRAINER)
    _import(trainer, _CSV)
    assert trainer.get("/api/v1/shops").json()["items"] == [{"shop": "mian", "name": "mian", "platform": "other"}]
