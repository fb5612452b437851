"""A reply is held against the card's facts without accusing it of what it did not say."""

import json
import time
from collections import Counter
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kb.content import Fact
from kb.text.facts import compare_with_facts, facts_contradict

GOLDEN = Path(__file__).parents[2] / "golden" / "facts.jsonl"
PAIRS = [json.loads(line) for line in GOLDEN.read_text(encoding="utf-8").splitlines()]


def _fact(line: str) -> Fact:
    """现货·发货时限=48#小时."""
    subject, _, rest = line.rpartition("·")
    predicate, _, measured = rest.partition("=")
    value, _, unit = measured.partition("#")
    return Fact(subject=subject, predicate=predicate, value=value, unit=unit)


def _verdict(text: str, line: str, question: str = "") -> str:
    return compare_with_facts(text, [_fact(line)], question)[0].verdict


def test_the_golden_set_is_big_enough() -> None:
    assert len(PAIRS) >= 150
    assert Counter(pair["verdict"] for pair in PAIRS).keys() == {"agrees", "contradicts", "silent"}


@pytest.mark.parametrize("half", ["tune", "report"])
def test_golden_contradictions_are_found_and_others_spared(half: str) -> None:
    counts: Counter[tuple[bool, bool]] = Counter()
    for pair in PAIRS:
        if pair["half"] == half:
            check = compare_with_facts(pair["text"], [Fact(**pair["fact"])], pair["question"])[0]
            counts[pair["verdict"] == "contradicts", check.verdict == "contradicts"] += 1
    assert counts[True, True] / (counts[True, True] + counts[False, True]) >= 0.90
    assert counts[True, True] / (counts[True, True] + counts[True, False]) >= 0.80


@pytest.mark.parametrize("text", ["48小时内发货", "两天内发货", "2天发出", "四十八小时发"])
def test_one_limit_in_other_words_agrees(text: str) -> None:
    assert _verdict(text, "现货·发货时限=48#小时") == "agrees"


def test_a_stricter_promise_of_the_shop_is_no_contradiction_but_a_looser_one_is() -> None:
    assert _verdict("24小时内发货", "发货时限=48#小时") == "agrees"
    assert _verdict("72小时内发货", "发货时限=48#小时") == "contradicts"


def test_sooner_than_a_limit_in_workdays_is_no_contradiction() -> None:
    assert _verdict("第二天就能开具", "发票·开具时限=3#个工作日") == "agrees"


def test_half_a_month_is_fifteen_days() -> None:
    assert _verdict("半个月内降价都补差价", "价保·期限=15#天") == "agrees"


def test_what_lies_in_the_cart_is_no_threshold() -> None:
    assert _verdict("您购物车38.5元", "全场·包邮门槛=39#元", "多少钱包邮") == "silent"


def test_what_holds_before_dispatch_says_nothing_of_afterwards() -> None:
    assert _verdict("您的订单已经发货了,不能改地址的", "未出库订单·可改地址=是", "能改地址吗") == "silent"
    assert _verdict("还没发货也不能改地址的", "未出库订单·可改地址=是", "能改地址吗") == "contradicts"


def test_a_repair_is_no_return() -> None:
    assert _verdict("维修不支持上门取件", "退货·支持上门取件=是", "上门取件吗") == "silent"


def test_two_names_of_one_material_agree() -> None:
    assert _verdict("全棉的哦", "面料=纯棉", "什么材质") == "agrees"
    assert _verdict("涤纶的哦", "面料=纯棉", "什么材质") == "contradicts"


def test_a_shorter_right_of_the_customer_contradicts_as_a_longer_one_does() -> None:
    assert _verdict("3天内可以无理由退", "七天无理由退货·期限=7#天") == "contradicts"
    assert _verdict("30天内可以无理由退", "七天无理由退货·期限=7#天") == "contradicts"


def test_workdays_cover_their_weekends() -> None:
    assert _verdict("3天到账", "到账时间=1–3#个工作日", "退款多久到账") == "agrees"
    assert _verdict("10天到账", "到账时间=1–3#个工作日", "退款多久到账") == "contradicts"


def test_the_customers_own_height_and_an_order_number_are_no_facts() -> None:
    assert _verdict("您身高170cm的话拍L", "M 码·适合身高=155–163#厘米") == "silent"
    assert _verdict("订单48已备注,马上发货", "发货时限=24#小时") == "silent"


def test_a_question_to_the_customer_states_nothing() -> None:
    assert _verdict("您要机洗吗?", "可机洗=否") == "silent"


def test_what_is_said_of_another_subject_is_not_held_against_this_one() -> None:
    facts = [_fact("银行卡·到账时间=1–3#个工作日"), _fact("信用卡·到账时间=3–7#个工作日")]
    checks = compare_with_facts("信用卡3-7个工作日到账", facts, "退款多久到账")
    assert [check.verdict for check in checks] == ["silent", "agrees"]


def test_a_value_that_fits_another_fact_of_the_card_is_not_accused() -> None:
    facts = [_fact("新客券·面额=10#元"), _fact("新客券·使用门槛=99#元")]
    assert [check.verdict for check in compare_with_facts("新客券满99减10", facts)] == ["agrees", "agrees"]


def test_who_pays_depends_on_the_reason() -> None:
    facts = [_fact("质量问题·退货运费=商家承担"), _fact("七天无理由·退货运费=顾客承担")]
    checks = compare_with_facts("不喜欢的话运费我们出", facts, "退货运费谁出")
    assert [check.verdict for check in checks] == ["silent", "contradicts"]


def test_a_contradiction_quotes_the_clause_and_names_the_card() -> None:
    (check,) = compare_with_facts("亲，在的呢，72小时内发货哦~", [_fact("现货·发货时限=48#小时")])
    assert check.quote == "72小时内发货哦"
    assert "48小时" in check.reason


@pytest.mark.parametrize(
    ("one", "other", "contradict"),
    [
        ("发货时限=48#小时", "发货时限=2#天", False),
        ("发货时限=48#小时", "发货时限=72#小时", True),
        ("可机洗=是", "可机洗=可以", False),
        ("可机洗=是", "可机洗=不支持", True),
        ("退货运费=商家承担", "退货运费=我们出", False),
        ("退货运费=商家承担", "退货运费=买家自理", True),
        ("默认快递=中通或圆通", "默认快递=京东快递", True),
        ("颜色=白、黑", "颜色=白、黑、雾蓝", False),
        ("现货·发货时限=48#小时", "预售·发货时限=15#天", False),
        ("发货时限=48#小时", "到账时间=3#天", False),
    ],
)
def test_facts_contradict_only_on_the_same_statement(one: str, other: str, contradict: bool) -> None:
    assert facts_contradict(_fact(one), _fact(other)) is contradict
    assert facts_contradict(_fact(other), _fact(one)) is contradict


TEXTS = st.text(st.characters(), max_size=60) | st.lists(
    st.sampled_from(
        [
            "48",
            "小时",
            "内",
            "发货",
            "不",
            "支持",
            "运费",
            "您",
            "我们",
            "出",
            "M码",
            ",",
            "?",
            "、",
            "满39元",
            "包邮",
            "中通",
            "退货",
        ]
    ),
    max_size=12,
).map("".join)
NAMES = st.text(st.characters(exclude_categories=("Cc", "Cs", "Zs", "Zl", "Zp")), min_size=1, max_size=12)
FACTS = st.builds(
    Fact, subject=st.just("") | NAMES, predicate=NAMES, value=NAMES, unit=st.sampled_from(["", "小时", "元", "个", "%"])
)


@settings(max_examples=300, deadline=None)
@given(TEXTS, st.lists(FACTS, max_size=3), TEXTS)
def test_every_fact_gets_one_verdict_with_a_quote_from_the_text(text: str, facts: list[Fact], question: str) -> None:
    checks = compare_with_facts(text, facts, question)
    assert [check.fact for check in checks] == facts
    for check in checks:
        assert check.quote in text
        assert (check.verdict == "silent") == (check.reason == "没有提到")


@settings(max_examples=150, deadline=None)
@given(FACTS, FACTS)
def test_contradiction_is_symmetric_and_never_with_itself(one: Fact, other: Fact) -> None:
    assert facts_contradict(one, other) == facts_contradict(other, one)
    assert not facts_contradict(one, one)


@pytest.mark.parametrize("unit", ["1", "3天", "不", "运费", "、", "m码", "满", "发", ",", "您出"])
def test_hostile_100_kb_is_compared_quickly(unit: str) -> None:
    facts = [_fact("现货·发货时限=48#小时"), _fact("退货运费=顾客承担"), _fact("可机洗=是"), _fact("默认快递=中通")]
    text = unit * (100_000 // len(unit.encode()))
    started = time.process_time()
    compare_with_facts(text, facts, text)
    assert time.process_time() - started < 4.0
