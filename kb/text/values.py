"""Values in a text: numbers with units, ranges, limits and times of day, in comparable form. Pure.

What belongs elsewhere: which statement a value is about, and whether two agree (`kb/text/facts/`).
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum
from functools import cache

from kb.text.numerals import NUMBER, PAIR, number
from kb.text.shadow import shadow
from kb.text.units import COUNTED, PER, RELATIVE, SAME_NOUN, UNITS, Dimension


class Bound(StrEnum):
    """What a stated value says: itself, a range, no more than it, no less than it."""

    EXACT = "exact"
    RANGE = "range"
    AT_MOST = "at_most"
    AT_LEAST = "at_least"


@dataclass(frozen=True, slots=True)
class Value:
    """One stated value, `text[start:end]`; `low` and `high` in the dimension's base unit (`kb.text.units`).

    `key` names what it may be compared with: the dimension, and for counts the noun (`count:件`).
    `low == high` unless a range was stated; a limit keeps its number in both.
    """

    key: str
    low: float
    high: float
    bound: Bound
    start: int
    end: int


_UNIT = "|".join(f"(?P<u{index}>{pattern})" for index, (pattern, _, _) in enumerate(UNITS))
_UNIT_PLAIN = "(?:" + "|".join(pattern for pattern, _, _ in UNITS) + f"|个|{COUNTED})"
_BEFORE = (
    r"(?P<most>不超过|不会超过|最多|至多|最长|最晚|最迟|最高|不高于|低于|少于|小于|不到|不足|≤|<=?|"
    r"上限[是为]?|控制在)|(?P<least>至少|最少|最低|满|超过|不少于|不低于|大于|多于|高于|≥|>=?|达到?)"
)
_AFTER = (
    r"(?P<most2>之内|以内|内(?![存部胆衣裤脏])|以下|以前|之前|前(?![台往])|封顶)|(?P<least2>及?以上|"
    r"起(?![球毛床]))"
)

_MEASURED = re.compile(
    rf"(?:(?:{_BEFORE})\s?)?"
    rf"(?P<sign>(?<![0-9a-z到至~])-|"
    rf"零下)?(?<![0-9.a-z])(?:(?P<yuan>[¥$])\s?)?(?P<a>{NUMBER})(?P<tens>几)?"
    rf"(?:\s?{_UNIT_PLAIN}?\s?(?:-|~|到|至|或)\s?(?P<b>{NUMBER}))?"
    rf"\s?(?:{_UNIT}|(?P<noun>{COUNTED})|(?P<any>个)(?![月半])|(?P<half0>个半)(?=小时|月|钟头|星期|"
    rf"工作日))"
    rf"(?P<per>{PER})?(?P<half>半(?![价折]))?(?P<rest>[0-9]{{1,2}}(?![0-9.%\u4e00-\u9fff]))?"
    rf"(?:小时|月|钟头|星期|工作日)?\s?(?:{_AFTER})?"
)
_PRICED = re.compile(
    rf"(?:(?:{_BEFORE})\s?)?¥\s?(?P<a>[0-9]{{1,9}}(?:\.[0-9]{{1,2}})?)(?:\s?[-~到]\s?¥?(?P<b>[0-9]{{1,9}}(?:\.[0-9]{{1,2}})?))?"
)
_BARE_PRICE = re.compile(
    r"满\s?(?P<a>[0-9]{1,5}(?:\.[0-9]{1,2})?)(?=\s?(?:包邮|免邮|减|送|可用|就|才|打|,))|"
    r"(?<=减)(?P<b>[0-9]{1,4})(?![0-9.元块%])"
)
"""满59包邮, 减10: money without its unit."""
_SHARE = re.compile(rf"百分之(?P<a>{NUMBER})(?!百)")
_CLOCK = re.compile(
    r"(?<![0-9:.])(?P<part>凌晨|清晨|早上|早晨|上午|中午|下午|傍晚|晚上|夜里|早|晚)?\s?"
    r"(?:(?P<h>[01]?[0-9]|2[0-4]):(?P<m>[0-5][0-9])(?!:?[0-9])|(?P<h2>[01]?[0-9]|2[0-4]|十[一二]?|"
    r"[一二两三四五六七八九])点(?![击赞个儿开心])(?:(?P<m2>[0-5][0-9])分?|(?P<half>半)|整|钟)?)"
)
_DATE = re.compile(
    r"(?:[0-9]{2,4}[年\-/.])?[0-9]{1,2}(?:月|[\-/](?=[0-9]{1,2}(?:日|号)))[0-9]{1,2}[日号]?|"
    r"每月[0-9]{1,2}[日号]|[0-9]{1,2}号(?![码色链])"
)
_AFTERNOON = ("下午", "傍晚", "晚上", "夜里", "晚")


def values_in(text: str) -> tuple[Value, ...]:
    """Every value stated in `text`, in order, not overlapping.

    两天 = 2天 = 48小时 = {duration 48}; 3–5天, 三五天 → range; 48小时内, 不超过 → at most; 满39元, 至少 → at least;
    当天 → at most 24 hours; 16:00, 下午四点 → clock, minutes of the day. Calendar dates, phone and order
    numbers (no unit) are no values.
    """
    plain = shadow(text)
    dates = [match.span() for match in _DATE.finditer(plain)]
    found = [
        *_clocks(plain),
        *_shares(plain),
        *_prices(plain),
        *_bare_prices(plain),
        *_measures(plain),
        *_relative(plain),
    ]
    found.sort(key=lambda value: (value.start, -value.end))
    kept: list[Value] = []
    at_date = 0
    for value in found:
        while at_date < len(dates) and dates[at_date][1] <= value.start:
            at_date += 1
        in_date = at_date < len(dates) and dates[at_date][0] < value.end
        if not in_date and (not kept or value.start >= kept[-1].end):
            kept.append(value)
    return tuple(kept)


@cache
def _unit_names() -> tuple[str, ...]:
    return tuple(f"u{index}" for index in range(len(UNITS)))


def _measures(plain: str) -> Iterator[Value]:
    for match in _MEASURED.finditer(plain):
        unit = match.lastgroup and next((name for name in _unit_names() if match[name]), None)
        if unit:
            _, dimension, factor = UNITS[int(unit[1:])]
            key = str(dimension) + (match["per"] or "").replace("每", "/").replace("m2", "平方米").replace(
                "㎡", "平方米"
            )
        elif match["half0"]:
            dimension, factor, key = *_half_unit(match[0]), ""
            key = str(dimension)
        else:
            noun = match["noun"] or "个"
            dimension, factor, key = Dimension.COUNT, 1.0, f"{Dimension.COUNT}:{SAME_NOUN.get(noun, noun)}"
        low, high = _numbers(match)
        if (low, high, factor) == (0.5, 0.5, 730):
            factor = 720  # 半个月 is said for fifteen days
        if dimension is Dimension.DISCOUNT and low >= 10:
            low, high = low / 10, high / 10
        if match["half"] or match["half0"]:
            low, high = low + 0.5, high + 0.5
        if match["rest"] and dimension in (Dimension.MONEY, Dimension.LENGTH):
            tail = float(match["rest"]) / 10 ** len(match["rest"])
            low, high = low + tail, high + tail
        yield Value(key, low * factor, high * factor, _bound(match, low != high), match.start(), match.end())


def _half_unit(quote: str) -> tuple[Dimension, float]:
    """The unit after 个半 (一个半小时), which the pattern leaves to its tail."""
    tail = quote.partition("个半")[2]
    return next(
        (dimension, factor)
        for pattern, dimension, factor in UNITS
        if re.match(pattern, f"个{tail}") or re.match(pattern, tail)
    )


def _numbers(match: re.Match[str]) -> tuple[float, float]:
    written = match["a"]
    if match["b"] is None and PAIR.fullmatch(written) and _rises(written):
        return number(written[0]), number(written[1])
    low = number(written)
    if match["tens"]:
        return low, low + 9
    if match["sign"]:
        low = -low
    if match["b"] is None:
        return low, low
    high = number(match["b"])
    return (low, high) if low <= high else (high, low)


def _rises(pair: str) -> bool:
    return 0 < number(pair[1]) - number(pair[0]) <= 2


def _bound(match: re.Match[str], ranged: bool) -> Bound:
    groups = match.groupdict()
    if ranged:
        return Bound.RANGE
    if groups.get("most") or groups.get("most2"):
        return Bound.AT_MOST
    if groups.get("least") or groups.get("least2"):
        return Bound.AT_LEAST
    return Bound.EXACT


def _prices(plain: str) -> Iterator[Value]:
    for match in _PRICED.finditer(plain):
        low = float(match["a"])
        high = float(match["b"] or match["a"])
        yield Value(str(Dimension.MONEY), low, high, _bound(match, low != high), match.start(), match.end())


def _bare_prices(plain: str) -> Iterator[Value]:
    for match in _BARE_PRICE.finditer(plain):
        money = float(match["a"] or match["b"])
        yield Value(str(Dimension.MONEY), money, money, Bound.AT_LEAST if match["a"] else Bound.EXACT, *match.span())


def _shares(plain: str) -> Iterator[Value]:
    for match in _SHARE.finditer(plain):
        share = number(match["a"]) / 100
        yield Value(str(Dimension.PERCENT), share, share, Bound.EXACT, match.start(), match.end())


def _relative(plain: str) -> Iterator[Value]:
    for pattern, hours in RELATIVE:
        for match in re.finditer(pattern, plain):
            yield Value(str(Dimension.DURATION), hours, hours, Bound.AT_MOST, match.start(), match.end())


def _clocks(plain: str) -> Iterator[Value]:
    times = [(match.start(), match.end(), _minutes(match)) for match in _CLOCK.finditer(plain)]
    index = 0
    while index < len(times):
        start, end, minutes = times[index]
        until = minutes
        following = times[index + 1] if index + 1 < len(times) else None
        if following and re.fullmatch(r"\s?(?:-|~|到|至)\s?", plain[end : following[0]]):
            _, end, until = following
            index += 1
        bound = Bound.EXACT if until == minutes else Bound.RANGE
        yield Value(str(Dimension.CLOCK), minutes, until, bound, start, end)
        index += 1


def _minutes(match: re.Match[str]) -> float:
    hour = number(match["h"] or match["h2"])
    if match["part"] in _AFTERNOON and hour < 12:
        hour += 12
    elif match["part"] in ("晚上", "夜里", "晚") and hour == 12:
        hour = 24
    return hour * 60 + (float(match["m"] or match["m2"] or 0) if not match["half"] else 30)
