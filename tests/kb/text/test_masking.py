"""Personal data goes, orders stay, and masking twice changes nothing."""

import json
import time
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kb.text.masking import mask
from kb.text.personal.spans import Kind

GOLDEN = Path(__file__).parents[2] / "golden" / "masking.jsonl"
LINES = [json.loads(line) for line in GOLDEN.read_text(encoding="utf-8").splitlines()]
PLANTED = [line for line in LINES if line["secrets"]]
CLEAN = [line for line in LINES if not line["secrets"]]

FRAGMENTS = [
    "13812345678", "138 1234 5678", "一三八", "电话", "收件人", "王小明", "浙江省杭州市", "文三路90号", "3栋2单元",
    "微信", "加v",    "abc_12345", "[手机号]", "[地址]",
    "[订单x]", "[", "]", "订单号", "6222021001116245702", "a@b.com", "QQ", "123456",
    " ", ",", "我叫", "收", "\ue000", "\ud800", "٣", "½", "1️⃣",
]  # fmt: skip
ANY_TEXT = st.text(st.characters(), max_size=80) | st.lists(st.sampled_from(FRAGMENTS), max_size=12).map("".join)


def _masked_share(text: str, start: int, end: int) -> float:
    masked = {at for span in mask(text).spans for at in range(span.start, span.end)}
    letters = [at for at in range(start, end) if text[at].isalnum()]
    return sum(at in masked for at in letters) / len(letters)


def _is_masked(text: str, secret: dict[str, str], start: int) -> bool:
    # What may stay of an address is the tail a courier shares with its neighbours (旁边, 对面 …).
    enough = 0.8 if secret["kind"] == "address" else 1.0
    return _masked_share(text, start, start + len(secret["text"])) >= enough


def test_the_golden_set_is_big_enough() -> None:
    assert sum(len(line["secrets"]) for line in PLANTED) >= 200
    assert len(CLEAN) >= 300


def test_planted_data_is_masked() -> None:
    missed, planted = [], 0
    for line in PLANTED:
        at = 0
        for secret in line["secrets"]:
            at = line["text"].index(secret["text"], at)
            planted += 1
            if not _is_masked(line["text"], secret, at):
                missed.append((line["text"], secret["text"]))
            at += len(secret["text"])
    assert len(missed) <= 0.02 * planted, missed


def test_clean_lines_stay_as_they_are() -> None:
    touched = [line["text"] for line in CLEAN if mask(line["text"]).text != line["text"]]
    assert len(touched) <= 0.01 * len(CLEAN), touched


@pytest.mark.parametrize(
    ("text", "masked"),
    [
        ("电话１３８ 1234 5678", "电话[手机号]"),
        ("收件人:王小明 13812345678", "收件人:[姓名] [手机号]"),
        ("寄到浙江省杭州市西湖区文三路90号3栋", "寄到[地址]"),
        ("加我薇❤:abc_12345", "加我薇❤:[微信号]"),
        ("扣扣 123456789", "扣扣 [QQ号]"),
        ("卡号6222021001116245702", "卡号[银行卡]"),
        ("身份证11010519491231002X", "身份证[身份证]"),
        ("邮箱a.b@qq.com", "邮箱[邮箱]"),
        ("座机010-62345678", "座机[电话]"),
    ],
)
def test_each_kind_has_its_placeholder(text: str, masked: str) -> None:
    assert mask(text).text == masked


@pytest.mark.parametrize(
    "text",
    [
        "订单号13812345678900",
        "订单6222021001116245702",
        "发到广东省广州市",
        "王女士您好",
        "400-820-8820",
        "[手机号][姓名]",
        "SF1381234567890",
    ],
)
def test_orders_cities_titles_hotlines_and_placeholders_stay(text: str) -> None:
    assert mask(text).text == text


def test_a_number_with_a_wrong_check_digit_is_an_order_where_orders_are_talked_of() -> None:
    assert mask("订单号110105194912310021").text == "订单号110105194912310021"
    assert mask("订单号11010519491231002X").spans[0].kind is Kind.ID_CARD


def test_spans_are_places_in_the_original() -> None:
    text = "我叫王小明,[手机号],打13812345678"
    assert [text[span.start : span.end] for span in mask(text).spans] == ["王小明", "13812345678"]


@settings(max_examples=300, deadline=None)
@given(ANY_TEXT)
def test_masking_twice_changes_nothing(text: str) -> None:
    once = mask(text)
    again = mask(once.text)
    assert again.text == once.text
    assert again.spans == ()


@settings(max_examples=200, deadline=None)
@given(ANY_TEXT)
def test_spans_are_inside_apart_and_account_for_every_change(text: str) -> None:
    masked = mask(text)
    parts, reached = [], 0
    for span in masked.spans:
        assert reached <= span.start < span.end <= len(text)
        parts += [text[reached : span.start], f"[{span.kind}]"]
        reached = span.end
    assert "".join([*parts, text[reached:]]) == masked.text


@pytest.mark.parametrize(
    "unit",
    [
        "1",
        "1 ",
        "a",
        "a.",
        "微信",
        "加v ",
        "杭州市",
        "浙江",
        "文三路",
        "1栋",
        "收件人王",
        "我叫王小",
        "一",
        "[",
        "13812345678 ",
        "(0",
    ],
)
def test_hostile_100_kb_is_masked_in_linear_time(unit: str) -> None:
    text = unit * (100_000 // len(unit.encode()))
    started = time.process_time()
    mask(text)
    assert time.process_time() - started < 3.0
