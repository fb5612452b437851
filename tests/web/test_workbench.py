"""The agent's page, as it works without scripts and as htmx asks for it."""

from collections.abc import Callable
from typing import Any

import pytest
from sqlmodel import Session, select

from api.identity import Role
from kb.feedback_tables import Gap, Suggestion, SuggestionEvent
from tests.web.browsing import HTMX, Browser, field
from web.workbench import ID_HEADER

Publish = Callable[..., int]


@pytest.fixture
def cards(publish: Publish) -> dict[str, int]:
    return {
        "broken": publish(
            "收到的商品碎了怎么处理?",
            {"text": "{买家昵称}您好,48 小时内补寄,快递是{快递公司}。", "tone": "安抚"},
            {"text": "48 小时内补寄。", "tone": "简洁"},
            similar_questions=["收到是碎的", "东西压坏了"],
            facts=[{"subject": "破损", "predicate": "补寄时限", "value": "48", "unit": "小时"}],
            phase="aftersale",
            intent="破损",
            source="消费者权益保护法 第二十四条",
            risk="high",
        ),
        "fee": publish(
            "退货运费谁出?", "质量问题我们出。", similar_questions=["运费谁承担"], phase="aftersale", intent="退货"
        ),
        "hello": publish("顾客进店怎么问候", "在的,您说。", kind="script", similar_questions=["在吗"], intent="问候"),
    }


def ask(browser: Browser, text: str, **more: Any) -> Any:
    return browser.submit("/", {"text": text, "do": "look", **more})


def rows(session: Session, table: Any) -> list[Any]:
    session.expire_all()
    return list(session.exec(select(table)))


def test_a_customers_words_show_the_reply_with_source_facts_and_warnings(
    browse: Callable[..., Browser], cards: dict[str, int]
) -> None:
    page = ask(browse(), "收到是碎的", customer="小鹿").text
    first = page.split('class="card-item')[1]
    assert "收到的商品碎了怎么处理?" in first
    assert "收到是碎的" in first.split("因为像")[1]
    assert "小鹿您好,48 小时内补寄" in first
    assert 'data-fills="快递公司"' in first
    assert "破损 · 补寄时限 = 48 小时" in first
    assert "高风险" in first
    assert "消费者权益保护法 第二十四条" in first
    assert f'href="/cards/{cards["broken"]}"' in first
    assert "安抚" in first
    assert "简洁" in first


@pytest.mark.usefixtures("cards")
def test_htmx_gets_only_the_list(browse: Callable[..., Browser]) -> None:
    answer = browse().submit("/", {"text": "收到是碎的", "do": "draft"}, headers=HTMX)
    assert "<html" not in answer.text
    assert answer.text.count('class="card-item') >= 1


@pytest.mark.usefixtures("cards")
def test_words_still_being_typed_leave_no_trace(browse: Callable[..., Browser], session: Session) -> None:
    browser = browse()
    for text in ("收到", "收到是", "qwxz 什么东西啊"):
        answer = browser.submit("/", {"text": text, "do": "draft"}, headers=HTMX)
        assert answer.status_code == 200
        assert ID_HEADER not in answer.headers
    assert rows(session, Suggestion) == []
    assert rows(session, Gap) == []


@pytest.mark.usefixtures("cards")
def test_a_settled_lookup_is_remembered_once_under_the_id_that_is_told(
    browse: Callable[..., Browser], session: Session
) -> None:
    answer = browse().submit("/", {"text": "收到是碎的", "do": "look"}, headers=HTMX)
    [remembered] = rows(session, Suggestion)
    assert answer.headers[ID_HEADER] == remembered.id
    assert f'data-suggestion-id="{remembered.id}"' in answer.text


@pytest.mark.usefixtures("cards")
def test_two_questions_are_both_heard_and_both_get_a_key(browse: Callable[..., Browser]) -> None:
    page = ask(browse(), "收到是碎的怎么办?运费谁承担?").text
    assert "听到 2 个问题" in page
    questions = [card.split('data-question="')[1][0] for card in page.split('class="card-item')[1:3]]
    assert sorted(questions) == ["0", "1"]


def test_at_most_five_cards_are_shown(browse: Callable[..., Browser], publish: Publish) -> None:
    for number in range(8):
        publish(f"第{number}种退款多久到账", "三天。")
    assert ask(browse(), "退款多久到账").text.count('class="card-item') == 5


@pytest.mark.usefixtures("cards")
def test_abstention_is_said_honestly_with_near_misses(browse: Callable[..., Browser], session: Session) -> None:
    page = ask(browse(), "qwxz zzk 787 wvb").text
    assert "没有把握的答案" in page
    assert "没找到，记一笔" in page
    assert [gap.reason for gap in rows(session, Gap)] == ["no_match"]


@pytest.mark.usefixtures("cards")
def test_a_greeting_gets_a_script(browse: Callable[..., Browser]) -> None:
    page = ask(browse(), "在吗").text
    assert "顾客在打招呼" in page
    assert "在的,您说。" in page


@pytest.mark.usefixtures("cards")
def test_emoji_alone_are_nothing_to_look_up(browse: Callable[..., Browser]) -> None:
    assert "没有可查的文字" in ask(browse(), "😀😀").text


@pytest.mark.usefixtures("cards")
def test_a_pasted_conversation_is_understood(browse: Callable[..., Browser]) -> None:
    page = ask(browse(), "客: 在吗\n我: 您好\n客: 收到是碎的").text
    assert "收到的商品碎了怎么处理?" in page.split('class="card-item')[1]


def test_without_scripts_a_reply_is_put_in_sent_and_remembered(
    browse: Callable[..., Browser], cards: dict[str, int], session: Session
) -> None:
    browser = browse()
    page = ask(browser, "收到是碎的").text
    suggestion_id = field(page, "suggestion_id")
    put = {"text": "收到是碎的", "suggestion_id": suggestion_id, "do": f"inserted:{cards['broken']}:1"}
    page = browser.submit("/", put).text
    assert ">48 小时内补寄。</textarea>" in page
    assert field(page, "suggestion_id") == suggestion_id
    sent = {"text": "收到是碎的", "suggestion_id": suggestion_id, "reply": "亲,48 小时内补寄。", "do": "sent"}
    page = browser.submit("/", sent).text
    assert "客: 收到是碎的\n我: 亲,48 小时内补寄。</textarea>" in page
    assert 'class="bubble is-agent"' in page
    events = rows(session, SuggestionEvent)
    assert [(event.kind, event.card_id) for event in events] == [("inserted", cards["broken"]), ("sent", None)]
    assert len(rows(session, Suggestion)) == 1


@pytest.mark.usefixtures("cards")
def test_without_scripts_a_gap_can_be_noted(browse: Callable[..., Browser], session: Session) -> None:
    browser = browse()
    suggestion_id = field(ask(browser, "收到是碎的").text, "suggestion_id")
    browser.submit("/", {"text": "收到是碎的", "suggestion_id": suggestion_id, "do": "dismissed"})
    assert [(gap.text, gap.reason) for gap in rows(session, Gap)] == [("收到是碎的", "unused")]


def test_sending_by_script_tells_the_card_and_gets_the_conversation_back(
    browse: Callable[..., Browser], cards: dict[str, int], session: Session
) -> None:
    browser = browse()
    looked = browser.submit("/", {"text": "收到是碎的", "do": "look"}, headers=HTMX)
    fields = {
        "text": "收到是碎的",
        "reply": "马上补寄",
        "do": "sent",
        "suggestion_id": looked.headers[ID_HEADER],
        "card_id": str(cards["broken"]),
    }
    part = browser.submit("/", fields, headers=HTMX).text
    assert part.startswith('<div id="said-box"')
    assert "马上补寄" in part
    [event] = rows(session, SuggestionEvent)
    assert (event.kind, event.card_id, event.text) == ("sent", cards["broken"], "马上补寄")


@pytest.mark.usefixtures("cards")
def test_someone_elses_suggestion_is_not_touched(browse: Callable[..., Browser], session: Session) -> None:
    suggestion_id = field(ask(browse(name="甲"), "收到是碎的").text, "suggestion_id")
    answer = browse(name="乙").submit("/", {"text": "收到是碎的", "suggestion_id": suggestion_id, "do": "dismissed"})
    assert answer.status_code == 404
    assert rows(session, SuggestionEvent) == []


@pytest.mark.usefixtures("shops")
def test_only_the_own_shops_are_offered_and_allowed(browse: Callable[..., Browser]) -> None:
    agent = browse(Role.AGENT, "mian")
    page = agent.get("/").text
    assert "棉语旗舰店" in page
    assert "小灶旗舰店" not in page
    assert ask(agent, "在吗", place="shop:zao").status_code == 403


@pytest.mark.usefixtures("cards")
@pytest.mark.parametrize("place", ["", "shop:", "platform:nowhere", "nonsense", "shop:unknown"])
def test_a_strange_place_is_no_error(browse: Callable[..., Browser], place: str) -> None:
    assert ask(browse(), "收到是碎的", place=place, phase="never", product="x").status_code == 200


def test_hostile_text_is_shown_as_text(browse: Callable[..., Browser], publish: Publish) -> None:
    publish(
        "<script>alert(1)</script>能退吗",
        '<img src=x onerror="alert(2)">',
        {"text": "好", "tone": "<b>x</b>", "images": ["javascript:alert(3)"]},
    )
    page = ask(browse(), "<script>alert(1)</script>能退吗", customer="<i>").text
    assert "<script>alert" not in page
    assert "<img" not in page
    assert "<b>x" not in page
    assert "javascript:alert" not in page
    assert "&lt;script&gt;alert(1)" in page


def test_blank_words_show_how_to_begin(browse: Callable[..., Browser]) -> None:
    assert "推荐会出现在这里" in ask(browse(), "  \n ").text


def test_a_huge_paste_is_refused_kindly(browse: Callable[..., Browser]) -> None:
    answer = ask(browse(), "问" * 20_001)
    assert answer.status_code == 413
    assert "内容太大" in answer.text
