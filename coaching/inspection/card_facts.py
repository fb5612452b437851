"""What a card states: its facts, or where none are filled in, the values that stand in its replies. Pure."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache

from coaching.inspection.ports import KnownCard
from kb.content import Fact
from kb.text.facts.answers import stated_answer
from kb.text.facts.clauses import Clause, Statement
from kb.text.facts.concepts import CASES, COURIERS, MATERIALS
from kb.text.facts.numbers import fact_value
from kb.text.facts.payers import Payer, stated_payer
from kb.text.shadow import shadow

_WORDS = ((re.compile("快递|物流"), COURIERS, "默认快递"), (re.compile("材质|面料|材料|成分"), MATERIALS, "材质"))
_PAYERS = {Payer.SHOP: "商家承担", Payer.CUSTOMER: "顾客承担"}
_ASKING = re.compile(
    "能不能|可不可以|是不是|有没有|支不支持|会不会|要不要|可以|是否|能否|支持|请问|你们|这个|这款|衣服|商品|"
    "[能可有会要吗么呢吧呀啊的了都还是?？,，。!！ ]"
)
_OPEN = re.compile("多久|多少|几|什么|啥|哪|怎|谁|为何|如何")
_MAX_CORE = 8


@dataclass(frozen=True)
class Stated:
    """A fact and where the card says it."""

    fact: Fact
    quote: str
    """As people read it."""


def facts_of(card: KnownCard) -> tuple[Stated, ...]:
    """Everything checkable that the card states."""
    if card.facts:
        return tuple(Stated(fact, f"{fact.subject}{fact.predicate}：{fact.value}{fact.unit}") for fact in card.facts)
    return facts_in(card.standard_question, card.replies)


@lru_cache(maxsize=4096)
def facts_in(question: str, replies: tuple[str, ...]) -> tuple[Stated, ...]:
    """The facts that replies state: numbers, who pays, yes or no to the question, which courier or material."""
    found: dict[Fact, Stated] = {}
    for reply in replies:
        statement = Statement(reply, question)
        for clause in statement.clauses:
            for fact in _facts(clause, statement):
                found.setdefault(fact, Stated(fact, statement.quote(clause)))
    answer = _answer(question, replies)
    if answer is not None:
        found.setdefault(answer.fact, answer)
    return tuple(found.values())


def _facts(clause: Clause, statement: Statement) -> Iterator[Fact]:
    if clause.asks:
        return
    for value in clause.values:
        start, end = value.start - clause.start, value.end - clause.start
        if end > len(clause.plain):
            continue
        # What is left of its item without the value says what the value is about.
        about = clause.segment(value).replace(clause.plain[start:end], "").strip(" ,。!?;~\n")
        fact = Fact(subject=_case(clause, statement), predicate=about[:200] or "数值", value=clause.plain[start:end])
        if fact_value(fact) is not None and about:
            yield fact
    payer = stated_payer(clause, statement.question)
    if payer in _PAYERS:
        predicate = f"运费 {clause.plain.strip(' ,。!?;~')}"[:200]
        yield Fact(subject=_case(clause, statement), predicate=predicate, value=_PAYERS[payer])
    for asked, words, predicate in _WORDS:
        named = re.findall(words, clause.plain)
        if named and asked.search(statement.question):
            yield Fact(predicate=predicate, value="、".join(dict.fromkeys(named)))


def _case(clause: Clause, statement: Statement) -> str:
    """The case (不喜欢, 预售 …) that the clause does not name itself, as its sentence, else the question, does."""
    named = []
    for group in CASES:
        words = re.compile("|".join(group.values()))
        if not words.search(clause.plain):
            match = words.search(clause.sentence) or words.search(statement.question)
            named += [match[0]] if match else []
    return " ".join(named)


def _answer(question: str, replies: tuple[str, ...]) -> Stated | None:
    """The yes or no that every reply gives to the question; None where they do not, or it is no such question."""
    plain = shadow(question)
    core = _ASKING.sub("", plain)
    if _OPEN.search(plain) or not 2 <= len(core) <= _MAX_CORE:
        return None
    fact = Fact(predicate=core, value="是")
    said = []
    for reply in replies:
        statement = Statement(reply, question)
        answers = [
            (answer, statement.quote(clause))
            for clause in statement.clauses
            if (answer := stated_answer(fact, clause, statement.question)) is not None
        ]
        if not answers:
            return None
        said.append(answers[0])
    if not said or len({answer for answer, _ in said}) > 1:
        return None
    return Stated(Fact(predicate=core, value="是" if said[0][0] else "否"), said[0][1])
