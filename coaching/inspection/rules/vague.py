"""A reply leaves open (大概, 可能, 应该) what the card states exactly. Pure."""

import re
from collections.abc import Iterator

from coaching.conversations.transcript import chat
from coaching.inspection.answering import kinds_asked
from coaching.inspection.card_facts import facts_of
from coaching.inspection.ports import KnownCard
from coaching.inspection.reading import Question, Reading
from coaching.inspection.rule import Dimension, Example, Hit, Rule
from coaching.inspection.rule_sets import Limits
from kb.content import Fact
from kb.text.facts import compare_with_facts
from kb.text.facts.clauses import Statement
from kb.text.facts.concepts import concepts_of
from kb.text.folding import fold
from kb.text.shadow import shadow

_CARD_LEAVES_OPEN = re.compile("左右|约|大概|一般|预计")
_HEDGED_VALUE = 0.12
"""Less sure where the right value is said, with a 大概 before it."""


def find(reading: Reading, _limits: Limits) -> Iterator[Hit]:
    """Vague words in a clause about something that the card states exactly, one hit a message."""
    for exchange in reading.exchanges:
        for question in exchange.questions:
            if question.card is None or not facts_of(question.card):
                continue
            answers = reading.answers(exchange)
            said = "\n".join(message.text for message in answers)
            for message in answers:
                vague = [term for term in reading.wordings[message.index] if term.code == "vague"]
                for term in vague:
                    hit = _hit(question, question.card, message.index, message.text, term.start, term.quote, said)
                    if hit is not None:
                        yield hit
                        break


def _hit(question: Question, card: KnownCard, index: int, text: str, start: int, word: str, said: str) -> Hit | None:
    statement = Statement(text, question.text)
    clause = next((one for one in statement.clauses if one.start <= start < one.end), None)
    if clause is None:
        return None
    if not concepts_of(clause.plain) and not kinds_asked(fold(question.text)):
        return None  # a complaint asks for no value, and the clause gives none
    about = concepts_of(clause.plain) or concepts_of(shadow(question.text))
    for stated in facts_of(card):
        fact = stated.fact
        named = concepts_of(shadow(fact.predicate)) or concepts_of(shadow(fact.subject))
        if not about & named:
            continue
        quote = statement.quote(clause)
        [here] = compare_with_facts(quote, [fact], question.text)
        [anywhere] = compare_with_facts(said, [fact], question.text)
        if here.verdict == "contradicts" or (anywhere.verdict == "agrees" and here.verdict != "agrees"):
            continue  # wrong_fact says it, or it is said exactly elsewhere
        if here.verdict == "agrees" and any(_CARD_LEAVES_OPEN.search(reply) for reply in card.replies):
            continue
        confidence = 0.4 + 0.4 * card.score_01 - (_HEDGED_VALUE if here.verdict == "agrees" else 0.0)
        reason = f"“{word}”说得含糊，知识卡有明确规定：“{stated.quote}”"
        better = card.replies[0] if card.replies else None
        return Hit(
            (index,),
            round(confidence, 3),
            quote,
            reason,
            (question.index,),
            card.card_id,
            card.version,
            stated.quote,
            better,
        )
    return None


_SHIPPING = KnownCard(
    1,
    1,
    "下单后多久能发货？",
    ("亲，现货付款后 48 小时内发出哦",),
    (Fact(subject="现货", predicate="发货时限", value="48", unit="小时"),),
)
_AMOUNT = KnownCard(
    3,
    1,
    "一片面膜有多少精华？",
    ("每片含精华 30 毫升。",),
    (Fact(subject="面膜", predicate="单片精华含量", value="30", unit="毫升"),),
)
_NO_FACTS = KnownCard(2, 1, "衣服是什么风格？", ("简约通勤风，平时上班穿正合适。",))

RULE = Rule(
    id="vague",
    term="含糊",
    version=1,
    dimension=Dimension.COMMUNICATION,
    description="知识卡有明确数值或规定，回复却用“大概、可能、应该、差不多”；卡上没有规定的不算",
    deduction=10,
    find=find,
    examples_hit=(
        Example(chat("C 拍下多久发货", "A 应该这两天会发吧"), (_SHIPPING,), at=(1,)),
        Example(chat("C 拍下多久发货", "A 不太清楚哦，看情况发货"), (_SHIPPING,), at=(1,)),
        Example(chat("C 拍下多久发货", "A 大概48小时内发货"), (_SHIPPING,), at=(1,)),
    ),
    examples_miss=(
        Example(chat("C 拍下多久发货", "A 48小时内发货"), (_SHIPPING,)),
        Example(chat("C 有一片精华是干的", "A 或许可能是个别情况"), (_AMOUNT,)),
        Example(chat("C 什么风格的", "A 应该算通勤风吧"), (_NO_FACTS,)),
        Example(chat("C 拍下多久发货", "A 48小时内发货，您可能要留意下短信"), (_SHIPPING,)),
    ),
)
