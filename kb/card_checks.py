"""What is wrong with a set of cards as a whole, beyond what a single card's fields allow. Pure.

Runs over the bundled cards in the tests and in the editor before a card is published. A problem is
something a person should look at; whether it stops anything is decided by the caller.
"""

import re
from collections import defaultdict
from collections.abc import Callable, Hashable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from itertools import combinations
from typing import TypeVar

from kb.card_files.cells import split_measure
from kb.content import DEFAULT_ZONE, CardEntry, Fact
from kb.text.folding import fold
from kb.text.terms import check_terms
from kb.vocabulary import INTENTS, PHASE_TERMS, Kind, Phase

MIN_SIMILAR_QUESTIONS = 6
MIN_REPLIES = 2
REPLY_CHARS = (6, 300)
"""Shortest and longest reply that reads well in a chat window on a phone (our own judgement)."""
VARIABLES = frozenset(
    {"买家昵称", "店铺名称", "客服昵称", "商品名称", "订单号", "快递公司", "快递单号", "预计时间", "退款金额"}
    | {"尺码", "活动名称", "券面额"}
)
"""What an agent or the system can fill in; listed for writers in `data/faq/README.md`."""

_PHASE_OF = {name: phase for phase, names in INTENTS.items() for name in names}
_ANSWERS_QUESTIONS = (Kind.FAQ, Kind.POLICY)
_REPLY_TERMS = frozenset({"absolute_terms", "over_promise", "off_platform", "cash_for_review"})
_MARKS = re.compile(r"[\W_]+")
_VARIABLE = re.compile(r"\{([^{}\n]{0,30})\}")

_T = TypeVar("_T")
_Found = Iterator["CardProblem"]


@dataclass(frozen=True)
class CardProblem:
    """One thing to mend: the card, the field, a stable code, and in Chinese what to do."""

    external_id: str
    field: str
    code: str
    message: str


def check_cards(entries: Iterable[CardEntry]) -> tuple[CardProblem, ...]:
    """Every problem of every card, alone and against the others; cards in order, then the pairs.

    Codes: missing_id, duplicate_id, duplicate_question, repeated_question, own_negative, missing_intent, wrong_intent,
    few_similar_questions, few_replies, same_reply, reply_length, missing_key_points, unmentioned_key_point, glued_unit,
    contradicting_fact, unknown_variable, missing_source, checked_without_source, and the codes of
    `kb.text.terms` for what a reply must not say.
    """
    cards = tuple(entries)
    alone = [problem for card in cards for check in _CARD_CHECKS for problem in check(card)]
    together = [problem for check in _SET_CHECKS for problem in check(cards)]
    return (*alone, *together)


def scopes_overlap(one: CardEntry, other: CardEntry) -> bool:
    """Whether some order on some platform, in some shop, for some product, at some time meets both cards."""
    for name in ("platforms", "shops", "products"):
        mine, theirs = set(getattr(one, name)), set(getattr(other, name))
        if mine and theirs and not mine & theirs:
            return False
    begun, ended = (_period(card) for card in (one, other))
    return max(begun[0], ended[0]) < min(begun[1], ended[1])


def _period(card: CardEntry) -> tuple[datetime, datetime]:
    begin, end = card.valid_period(DEFAULT_ZONE)
    return begin or datetime.min.replace(tzinfo=UTC), end or datetime.max.replace(tzinfo=UTC)


def _check_classification(card: CardEntry) -> _Found:
    if not card.external_id:
        yield CardProblem("", "external_id", "missing_id", f"“{card.standard_question}”没有编号，请给一个不重复的编号")
    if not card.intent:
        yield _problem(card, "intent", "missing_intent", "没有意图，请从意图表里选一个")
    elif Phase.GENERAL not in (card.phase, phase := _PHASE_OF[card.intent]) and card.phase is not phase:
        message = (
            f"意图“{card.intent}”属于{PHASE_TERMS[phase]}，卡片却是{PHASE_TERMS[card.phase]}；两边都用得上就改成通用"
        )
        yield _problem(card, "intent", "wrong_intent", message)


def _check_amount(card: CardEntry) -> _Found:
    if card.kind not in _ANSWERS_QUESTIONS:
        return
    similar = len(card.similar_questions)
    if similar < MIN_SIMILAR_QUESTIONS:
        message = f"只有 {similar} 条相似问，请按顾客的原话补到 {MIN_SIMILAR_QUESTIONS} 条以上"
        yield _problem(card, "similar_questions", "few_similar_questions", message)
    if len(card.replies) < MIN_REPLIES:
        yield _problem(card, "replies", "few_replies", f"请写 {MIN_REPLIES} 条以上不同的回复")
    if not card.key_points:
        yield _problem(card, "key_points", "missing_key_points", "没有必答要点，请写出回复里必须提到的内容")


def _check_source(card: CardEntry) -> _Found:
    if card.kind is Kind.POLICY and not card.source:
        yield _problem(card, "source", "missing_source", "规则卡要写来源（法规或平台规则的名称）")
    if card.checked_on and not card.source:
        yield _problem(card, "checked_on", "checked_without_source", "有核对日期却没有来源，请补上来源或删去日期")


def _check_questions(card: CardEntry) -> _Found:
    asked = {_bare(card.standard_question)}
    for question in card.similar_questions:
        if (folded := _bare(question)) in asked:
            message = f"“{question}”与本卡前面的问法只差繁简、标点或空格，搜索时是同一句，请删去"
            yield _problem(card, "similar_questions", "repeated_question", message)
        asked.add(folded)
    for question in card.negative_questions:
        if _bare(question) in asked:
            message = f"“{question}”既是相似问又是反例问，请留一处"
            yield _problem(card, "negative_questions", "own_negative", message)


def _check_replies(card: CardEntry) -> _Found:
    seen: set[str] = set()
    for number, reply in enumerate(card.replies, start=1):
        if not REPLY_CHARS[0] <= len(reply.text) <= REPLY_CHARS[1]:
            message = f"第 {number} 条回复 {len(reply.text)} 字，宜在 {REPLY_CHARS[0]}–{REPLY_CHARS[1]} 字之间"
            yield _problem(card, "replies", "reply_length", message)
        if (folded := _bare(reply.text)) in seen:
            yield _problem(card, "replies", "same_reply", f"第 {number} 条回复与前面的一样，请换一种说法")
        seen.add(folded)
        for name in _VARIABLE.findall(reply.text):
            if name not in VARIABLES:
                message = f"第 {number} 条回复的变量“{{{name}}}”不在变量表里，没有人会替换它"
                yield _problem(card, "replies", "unknown_variable", message)
        for hit in check_terms(reply.text):
            if hit.code in _REPLY_TERMS:
                message = f"第 {number} 条回复“{hit.quote}”：{hit.message}；{hit.advice}"
                yield _problem(card, "replies", hit.code, message)


def _check_key_points(card: CardEntry) -> _Found:
    replies = [_bare(reply.text) for reply in card.replies]
    for point in card.key_points:
        wordings = [_bare(wording) for wording in (point.text, *point.wordings)]
        if not any(wording in reply for wording in wordings for reply in replies):
            message = f"没有一条回复提到要点“{point.text}”，请补进回复，或把回复里的说法加进要点"
            yield _problem(card, "key_points", "unmentioned_key_point", message)


def _check_units(card: CardEntry) -> _Found:
    for fact in card.facts:
        value, unit = split_measure(fact.value)
        if unit and not fact.unit:
            message = f"“{fact.predicate}”的值“{fact.value}”请拆成值“{value}”和单位“{unit}”"
            yield _problem(card, "facts", "glued_unit", message)


def _check_ids(cards: Sequence[CardEntry]) -> _Found:
    for external_id, owners in _grouped((card.external_id, card) for card in cards if card.external_id):
        for card in owners[1:]:
            yield _problem(
                card, "external_id", "duplicate_id", f"编号 {external_id} 已用在“{owners[0].standard_question}”上"
            )


def _check_shared_questions(cards: Sequence[CardEntry]) -> _Found:
    asked = ((folded, card) for card in cards for folded in {_bare(question) for question in card.questions})
    for folded, owners in _grouped(asked):
        for one, other in combinations(owners, 2):
            if scopes_overlap(one, other):
                message = f"“{folded}”也在 {_name(one)} 里，请只留在答得更准的那张卡上"
                yield _problem(other, "similar_questions", "duplicate_question", message)


def _check_facts(cards: Sequence[CardEntry]) -> _Found:
    stated = (((fold(fact.subject), fold(fact.predicate)), (card, fact)) for card in cards for fact in card.facts)
    for _, statements in _grouped(stated):
        for (one, fact), (other, against) in combinations(statements, 2):
            if _value(fact) != _value(against) and scopes_overlap(one, other):
                message = f"“{_statement(against)}”与 {_name(one)} 的“{_statement(fact)}”矛盾，请核对，或把主语写具体"
                yield _problem(other, "facts", "contradicting_fact", message)


def _grouped(pairs: Iterable[tuple[Hashable, _T]]) -> Iterable[tuple[Hashable, list[_T]]]:
    groups: defaultdict[Hashable, list[_T]] = defaultdict(list)
    for key, item in pairs:
        groups[key].append(item)
    return groups.items()


def _value(fact: Fact) -> tuple[str, str]:
    return fold(fact.value), fold(fact.unit)


def _statement(fact: Fact) -> str:
    return f"{fact.subject}{fact.predicate}={fact.value}{fact.unit}"


def _bare(text: str) -> str:
    """The folded text without marks and spaces, so that 能发货? and 能发货 are one question."""
    folded = fold(text)
    return _MARKS.sub("", folded) or folded


def _name(card: CardEntry) -> str:
    return card.external_id or f"“{card.standard_question}”"


def _problem(card: CardEntry, field: str, code: str, message: str) -> CardProblem:
    return CardProblem(card.external_id, field, code, message)


_CARD_CHECKS: tuple[Callable[[CardEntry], _Found], ...] = (
    _check_classification,
    _check_amount,
    _check_source,
    _check_questions,
    _check_replies,
    _check_key_points,
    _check_units,
)
_SET_CHECKS: tuple[Callable[[Sequence[CardEntry]], _Found], ...] = (
    _check_ids,
    _check_shared_questions,
    _check_facts,
)
