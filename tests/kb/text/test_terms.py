"""The wording checks find disguised forms and leave everyday speech alone."""

import json
import time
from collections import Counter
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kb.text.terms import RULES, check_terms

GOLDEN = Path(__file__).parents[2] / "golden" / "terms.jsonl"
LINES = [json.loads(line) for line in GOLDEN.read_text(encoding="utf-8").splitlines()]

FRAGMENTS = [
    "最", "最好", "第一", "全网", "一定", "保证", "到", "不", "加", "V", "微", "信", "❤", "➕", "QQ",
    "13812345678", "好评", "返现",
    "{", "买家昵称", "}", "xx", "快递", "***", "大概", "\ud800", "\u0130", "【", "】", ",", " ", "私下", "转账",
]  # fmt: skip
ANY_TEXT = st.text(st.characters(), max_size=80) | st.lists(st.sampled_from(FRAGMENTS), max_size=14).map("".join)


def _counts(half: str) -> Counter[str]:
    counts: Counter[str] = Counter()
    for line in LINES:
        if line["half"] == half:
            found, wanted = {hit.code for hit in check_terms(line["text"])}, set(line["codes"])
            counts.update(right=len(found & wanted), wrong=len(found - wanted), missed=len(wanted - found))
    return counts


@pytest.mark.parametrize("half", ["tune", "report"])
def test_golden_lines_are_judged_rightly(half: str) -> None:
    counts = _counts(half)
    assert counts["right"] / (counts["right"] + counts["wrong"]) >= 0.97
    assert counts["right"] / (counts["right"] + counts["missed"]) >= 0.90


def test_the_golden_set_is_big_enough_and_has_every_code() -> None:
    assert len(LINES) >= 300
    assert sum(not line["codes"] for line in LINES) >= 100
    assert {code for line in LINES for code in line["codes"]} == {rule.code for rule in RULES}


@pytest.mark.parametrize("text", ["加V", "➕V", "加薇信", "威❤同号", "加 微-信", "＋Ｖ信", "加薇芯", "vx: abc_12345"])
def test_disguised_contacts_are_found(text: str) -> None:
    assert [hit.code for hit in check_terms(text)] == ["off_platform"]


@pytest.mark.parametrize(
    "text", ["最近", "最后一件", "第一次", "最晚明天", "最低温10度", "微信支付", "七天无理由保证", "正品保证", "保证金"]
)
def test_look_alikes_are_left_alone(text: str) -> None:
    assert check_terms(text) == ()


@pytest.mark.parametrize(
    "text",
    [
        "本店不加微信、不私下转账，下单都走平台哦",
        "咱家不加微信也不加QQ，有事这里说",
        "站外交易我们不做的",
        "线下转账我们一律不接受",
        "不做线下交易，也不引导您加微信",
        "亲，小店不私下交易、不加好友",
        "我们不用微信联系顾客",
        "咱家不做好评返现，您照实写就好",
        "好评返现我们是不做的",
        "返现换好评这种事我们不做",
        "不参加好评返现，平台也不允许",
    ],
)
def test_refusing_what_is_forbidden_is_right(text: str) -> None:
    assert check_terms(text) == ()


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("要不加个微信，图发您看", "off_platform"),
        ("何不加微信细聊", "off_platform"),
        ("不加微信没法给您优惠哦", "off_platform"),
        ("加微信吧，平台不方便发", "off_platform"),
        ("要不私下转我，省点手续费", "off_platform"),
        ("我们不收运费，五星好评再返3元", "cash_for_review"),
        ("要不您给个好评返现3元", "cash_for_review"),
    ],
)
def test_a_no_that_refuses_nothing_excuses_nothing(text: str, code: str) -> None:
    assert [hit.code for hit in check_terms(text)] == [code]


def test_a_mobile_number_is_for_trade_unless_it_is_the_couriers() -> None:
    assert [hit.quote for hit in check_terms("有事打13812345678")] == ["13812345678"]
    assert check_terms("快递员电话13812345678") == ()


def test_an_approved_wording_is_no_hit_but_a_forbidden_one_stays() -> None:
    assert check_terms("大概3天到,保证明天发货", ["大概3天到", "保证明天发货哦"]) == ()
    assert [hit.code for hit in check_terms("好评返现", ["好评返现"])] == ["cash_for_review"]


def test_a_hit_carries_its_place_and_what_to_do() -> None:
    (hit,) = check_terms("亲，➕Ｖ详聊")
    assert (hit.start, hit.end, hit.quote) == (2, 4, "➕Ｖ")
    assert "平台" in hit.message
    assert hit.advice


def test_every_wording_has_a_reason_and_every_pattern_compiles() -> None:
    for rule in RULES:
        for wording in (*rule.wordings, *rule.excuses):
            assert wording.reason
            assert wording.compiled.search("") is None, f"{rule.code}: {wording.reason} matches nothing at all"


@settings(max_examples=300, deadline=None)
@given(ANY_TEXT)
def test_hits_are_places_in_the_text(text: str) -> None:
    for hit in check_terms(text):
        assert 0 <= hit.start < hit.end <= len(text)
        assert text[hit.start : hit.end] == hit.quote


@pytest.mark.parametrize(
    "unit",
    [
        "最",
        "全网",
        "一定",
        "保证会",
        "加",
        "加我",
        "微信",
        "微 ",
        "好评",
        "返现",
        "{",
        "xx",
        "*",
        "直接",
        "我",
        "1",
        "v",
        "不",
        "五星好",
    ],
)
def test_hostile_100_kb_is_checked_in_linear_time(unit: str) -> None:
    text = unit * (100_000 // len(unit.encode()))
    started = time.process_time()
    check_terms(text)
    assert time.process_time() - started < 4.0
