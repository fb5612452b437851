"""An upset customer, and neither this reply nor the one before acknowledges it. Pure."""

import re
from collections.abc import Iterator

from coaching.conversations.transcript import chat
from coaching.inspection.emotion import Emotion, emotion_of
from coaching.inspection.reading import Exchange, Message, Reading
from coaching.inspection.rule import Dimension, Example, Hit, Rule
from coaching.inspection.rule_sets import Limits
from coaching.inspection.turns import Turn, turns

_UPSET = frozenset({Emotion.ANNOYED, Emotion.ANGRY})
_ACKNOWLEDGES = re.compile(
    r"抱歉|不好意思|对不起|见谅|谅解|理解|体谅|不便|添麻烦|久等|着急|放心|心情|担心|遗憾|难过|委屈|辛苦[您你]?了|怠慢|歉意|深感|"
    r"是我们(?:的错|做得|没|工作|不)|重视|包涵|包容|原谅|改善|改进|开心"
)
_WONDERS = re.compile(r"(?:为什么|怎么|咋)(?:还不|还没|一直[不没]|又|老是|总是|这么慢|不)|(?:太|好|这么|真)慢")
_NO_MOOD = re.compile(r"空气炸锅?|(?<=我)妈的|(?<!到底)([管赔保修退换])不\1")
"""Names of things and people, and questions about a case that has not come, that read like displeasure."""
_ACTS = re.compile(r"(?:帮|给|为)[您你].{0,3}(?:处理|解决|补|换|退|申请)")
_CONFIDENCE_01 = {Emotion.ANNOYED: 0.7, Emotion.ANGRY: 0.85}


def find(reading: Reading, _limits: Limits) -> Iterator[Hit]:
    """An upset customer, and neither this reply nor the one before acknowledges it."""
    for turn in turns(reading):
        upset = [message for message in turn.exchange.asked if _is_upset(message)]
        if not upset or (turn.reply.opens and not turn.earlier):
            continue
        if _ACKNOWLEDGES.search(turn.said) or _acknowledged_before(turn):
            continue
        if (
            turn.is_content
            or (turn.reply.waits and not turn.reply.content)
            or turn.exchange.asked[-1].emotion is Emotion.THANKFUL
        ):
            continue
        worst = (
            Emotion.ANGRY
            if any(emotion_of(_NO_MOOD.sub("", one.folded)) is Emotion.ANGRY for one in upset)
            else Emotion.ANNOYED
        )
        confidence_01 = _CONFIDENCE_01[worst] + (0.1 if _upset_again(turn) else 0.0)
        confidence_01 -= 0.1 if worst is Emotion.ANNOYED and _only_wonders(upset[-1]) else 0.0
        confidence_01 -= 0.15 if turn.only_asks or _ACTS.search(turn.said) else 0.0
        reason = f"顾客已经不满（“{upset[-1].text[-40:]}”），回复没有道歉，也没有表示理解"
        yield Hit((turn.last,), confidence_01, turn.said, reason, tuple(one.index for one in upset))


def _is_upset(message: Message) -> bool:
    return message.emotion in _UPSET and emotion_of(_NO_MOOD.sub("", message.folded)) in _UPSET


def _only_wonders(message: Message) -> bool:
    """Whether nothing but a question ("怎么还没发") carries the displeasure."""
    return emotion_of(_WONDERS.sub("", message.folded)) not in _UPSET


def _acknowledged_before(turn: Turn) -> bool:
    before = turn.earlier[-1] if turn.earlier else None
    return before is not None and any(_ACKNOWLEDGES.search(message.text) for message in before.replies)


def _upset_again(turn: Turn) -> bool:
    """Whether the customer was upset before, or still is in what they write next."""
    earlier = [message for one in turn.earlier for message in one.asked]
    return any(_is_upset(message) for message in (*earlier, *turn.next))


def _has_upset(exchange: Exchange) -> bool:
    return any(_is_upset(message) for message in exchange.asked)


def _applies(reading: Reading, _limits: Limits) -> bool:
    return any(_has_upset(exchange) for exchange in reading.exchanges if exchange.replies)


RULE = Rule(
    id="no_empathy",
    term="未安抚",
    version=1,
    dimension=Dimension.EMOTION,
    description="顾客不满或受了损失，这一条和上一条回复都没有道歉或表示理解；没有不满的顾客时不适用",
    deduction=15,
    find=find,
    applies=_applies,
    examples_hit=(
        Example(chat("C 我都催了三次了，还没人处理，太失望了", "A 您的订单在仓库"), at=(1,)),
        Example(chat("C 什么态度啊，再也不买了", "A 退款三天到账"), at=(1,)),
        Example(chat("C 等了半天了 说好的昨天送呢", "A 师傅电话是[电话]"), at=(1,)),
    ),
    examples_miss=(
        Example(chat("C 我都催了三次了，还没人处理，太失望了", "A 非常抱歉让您久等，我现在就打仓库电话")),
        Example(chat("C 什么时候发货", "A 明天发")),
        Example(chat("C 3升的空气炸锅放得下一条鱼吗", "A 放得下，切两段")),
        Example(chat("C 保温壶质保多久 磕坏了赔不赔", "A 质保 2 年，磕坏的不在内")),
        Example(chat("C 就要这件 给我妈的", "A 好的，帮您备注礼盒装")),
        Example(chat("C 等了半天了", "A 实在不好意思", "C 说好的昨天送呢", "A 师傅说今晚七点前到")),
    ),
)
