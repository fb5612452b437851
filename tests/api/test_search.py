from collections.abc import Callable
from typing import Any

import pytest
from fastapi.testclient import TestClient
from sqlmodel import Session, select

from api.identity import Role
from api.lookup_models import SearchOut
from kb.feedback_tables import Gap, Suggestion

Publish = Callable[..., int]


def _search(client: TestClient, q: str, **params: Any) -> dict[str, Any]:
    answer = client.get("/api/v1/search", params={"q": q} | params)
    assert answer.status_code == 200, answer.text
    body: dict[str, Any] = answer.json()
    SearchOut.model_validate(body)
    return body


def _found(client: TestClient, q: str, **params: Any) -> list[str]:
    return [item["standard_question"] for item in _search(client, q, **params)["items"]]


@pytest.fixture
def cards(publish: Publish) -> None:
    publish("退款进度", phase="aftersale", intent="退款进度", external_id="faq-refund", similar_questions=["钱到哪了"])
    publish("多久发货", kind="policy", phase="presale", intent="发货时间", platforms=["jd"])
    publish("催付话术", kind="script", shops=["mian"], products=["tee-01"])


@pytest.mark.usefixtures("cards")
@pytest.mark.parametrize("q", ["退款进度", "tkjd", "tuikuan", "TKJD", "tuik jd", "qiandaona", "faq-refund"])
def test_card_is_found_by_words_pinyin_and_number(ask, q: str) -> None:
    assert _found(ask(Role.AGENT), q)[0] == "退款进度"


@pytest.mark.usefixtures("cards")
def test_item_is_a_suggestion_with_kind_phase_and_intent(ask) -> None:
    [item, *_] = _search(ask(), "退款进度")["items"]
    assert (item["kind"], item["phase"], item["intent"]) == ("faq", "aftersale", "退款进度")
    assert item["replies"] == [{"text": "好的。", "unfilled": []}]


@pytest.mark.usefixtures("cards")
@pytest.mark.parametrize(
    ("params", "expected"),
    [
        ({"kind": "话术"}, {"催付话术"}),
        ({"phase": "售后"}, {"退款进度"}),
        ({"intent": "发货时间"}, {"多久发货"}),
        ({"platform": "taobao"}, {"退款进度", "催付话术"}),
        ({"shop": "zao"}, {"退款进度", "多久发货"}),
        ({"product": "lip-01"}, {"退款进度", "多久发货"}),
    ],
)
def test_search_is_narrowed(ask, params: dict[str, str], expected: set[str]) -> None:
    assert set(_found(ask(), "怎么说", **params)) == expected


@pytest.mark.usefixtures("cards")
def test_pinyin_obeys_shops_filters_and_limit(ask) -> None:
    assert "催付话术" not in _found(ask(Role.AGENT, "zao"), "cfhs")
    assert _found(ask(Role.AGENT, "mian"), "cfhs") == ["催付话术"]
    assert _found(ask(), "cfhs", kind="faq") == ["退款进度"]
    assert len(_found(ask(), "怎么说", limit=1)) == 1


@pytest.mark.usefixtures("cards")
def test_search_without_a_good_answer_is_a_gap(ask, session: Session) -> None:
    body = _search(ask(), "量子计算机")
    assert (body["abstained"], body["reason"]) == (True, "no_match")
    assert session.exec(select(Gap.text)).all() == ["量子计算机"]
    kept = session.exec(select(Suggestion)).one()
    assert (kept.id, kept.via) == (body["suggestion_id"], "search")


@pytest.mark.usefixtures("cards")
def test_emoji_only_finds_nothing_and_is_no_gap(ask, session: Session) -> None:
    body = _search(ask(), "😀")
    assert (body["items"], body["reason"]) == ([], "no_content")
    assert session.exec(select(Gap)).all() == []


@pytest.mark.parametrize("q", ["", "  ", "\x00"])
def test_blank_search_is_422(ask, q: str) -> None:
    error = ask().get("/api/v1/search", params={"q": q}).json()["error"]
    assert (error["code"], error["details"][0]["field"]) == ("empty_text", "q")


def test_search_needs_a_query_and_known_filters(ask) -> None:
    client = ask()
    for params, field in (({}, "q"), ({"q": "退", "kind": "wiki"}, "kind"), ({"q": "退", "limit": "51"}, "limit")):
        assert client.get("/api/v1/search", params=params).json()["error"]["details"][0]["field"] == field
    assert client.get("/api/v1/search", params={"q": "x" * 20_001}).status_code == 413
    assert ask(Role.AGENT, "mian").get("/api/v1/search?q=退&shop=zao").status_code == 403


def test_unknown_intent_is_refused_and_a_blank_one_is_none(ask) -> None:
    client = ask()
    for path in ("/api/v1/search?q=退", "/api/v1/cards?q=退"):
        refused = client.get(f"{path}&intent=没有这个意图")
        assert (refused.status_code, refused.json()["error"]["details"][0]["field"]) == (422, "intent")
        assert client.get(f"{path}&intent=&kind=").status_code == 200
