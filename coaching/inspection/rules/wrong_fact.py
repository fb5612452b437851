"""A reply contradicts what the card says that the customer's question retrieves. Pure.

Only where retrieval is sure; what a later message puts right is no error.
"""

import re
from collections.abc import Iterator, Sequence

from coaching.conversations.transcript import chat
from coaching.inspection.card_facts import Stated, facts_of
from coaching.inspection.ports import KnownCard
from coaching.inspection.reading import Message, Question, Reading
from coaching.inspection.rule import Dimension, Example, Hit, Rule
from coaching.inspection.rule_sets import Limits
from kb.content import Fact
from kb.text.facts import FactCheck, compare_with_facts
from kb.text.facts.answers import fact_answer
from kb.text.facts.numbers import fact_value
from kb.text.folding import fold
from kb.text.values import values_in

_FROM_REPLY = 0.05
"""Less sure where the facts had to be read out of the card's replies."""
_YES_OR_NO = 0.15
"""Less sure where a yes stands against a no: easily said of something else."""
_DOINGS = re.compile("[焖煮蒸炖烤炸泡熨烫洗晾敷]")
_SENDS = re.compile("[发寄]")
_ARRIVES = re.compile("(?:几天|多久|什么时候|啥时候|哪天|何时).{0,3}(?:到|收到|送到)")
_SIZE = re.compile("[a-z0-9]+")
_PAUSE = re.compile(r"(?<=[\u4e00-\u9fff]) (?=[\u4e00-\u9fff])")


def find(reading: Reading, _limits: Limits) -> Iterator[Hit]:
    """One hit a message and card: the first fact it contradicts."""
    accused: set[tuple[int, int]] = set()
    for exchange in reading.exchanges:
        for question in exchange.questions:
            if question.card is None:
                continue
            for hit in _against(question, question.card, reading.answers(exchange)):
                key = (hit.message_index[0], question.card.card_id)
                if key not in accused:
                    accused.add(key)
                    yield hit


def _against(question: Question, card: KnownCard, answers: Sequence[Message]) -> Iterator[Hit]:
    stated = facts_of(card)
    facts = [one.fact for one in stated]
    # Between Chinese words people type a blank for a comma.
    checks = [compare_with_facts(_PAUSE.sub("，", message.text), facts, question.text) for message in answers]
    for place, message in enumerate(answers):
        for at, check in enumerate(checks[place]):
            # A later message may put it right, and what is right of one thing may be wrong of its sibling.
            corrected = any(later[at].verdict == "agrees" for later in checks[place + 1 :])
            if check.verdict != "contradicts" or _is_of_something_else(check, question, card):
                continue
            if not corrected and not _agrees_with_sibling(check, checks[place]):
                yield _hit(question, card, stated[at], message, check)
                break


def _is_of_something_else(check: FactCheck, question: Question, card: KnownCard) -> bool:
    """Whether the number in the clause measures another thing than the fact: another doing, the way instead of the
    sending, or a value that the card itself gives elsewhere."""
    wanted = fact_value(check.fact)
    if wanted is None:
        return False
    quote = fold(check.quote)
    meant, named = _DOINGS.findall(check.fact.predicate), _DOINGS.findall(quote)
    if meant and named and meant[-1] not in named:
        return True
    if _SENDS.search(check.fact.predicate) and _ARRIVES.search(question.text) and not _SENDS.search(quote):
        return True
    if set(_SIZE.findall(fold(check.fact.subject + check.fact.predicate))) & set(_SIZE.findall(quote)):
        return False  # names the very size: the number of another size is wrong of it
    said = {(one.key, one.low, one.high) for one in values_in(quote) if one.key == wanted.key}
    texts = (*card.replies, *(f"{fact.value}{fact.unit}" for fact in card.facts))
    stated = {(one.key, one.low, one.high) for text in texts for one in values_in(fold(text))}
    return bool(said) and said <= stated


def _agrees_with_sibling(check: FactCheck, checks: Sequence[FactCheck]) -> bool:
    """Whether the same clause is right for another subject with the same predicate (服装发中通，小家电发京东)."""
    return any(
        other.verdict == "agrees" and other.quote == check.quote and other.fact.predicate == check.fact.predicate
        for other in checks
    )


def _hit(question: Question, card: KnownCard, stated: Stated, message: Message, check: FactCheck) -> Hit:
    sure = 0.4 + 0.5 * card.score_01 - (0.0 if card.facts else _FROM_REPLY)
    if fact_answer(stated.fact) is not None:
        sure -= _YES_OR_NO
    start = _PAUSE.sub("，", message.text).find(check.quote)
    quote = message.text[start : start + len(check.quote)]
    reason = f"与知识卡“{card.standard_question}”不一致：卡上是“{stated.quote}”，回复说“{quote}”"
    return Hit(
        (message.index,),
        round(min(0.95, sure), 3),
        quote,
        reason,
        (question.index,),
        card.card_id,
        card.version,
        stated.quote,
        card.replies[0] if card.replies else None,
    )


_SHIPPING = KnownCard(
    1,
    1,
    "下单后多久能发货？",
    ("亲，现货付款后 48 小时内发出哦",),
    (Fact(subject="现货", predicate="发货时限", value="48", unit="小时"),),
)
_POSTAGE = KnownCard(2, 1, "退货运费谁出？", ("不喜欢退货的话，运费由您承担；质量问题我们承担。",))
_COURIERS = KnownCard(
    4,
    1,
    "默认发什么快递？",
    ("衣服默认发中通，小家电发京东快递。",),
    (
        Fact(subject="衣服", predicate="默认快递", value="中通"),
        Fact(subject="小家电", predicate="默认快递", value="京东快递"),
    ),
)
_WOOL = KnownCard(
    5,
    1,
    "羊绒围巾怎么打理？",
    ("水温别过 25℃，垫布 110℃ 以内熨。",),
    (Fact(subject="围巾", predicate="洗涤水温上限", value="25", unit="℃"),),
)
_RESENT = KnownCard(
    6,
    1,
    "少发的什么时候补寄？",
    ("登记后 24 小时内补发。",),
    (Fact(subject="少件", predicate="补发发出时限", value="24", unit="小时"),),
)
_WEIGHT = KnownCard(3, 1, "怎么选尺码？", ("M 码适合 50-55 公斤。",))

RULE = Rule(
    id="wrong_fact",
    term="错误答复",
    version=1,
    dimension=Dimension.EXPERTISE,
    description="回复与顾客问题对应的知识卡矛盾；说法不同但数值一致、承诺更严、顾客自己的身高或订单号不算",
    deduction=30,
    find=find,
    examples_hit=(
        Example(chat("C 拍下多久发货", "A 72小时内发货哦"), (_SHIPPING,), at=(1,)),
        Example(chat("C 拍下多久发货", "A 稍等帮您看下", "C 好的", "A 一般五天左右发货"), (_SHIPPING,), at=(3,)),
        Example(chat("C 不喜欢想退，邮费谁出", "A 邮费我们承担的"), (_POSTAGE,), at=(1,)),
    ),
    examples_miss=(
        Example(chat("C 拍下多久发货", "A 两天内发出"), (_SHIPPING,)),
        Example(chat("C 拍下多久发货", "A 24小时内就给您发"), (_SHIPPING,)),
        Example(chat("C 拍下多久发货", "A 72小时内发货", "A 说错了，是48小时内发货"), (_SHIPPING,)),
        Example(chat("C 拍下多久发货", "A 订单号20261102334 我看到了，马上安排"), (_SHIPPING,)),
        Example(chat("C 发什么快递", "A 默认发中通哦"), (_COURIERS,)),
        Example(chat("C 围巾皱了咋办", "A 垫块布，110℃ 以内熨平"), (_WOOL,)),
        Example(chat("C 少的那件补发几天能到", "A 一般 3–5 天"), (_RESENT,)),
        Example(chat("C 我165，体重70公斤选什么码", "A 您身高165，体重70公斤建议XL"), (_WEIGHT,)),
    ),
)
