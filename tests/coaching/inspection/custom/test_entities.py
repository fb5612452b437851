"""Entities in a message, written out or masked."""

import pytest

from coaching.inspection.custom.entities import find_entity
from coaching.inspection.custom.operators import Entity


@pytest.mark.parametrize(
    ("text", "entity", "quote"),
    [
        ("打我电话13800138000", Entity.PHONE, "13800138000"),
        ("电话是[手机号]", Entity.PHONE, "[手机号]"),
        ("加我v：huashu_888", Entity.WECHAT, "huashu_888"),
        ("我的是[微信号]", Entity.WECHAT, "[微信号]"),
        ("订单号：20261122334455 帮查下", Entity.ORDER_NUMBER, "20261122334455"),
        ("[订单x]没收到", Entity.ORDER_NUMBER, "[订单x]"),
        ("补您 15 元可以吗", Entity.MONEY, "15 元"),
    ],
)
def test_an_entity_is_found_and_quoted(text: str, entity: Entity, quote: str) -> None:
    assert find_entity(text, [entity]) == quote


@pytest.mark.parametrize(
    ("text", "entity"),
    [
        ("三天内发货", Entity.MONEY),
        ("我身高 165", Entity.PHONE),
        ("微信支付可以", Entity.WECHAT),
        ("买 12345 件", Entity.ORDER_NUMBER),
    ],
)
def test_other_numbers_and_words_are_none(text: str, entity: Entity) -> None:
    assert find_entity(text, [entity]) is None
