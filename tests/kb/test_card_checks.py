"""Every problem a set of cards can have is found, and cards without it are left alone."""

from datetime import date
from typing import Any

import pytest

from kb.card_checks import CardProblem, check_cards
from kb.content import CardEntry, Fact, KeyPoint, Reply
from kb.vocabulary import Kind, Phase, Platform

SIMILAR = ("啥时候发货", "今天拍今天能发吗", "拍下多久发", "多久发huo啊", "急用几天能发", "发货要几天")


def card(**changes: Any) -> CardEntry:
    content: dict[str, Any] = {
        "external_id": "faq-ship-when",
        "standard_question": "下单后多久能发货?",
        "similar_questions": SIMILAR,
        "replies": ("亲,现货付款后 48 小时内就会发出哦~", "现货 48 小时内发,16:00 前付款当天发。"),
        "key_points": (KeyPoint(text="48 小时内"),),
        "facts": (Fact(subject="现货", predicate="发货时限", value="48", unit="小时"),),
        "phase": Phase.PRESALE,
        "intent": "发货时间",
    }
    return CardEntry.model_validate(content | changes)


def other(**changes: Any) -> CardEntry:
    """A second sound card that shares nothing with the first."""
    content: dict[str, Any] = {
        "external_id": "faq-fee-who",
        "standard_question": "退货运费谁出?",
        "similar_questions": tuple(f"退货运费问法{number}" for number in range(6)),
        "replies": ("亲,退货运费由顾客承担哦~", "不喜欢退货,运费顾客承担。"),
        "key_points": (KeyPoint(text="顾客承担"),),
        "facts": (Fact(predicate="退货运费", value="顾客承担"),),
        "phase": Phase.AFTERSALE,
        "intent": "退货",
    }
    return card(**content | changes)


def codes(*cards: CardEntry) -> list[tuple[str, str]]:
    return [(problem.field, problem.code) for problem in check_cards(cards)]


def test_sound_cards_have_no_problems() -> None:
    assert check_cards([card(), other()]) == ()


@pytest.mark.parametrize(
    ("changes", "field", "code"),
    [
        ({"external_id": ""}, "external_id", "missing_id"),
        ({"intent": ""}, "intent", "missing_intent"),
        ({"intent": "催发货"}, "intent", "wrong_intent"),
        ({"similar_questions": SIMILAR[:5]}, "similar_questions", "few_similar_questions"),
        ({"similar_questions": (*SIMILAR, "發貨要幾天")}, "similar_questions", "repeated_question"),
        ({"similar_questions": (*SIMILAR, "下单后多久能发货")}, "similar_questions", "repeated_question"),
        ({"negative_questions": ("发货要几天",)}, "negative_questions", "own_negative"),
        ({"replies": ("现货付款后 48 小时内发出。",)}, "replies", "few_replies"),
        ({"replies": ("现货 48 小时内发出", "现货 48 小时内发出~~")}, "replies", "same_reply"),
        ({"replies": ("现货 48 小时内发出", "现货 48 小时内发出。" * 30)}, "replies", "reply_length"),
        ({"replies": ("现货 48 小时内发出", "好的")}, "replies", "reply_length"),
        ({"replies": ("现货 48 小时内发出", "{称呼},48 小时内发出")}, "replies", "unknown_variable"),
        ({"replies": ("现货 48 小时内发出", "全网最低价,48 小时内发出")}, "replies", "absolute_terms"),
        ({"replies": ("现货 48 小时内发出", "加微信聊,48 小时内发出")}, "replies", "off_platform"),
        ({"key_points": ()}, "key_points", "missing_key_points"),
        ({"key_points": (KeyPoint(text="发顺丰", wordings=("顺丰快递",)),)}, "key_points", "unmentioned_key_point"),
        ({"facts": (Fact(predicate="发货时限", value="48小时"),)}, "facts", "glued_unit"),
        ({"kind": Kind.POLICY}, "source", "missing_source"),
        ({"checked_on": date(2026, 11, 1)}, "checked_on", "checked_without_source"),
    ],
)
def test_a_flaw_of_one_card_is_found_and_nothing_else(changes: dict[str, Any], field: str, code: str) -> None:
    assert codes(card(**changes), other()) == [(field, code)]


@pytest.mark.parametrize(
    "changes",
    [
        {"replies": ("{买家昵称},48 小时内发出", "现货 48 小时内发,{快递公司}派送")},
        {"phase": Phase.GENERAL},
        {"phase": Phase.AFTERSALE, "intent": "情绪"},
        {"key_points": (KeyPoint(text="发货时限", wordings=("48小时内",)),)},
        {"facts": (Fact(predicate="政策", value="7天无理由"),)},
        {"kind": Kind.SCRIPT, "similar_questions": (), "replies": ("现货 48 小时内发出",), "key_points": ()},
        {"kind": Kind.POLICY, "source": "平台发货规则", "checked_on": date(2026, 11, 1)},
    ],
    ids=["variables", "general-phase", "general-intent", "wording", "no-measure", "script", "policy"],
)
def test_what_is_allowed_is_left_alone(changes: dict[str, Any]) -> None:
    assert codes(card(**changes), other()) == []


def test_an_id_used_twice_is_told_on_the_later_card() -> None:
    (problem,) = check_cards([card(), other(external_id="faq-ship-when")])
    assert (problem.code, problem.field) == ("duplicate_id", "external_id")
    assert "下单后多久能发货" in problem.message


def test_a_question_on_two_cards_is_found_in_any_script_and_names_the_other_card() -> None:
    shared = other(similar_questions=(*other().similar_questions, "啥時候發貨!!"))
    (problem,) = check_cards([card(), shared])
    assert isinstance(problem, CardProblem)
    assert (problem.external_id, problem.code) == ("faq-fee-who", "duplicate_question")
    assert "faq-ship-when" in problem.message


TWENTY_FOUR = (Fact(subject="现货", predicate="发货时限", value="24", unit="小时"),)


def test_facts_that_contradict_each_other_are_found_and_both_quoted() -> None:
    (problem,) = check_cards([card(), other(facts=TWENTY_FOUR)])
    assert (problem.external_id, problem.field, problem.code) == ("faq-fee-who", "facts", "contradicting_fact")
    assert "48小时" in problem.message
    assert "24小时" in problem.message


def test_the_same_value_for_another_subject_or_twice_is_no_contradiction() -> None:
    assert codes(card(), other(facts=(Fact(subject="预售", predicate="发货时限", value="15", unit="天"),))) == []
    assert codes(card(), other(facts=card().facts)) == []


@pytest.mark.parametrize(
    ("mine", "theirs"),
    [
        ({"platforms": (Platform.TAOBAO,)}, {"platforms": (Platform.JD,)}),
        ({"shops": ("a",)}, {"shops": ("b",)}),
        ({"products": ("a",)}, {"products": ("b",)}),
        ({"valid_until": date(2026, 11, 10)}, {"valid_from": date(2026, 11, 11)}),
    ],
    ids=["platforms", "shops", "products", "validity"],
)
def test_cards_whose_scopes_never_meet_may_say_different_things(mine: dict[str, Any], theirs: dict[str, Any]) -> None:
    clash: dict[str, Any] = {"facts": TWENTY_FOUR, "similar_questions": (*other().similar_questions, "啥时候发货")}
    assert sorted(codes(card(), other(**clash))) == [
        ("facts", "contradicting_fact"),
        ("similar_questions", "duplicate_question"),
    ]
    assert codes(card(**mine), other(**clash | theirs)) == []
    assert len(codes(card(**mine), other(**clash))) == 2


def test_a_reply_object_is_checked_like_a_plain_text() -> None:
    spoken = (Reply(text="最便宜的一家,48 小时内发出", tone="亲切"), Reply(text="现货 48 小时内发出"))
    assert ("replies", "absolute_terms") in codes(card(replies=spoken))
