"""Values are read from the many ways people write them, and compared in one unit."""

import time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kb.text.numerals import number
from kb.text.shadow import shadow
from kb.text.values import Bound, values_in


def _only(text: str) -> tuple[str, float, float, Bound]:
    (value,) = values_in(text)
    return value.key, round(value.low, 6), round(value.high, 6), value.bound


@pytest.mark.parametrize(
    "same",
    [
        ("48小时", "两天", "2天", "2 天", "二天", "四十八小时", "48h", "２天"),
        ("半小时", "30分钟", "0.5小时", "三十分钟", "两刻钟"),
        ("1年", "12个月", "一年", "十二个月"),
        ("一个半小时", "1.5小时", "90分钟", "1个半小时"),
        ("30元", "三十块", "30块钱", "¥30", "￥30", "三十元"),
        ("39.9元", "39块9", "39.9块"),
        ("1.5升", "1500ml", "1500毫升", "1.5L"),
        ("50公斤", "100斤", "50kg", "一百斤"),
        ("15%", "百分之十五"),
        ("八五折", "8.5折", "85折"),
        ("5cm", "50毫米", "5厘米", "五公分"),
        ("一周", "7天", "七天", "1个星期"),
        ("260克/平方米", "260g/m2", "260g每平方米"),
        ("16:00", "下午四点", "16点", "下午4点整"),
        ("8:00–24:00", "8点到24点", "早上8点到晚上12点"),
    ],
)
def test_ways_of_writing_one_value_are_equal(same: tuple[str, ...]) -> None:
    assert len({_only(text) for text in same}) == 1


@pytest.mark.parametrize(
    ("text", "low", "high", "bound"),
    [
        ("3-5天", 72, 120, Bound.RANGE),
        ("三到五天", 72, 120, Bound.RANGE),
        ("三五天", 72, 120, Bound.RANGE),
        ("3天到5天", 72, 120, Bound.RANGE),
        ("48小时内", 48, 48, Bound.AT_MOST),
        ("不超过2天", 48, 48, Bound.AT_MOST),
        ("至少3天", 72, 72, Bound.AT_LEAST),
        ("满39元", 39, 39, Bound.AT_LEAST),
        ("当天", 24, 24, Bound.AT_MOST),
        ("−20–180℃", -20, 180, Bound.RANGE),
        ("零下5度", -5, -5, Bound.EXACT),
        ("十几天", 240, 456, Bound.RANGE),
    ],
)
def test_ranges_and_limits(text: str, low: float, high: float, bound: Bound) -> None:
    assert _only(text)[1:] == (low, high, bound)


@pytest.mark.parametrize(
    "text", ["11月11日", "每月18日", "12号", "订单1234567890123", "13812345678", "XL码", "一般", "一定", "A类"]
)
def test_dates_orders_and_plain_words_are_no_values(text: str) -> None:
    assert values_in(text) == ()


def test_workdays_are_kept_apart_from_days() -> None:
    assert _only("1个工作日")[0] != _only("1天")[0]


def test_counts_keep_their_noun() -> None:
    assert [value.key for value in values_in("3件5片1盒")] == ["count:件", "count:片", "count:盒"]


@pytest.mark.parametrize(
    ("written", "value"),
    [
        ("两", 2),
        ("十二", 12),
        ("一百二", 120),
        ("一百零二", 102),
        ("三千五", 3500),
        ("1.5万", 15000),
        ("两万三", 23000),
        ("半", 0.5),
        ("十二点五", 12.5),
        ("1,299", 1299),
    ],
)
def test_numerals(written: str, value: float) -> None:
    assert number(written) == pytest.approx(value)


@given(st.integers(0, 9999))
def test_arabic_numbers_are_read_as_they_are(value: int) -> None:
    assert number(str(value)) == value


PIECES = [
    "3",
    "半",
    "一",
    "十",
    "万",
    "点",
    "-",
    "到",
    "天",
    "元",
    "¥",
    "个",
    "半",
    "小时",
    "%",
    "折",
    "内",
    "满",
    "16:00",
    "月1日",
    "几",
    ".",
    "²",
    "٣",
]
ANY_TEXT = st.text(st.characters(), max_size=80) | st.lists(st.sampled_from(PIECES), max_size=14).map("".join)


@settings(max_examples=400, deadline=None)
@given(ANY_TEXT)
def test_values_are_places_in_the_text_apart_and_ordered(text: str) -> None:
    reached = 0
    for value in values_in(text):
        assert reached <= value.start < value.end <= len(text)
        assert value.low <= value.high
        reached = value.end


@settings(max_examples=200, deadline=None)
@given(st.text(st.characters(), max_size=60))
def test_a_shadow_is_as_long_as_its_text(text: str) -> None:
    assert len(shadow(text)) == len(text)
    assert shadow(shadow(text)) == shadow(text)


@pytest.mark.parametrize(
    "unit", ["1", "一", "半", "1-", "3天", "¥1", "个", "8:00-", "百分之一", "不超过", "月1日", "1 "]
)
def test_hostile_100_kb_is_read_in_linear_time(unit: str) -> None:
    started = time.process_time()
    values_in(unit * (100_000 // len(unit.encode())))
    assert time.process_time() - started < 4.0
