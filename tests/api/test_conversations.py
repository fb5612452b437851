"""Conversations over HTTP: stored, read, listed, forgotten."""

from typing import Any

import pytest
from fastapi.testclient import TestClient
from sqlmodel import Session

from api.conversation_models import (
    ConversationOut,
    ConversationsOut,
    ConversationWithMessagesOut,
    ErasedOut,
    RetentionOut,
)
from api.identity import Role
from coaching.tables import Agent
from tests.conftest import NOW

_PATH = "/api/v1/conversations"
_MESSAGES = [
    {"role": "customer", "text": "在吗 我电话13955556666", "sent_at": "2026-11-01 10:00:00"},
    {"role": "agent", "text": "在的", "sent_at": "2026-11-01T10:00:09+08:00", "message_id": "m2"},
]
_ONE = {
    "conversation_id": "c1",
    "platform": "京东",
    "shop": "mian",
    "agent": "linlin",
    "customer": "小鹿",
    "phase": "售后",
    "rating": 5,
    "paid": True,
    "messages": _MESSAGES,
}


def _post(client: TestClient, body: Any, status: int = 200) -> dict[str, Any]:
    answer = client.post(_PATH, json=body)
    assert answer.status_code == status, answer.text
    found: dict[str, Any] = answer.json()
    return found


def test_one_conversation_is_stored_masked_and_read_back(ask) -> None:
    trainer = ask(Role.TRAINER)
    stored = _post(trainer, _ONE)
    ConversationsOut.model_validate(stored)
    [one] = stored["conversations"]
    assert (one["fate"], one["messages"], stored["created_agents"]) == ("created", 2, ["linlin"])
    read = trainer.get(f"{_PATH}/{one['id']}").json()
    ConversationWithMessagesOut.model_validate(read)
    assert (read["conversation_id"], read["platform"], read["phase"], read["paid"]) == ("c1", "jd", "aftersale", True)
    assert [message["text"] for message in read["messages"]] == ["在吗 我电话[手机号]", "在的"]
    assert read["messages"][0]["sent_at"] == "2026-11-01T02:00:00+00:00"
    assert trainer.get(f"{_PATH}/c1").json() == read
    assert trainer.get(f"{_PATH}/c1", params={"shop": "mian", "platform": "京东"}).json() == read


def test_the_same_again_changes_nothing_and_a_longer_version_adds(ask) -> None:
    trainer = ask(Role.TRAINER)
    [first] = _post(trainer, _ONE)["conversations"]
    [again] = _post(trainer, _ONE)["conversations"]
    assert (again["fate"], again["id"]) == ("unchanged", first["id"])
    longer = _post(trainer, {**_ONE, "messages": [*_MESSAGES, {"role": "customer", "text": "谢谢"}]})
    assert (longer["updated"], longer["messages"]) == (1, 1)


def test_in_a_list_the_bad_ones_are_refused_alone(ask) -> None:
    report = _post(
        ask(Role.TRAINER, "mian"),
        [_ONE, {**_ONE, "shop": "bei"}, {**_ONE, "messages": []}, 7, {**_ONE, "conversation_id": "c2"}],
    )
    assert (report["created"], report["refused_rows"]) == (2, 3)
    assert [(one["row"], one["column"]) for one in report["refused"]] == [(3, "messages"), (4, ""), (2, "shop")]
    assert [one["fate"] for one in report["conversations"]] == ["created", "refused", "created"]


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"messages": []}, "messages"),
        ({"messages": [{"role": "老板", "text": "在"}]}, "messages.0.role"),
        ({"messages": [{"role": "customer"}]}, "messages.0.text"),
        ({"messages": [{"role": "bot", "text": "在", "sent_at": "昨天"}]}, "messages.0.sent_at"),
        ({"platform": "亚马逊"}, "platform"),
        ({"conversation_id": None}, "conversation_id"),
    ],
)
def test_one_bad_conversation_is_422_and_names_the_field(ask, change: dict[str, Any], field: str) -> None:
    error = _post(ask(Role.TRAINER), {**_ONE, **change}, 422)["error"]
    assert (error["code"], error["details"][0]["field"]) == ("invalid", field)
    assert any("\u4e00" <= letter <= "\u9fff" for letter in error["details"][0]["reason"])


def test_too_long_a_message_is_413_and_so_is_too_long_a_body(ask) -> None:
    trainer = ask(Role.TRAINER)
    assert (
        _post(trainer, {**_ONE, "messages": [{"role": "bot", "text": "长" * 20_001}]}, 413)["error"]["code"]
        == "too_large"
    )
    assert _post(trainer, {**_ONE, "messages": [{"role": "bot", "text": "长" * 20_000}]})["created"] == 1
    big = trainer.post(_PATH, content=b"x" * (10 * 1024 * 1024 + 1), headers={"Content-Type": "application/json"})
    assert big.status_code == 413


@pytest.mark.parametrize("body", [[], [_ONE] * 1_001, "text", 7, None])
def test_a_body_that_is_no_conversation_is_422(ask, body: Any) -> None:
    assert _post(ask(Role.TRAINER), body, 422)["error"]["code"] == "invalid"


def test_5000_messages_come_in_one_request(ask) -> None:
    messages = [{"role": "customer", "text": f"第{number}句"} for number in range(5_000)]
    assert _post(ask(Role.TRAINER), {**_ONE, "messages": messages})["messages"] == 5_000


def test_other_content_under_the_same_number_is_409_and_another_shop_403(ask) -> None:
    _post(ask(), _ONE)
    error = _post(ask(), {**_ONE, "messages": [{"role": "customer", "text": "完全不同"}]}, 409)["error"]
    assert error["code"] == "conversation_conflict"
    assert _post(ask(Role.TRAINER, "bei"), _ONE, 403)["error"]["code"] == "forbidden"


def test_the_same_message_id_with_other_content_is_told_and_nothing_lost(ask) -> None:
    _post(ask(), _ONE)
    report = _post(ask(), {**_ONE, "messages": [{"role": "agent", "text": "改了", "message_id": "m2"}]})
    assert [one["column"] for one in report["refused"]] == ["message_id"]
    assert len(ask().get(f"{_PATH}/c1").json()["messages"]) == 2


def test_everybody_reads_their_own_shops_and_agents_their_own_conversations(
    ask, nobody: TestClient, session: Session, account, logged_in
) -> None:
    session.add(Agent(code="linlin", name="林琳", aliases=["客服01"], created_at=NOW))
    session.commit()
    _post(
        ask(),
        [_ONE, {**_ONE, "conversation_id": "c2", "agent": "dapeng"}, {**_ONE, "conversation_id": "c3", "shop": "bei"}],
    )
    assert ask(Role.LEAD, "bei").get(f"{_PATH}/c1").status_code == 404
    assert [one["conversation_id"] for one in ask(Role.LEAD, "bei").get(_PATH).json()["items"]] == ["c3"]
    assert ask(Role.LEAD, "bei").get(_PATH, params={"shop": "mian"}).status_code == 403
    assert ask(Role.AGENT).get(_PATH).json()["items"] == []
    nobody.cookies.set("huashu_session", logged_in(account("小林", Role.AGENT, "mian", agent="linlin")))
    assert [one["conversation_id"] for one in nobody.get(_PATH).json()["items"]] == ["c1"]
    assert nobody.get(f"{_PATH}/c2").status_code == 404


def test_lists_are_paged_and_narrowed(ask) -> None:
    lead = ask(Role.LEAD)
    _post(lead, [{**_ONE, "conversation_id": f"c{number}"} for number in range(3)])
    first = lead.get(_PATH, params={"limit": 2}).json()
    ConversationOut.model_validate(first["items"][0])
    rest = lead.get(_PATH, params={"limit": 2, "cursor": first["next_cursor"]}).json()
    assert [one["conversation_id"] for one in (*first["items"], *rest["items"])] == ["c2", "c1", "c0"]
    assert rest["next_cursor"] is None
    for narrowed, count in (
        ({"customer": "小鹿"}, 3),
        ({"customer": "别人"}, 0),
        ({"agent": "linlin"}, 3),
        ({"platform": "天猫"}, 0),
        ({"since": "2099-01-01T00:00:00Z"}, 0),
    ):
        assert len(lead.get(_PATH, params=narrowed).json()["items"]) == count


def test_a_customer_is_erased_in_ones_own_shops(ask) -> None:
    _post(ask(), [_ONE, {**_ONE, "shop": "bei"}])
    erased = ask(Role.LEAD, "mian").post(f"{_PATH}/erase", json={"customer": "小鹿"}).json()
    ErasedOut.model_validate(erased)
    assert erased == {"conversations": 1, "messages": 2}
    assert ask(Role.LEAD, "mian").post(f"{_PATH}/erase", json={"customer": "小鹿", "shop": "bei"}).status_code == 403
    assert [one["shop"] for one in ask().get(_PATH).json()["items"]] == ["bei"]


def test_retention_is_set_for_a_shop_that_exists(ask, shops: None) -> None:
    admin = ask(Role.ADMIN)
    path = "/api/v1/shops/mian/retention"
    assert admin.get(path).json() == {"shop": "mian", "days": None}
    RetentionOut.model_validate(admin.put(path, json={"days": 180}).json())
    assert ask(Role.LEAD, "mian").get(path).json() == {"shop": "mian", "days": 180}
    assert admin.put(path, json={"days": None}).json() == {"shop": "mian", "days": None}
    for days in (0, 3_651, "x"):
        assert admin.put(path, json={"days": days}).status_code == 422
    assert ask(Role.LEAD, "bei").get(path).status_code == 403
