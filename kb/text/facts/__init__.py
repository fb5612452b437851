"""A text compared with a card's facts: what agrees, what contradicts, what is not said. Pure.

A contradiction needs a value of the same sort *about* the same thing; in doubt the verdict is "silent",
because a wrong accusation costs more than a missed one. How each sort of value is judged is written in
`numbers.py`, `payers.py`, `answers.py` and `words.py`.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Literal

from kb.content import Fact
from kb.text.facts.answers import fact_answer, stated_answer
from kb.text.facts.clauses import Clause, Statement
from kb.text.facts.numbers import fact_value, is_about, judge, means_another
from kb.text.facts.payers import Payer, fact_payer, stated_payer
from kb.text.facts.scope import in_scope, names_subject, siblings, speaks_of_another
from kb.text.facts.words import closed_words, items, mentions_value, stated_words, words_agree
from kb.text.folding import fold

Verdict = Literal["agrees", "contradicts", "silent"]


@dataclass(frozen=True, slots=True)
class FactCheck:
    """What a text says about one fact; `quote` is the clause that says it ("" when silent)."""

    fact: Fact
    verdict: Verdict
    quote: str
    reason: str


@dataclass(frozen=True, slots=True)
class _Finding:
    agrees: bool
    clause: Clause
    reason: str


def compare_with_facts(text: str, facts: Sequence[Fact], question: str = "") -> tuple[FactCheck, ...]:
    """One check per fact, in order.

    Args:
        text: A reply. Only its first 4,000 characters are read.
        facts: The facts of the card that the question is about; facts with the same predicate and
            another subject keep each other from being accused for what was said about the other.
        question: What the customer asked, which says what a bare 可以的 or 3天 is about.
    """
    statement = Statement(text, question)
    return tuple(_check(fact, statement, facts) for fact in facts)


def _check(fact: Fact, statement: Statement, facts: Sequence[Fact]) -> FactCheck:
    findings = list(_findings(fact, statement, facts))
    agreeing = next((finding for finding in findings if finding.agrees), None)
    finding = agreeing or (findings[0] if findings else None)
    if finding is None:
        return FactCheck(fact, "silent", "", "没有提到")
    quote = statement.quote(finding.clause)
    if finding.agrees:
        return FactCheck(fact, "agrees", quote, finding.reason)
    reason = f"知识卡：{fact.subject}{fact.predicate}是“{fact.value}{fact.unit}”，回复说“{quote}”（{finding.reason}）"
    return FactCheck(fact, "contradicts", quote, reason)


def _findings(fact: Fact, statement: Statement, facts: Sequence[Fact]) -> Iterator[_Finding]:
    if fact_value(fact) is not None:
        yield from _number_findings(fact, statement, facts)
    elif fact_payer(fact) is not None:
        yield from _payer_findings(fact, statement, facts)
    elif fact_answer(fact) is not None:
        yield from _answer_findings(fact, statement, facts)
    elif closed_words(fact):
        yield from _word_findings(fact, statement, facts)
    elif mentions_value(fact, statement.text) and statement.clauses:
        yield _Finding(True, statement.clauses[0], "提到了同样的内容")


def _number_findings(fact: Fact, statement: Statement, facts: Sequence[Fact]) -> Iterator[_Finding]:
    for clause in statement.clauses:
        for value in clause.values:
            if is_about(fact, value, clause, statement, facts):
                agrees, reason = judge(fact, value)
                if agrees or not means_another(fact, value, clause, statement, facts):
                    yield _Finding(agrees, clause, reason)


def _payer_findings(fact: Fact, statement: Statement, facts: Sequence[Fact]) -> Iterator[_Finding]:
    wanted = fact_payer(fact)
    for clause in statement.clauses:
        stated = stated_payer(clause, statement.question)
        if stated is None or not _may_be_meant(fact, clause, statement, facts):
            continue
        if stated is wanted:
            yield _Finding(True, clause, "承担方一致")
        elif Payer.BOTH not in (stated, wanted):
            yield _Finding(False, clause, "承担方不同")


def _answer_findings(fact: Fact, statement: Statement, facts: Sequence[Fact]) -> Iterator[_Finding]:
    wanted = fact_answer(fact)
    for clause in statement.clauses:
        stated = stated_answer(fact, clause, statement.question)
        if stated is not None and _may_be_meant(fact, clause, statement, facts):
            yield _Finding(stated is wanted, clause, "答复一致" if stated is wanted else "是与否相反")


def _word_findings(fact: Fact, statement: Statement, facts: Sequence[Fact]) -> Iterator[_Finding]:
    for clause in statement.clauses:
        stated = stated_words(fact, clause, statement.question)
        if stated and not speaks_of_another(fact, clause, facts):
            agrees = words_agree(closed_words(fact), stated)
            yield _Finding(agrees, clause, "一致" if agrees else "说的是另一种")


def _may_be_meant(fact: Fact, clause: Clause, statement: Statement, facts: Sequence[Fact]) -> bool:
    if not in_scope(fact, clause, statement.question) or speaks_of_another(fact, clause, facts):
        return False
    others = siblings(fact, facts)
    if not others or names_subject(fact, clause, statement.question):
        return True
    return not any(names_subject(other, clause, statement.question) for other in others)


def facts_contradict(one: Fact, other: Fact) -> bool:
    """Whether two facts give the same subject and predicate different values (48 小时 and 2 天 are the same)."""
    if (fold(one.subject), fold(one.predicate)) != (fold(other.subject), fold(other.predicate)):
        return False
    for read in (_number_of, fact_payer, fact_answer, closed_words):
        mine, theirs = read(one), read(other)
        if (mine and theirs) or (mine is not None and theirs is not None and read is fact_answer):
            return mine != theirs
    mine_items, their_items = items(one.value + one.unit), items(other.value + other.unit)
    return not (mine_items <= their_items or their_items <= mine_items)


def _number_of(fact: Fact) -> tuple[str, float, float] | None:
    value = fact_value(fact)
    return None if value is None else (value.key, round(value.low, 6), round(value.high, 6))


__all__ = ["FactCheck", "Verdict", "compare_with_facts", "facts_contradict"]
