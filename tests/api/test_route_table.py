"""Every route with what each role is answered; a route that is missing here fails."""

import json
import re
from collections.abc import Callable
from typing import Any, NamedTuple

import pytest
from fastapi import FastAPI
from fastapi.testclient import TestClient

from api.identity import Role

_CARD = {"standard_question": "怎么开发票", "replies": ["确认收货后可以申请。"]}
_FILE = {"file": ("cards.csv", "标准问,回复\n怎么退货,七天内可退\n".encode())}


_CONVERSATION = {
    "conversation_id": "c1",
    "platform": "jd",
    "shop": "mian",
    "agent": "linlin",
    "messages": [{"role": "customer", "text": "在吗"}, {"role": "agent", "text": "在的"}],
}
_CONVERSATION_FILE = {"file": ("c.csv", "会话编号,平台,店铺,角色,内容\nc2,京东,mian,顾客,在吗\n".encode())}


_DRAW = {"since_on": "2026-11-01", "until_on": "2026-11-21", "dry_run": True}
_MARKS = {"marks": {"solving": {"score": 80, "comment": "没给时间"}}}
_ANSWER = {"outcome": "denied", "text": "对照了记录"}
_CASE = {"kind": "good", "title": "催发货", "reply": "今天 18 点前发出，单号会发给您。"}
_VISIT = {
    "title": "问尺码",
    "script": "先问尺码，再问材质",
    "shop": "mian",
    "person": "谁也不是",
    "due_on": "2026-12-01",
}


class Row(NamedTuple):
    """A request; what a stranger, an agent, a trainer, a lead and an admin are answered."""

    method: str
    path: str
    statuses: tuple[int, int, int, int, int]
    sent: dict[str, Any] = {}  # noqa: RUF012  # never changed


_RULE = {
    "definition": {
        "term": "让顾客等着",
        "description": "只让顾客等，没有说等什么、等多久",
        "dimension": "solving",
        "where": {"operator": "keywords", "any": ["您等着就行"]},
        "examples_hit": ["顾客：怎么还没到\n客服：您等着就行"],
        "examples_miss": ["顾客：怎么还没到\n客服：帮您查下，五分钟回您"],
    }
}
_RULE_SET = {
    "rule_set": "mian-1",
    "name": "棉语方案",
    "in_force_from": "2026-12-01",
    "shops": ["mian"],
    "source": "自定",
}

V1 = "/api/v1"
ROWS = [
    Row(
        "POST", f"{V1}/suggest", (401, 200, 200, 200, 200), {"json": {"messages": [{"role": "customer", "text": "退"}]}}
    ),
    Row("POST", f"{V1}/suggestions/{{suggestion_id}}/events", (401, 404, 404, 404, 404), {"json": {"kind": "shown"}}),
    Row("GET", f"{V1}/search", (401, 200, 200, 200, 200), {"params": {"q": "退款"}}),
    Row("GET", f"{V1}/cards", (401, 200, 200, 200, 200)),
    Row("POST", f"{V1}/cards", (401, 403, 201, 201, 201), {"json": _CARD}),
    Row("GET", f"{V1}/cards/{{card_id}}", (401, 404, 404, 404, 404)),
    Row("PUT", f"{V1}/cards/{{card_id}}", (401, 403, 404, 404, 404), {"json": {**_CARD, "version": 1}}),
    Row("DELETE", f"{V1}/cards/{{card_id}}", (401, 403, 404, 404, 404)),
    Row("POST", f"{V1}/cards/{{card_id}}/submit", (401, 403, 404, 404, 404)),
    Row("POST", f"{V1}/cards/{{card_id}}/publish", (401, 403, 404, 404, 404)),
    Row("POST", f"{V1}/cards/{{card_id}}/archive", (401, 403, 404, 404, 404)),
    Row("POST", f"{V1}/cards/{{card_id}}/rollback", (401, 403, 404, 404, 404), {"json": {"version": 1}}),
    Row("GET", f"{V1}/cards/{{card_id}}/revisions", (401, 403, 404, 404, 404)),
    Row("POST", f"{V1}/cards/import", (401, 403, 200, 200, 200), {"files": _FILE}),
    Row("GET", f"{V1}/shops", (401, 200, 200, 200, 200)),
    Row("GET", f"{V1}/products", (401, 200, 200, 200, 200)),
    Row("GET", f"{V1}/agents", (401, 403, 200, 200, 200)),
    Row("GET", f"{V1}/shops/{{shop}}/retention", (401, 403, 403, 200, 200)),
    Row("PUT", f"{V1}/shops/{{shop}}/retention", (401, 403, 403, 403, 422), {"json": {"days": 180}}),
    Row("POST", f"{V1}/conversations", (401, 403, 200, 200, 200), {"json": _CONVERSATION}),
    Row("GET", f"{V1}/conversations", (401, 200, 200, 200, 200)),
    Row("GET", f"{V1}/conversations/{{id}}", (401, 404, 404, 404, 404)),
    Row("GET", f"{V1}/conversations/{{id}}/findings", (401, 404, 404, 404, 404)),
    Row("POST", f"{V1}/conversations/import", (401, 403, 200, 200, 200), {"files": _CONVERSATION_FILE}),
    Row("POST", f"{V1}/conversations/erase", (401, 403, 403, 200, 200), {"json": {"customer": "小鹿"}}),
    Row("GET", f"{V1}/tokens", (401, 403, 403, 403, 200)),
    Row("POST", f"{V1}/tokens", (401, 403, 403, 403, 201), {"json": {"role": "agent"}}),
    Row("DELETE", f"{V1}/tokens/{{token_id}}", (401, 403, 403, 403, 404)),
    Row("POST", f"{V1}/inspect", (401, 200, 200, 200, 200), {"json": {"messages": [{"role": "agent", "text": "在"}]}}),
    Row("GET", f"{V1}/inspection/rules", (401, 403, 403, 200, 200)),
    Row("POST", f"{V1}/inspection/rules", (401, 403, 403, 201, 201), {"json": _RULE}),
    Row("POST", f"{V1}/inspection/rules/try", (401, 403, 403, 200, 200), {"json": _RULE}),
    Row("PUT", f"{V1}/inspection/rules/{{id}}", (401, 403, 403, 404, 404), {"json": {"version": 1, "is_on": False}}),
    Row("GET", f"{V1}/inspection/rule-sets", (401, 403, 403, 200, 200)),
    Row("POST", f"{V1}/inspection/rule-sets", (401, 403, 403, 201, 201), {"json": _RULE_SET}),
    Row("GET", f"{V1}/gaps", (401, 403, 200, 200, 200)),
    Row("POST", f"{V1}/reviews/draw", (401, 403, 403, 200, 200), {"json": _DRAW}),
    Row("GET", f"{V1}/reviews/queue", (401, 403, 403, 200, 200)),
    Row("POST", f"{V1}/reviews/queue/{{task_id}}/skip", (401, 403, 403, 404, 404), {"json": {"reason": "重复"}}),
    Row("GET", f"{V1}/reviews/precision", (401, 403, 403, 200, 200)),
    Row("POST", f"{V1}/reviews", (401, 403, 403, 404, 404), {"json": {"conversation_id": 987_654, **_MARKS}}),
    Row("GET", f"{V1}/reviews", (401, 403, 403, 200, 200)),
    Row("GET", f"{V1}/reviews/{{review_id}}", (401, 403, 403, 404, 404)),
    Row("GET", f"{V1}/findings", (401, 200, 200, 200, 200)),
    Row("GET", f"{V1}/findings/{{finding_id}}", (401, 404, 404, 404, 404)),
    Row("GET", f"{V1}/findings/{{finding_id}}/decisions", (401, 404, 404, 404, 404)),
    Row("POST", f"{V1}/findings/{{finding_id}}/decisions", (401, 403, 403, 404, 404), {"json": {"verdict": "confirm"}}),
    Row("POST", f"{V1}/findings/{{finding_id}}/case", (401, 403, 404, 404, 404)),
    Row("POST", f"{V1}/appeals", (401, 404, 404, 404, 404), {"json": {"finding_id": 987_654, "text": "查过了"}}),
    Row("GET", f"{V1}/appeals", (401, 200, 200, 200, 200)),
    Row("GET", f"{V1}/appeals/{{appeal_id}}", (401, 404, 404, 404, 404)),
    Row("POST", f"{V1}/appeals/{{appeal_id}}/answer", (401, 403, 403, 404, 404), {"json": _ANSWER}),
    Row("POST", f"{V1}/appeals/{{appeal_id}}/withdraw", (401, 404, 404, 404, 404)),
    Row(
        "POST",
        f"{V1}/calibrations",
        (401, 403, 403, 404, 404),
        {"json": {"conversation_id": 987_654, "title": "十一月"}},
    ),
    Row("GET", f"{V1}/calibrations", (401, 403, 403, 200, 200)),
    Row("GET", f"{V1}/calibrations/{{calibration_id}}", (401, 403, 403, 404, 404)),
    Row("POST", f"{V1}/calibrations/{{calibration_id}}/sheets", (401, 403, 403, 404, 404), {"json": _MARKS}),
    Row(
        "POST",
        f"{V1}/calibrations/{{calibration_id}}/close",
        (401, 403, 403, 404, 404),
        {"json": {"conclusion": "一致"}},
    ),
    Row("GET", f"{V1}/cases", (401, 200, 200, 200, 200)),
    Row("POST", f"{V1}/cases", (401, 403, 201, 201, 201), {"json": _CASE}),
    Row("GET", f"{V1}/cases/{{case_id}}", (401, 404, 404, 404, 404)),
    Row("PUT", f"{V1}/cases/{{case_id}}", (401, 403, 404, 404, 404), {"json": _CASE}),
    Row("DELETE", f"{V1}/cases/{{case_id}}", (401, 403, 404, 404, 404)),
    Row("POST", f"{V1}/mystery-visits", (401, 403, 403, 404, 404), {"json": _VISIT}),
    Row("GET", f"{V1}/mystery-visits", (401, 200, 200, 200, 200)),
    Row("GET", f"{V1}/mystery-visits/{{visit_id}}", (401, 404, 404, 404, 404)),
    Row(
        "POST",
        f"{V1}/mystery-visits/{{visit_id}}/conversation",
        (401, 404, 404, 404, 404),
        {"json": {"conversation": "c1"}},
    ),
    Row("DELETE", f"{V1}/mystery-visits/{{visit_id}}/conversation", (401, 403, 403, 404, 404)),
    Row("POST", f"{V1}/mystery-visits/{{visit_id}}/cancel", (401, 403, 403, 404, 404)),
    Row(
        "POST",
        f"{V1}/suggestion-box",
        (401, 201, 201, 201, 201),
        {"json": {"kind": "suggestion", "text": "多配一个人"}},
    ),
    Row("GET", f"{V1}/suggestion-box", (401, 200, 200, 200, 200)),
    Row("GET", f"{V1}/suggestion-box/{{entry_id}}", (401, 404, 404, 404, 404)),
    Row(
        "POST",
        f"{V1}/suggestion-box/{{entry_id}}/answers",
        (401, 403, 403, 404, 404),
        {"json": {"status": "done", "text": "好"}},
    ),
    Row("GET", f"{V1}/jobs/{{job_id}}", (401, 404, 404, 404, 404)),
    Row("GET", "/health/live", (200, 200, 200, 200, 200)),
    Row("GET", "/health/ready", (200, 200, 200, 200, 200)),
    Row("GET", "/metrics", (401, 200, 200, 200, 200)),
]


def _documented(application: FastAPI) -> set[tuple[str, str]]:
    paths = application.openapi()["paths"]
    return {(method.upper(), path) for path, methods in paths.items() for method in methods}


def _send(client: TestClient, row: Row) -> int:
    none = re.sub(r"{(suggestion_id|job_id|shop)}", "none", row.path)
    path = re.sub(r"{\w+}", "987654", none)
    return client.request(row.method, path, **row.sent).status_code


def test_no_route_is_missing_from_the_table(built_application: FastAPI) -> None:
    assert {(row.method, row.path) for row in ROWS} == _documented(built_application)


def test_a_stranger_gets_nothing_but_health(nobody: TestClient) -> None:
    assert {row.path: _send(nobody, row) for row in ROWS} == {row.path: row.statuses[0] for row in ROWS}


@pytest.mark.parametrize(("place", "role"), list(enumerate(Role, start=1)))
def test_each_role_may_do_what_the_table_says(ask: Callable[..., TestClient], place: int, role: Role) -> None:
    client = ask(role)
    answered = [(row.method, row.path, _send(client, row)) for row in ROWS]
    assert answered == [(row.method, row.path, row.statuses[place]) for row in ROWS]


def test_every_route_has_a_summary_in_both_languages(built_application: FastAPI) -> None:
    for path, methods in built_application.openapi()["paths"].items():
        for method, route in methods.items():
            assert " · " in route["summary"], f"{method} {path}"
            assert route["description"], f"{method} {path}"


def test_openapi_is_public_and_complete(nobody: TestClient) -> None:
    document = nobody.get(f"{V1}/openapi.json")
    assert document.status_code == 200
    text = json.dumps(document.json())
    named = {part.split('"')[0] for part in text.split("#/components/schemas/")[1:]}
    assert named <= document.json()["components"]["schemas"].keys()
    assert "HTTPBearer" in document.json()["components"]["securitySchemes"]
