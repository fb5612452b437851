"""Masking of personal data: phones, cards, e-mail, handles, addresses and names become placeholders.

Pure. What counts as each sort is in `kb/text/personal/`; this file is the one way in.
"""

import re
from dataclasses import dataclass

from kb.text.personal.addresses import find_addresses
from kb.text.personal.handles import find_qq_ids, find_wechat_ids
from kb.text.personal.names import find_names
from kb.text.personal.numbers import (
    find_bank_cards,
    find_cued_landlines,
    find_emails,
    find_id_cards,
    find_landlines,
    find_old_id_cards,
    find_phones,
)
from kb.text.personal.spans import MARKS, OTHER_MARK, Detector, Kind, Span
from kb.text.shadow import shadow

_DETECTORS: tuple[Detector, ...] = (
    find_emails, find_id_cards, find_old_id_cards, find_bank_cards, find_qq_ids, find_wechat_ids,
    find_phones, find_landlines, find_cued_landlines, find_addresses, find_names,
)  # fmt: skip
"""Surest first; names last, because they are known by the phone or address beside them."""

_PLACEHOLDER = re.compile(r"\[([\u4e00-\u9fffqQ]{2,6})[xX]?[0-9]{0,3}\]")
_KINDS = {str(kind): kind for kind in Kind}


@dataclass(frozen=True, slots=True)
class Masked:
    """A text without its personal data, and where that stood in the original."""

    text: str
    spans: tuple[Span, ...]


class _Draft:
    """The shadow, with what is masked drawn together to one mark, and each character's place."""

    def __init__(self, text: str) -> None:
        self.shadow = shadow(text)
        self.starts = list(range(len(text) + 1))

    def draw_together(self, spans: list[tuple[int, int, str]]) -> None:
        """Replaces each stretch (in order, apart) by its mark."""
        shadow_parts, starts, reached = [], [], 0
        for start, end, mark in spans:
            shadow_parts += [self.shadow[reached:start], mark]
            starts += self.starts[reached : start + 1]
            reached = end
        self.shadow = "".join([*shadow_parts, self.shadow[reached:]])
        self.starts = starts + self.starts[reached:]


def mask(text: str) -> Masked:
    """The text with personal data replaced by placeholders.

    They are `[手机号]` `[电话]` `[身份证]` `[银行卡]` `[邮箱]` `[微信号]` `[QQ号]` `[地址]` `[姓名]`.
    Order, waybill and goods numbers, 400 hotlines, 王女士, a city or district alone, and placeholders
    that are there already stay. Masking twice changes nothing. The spans are of the original text.
    """
    draft = _Draft(text)
    draft.draw_together(
        [
            (*match.span(), MARKS[_KINDS[match[1]]] if match[1] in _KINDS else OTHER_MARK)
            for match in _PLACEHOLDER.finditer(text)
        ]
    )
    spans: list[Span] = []
    settled = False
    while not settled:
        settled = True
        for detector in _DETECTORS:
            found = list(detector(draft.shadow))
            if found:
                settled = False
                spans += [Span(draft.starts[start], draft.starts[end], kind) for start, end, kind in found]
                draft.draw_together([(start, end, MARKS[kind]) for start, end, kind in found])
    return _replaced(text, sorted(spans))


def _replaced(text: str, spans: list[Span]) -> Masked:
    kept: list[Span] = []
    for span in spans:
        # A later find may hold an earlier one (a name inside an address): the wider one stands.
        while kept and kept[-1].start >= span.start:
            kept.pop()
        if not kept or kept[-1].end <= span.start:
            kept.append(span)
    parts, reached = [], 0
    for span in kept:
        parts += [text[reached : span.start], f"[{span.kind}]"]
        reached = span.end
    return Masked("".join([*parts, text[reached:]]), tuple(kept))


def without_personal_data(text: str) -> str:
    """The text with personal data left out, placeholders too."""
    return _PLACEHOLDER.sub("", mask(text).text)
