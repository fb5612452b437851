"""What a detector of personal data reads and gives. Pure.

A detector reads the shadow of a text in which everything masked so far is one mark character, so
that a text and its masked form look the same to it: that makes masking idempotent.
"""

from collections.abc import Callable, Iterator
from enum import StrEnum
from typing import NamedTuple


class Kind(StrEnum):
    """Sorts of personal data, named as their placeholders."""

    PHONE = "手机号"
    LANDLINE = "电话"
    ID_CARD = "身份证"
    BANK_CARD = "银行卡"
    EMAIL = "邮箱"
    WECHAT = "微信号"
    QQ = "QQ号"
    ADDRESS = "地址"
    NAME = "姓名"


class Span(NamedTuple):
    """Half-open stretch of one kind."""

    start: int
    end: int
    kind: Kind


Detector = Callable[[str], Iterator[Span]]
"""Shadow in, spans out: in order, not overlapping."""

MARKS = {kind: chr(0xE000 + position) for position, kind in enumerate(Kind)}
"""The character that stands for something already masked; a shadow holds no other private-use character."""

OTHER_MARK = "\ue0ff"
"""Stands for a bracketed placeholder of another sort, such as `[订单x]`."""
