"""When a text makes a must-mention point."""

import pytest

from coaching.inspection.key_points import is_asked, missed_points, shared
from kb.content import KeyPoint

SHIPPING = KeyPoint(text="48 小时内发出", wordings=("两天内发",))


def _makes(text: str, point: KeyPoint = SHIPPING) -> bool:
    return not missed_points([point], text)


@pytest.mark.parametrize(
    "text", ["付款后48小时内发出哦", "48 小时 内 发出！", "两天内发走", "2天内就发出", "四十八小时内发出"]
)
def test_the_point_in_other_writing_is_made(text: str) -> None:
    assert _makes(text)


@pytest.mark.parametrize("text", ["很快就发出", "72小时内发出", "48小时内退款", ""])
def test_another_value_or_thing_is_not_the_point(text: str) -> None:
    assert not _makes(text)


def test_nearly_the_same_words_make_a_point_without_values() -> None:
    assert _makes("请您按照页面地址寄回来", KeyPoint(text="按页面地址寄回"))
    assert not _makes("地址发您了", KeyPoint(text="按页面地址寄回"))


def test_points_come_back_in_order() -> None:
    points = [KeyPoint(text="一单一张"), KeyPoint(text="有效期7天"), KeyPoint(text="过期不补")]
    assert missed_points(points, "有效期7天哦") == (points[0], points[2])


def test_shared_is_a_share() -> None:
    assert shared("发货", "今天发货") == 1
    assert shared("退款", "今天发货") == 0
    assert shared("", "今天发货") == 0


@pytest.mark.parametrize(
    ("question", "point", "is_it"),
    [
        ("拍下多久发货", "16:00 前付款当天发", True),
        ("运费谁出", "退货运费由顾客承担", True),
        ("运费多少钱", "签收前先验货", False),
        ("券怎么用", "过期不补", True),
        ("有没有黑色", "付款后 48 小时内发出", False),
    ],
)
def test_a_point_counts_where_the_question_is_about_it(question: str, point: str, is_it: bool) -> None:
    assert is_asked(KeyPoint(text=point), question) is is_it
