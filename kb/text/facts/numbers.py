"""Facts with a value in numbers: is a stated value about them, and does it agree? Pure.

Which way a difference is a contradiction depends on the predicate:

- the shop's own limits (发货时限, 回电时限 …): more time contradicts, less is stricter and agrees;
- a ceiling (返还上限, 水温上限): more contradicts, a plain lower value agrees;
- a range for the customer's measure (适合体重 47–55): only a stated range is compared, never a point;
- everything else (价格, 保修期, 申请时限, 期限 …): any other value contradicts, in both directions:
  a shorter return window takes away a right, a longer one promises what does not hold.

Workdays are kept apart from days: n workdays cover n to n + 2·⌈n/5⌉ days, so 1–3 个工作日 and 3 天 agree.
"""

import math
import re
from bisect import bisect_left
from collections.abc import Iterator, Sequence
from functools import lru_cache
from itertools import islice, takewhile

from kb.content import Fact
from kb.text.facts.clauses import Clause, Statement
from kb.text.facts.concepts import CEILING, CONCEPTS, PROMISE, concept_pattern, concepts_of
from kb.text.facts.scope import in_scope, speaks_of_another
from kb.text.shadow import shadow
from kb.text.units import Dimension
from kb.text.values import Bound, Value, values_in

SAME_VALUE = "数值一致"
_SAME = 0.011
"""Relative difference up to which two values are one (30 days and a month are not)."""

_OWN_MEASURE = re.compile(
    r"[您你亲](?:的|是)?(?:身高|体重|腰围|胸围|脚长|宝宝)|身高体重(?:是|为)|您[^,。]{0,4}(?:高|重)|"
    r"(?:订单|单号|尾号|编号)|购物车|合计|实付"
)
_ADDED = re.compile("(?:再|多|再加|加|增加|延长|提前|每隔)$")
_SELF_NAMED = {
    str(Dimension.POWER),
    str(Dimension.VOLTAGE),
    str(Dimension.BATTERY),
    str(Dimension.VOLUME),
    "mass/平方米",
}
"""Dimensions whose unit alone says what is meant."""

_FITS = "适合|适用|建议(?:身高|体重)|尺码|身高|体重|腰围|胸围|月龄|年龄"
_REACH = 14
"""How far from a value a word may stand that says what it is about, in characters."""
_LONGEST_NAME = 8


@lru_cache(maxsize=4096)
def fact_value(fact: Fact) -> Value | None:
    """The fact's value in numbers, or None when it has none that covers most of it."""
    unit = "个月" if fact.unit.strip() == "月" else fact.unit
    written = f"{fact.value}{'' if unit and fact.value.endswith(unit) else unit}"
    if fact.unit.strip() in ("点", "时") and (
        clock := re.fullmatch(r"([0-9]{1,2})\s*[–—\-~至到]\s*([0-9]{1,2})", fact.value)
    ):
        written = f"{clock[1]}:00-{clock[2]}:00"
    found = values_in(written)
    if not found or (len(found) > 1 and found[0].end - found[0].start < len(written) / 2):
        return None
    value = found[0]
    rest = re.sub(r"[\s,.。约左右内前后每单]", "", written[: value.start] + written[value.end :])
    return value if len(rest) <= 3 else None


@lru_cache(maxsize=4096)
def fact_concepts(fact: Fact) -> frozenset[str]:
    """What the fact is about, by its predicate, else by its subject."""
    return concepts_of(shadow(fact.predicate)) or concepts_of(shadow(fact.subject))


def is_about(fact: Fact, value: Value, clause: Clause, statement: Statement, facts: Sequence[Fact]) -> bool:
    """Whether this value in the reply is a statement about the fact."""
    wanted = fact_value(fact)
    if wanted is None or not _comparable(wanted, value) or clause.asks:
        return False
    segment = clause.segment(value)
    if _is_the_customers(fact, value, clause) or not in_scope(fact, clause, statement.question, segment):
        return False
    if speaks_of_another(fact, clause, facts, segment):
        return False
    concepts = fact_concepts(fact)
    if judge(fact, value) == (True, SAME_VALUE) and concepts & concepts_in(clause):
        return True  # the very value in a clause about it: it need not be the nearest word
    nearest = _nearest_concepts(value, clause)
    if nearest:
        return bool(nearest & concepts) or (not concepts and shadow(fact.predicate) in clause.plain)
    if shadow(fact.predicate) in clause.sentence:
        return True
    if value.key in _SELF_NAMED and sum(_has_key(other, value.key) for other in facts) == 1:
        return True
    asked = concepts_of(statement.question) if len(statement.question) <= 200 else frozenset()
    earlier = _earlier_concepts(clause)
    if earlier:
        return bool(earlier & concepts)
    return bool(asked & concepts) or (not concepts and _names_predicate(fact, clause.sentence + statement.question))


_GENERAL = re.compile("时间|时长|时限|期限|上限|下限|数量|金额|次数|建议|要求|标准|范围|比例|最[高低多少长短]")


def _names_predicate(fact: Fact, plain: str) -> bool:
    """Whether two neighbouring characters of what is special in the predicate stand in a shadow text."""
    special = _GENERAL.sub("", shadow(fact.predicate))
    return any(special[at : at + 2] in plain for at in range(len(special) - 1))


def _has_key(fact: Fact, key: str) -> bool:
    value = fact_value(fact)
    return value is not None and value.key == key


def _comparable(wanted: Value, stated: Value) -> bool:
    if wanted.key == stated.key:
        return True
    times = {str(Dimension.DURATION), str(Dimension.WORKDAYS)}
    if {wanted.key, stated.key} == times:
        days = wanted if wanted.key == str(Dimension.DURATION) else stated
        return days.high >= 24
    # 1 张 and 1 个 count the same when one of them is the general 个.
    general = f"{Dimension.COUNT}:个"
    return general in (wanted.key, stated.key) and all(key.startswith("count:") for key in (wanted.key, stated.key))


def _is_the_customers(fact: Fact, value: Value, clause: Clause) -> bool:
    before = clause.plain[max(0, value.start - clause.start - 10) : value.start - clause.start]
    if _OWN_MEASURE.search(before) or (_ADDED.search(before) and "加" not in fact.predicate):
        return True
    wanted = fact_value(fact)
    fits = wanted is not None and wanted.bound is Bound.RANGE and re.search(_FITS, fact.predicate)
    return bool(fits) and value.bound is not Bound.RANGE


@lru_cache(maxsize=512)
def _named(plain: str) -> tuple[tuple[int, int, str], ...]:
    """Every naming of a concept in a shadow text: start, end, concept; by start."""
    return tuple(
        sorted(
            (*match.span(), name) for name in CONCEPTS for match in concept_pattern(name).finditer(plain) if match[0]
        )
    )


def concepts_in(clause: Clause) -> frozenset[str]:
    """Every concept a clause names."""
    return frozenset(name for _, _, name in _named(clause.plain))


def _nearest_concepts(value: Value, clause: Clause) -> frozenset[str]:
    """The concepts named nearest to the value in its clause, within 14 characters."""
    start, end = value.start - clause.start, value.end - clause.start
    nearest = _nearest(_named(clause.plain), start, end, _REACH)
    inside = {
        name for name_start, name_end, name in _around(clause, start, end) if start <= name_start and name_end <= end
    }
    # What the value itself says (满39元, 3片) goes before its neighbours; 满39元包邮 is about both.
    return frozenset(inside | (nearest & {"包邮"}) if inside else nearest)


def _around(clause: Clause, start: int, end: int) -> Iterator[tuple[int, int, str]]:
    named = _named(clause.plain)
    return takewhile(lambda span: span[0] < end, islice(named, bisect_left(named, (start,)), None))


def _earlier_concepts(clause: Clause) -> frozenset[str]:
    """The concepts named last in the sentence before the clause."""
    earlier = clause.sentence[: len(clause.sentence) - len(clause.plain)]
    return _nearest(_named(earlier), len(earlier), len(earlier), 3 * _REACH)


def _nearest(named: Sequence[tuple[int, int, str]], start: int, end: int, reach: int) -> frozenset[str]:
    best: float = reach
    nearest: set[str] = set()
    first = bisect_left(named, (start - reach - _LONGEST_NAME,))
    for name_start, name_end, name in islice(named, first, None):
        if name_start > end + reach:
            break
        if start <= name_start and name_end <= end and start < end:
            continue
        # A word that runs into the value (3天到) stands right beside it; after it is nearer than before.
        distance = max(name_start - end, start - name_end + 0.5, 0)
        if distance < best:
            best, nearest = distance, {name}
        elif distance == best:
            nearest.add(name)
    return frozenset(nearest)


def judge(fact: Fact, stated: Value) -> tuple[bool, str]:
    """Whether the stated value agrees with the fact, and why."""
    wanted = fact_value(fact)
    assert wanted is not None
    is_range = wanted.bound is Bound.RANGE
    wanted, stated = _in_days(wanted, stated)
    if _same(wanted.low, stated.low) and _same(wanted.high, stated.high):
        return True, SAME_VALUE
    predicate = shadow(fact.predicate)
    if re.search(CEILING, predicate) or (wanted.bound is Bound.AT_MOST and not re.search(PROMISE, predicate)):
        return _judge_ceiling(wanted, stated)
    if re.search(PROMISE, predicate) and wanted.key in (str(Dimension.DURATION), str(Dimension.WORKDAYS)):
        return _judge_limit(wanted, stated, is_range=is_range)
    if wanted.bound is Bound.RANGE and stated.bound is not Bound.RANGE:
        inside = wanted.low * (1 - _SAME) <= stated.low <= wanted.high * (1 + _SAME)
        return inside, "在范围内" if inside else "不在范围内"
    if wanted.bound is Bound.AT_LEAST:
        return stated.low >= wanted.low * (1 - _SAME), "与最低值比较"
    return False, "数值不同"


def _judge_limit(wanted: Value, stated: Value, *, is_range: bool) -> tuple[bool, str]:
    if stated.high > wanted.high * (1 + _SAME):
        return False, "比知识卡的时限更长"
    if is_range and stated.bound is not Bound.AT_LEAST and stated.high < wanted.low * (1 - _SAME):
        return False, "比知识卡的最短时间还短"
    return True, "更严，不算矛盾"


def _judge_ceiling(wanted: Value, stated: Value) -> tuple[bool, str]:
    if stated.high > wanted.high * (1 + _SAME):
        return False, "超过上限"
    if stated.bound is Bound.AT_MOST and wanted.key not in (str(Dimension.TEMPERATURE), str(Dimension.DURATION)):
        return False, "上限不同"
    return True, "在上限以内"


def _in_days(wanted: Value, stated: Value) -> tuple[Value, Value]:
    """Workdays against days: the fact's side is widened by its weekends."""
    workdays = str(Dimension.WORKDAYS)
    if wanted.key == stated.key or workdays not in (wanted.key, stated.key):
        return wanted, stated
    if wanted.key == workdays:
        return _calendar(wanted), stated
    widened = _calendar(stated)
    # The statement may mean any of these days: it agrees when the fact's limit is among them.
    if widened.low <= wanted.high <= widened.high:
        return wanted, wanted
    return wanted, widened


def _calendar(value: Value) -> Value:
    low, high = value.low * 24, (value.high + 2 * math.ceil(value.high / 5)) * 24
    return Value(str(Dimension.DURATION), low, high, Bound.RANGE, value.start, value.end)


def _same(one: float, other: float) -> bool:
    return abs(one - other) <= _SAME * max(abs(one), abs(other), 1e-9)


def means_another(fact: Fact, value: Value, clause: Clause, statement: Statement, facts: Sequence[Fact]) -> bool:
    """Whether the value is right for another fact of the card that it may be about."""
    return any(
        is_about(other, value, clause, statement, facts) and judge(other, value)[0]
        for other in facts
        if other is not fact and fact_value(other) is not None
    )
