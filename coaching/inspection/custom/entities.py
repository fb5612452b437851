"""Phones, WeChat ids, order numbers and amounts of money in a message. Pure.

Conversations are masked on the way in: a placeholder counts as what it stands for.
"""

import re
from collections.abc import Iterable

from coaching.inspection.custom.operators import Entity
from kb.text.masking import mask
from kb.text.personal.spans import Kind
from kb.text.units import Dimension
from kb.text.values import values_in

_KINDS = {Kind.PHONE: Entity.PHONE, Kind.LANDLINE: Entity.PHONE, Kind.WECHAT: Entity.WECHAT}
_PLACEHOLDERS = (
    (Entity.PHONE, re.compile(r"\[(?:手机号?|电话)[xX]?\d{0,3}\]")),
    (Entity.WECHAT, re.compile(r"\[微信号?[xX]?\d{0,3}\]")),
    (Entity.ORDER_NUMBER, re.compile(r"\[订单(?:编?号)?[xX]?\d{0,3}\]")),
)
_ORDER = re.compile(r"(?:订单|单号)[^0-9\[\n]{0,8}([0-9]{6}-[0-9]{9,16}|[0-9]{8,20})(?![0-9])")
_BARE_ORDER = re.compile(r"(?<![0-9a-zA-Z.])(?:[0-9]{6}-[0-9]{15}|[0-9]{18,19})(?![0-9a-zA-Z])")
"""Pinduoduo's and Taobao's forms; other numbers only with the word beside them."""


def find_entity(text: str, wanted: Iterable[Entity]) -> str | None:
    """The first of the wanted entities as it is written; None where there is none."""
    found = dict[Entity, str]()
    for entity, pattern in _PLACEHOLDERS:
        if match := pattern.search(text):
            found.setdefault(entity, match[0])
    masked = mask(text)
    for span in masked.spans:
        if span.kind in _KINDS:
            found.setdefault(_KINDS[span.kind], text[span.start : span.end])
    if number := _order_number(text, masked.text):
        found.setdefault(Entity.ORDER_NUMBER, number)
    for value in values_in(text):
        if value.key == Dimension.MONEY:
            found.setdefault(Entity.MONEY, text[value.start : value.end])
    return next((found[entity] for entity in wanted if entity in found), None)


def _order_number(text: str, masked: str) -> str | None:
    # A bare long number may be somebody's ID or bank card: only what masking leaves alone counts.
    if match := _ORDER.search(text):
        return match[1]
    bare = _BARE_ORDER.search(masked)
    return bare[0] if bare else None
