"""A reply answers the card's question without a point it must mention. Pure.

A later message may supply the point. A reply that is no answer at all (请稍等, a question back) is another rule's.
"""

import re
from bisect import bisect_left
from collections.abc import Iterator, Sequence
from dataclasses import replace

from coaching.conversations.transcript import chat
from coaching.inspection.key_points import is_asked, missed_points, shared
from coaching.inspection.ports import KnownCard
from coaching.inspection.reading import Message, Question, Reading
from coaching.inspection.rule import Dimension, Example, Hit, Rule
from coaching.inspection.rule_sets import Limits
from coaching.inspection.wording import fitting_reply
from kb.content import KeyPoint
from kb.vocabulary import Kind

_ANSWERS = 0.3
"""Share of a reply's character pairs that stand in the card, from which it answers the card's question."""
_SUPPLIES = 30
"""The agent's next messages in which a point may still come."""
_UNCONFIRMED = 0.65
"""The most it is sure of: below what agents see before a reviewer confirmed it.

Source: on labelled service chats none of the 13 replies it named was weak to the readers, 2026-11-22
(docs/decisions/0005-inspection.md, Measured).
"""
_MIN_CHARS = 4
_PLACEHOLDER = re.compile(r"\[[^\[\]]{1,12}\]")
_HOLDS_OFF = re.compile(r"稍等|稍候|等一下|等下|看下|看一下|查一?下|核实一?下|请问|[吗么][?？]?$|[?？]$")


def find(reading: Reading, _limits: Limits) -> Iterator[Hit]:
    """One hit a question: at the last message that answers it."""
    for exchange in reading.exchanges:
        for question in exchange.questions:
            card = question.card
            answers = reading.answers(exchange)
            # The points of a script are how to speak, which other rules judge.
            if card is None or card.kind == Kind.SCRIPT or not card.key_points or not answers:
                continue
            answering = [message for message in answers if _answers(message, card)]
            if not answering:
                continue
            first = bisect_left(reading.of_agent, answers[0].index, key=lambda message: message.index)
            later = "\n".join(message.text for message in reading.of_agent[first : first + _SUPPLIES])
            asked = [point for point in card.key_points if is_asked(point, question.text)]
            missed = missed_points(asked, later)
            if missed:
                yield _hit(question, card, answering[-1], missed, finished=reading.finished)


def _answers(message: Message, card: KnownCard) -> bool:
    """Whether a message answers the card's question at all."""
    if len(_PLACEHOLDER.sub("", message.folded)) < _MIN_CHARS or _HOLDS_OFF.search(message.folded):
        return False
    makes_one = len(missed_points(card.key_points, message.text)) < len(card.key_points)
    return makes_one or shared(message.text, "\n".join(card.replies)) >= _ANSWERS


def _hit(question: Question, card: KnownCard, message: Message, missed: Sequence[KeyPoint], *, finished: bool) -> Hit:
    names = "、".join(point.text for point in missed)
    sure = 0.3 + 0.35 * card.score_01 + 0.2 * len(missed) / len(card.key_points)
    return Hit(
        (message.index,),
        # While the conversation goes on the point may still come.
        round(min(sure, _UNCONFIRMED if finished else 0.6), 3),
        message.text,
        f"回答了“{card.standard_question}”，但没有说到：{names}",
        (question.index,),
        card.card_id,
        card.version,
        names,
        fitting_reply(question),
    )


_SHIPPING = KnownCard(
    1,
    1,
    "下单后多久能发货？",
    ("现货付款后 48 小时内发出，16:00 前付款的当天就能发走。",),
    (),
    (
        KeyPoint(text="48 小时内发出", wordings=("48小时内", "两天内")),
        KeyPoint(text="16:00 前付款当天发", wordings=("16:00前付款", "下午4点前")),
    ),
)

_SHIPPING_BY = replace(
    _SHIPPING,
    standard_question="发什么快递？",
    replies=("默认发韵达，付款后 48 小时内发出，签收前请先验货。",),
    key_points=(KeyPoint(text="韵达"), KeyPoint(text="签收前先验货", wordings=("先验货再签收",))),
)

RULE = Rule(
    id="missing_key_point",
    term="要点缺失",
    version=2,
    dimension=Dimension.EXPERTISE,
    description="回答了知识卡的问题，却漏了顾客问到的必答要点；没有问到的、后面的消息补上了的不算",
    deduction=10,
    find=find,
    examples_hit=(
        Example(chat("C 拍下多久发货", "A 付款后48小时内发出哦"), (_SHIPPING,), at=(1,)),
        Example(chat("C 拍下多久发货", "A 您好", "A 现货付款后很快就能发走的"), (_SHIPPING,), at=(2,)),
    ),
    examples_miss=(
        Example(chat("C 拍下多久发货", "A 两天内发出，下午4点前付款当天发"), (_SHIPPING,)),
        Example(chat("C 拍下多久发货", "A 付款后48小时内发出哦", "C 好", "A 16:00前付款的话当天发"), (_SHIPPING,)),
        Example(chat("C 拍下多久发货", "A 请稍等，我帮您查一下"), (_SHIPPING,)),
        Example(chat("C 这款是发韵达吗", "A 是发韵达的，付款后48小时内发出哦"), (_SHIPPING_BY,)),
    ),
)
