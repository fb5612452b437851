import json
import re
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from fastapi.testclient import TestClient

from api.identity import Role
from api.inspection_models import InspectOut

Publish = Callable[..., int]
DOC = (Path(__file__).parents[2] / "docs" / "api.md").read_text(encoding="utf-8")
BEGAN = datetime(2026, 11, 20, 2, 0, tzinfo=UTC)


def _said(*written: str) -> list[dict[str, Any]]:
    """`C …` the customer, `A …` the agent."""
    return [{"role": {"C": "customer", "A": "agent", "B": "bot"}[one[0]], "text": one[2:]} for one in written]


def _timed(messages: list[dict[str, Any]], *seconds: float) -> list[dict[str, Any]]:
    return [
        {**message, "sent_at": (BEGAN + timedelta(seconds=after)).isoformat()}
        for message, after in zip(messages, seconds, strict=True)
    ]


def _inspect(client: TestClient, messages: list[dict[str, Any]], status: int = 200, **more: Any) -> dict[str, Any]:
    answer = client.post("/api/v1/inspect", json={"messages": messages, **more})
    assert answer.status_code == status, answer.text
    body: dict[str, Any] = answer.json()
    return body


def _rules(body: dict[str, Any]) -> set[str]:
    return {finding["rule"] for finding in body["findings"]}


@pytest.fixture
def shipping(publish: Publish) -> int:
    return publish(
        "下单后多久能发货",
        "现货付款后 48 小时内发出。",
        similar_questions=["拍下多久发货", "什么时候发货"],
        facts=[{"subject": "现货", "predicate": "发货时限", "value": "48", "unit": "小时"}],
    )


def test_answer_has_every_field_of_the_contract(ask, shipping: int) -> None:
    body = _inspect(ask(Role.AGENT), _said("C 拍下多久发货", "A 您好，72小时内发货哦"))
    InspectOut.model_validate(body)
    [finding] = [one for one in body["findings"] if one["rule"] == "wrong_fact"]
    assert (finding["message_index"], finding["context_index"]) == ([1], [0])
    assert (finding["severity"], finding["dimension"]) == ("normal", "expertise")
    assert finding["card_id"] == shipping
    assert "48" in finding["card_quote"]
    assert "72" in finding["quote"]
    assert finding["better_reply"] == "现货付款后 48 小时内发出。"
    assert 0 <= body["score"] <= 100
    assert body["failed"] is False


def test_a_right_answer_is_no_finding(ask, shipping: int) -> None:
    body = _inspect(ask(), _said("C 拍下多久发货", "A 您好，付款后两天内发出，有需要随时联系我"))
    assert _rules(body) & {"wrong_fact", "vague", "missing_key_point"} == set()


def test_a_critical_finding_fails_the_conversation(ask) -> None:
    body = _inspect(ask(), _said("C 能便宜点吗", "A 您好，加我微信给您便宜"))
    assert (body["failed"], body["score"]) == (True, 0)
    [finding] = [one for one in body["findings"] if one["rule"] == "off_platform"]
    assert (finding["severity"], finding["dimension"]) == ("critical", "compliance")
    assert body["dimensions"]["compliance"]["deductions"][0]["message_index"] == [1]


def test_without_times_speed_is_not_applicable(ask) -> None:
    body = _inspect(ask(), _said("C 在吗", "A 您好，在的"))
    assert body["metrics"]["first_response_s"] is None
    assert _rules(body) & {"slow_first", "slow_reply", "long_gap"} == set()


def test_a_late_first_answer_is_measured(ask) -> None:
    body = _inspect(ask(), _timed(_said("C 在吗", "A 您好，在的"), 0, 200), platform="taobao")
    assert "slow_first" in _rules(body)
    assert body["metrics"]["first_response_s"] == 200
    assert body["rule_set"]["id"] == "taobao-default"
    assert "核对" in body["rule_set"]["source"]


def test_a_time_without_a_zone_is_the_servers(ask) -> None:
    messages = _said("C 在吗", "A 您好，在的")
    messages[0]["sent_at"] = "2026-11-20T10:00:00"
    messages[1]["sent_at"] = "2026-11-20T10:00:20+08:00"
    assert _inspect(ask(), messages)["metrics"]["first_response_s"] == 20


def test_a_rule_set_may_be_named_and_an_unknown_one_is_refused_by_name(ask) -> None:
    messages = _timed(_said("C 在吗", "A 您好，在的"), 0, 45)
    assert "slow_first" in _rules(_inspect(ask(), messages, rule_set="jd-default"))
    assert "slow_first" not in _rules(_inspect(ask(), messages, rule_set="taobao-default"))
    error = _inspect(ask(), messages, status=422, rule_set="mine")["error"]
    assert [one["field"] for one in error["details"]] == ["rule_set"]
    assert "jd-default" in error["message"]


@pytest.mark.usefixtures("shops")
def test_the_shop_gives_the_platform(ask) -> None:
    body = _inspect(ask(), _said("C 在吗", "A 您好，在的"), shop="zao")
    assert body["rule_set"]["id"] != "general-default"


@pytest.mark.usefixtures("shops")
def test_somebody_elses_shop_is_forbidden(ask) -> None:
    _inspect(ask(Role.AGENT, "mian"), _said("C 在吗", "A 在"), status=403, shop="zao")


@pytest.mark.parametrize(
    ("messages", "status"),
    [
        ([], 422),
        ([{"role": "manager", "text": "在吗"}], 422),
        ([{"role": "agent", "text": "在" * 20_001}], 413),
    ],
)
def test_what_cannot_be_inspected_is_refused(ask, messages: list[dict[str, Any]], status: int) -> None:
    _inspect(ask(), messages, status=status)


def test_a_conversation_of_bots_has_no_score(ask) -> None:
    body = _inspect(ask(), _said("B 您好，智能助手为您服务", "B 请问有什么可以帮您"))
    assert (body["score"], body["failed"], body["dimensions"], body["findings"]) == (None, False, {}, [])


def test_five_thousand_messages_are_inspected(ask) -> None:
    messages = _said(*(line for _ in range(2_500) for line in ("C 在吗", "A 您好，在的")))
    body = _inspect(ask(), messages)
    assert body["metrics"]["rounds"] == 2_500


def test_while_it_goes_on_an_ending_is_not_missed(ask) -> None:
    messages = _said("C 有货吗", "A 您好，有的", "C 谢谢", "A 嗯")
    assert "no_closing" in _rules(_inspect(ask(), messages))
    body = _inspect(ask(), messages, finished=False)
    assert body["mode"] == "live"
    assert "no_closing" not in _rules(body)


def test_the_answer_shown_in_the_doc_is_one_the_api_could_give() -> None:
    [answer] = [block for block in re.findall(r"```json\n(.*?)```", DOC, re.DOTALL) if '"rule_set"' in block]
    InspectOut.model_validate(json.loads(answer))
