"""Phones, ID cards, bank cards and e-mail in a shadow text. Pure.

Order, waybill and goods numbers stay: agents need them, and they name nobody.
"""

import re
from collections.abc import Iterator

from kb.text.personal.spans import Kind, Span
from kb.text.shadow import CN_DIGITS

_SEP = "[ \\t\\-_.·・•,、/~|:\ufe0f\u20e3]{0,3}"
_PHONE = re.compile(rf"(?:(?:\+|00)?86{_SEP})?(1{_SEP}[3-9](?:{_SEP}[0-9]){{9}})")
_GROUPS = frozenset(
    {(11,), (3, 4, 4), (3, 3, 5), (4, 3, 4), (3, 8), (7, 4), (4, 4, 3), (3, 4, 2, 2), (5, 6), (6, 5), (3, 2, 2, 2, 2)}
)
"""How people group the eleven digits; other groupings are lists of sizes or prices."""

_LANDLINE = re.compile(
    r"(?<![0-9a-z.])(?:\(0[1-9][0-9]{1,2}\) ?|0[1-9][0-9]{1,2}[ \-])[2-8][0-9]{2,3}[ \-]?[0-9]{4}"
    r"(?:(?:-|转|分机)[0-9]{1,5})?(?![0-9])"
)
_CUED_LANDLINE = re.compile(
    r"(?:电话|座机|固话|"
    r"tel)(?:号码?)?[是为:：\s]{0,3}((?:0[1-9][0-9]{1,2})?[2-8][0-9]{2,3}[ \-]?[0-9]{4})(?![0-9])"
)

_ID_18 = re.compile(r"(?<![0-9a-z])[1-9](?:[ \-]?[0-9]){16}[ \-]?[0-9x](?![0-9a-z])")
_ID_15 = re.compile(r"(?:身份证|证件)(?:号码?)?[是为:：\s]{0,3}([1-9][0-9]{14})(?![0-9])")
_REGION_CODES = """
11 12 13 14 15 21 22 23 31 32 33 34 35 36 37 41 42 43 44 45 46 50 51 52 53 54 61 62 63 64 65 71 81 82 83
"""
_ID_REGIONS = frozenset(_REGION_CODES.split())
_ID_WEIGHTS = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)
"""Source: GB 11643-1999, ISO 7064 MOD 11-2."""

_CARD = re.compile(r"(?<![0-9a-z])[0-9](?:[ \-]?[0-9]){14,18}(?![0-9a-z])")

_EMAIL = re.compile(
    r"(?<![a-z0-9._%+\-])[a-z0-9][a-z0-9._%+\-]{0,63}"
    r" ?(?:@|#(?=[a-z0-9\-]+\.[a-z])|[(\[]at[)\]]|艾特|圈a) ?"
    r"(?:[a-z0-9\-]{1,40} ?(?:\.|点|dot) ?){1,4}[a-z]{2,8}(?![a-z])"
)

_GOODS_CUE = re.compile(
    r"(?:订单|单号|运单|快递|物流|编号|货号|款号|型号|编码|条码|sku|流水|交易|退款|凭证|发票|税号|"
    r"信用代码|单子|包裹|快件|id|no)"
    r"[^0-9\n,。;]{0,8}$"
)
_PHONE_CUE = re.compile(r"(?:电话|手机|号码|联系|拨打|打给|致电|tel|phone|mobile)[^0-9\n]{0,8}$")
_BANK_CUE = re.compile(
    r"(?:银行|卡号|账号|帐号|账户|储蓄卡|信用卡|借记卡|工行|建行|农行|中行|招行|交行|邮储|打到|转到|"
    r"退到)[^0-9]{0,12}$"
)
_ID_CUE = re.compile(r"(?:身份证|证件|身份)[^0-9]{0,10}$")
_CUE_WINDOW = 20


def find_phones(text: str) -> Iterator[Span]:
    """Mobile numbers, also spaced, dashed, in Chinese digits or key caps."""
    digits = text.translate(CN_DIGITS)
    for match in _PHONE.finditer(digits):
        start, end = match.start(), match.end()
        # In the text itself: 一 after a number in digits is a word, not a twelfth digit.
        if text[max(0, start - 1) : start].isdecimal() or text[end : end + 1].isdecimal():
            continue
        before = text[max(0, start - _CUE_WINDOW) : start]
        if _looks_like_a_code(before):
            continue
        cued = _PHONE_CUE.search(before)
        if not cued and _GOODS_CUE.search(before):
            continue
        if cued or _grouped_like_a_phone(match[1]):
            yield Span(start, end, Kind.PHONE)


def _looks_like_a_code(before: str) -> bool:
    """Letters right before the digits are a waybill's or a model's (SF138…), unless they say phone."""
    letters = re.search(r"[a-z]+$", before)
    return letters is not None and letters[0] not in {"tel", "phone", "mobile", "v", "vx", "wx", "q", "qq"}


def _grouped_like_a_phone(number: str) -> bool:
    groups = tuple(len(group) for group in re.split(r"[^0-9]+", number) if group)
    return groups in _GROUPS or groups == (1,) * 11


def find_landlines(text: str) -> Iterator[Span]:
    """Landlines with their area code, or after a word for telephone; 400, 800 and 95 lines stay."""
    for match in _LANDLINE.finditer(text):
        if not _GOODS_CUE.search(text[max(0, match.start() - _CUE_WINDOW) : match.start()]):
            yield Span(match.start(), match.end(), Kind.LANDLINE)


def find_cued_landlines(text: str) -> Iterator[Span]:
    """A number of seven or eight digits, or with the area code glued on, right after 电话 or 座机."""
    for match in _CUED_LANDLINE.finditer(text):
        if not match[1].startswith(("400", "800", "95", "96")):
            yield Span(match.start(1), match.end(1), Kind.LANDLINE)


def find_id_cards(text: str) -> Iterator[Span]:
    """ID numbers: by check digit, or by region and birthday unless an order is talked about."""
    for match in _ID_18.finditer(text):
        number = re.sub(r"[ \-]", "", match[0])
        if not _has_birthday(number):
            continue
        before = text[max(0, match.start() - _CUE_WINDOW) : match.start()]
        if _has_check_digit(number) or _ID_CUE.search(before) or not _GOODS_CUE.search(before):
            yield Span(match.start(), match.end(), Kind.ID_CARD)


def find_old_id_cards(text: str) -> Iterator[Span]:
    """Fifteen digits right after 身份证."""
    for match in _ID_15.finditer(text):
        yield Span(match.start(1), match.end(1), Kind.ID_CARD)


def _has_birthday(number: str) -> bool:
    return (
        number[:2] in _ID_REGIONS
        and 1900 <= int(number[6:10]) <= 2099
        and 1 <= int(number[10:12]) <= 12
        and 1 <= int(number[12:14]) <= 31
    )


def _has_check_digit(number: str) -> bool:
    total = sum(weight * int(digit) for weight, digit in zip(_ID_WEIGHTS, number, strict=False))
    return "10x98765432"[total % 11] == number[17]


def find_bank_cards(text: str) -> Iterator[Span]:
    """Card numbers of 15–19 digits: after words for a bank or account, or by Luhn and issuer prefix."""
    for match in _CARD.finditer(text):
        number = re.sub(r"[ \-]", "", match[0])
        before = text[max(0, match.start() - _CUE_WINDOW) : match.start()]
        bank, goods = _BANK_CUE.search(before), _GOODS_CUE.search(before)
        if bank and goods:
            wanted = bank.start() > goods.start()
        elif bank:
            wanted = True
        else:
            wanted = not goods and _issued_like_a_card(number) and _passes_luhn(number)
        if wanted:
            yield Span(match.start(), match.end(), Kind.BANK_CARD)


def _issued_like_a_card(number: str) -> bool:
    if number.startswith("62"):
        return 16 <= len(number) <= 19
    return len(number) == 16 and number[0] in "45"


def _passes_luhn(number: str) -> bool:
    doubled = [int(digit) * (1 + position % 2) for position, digit in enumerate(reversed(number))]
    return sum(value - 9 if value > 9 else value for value in doubled) % 10 == 0


def find_emails(text: str) -> Iterator[Span]:
    """E-mail addresses, also with 艾特, (at) or 点 for the signs."""
    for match in _EMAIL.finditer(text):
        yield Span(match.start(), match.end(), Kind.EMAIL)
