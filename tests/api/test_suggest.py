import json
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from fastapi.testclient import TestClient
from sqlmodel import Session, select

from api.identity import Role
from api.lookup_models import SuggestOut
from api.tokens import create_token
from kb.feedback_tables import Gap, Suggestion, SuggestionEvent

Publish = Callable[..., int]


def _suggest(client: TestClient, *texts: str, status: int = 200, **more: Any) -> dict[str, Any]:
    messages = [{"role": "customer", "text": text} for text in texts]
    answer = client.post("/api/v1/suggest", json={"messages": messages, **more})
    assert answer.status_code == status, answer.text
    body: dict[str, Any] = answer.json()
    return body


@pytest.fixture
def refund(publish: Publish) -> int:
    return publish(
        "退款进度怎么查",
        "{买家昵称}您好,{店铺名称}的退款 48 小时内到账,{快递公司}签收后办理。",
        external_id="faq-refund",
        similar_questions=["我的退款到哪了", "退款多久到账"],
        facts=[{"subject": "退款", "predicate": "到账时限", "value": "48", "unit": "小时"}],
        phase="aftersale",
        intent="退款进度",
        source="平台规则",
    )


@pytest.mark.usefixtures("shops")
def test_answer_has_every_field_of_the_contract(ask, refund: int) -> None:
    body = _suggest(ask(Role.AGENT), "我的退款到哪了", shop="mian", customer_name="小鹿", phase="售后")
    SuggestOut.model_validate(body)
    assert "reason" not in body
    assert body["abstained"] is False
    assert body["questions"] == ["我的退款到哪了"]
    [card] = body["suggestions"]
    assert (card["card_id"], card["external_id"], card["version"]) == (refund, "faq-refund", 1)
    assert (card["standard_question"], card["matched_question"]) == ("退款进度怎么查", "我的退款到哪了")
    assert card["replies"] == [
        {"text": "小鹿您好,棉语旗舰店的退款 48 小时内到账,{快递公司}签收后办理。", "unfilled": ["快递公司"]}
    ]
    assert card["facts"] == [{"subject": "退款", "predicate": "到账时限", "value": "48", "unit": "小时"}]
    assert [warning["code"] for warning in card["warnings"]] == ["unverified_source", "unfilled_variable"]


def test_tone_scene_and_images_stand_where_a_card_has_them(ask, publish: Publish) -> None:
    publish("怎么开发票", {"text": "确认收货后申请。", "tone": "亲切", "scene": "首次", "images": ["a.png"]})
    [card] = _suggest(ask(), "怎么开发票")["suggestions"]
    assert card["replies"] == [
        {"text": "确认收货后申请。", "tone": "亲切", "scene": "首次", "images": ["a.png"], "unfilled": []}
    ]


@pytest.mark.usefixtures("shops")
def test_shop_gives_the_platform_and_other_platforms_cards_stay_out(ask, publish: Publish) -> None:
    publish("京东怎么退款", platforms=["jd"])
    assert _suggest(ask(), "京东怎么退款", shop="zao")["suggestions"]
    assert _suggest(ask(), "京东怎么退款", shop="mian")["suggestions"] == []
    assert _suggest(ask(), "京东怎么退款", shop="mian", platform="京东")["suggestions"]


def test_shop_nobody_knows_is_taken_as_given(ask, publish: Publish) -> None:
    publish("怎么退款", platforms=["jd"])
    publish("怎么退货", shops=["new-shop"])
    assert len(_suggest(ask(), "怎么退货", shop="new-shop")["suggestions"]) == 2
    assert len(_suggest(ask(), "怎么退货", shop="another")["suggestions"]) == 1


def test_code_of_an_unnamed_shop_is_not_said_to_customers(ask, publish: Publish) -> None:
    publish("你们是哪家店", "我们是{店铺名称}。", shops=["x-17"])
    [card] = _suggest(ask(), "你们是哪家店", shop="x-17")["suggestions"]
    assert card["replies"][0]["unfilled"] == ["店铺名称"]


@pytest.mark.usefixtures("shops")
def test_shop_of_others_is_forbidden_and_their_cards_invisible(ask, publish: Publish) -> None:
    publish("怎么退货", shops=["zao"])
    agent = ask(Role.AGENT, "mian")
    assert _suggest(agent, "怎么退货", shop="zao", status=403)["error"]["code"] == "forbidden"
    assert _suggest(agent, "怎么退货")["suggestions"] == []
    assert _suggest(ask(Role.AGENT, "zao"), "怎么退货")["suggestions"]


def test_agents_own_name_is_filled_but_never_a_programs_label(
    nobody: TestClient, ask, publish: Publish, account, session: Session, clock
) -> None:
    publish("你叫什么名字", "我是{客服昵称}。")
    secret = create_token(session, "脚本", clock(), account=account("小林"))
    session.commit()
    nobody.headers["Authorization"] = f"Bearer {secret}"
    assert _suggest(nobody, "你叫什么名字")["suggestions"][0]["replies"][0]["text"] == "我是小林。"
    assert _suggest(ask(Role.AGENT), "你叫什么名字")["suggestions"][0]["replies"][0]["unfilled"] == ["客服昵称"]


@pytest.mark.usefixtures("refund")
def test_nothing_fitting_abstains_and_leaves_a_gap(ask, session: Session) -> None:
    body = _suggest(ask(), "量子计算机的原理是什么")
    SuggestOut.model_validate(body)
    assert (body["abstained"], body["reason"]) == (True, "no_match")
    assert session.exec(select(Gap.text)).all() == ["量子计算机的原理是什么"]


@pytest.mark.parametrize("text", ["😀😀😀", "~~~!!!", "[微笑]"])
def test_emoji_only_is_no_content(ask, text: str) -> None:
    body = _suggest(ask(), text)
    assert (body["abstained"], body["reason"], body["suggestions"]) == (True, "no_content", [])


def test_greeting_is_no_abstention(ask, publish: Publish) -> None:
    publish("打招呼", "您好,有什么可以帮您?", kind="script", intent="问候")
    body = _suggest(ask(), "在吗")
    assert (body["abstained"], body["reason"]) == (False, "greeting")
    assert body["suggestions"][0]["replies"][0]["text"] == "您好,有什么可以帮您?"


@pytest.mark.parametrize(
    "messages",
    [[{"role": "customer", "text": "  \n"}], [{"role": "customer", "text": ""}], [{"role": "agent", "text": "在"}]],
)
def test_blank_text_is_422_and_names_the_field(ask, messages: list[dict[str, str]]) -> None:
    answer = ask().post("/api/v1/suggest", json={"messages": messages})
    assert answer.status_code == 422
    assert answer.json()["error"]["code"] == "empty_text"
    assert answer.json()["error"]["details"][0]["field"] == "messages"


@pytest.mark.usefixtures("refund")
def test_text_of_100_kb_is_413_and_20_000_characters_pass(ask) -> None:
    client = ask()
    assert _suggest(client, "x" * 100_000, status=413)["error"]["code"] == "too_large"
    assert _suggest(client, "退" * 20_001, status=413)["error"]["code"] == "too_large"
    _suggest(client, "退" * 20_000)


@pytest.mark.parametrize(
    "text",
    [
        "退款到哪了\x00",
        "\x00\x01\x1f退款\x7f到哪了\ufeff",
        "退款到哪了\ud800",
        "退款到哪了'; DROP TABLE card; --",
        "退款到哪了 <script>alert(1)</script>",
        "退款到哪了 {{7*7}} ${7*7} %s %n",
    ],
)
def test_hostile_text_is_answered_like_any_other(ask, refund: int, session: Session, text: str) -> None:
    client = ask()
    # ASCII escapes, as a lone surrogate can come in no other way
    raw = json.dumps({"messages": [{"role": "customer", "text": text}]})
    answer = client.post("/api/v1/suggest", content=raw, headers={"Content-Type": "application/json"})
    assert answer.status_code == 200, answer.text
    assert answer.json()["suggestions"][0]["card_id"] == refund
    assert "\x00" not in session.exec(select(Suggestion.text)).one()
    assert client.get(f"/api/v1/cards/{refund}").status_code == 200


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"messages": []}, "messages"),
        ({"messages": "退款"}, "messages"),
        ({"messages": [{"role": "buyer", "text": "退款"}]}, "messages.0.role"),
        ({"messages": [{"role": "customer"}]}, "messages.0.text"),
        ({"messages": [{"role": "customer", "text": "退款", "sent_at": "2026-11-11 10:00"}]}, "messages.0.sent_at"),
        ({"top_k": 0}, "top_k"),
        ({"top_k": 51}, "top_k"),
        ({"phase": "售后期"}, "phase"),
        ({"platform": "ebay"}, "platform"),
        ({"shop": "x" * 201}, "shop"),
    ],
)
def test_unusable_value_is_422_and_named(ask, change: dict[str, Any], field: str) -> None:
    body = {"messages": [{"role": "customer", "text": "退款"}]} | change
    error = ask().post("/api/v1/suggest", json=body).json()["error"]
    assert error["code"] == "invalid"
    assert [one["field"] for one in error["details"]] == [field]
    assert not error["details"][0]["reason"].isascii()


def test_lookup_is_remembered_masked_and_counts_what_was_shown(ask, refund: int, session: Session) -> None:
    body = _suggest(ask(), "退款到哪了 我的电话13812345678")
    kept = session.exec(select(Suggestion)).one()
    assert kept.id == body["suggestion_id"]
    assert "13812345678" not in kept.text
    assert kept.shown[0]["card_id"] == refund
    assert body["took_ms"] == kept.took_ms


def test_event_is_kept_for_the_one_who_asked(ask, refund: int, session: Session) -> None:
    agent = ask(Role.AGENT)
    path = f"/api/v1/suggestions/{_suggest(agent, '退款到哪了')['suggestion_id']}/events"
    answer = agent.post(path, json={"kind": "sent", "card_id": refund, "text": "亲,电话13812345678"})
    assert answer.status_code == 201
    kept = session.exec(select(SuggestionEvent)).one()
    assert (kept.kind, kept.card_id, kept.version) == ("sent", refund, 1)
    assert kept.text is not None
    assert "13812345678" not in kept.text
    assert ask(Role.ADMIN).post(path, json={"kind": "sent"}).status_code == 404
    assert agent.post(path, json={"kind": "sent", "card_id": refund + 1}).status_code == 404
    assert agent.post(path, json={"kind": "burned"}).json()["error"]["details"][0]["field"] == "kind"
    assert agent.post(path, json={"kind": "sent", "text": "x" * 20_001}).status_code == 413


@pytest.mark.usefixtures("refund")
def test_dismissed_suggestion_is_a_gap_for_trainers(ask) -> None:
    agent = ask(Role.AGENT)
    suggestion_id = _suggest(agent, "退款到哪了")["suggestion_id"]
    agent.post(f"/api/v1/suggestions/{suggestion_id}/events", json={"kind": "dismissed"})
    [gap] = ask(Role.TRAINER).get("/api/v1/gaps").json()["items"]
    assert (gap["text"], gap["reason"], gap["suggestion_id"]) == ("退款到哪了", "unused", suggestion_id)


def test_expired_card_is_not_suggested(ask, publish: Publish, clock) -> None:
    publish("双十一怎么退差价", valid_until="2026-11-30")
    assert _suggest(ask(), "双十一怎么退差价")["suggestions"]
    clock.advance(timedelta(days=10))
    assert _suggest(ask(), "双十一怎么退差价")["suggestions"] == []
