from collections.abc import Callable
from datetime import UTC, datetime

import pytest
from sqlmodel import Session

from kb.errors import EmptyTextError
from kb.search.catalogue import Catalogue
from kb.search.scope import Scope
from kb.suggestion.questions import Said
from kb.suggestion.suggesting import Asked, Suggested, suggest
from kb.vocabulary import Phase

NOW = datetime(2026, 11, 21, 4, 0, tzinfo=UTC)
Ask = Callable[..., Suggested]


@pytest.fixture
def ask(session: Session, catalogue: Catalogue) -> Ask:
    def _ask(*messages: str | Said, scope: Scope | None = None, top_k: int = 5, **variables: str) -> Suggested:
        said = [Said("customer", message) if isinstance(message, str) else message for message in messages]
        return suggest(session, catalogue, Asked(said, scope or Scope(), NOW, top_k, variables))

    return _ask


@pytest.fixture
def cards(publish: Callable[..., int]) -> dict[str, int]:
    return {
        "ship": publish("下单后多久发货?", "现货 48 小时内发出。", similar_questions=["多久发货", "什么时候发货"], phase="presale"),
        "freight": publish("退货运费谁承担?", "质量问题我们承担,其他您承担。", similar_questions=["退货运费谁出", "寄回去邮费谁付"]),
        "refund": publish("退款多久到账?", "验收后 48 小时内退款。", similar_questions=["退款多久到", "退货退款要多久"], phase="aftersale"),
        "return": publish("怎么申请退货?", "在订单里点退货。", similar_questions=["怎么退货", "我要退货"], phase="aftersale"),
        "colour": publish("有黑色吗?", "有黑、白两色。", similar_questions=["有没有黑的"]),
        "hello": publish("顾客问好时怎么接待", "您好呀,{店铺名称}的{客服昵称}在的~", kind="script", intent="问候", similar_questions=["在吗", "你好"]),
    }  # fmt: skip


def test_right_card_comes_first_with_what_matched(ask: Ask, cards: dict[str, int]) -> None:
    found = ask("啥时候发货")
    assert not found.abstained
    assert found.cards[0].entry.card_id == cards["ship"]
    assert found.cards[0].matched_question == "什么时候发货"
    assert found.cards[0].replies[0].text == "现货 48 小时内发出。"


def test_two_questions_in_one_message_are_both_answered(ask: Ask, cards: dict[str, int]) -> None:
    found = ask("有黑色吗?多久发货")
    assert found.questions == ("有黑色吗", "多久发货")
    best = {card.question_index: card.entry.card_id for card in reversed(found.cards)}
    assert best == {0: cards["colour"], 1: cards["ship"]}


def test_burst_of_short_messages_is_one_text(ask: Ask, cards: dict[str, int]) -> None:
    found = ask("你好", "我要退货", "运费谁出")
    assert {card.entry.card_id for card in found.cards[:2]} == {cards["return"], cards["freight"]}


def test_last_message_that_says_little_is_read_with_what_came_before(ask: Ask, cards: dict[str, int]) -> None:
    found = ask("退货退款怎么弄", Said("agent", "订单里点退货"), "那多久呢")
    assert found.cards[0].entry.card_id == cards["refund"]


def test_something_else_named_after_an_answer_is_asked_the_same_about(
    ask: Ask, cards: dict[str, int], publish: Callable[..., int]
) -> None:
    exchange = publish(
        "换货运费谁承担?", "尺码不合换货，一次免运费。", similar_questions=["换货邮费谁出", "换货运费谁出"]
    )
    publish(
        "换货的新衣服几天能寄到?",
        "收到旧的之后 48 小时内寄出。",
        similar_questions=["换货寄出要多久", "换的那件几天到"],
    )
    found = ask("退货运费谁出", Said("agent", "质量问题我们出。"), "那换货呢")
    assert found.cards[0].entry.card_id == exchange


def test_greeting_suggests_scripts_and_is_no_abstention(ask: Ask, cards: dict[str, int]) -> None:
    found = ask("在吗", 店铺名称="青禾")
    assert (found.abstained, found.reason) == (False, "greeting")
    assert [card.entry.card_id for card in found.cards] == [cards["hello"]]
    assert found.cards[0].replies[0].text == "您好呀,青禾的{客服昵称}在的~"
    assert found.cards[0].replies[0].unfilled == ("客服昵称",)
    assert [warning.code for warning in found.cards[0].warnings] == ["unfilled_variable"]


def test_nothing_fitting_abstains_and_keeps_the_near_misses(ask: Ask, cards: dict[str, int]) -> None:
    found = ask("宇宙飞船的发动机原理是什么")
    assert (found.abstained, found.reason) == (True, "no_match")
    assert found.unanswered == ("宇宙飞船的发动机原理是什么",)
    assert found.cards


def test_emoji_only_has_no_content(ask: Ask, cards: dict[str, int]) -> None:
    found = ask("😭😭")
    assert (found.abstained, found.reason, found.cards) == (True, "no_content", ())


@pytest.mark.parametrize("messages", [[], [""], ["  \n"], [Said("agent", "在的")]])
def test_nothing_written_is_refused(ask: Ask, messages: list[str | Said]) -> None:
    with pytest.raises(EmptyTextError, match="没有顾客的消息"):
        ask(*messages)


def test_phase_of_the_order_narrows(ask: Ask, cards: dict[str, int]) -> None:
    found = ask("退款多久到账", scope=Scope(phase=Phase.AFTERSALE))
    assert found.cards[0].entry.card_id == cards["refund"]
    assert cards["ship"] not in {card.entry.card_id for card in found.cards}


def test_card_of_another_phase_is_only_a_marked_near_miss(ask: Ask, cards: dict[str, int]) -> None:
    found = ask("退款多久到账", scope=Scope(phase=Phase.PRESALE))
    assert found.abstained
    [refund] = [card for card in found.cards if card.entry.card_id == cards["refund"]]
    assert "other_phase" in {warning.code for warning in refund.warnings}


def test_neighbour_in_nearly_the_same_words_does_not_stand_in_for_a_card_of_another_phase(
    ask: Ask, publish: Callable[..., int]
) -> None:
    publish("有运费险吗", phase="aftersale", similar_questions=["送运费险吗", "运费险有没有"])
    publish("有运费吗", phase="presale", similar_questions=["要运费吗", "收运费吗"])
    found = ask("有运费险吗", scope=Scope(phase=Phase.PRESALE))
    assert found.abstained or found.cards[0].score_01 >= 0.5


def test_phone_number_does_not_change_what_is_asked(ask: Ask, cards: dict[str, int]) -> None:
    plain, with_number = ask("啥时候发货"), ask("啥时候发货 13812345678")
    assert with_number.cards[0].entry.card_id == plain.cards[0].entry.card_id
    assert with_number.cards[0].ranked.signals.dense == pytest.approx(plain.cards[0].ranked.signals.dense, abs=0.02)


def test_warnings_name_risk_expiry_and_unread_source(ask: Ask, publish: Callable[..., int]) -> None:
    publish("过敏了怎么办", "先停用。", risk="high", valid_until="2026-11-23", source="化妆品监督管理条例")
    found = ask("过敏了怎么办")
    assert [warning.code for warning in found.cards[0].warnings] == ["expires_soon", "high_risk", "unverified_source"]


def test_at_most_three_phrasings_and_top_k_cards_per_question(ask: Ask, publish: Callable[..., int]) -> None:
    for number in range(4):
        publish(f"多久发货{number}", "x")
    found = ask("多久发货", top_k=2)
    assert len(found.cards) == 2


@pytest.mark.parametrize(
    "text", ["'; DROP TABLE card;--", "<script>alert(1)</script>", "a\x00b\x07", "ＡＢＣ" * 3000, "%_\\"]
)
def test_hostile_text_is_only_text(ask: Ask, cards: dict[str, int], text: str) -> None:
    assert ask(text).questions


def test_empty_knowledge_base_abstains(ask: Ask) -> None:
    found = ask("多久发货")
    assert (found.abstained, found.reason, found.cards) == (True, "no_match", ())
