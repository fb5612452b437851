"""The search page."""

from collections.abc import Callable
from typing import Any

import pytest
from sqlmodel import Session, select

from kb.feedback_tables import Gap, Suggestion
from tests.web.browsing import HTMX, Browser, field

Publish = Callable[..., int]


@pytest.fixture(autouse=True)
def cards(publish: Publish) -> dict[str, int]:
    return {
        "refund": publish("退款进度怎么查?", "三天内到账。", intent="退款进度", phase="aftersale"),
        "coupon": publish("优惠券能叠加吗?", "不能叠加。", kind="policy", intent="优惠券与活动", phase="presale"),
    }


def first(page: str) -> str:
    return page.split('class="card-item')[1]


@pytest.mark.parametrize("query", ["退款进度", "tkjd", "tuikuan", "钱什么时候退给我"])
def test_words_and_pinyin_find_the_card(browse: Callable[..., Browser], cards: dict[str, int], query: str) -> None:
    assert f'href="/cards/{cards["refund"]}"' in first(browse().get("/search", params={"q": query}).text)


def test_what_the_words_have_in_common_with_a_question_is_marked(browse: Callable[..., Browser]) -> None:
    assert "<mark>退款进度</mark>怎么查?" in first(browse().get("/search?q=退款进度").text)


def test_a_filter_narrows_and_stays_chosen(browse: Callable[..., Browser], cards: dict[str, int]) -> None:
    page = browse().get("/search?q=优惠券&kind=policy&phase=presale&intent=优惠券与活动").text
    assert f'href="/cards/{cards["refund"]}"' not in page
    assert '<option value="policy" selected>规则</option>' in page


def test_typing_leaves_no_trace_and_searching_does(browse: Callable[..., Browser], session: Session) -> None:
    agent = browse()
    part = agent.get("/search?q=退款&draft=1", headers=HTMX)
    assert "<html" not in part.text
    assert session.exec(select(Suggestion)).all() == []
    agent.get("/search?q=退款进度")
    [kept] = session.exec(select(Suggestion)).all()
    assert (kept.via, kept.text) == ("search", "退款进度")


def test_a_gap_is_noted_without_scripts_and_said_so(browse: Callable[..., Browser], session: Session) -> None:
    agent = browse()
    suggestion_id = field(agent.get("/search?q=退款进度").text, "suggestion_id")
    answer = agent.submit("/search/gap", {"suggestion_id": suggestion_id, "q": "退款进度"})
    assert answer.status_code == 303
    assert "已记入知识缺口" in agent.get(answer.headers["location"]).text
    assert [gap.reason for gap in session.exec(select(Gap)).all()] == ["unused"]


@pytest.mark.parametrize("query", ["", "   ", "😀", "\x00", "' OR 1=1 --", "%", "<script>alert(1)</script>", "a" * 300])
def test_any_query_is_answered_with_a_page(browse: Callable[..., Browser], query: str) -> None:
    answer: Any = browse().get("/search", params={"q": query})
    assert answer.status_code == 200
    assert "<script>alert" not in answer.text


def test_an_unknown_intent_is_refused_as_an_unknown_kind_is(browse: Callable[..., Browser]) -> None:
    agent = browse()
    for wrong in ("kind=wiki", "intent=没有这个意图"):
        assert agent.get(f"/search?q=退款&{wrong}").status_code == 422
