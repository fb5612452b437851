"""Facts of a card, and those read out of its replies."""

import pytest

from coaching.inspection.card_facts import facts_in, facts_of
from coaching.inspection.ports import KnownCard
from kb.content import Fact


def _values(question: str, *replies: str) -> set[str]:
    return {one.fact.value for one in facts_in(question, replies)}


def test_facts_filled_in_are_taken_as_they_are() -> None:
    fact = Fact(subject="现货", predicate="发货时限", value="48", unit="小时")
    [stated] = facts_of(KnownCard(1, 1, "多久发货", ("30天发货",), (fact,)))
    assert (stated.fact, stated.quote) == (fact, "现货发货时限：48小时")


@pytest.mark.parametrize(
    ("question", "reply", "value"),
    [
        ("多久发货", "付款后 48 小时内发出", "48 小时内"),
        ("满多少包邮", "满39元包邮哦", "满39元"),
        ("运费谁出", "退货运费由您承担", "顾客承担"),
        ("发什么快递", "默认发中通", "中通"),
        ("什么材质", "面料是纯棉的", "纯棉"),
        ("能机洗吗", "不能机洗哦", "否"),
        ("有运费险吗", "有运费险的", "是"),
    ],
)
def test_values_are_read_out_of_a_reply(question: str, reply: str, value: str) -> None:
    assert value in _values(question, reply)


def test_replies_that_disagree_state_no_yes_or_no() -> None:
    assert _values("能机洗吗", "可以机洗", "不能机洗") == set()


def test_a_question_back_states_nothing() -> None:
    assert _values("多久发货", "您是要48小时内发货吗？") == set()


def test_the_case_of_the_sentence_goes_with_the_value() -> None:
    [customer, shop] = facts_in("退货运费谁出", ("不喜欢退货的话，运费由您承担；质量问题我们承担运费。",))
    assert (customer.fact.subject, customer.fact.value) == ("不喜欢 退货", "顾客承担")
    assert shop.fact.value == "商家承担"
