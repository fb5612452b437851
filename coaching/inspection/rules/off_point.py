"""A reply that does not address what was asked. Pure."""

import re
from collections.abc import Iterator

from coaching.conversations.transcript import chat
from coaching.inspection.acts import CustomerAct
from coaching.inspection.answering import Kind, gives
from coaching.inspection.reading import Reading
from coaching.inspection.rule import Dimension, Example, Hit, Rule
from coaching.inspection.rule_sets import Limits
from coaching.inspection.turns import Turn, adjusted, turns

_ORDER_NUMBER = re.compile(r"\[订单[^\]]{0,2}\]|(?<![\d.])\d{10,22}(?![\d.])")
_ASKS_FOR_DATA = re.compile(r"电话|号码|手机|单号|编号|地址|链接|账号|联系方式|多少|几|价|钱|邮箱|哪[个款里]|型号|谁")
_LINK = re.compile(r"\[链接|https?:")
_ORDER = re.compile(r"\[订单|\d{10,}")
_ORDER_OR_NAME = re.compile(r"\[(?:订单|姓名)|\d{10,}")
_YES_OR_NO = re.compile(r"可以|不(?!便|好意思|客气|要着急)|能|没|是(?:的|有|由|在)|有的|会|支持|需要|都")
_SORRY = re.compile(r"抱歉|不好意思|见谅|谅解|理解|不便|耐心|放心|久等|着急|添麻烦|对不起")
_NOT_TO_BE_PROMISED = re.compile(r"(?:没法|无法|不能|没办法|不|不敢)(?:给您?|跟您|向您)?(?:承诺|打包票|保证|预告|报数)")
_HARDLY_ANSWERED_01 = 0.3
_UNRELATED_01 = 0.07
"""Replies that answer worse than this are looked at; of `answer_score_01`."""


def find(reading: Reading, _limits: Limits) -> Iterator[Hit]:
    """A reply that does not address what was asked."""
    looks = (_asks_what_was_said, _offers_help_instead, _only_data, _only_sorry, _other_kind, _unrelated)
    for turn in turns(reading):
        if not turn.wants_substance or (turn.open_turn is turn and turn.is_content):
            continue
        found = next((found for look in looks if (found := look(turn))), None)
        confidence_01, reason = (adjusted(found[0], turn), found[1]) if found else (0.0, "")
        protested = _protested(turn)
        if protested and protested[0] > confidence_01:
            confidence_01, reason = protested
        if reason:
            evidence = (*turn.asked_index, *(turn.next_index if turn.is_protested else ()))
            yield Hit((turn.last,), confidence_01, turn.said, reason, evidence)


def _asks_what_was_said(turn: Turn) -> tuple[float, str] | None:
    """Asks for the order number that the customer has given."""
    if not turn.reply.asks_order or turn.reply.statements:
        return None
    given = [message for one in (*turn.earlier, turn.exchange) for message in one.asked]
    if not any(_ORDER_NUMBER.search(message.text) for message in given):
        return None
    return 0.8, "顾客已经给过订单号，又问了一遍，没有看问题"


def _offers_help_instead(turn: Turn) -> tuple[float, str] | None:
    """ "Anything else?" in place of an answer."""
    if turn.states or turn.reply.waits or turn.reply.acknowledges or turn.reply.asks:
        return None
    if turn.reply.closes and turn.act in (CustomerAct.QUESTION, CustomerAct.REQUEST):
        return 0.85, "顾客的问题还没有回答，就问还有没有别的问题"
    if turn.reply.opens and any(one.replies for one in turn.earlier) and turn.act is CustomerAct.QUESTION:
        return 0.7, "顾客已经说了问题，还在问有什么可以帮忙"
    return None


def _only_data(turn: Turn) -> tuple[float, str] | None:
    """A bare number or link where no number was asked for."""
    if not turn.reply.content or turn.states or turn.reply.asks or turn.reply.waits or turn.reply.acknowledges:
        return None
    if turn.kinds == {Kind.POLAR} and gives(Kind.WHEN, turn.content):
        return None
    if _ORDER.search(turn.content) and turn.act is CustomerAct.QUESTION:
        return 0.55, "只发了订单号，没有回答问题"
    if _ORDER_OR_NAME.search(turn.content) or turn.asks_for_contact or _ASKS_FOR_DATA.search(turn.lately_asked):
        return None
    if Kind.HOW in turn.kinds and _LINK.search(turn.content):
        return None
    if turn.open_kinds & {Kind.MUCH, Kind.WHERE, Kind.WHICH, Kind.WHO} or gives(Kind.WHEN, turn.content):
        return None
    return 0.75, "只发了一串号码或链接，没有说明，也没有回答问题"


def _only_sorry(turn: Turn) -> tuple[float, str] | None:
    """Regret in place of an answer."""
    if turn.act is not CustomerAct.QUESTION or not turn.reply.content or turn.reply.asks or turn.reply.waits:
        return None
    if turn.reply.acknowledges or not all(
        _SORRY.search(piece) and len(piece) <= _PHRASE for piece in turn.reply.content
    ):
        return None
    return 0.8, "只表示抱歉或请顾客等待，没有回答问题"


def _other_kind(turn: Turn) -> tuple[float, str] | None:
    """Another kind of answer than asked for: no time to a "when", no number to a "how much"."""
    if turn.reply.asks or turn.reply.waits or not turn.reply.content or turn.reply.opens:
        return None
    asked = turn.open_kinds & {Kind.WHEN, Kind.MUCH}
    if not asked or any(gives(kind, turn.content) for kind in turn.open_kinds) or Kind.POLAR in turn.kinds:
        return None
    if _NOT_TO_BE_PROMISED.search(turn.content):
        return None  # an honest answer: nobody can name the day
    return (0.7 if Kind.WHEN in asked else 0.5), "没有回答顾客要问的时间或数目"


def _says_yes_or_no(turn: Turn) -> bool:
    """Whether a yes/no question gets some yes or no, wherever in the reply."""
    return Kind.POLAR in turn.kinds and _YES_OR_NO.search(turn.content) is not None


def _unrelated(turn: Turn) -> tuple[float, str] | None:
    """Nothing in common with the question, in words or meaning."""
    if turn.act is not CustomerAct.QUESTION or turn.answers_01 >= _UNRELATED_01 or not turn.reply.content:
        return None
    if _says_yes_or_no(turn):
        return None
    if turn.reply.asks or turn.reply.waits or turn.reply.opens or turn.reply.acknowledges:
        return None
    return 0.5, "回复与顾客问的事没有关系"


def _protested(turn: Turn) -> tuple[float, str] | None:
    """The customer then says what they had meant, or asks the same again."""
    if turn.reply.asks or turn.reply.waits or turn.reply.opens or not turn.reply.content:
        return None
    if turn.is_clarified:
        return 0.65, "顾客接着解释自己要问的是什么，说明没有答到点上"
    if turn.is_asked_again and turn.act is CustomerAct.QUESTION:
        return 0.55, "顾客接着又问了一遍，说明没有答到点上"
    is_question = turn.open_turn is not None and turn.open_turn.act is CustomerAct.QUESTION
    if (
        is_question
        and not turn.reply.acknowledges
        and not _says_yes_or_no(turn)
        and turn.is_pressed
        and turn.answers_01 < _HARDLY_ANSWERED_01
    ):
        return 0.5, "与顾客问的事关系不大，顾客接着追问"
    return None


_PHRASE = 16


RULE = Rule(
    id="off_point",
    term="答非所问",
    version=1,
    dimension=Dimension.SOLVING,
    description="没有回答顾客问的事：问已经说过的内容、发与问题无关的套话或号码、用别的内容代替回答；必要的追问不算",
    deduction=10,
    find=find,
    examples_hit=(
        Example(chat("C 订单 20261102334455 的快递停了三天", "A 您好，麻烦提供一下订单号"), at=(1,)),
        Example(chat("C 有没有小一号的", "A 请问还有其他可以帮您的吗"), at=(1,)),
        Example(chat("C 到底哪天能补发", "A 给您带来不便，还请见谅"), at=(1,)),
        Example(chat("C 什么时候上门安装", "A 我们的师傅都很专业的"), at=(1,)),
        Example(
            chat("C 床垫什么时候能送上楼", "A 床垫是乳胶的", "C 我问的是哪天送"), at=(1,)
        ),
    ),
    examples_miss=(
        Example(chat("C 快递停了三天", "A 您好，麻烦提供一下订单号")),
        Example(chat("C 什么时候上门安装", "A 师傅明天上午给您打电话约时间")),
        Example(chat("C 尺码怎么选", "A 您的身高体重是多少呢")),
        Example(chat("C 电水壶坏了保多长时间", "A 主机 2 年，底座半年，凭购买记录")),
        Example(chat("C 牙膏挤开了能用多久", "A 开盖后 9 个月内用掉")),
        Example(chat("C 滤芯多久换", "A 大约三周换掉")),
        Example(chat("C 保修多久", "A 整套 18 个月，看购买日")),
        Example(chat("C 邮政几天能到", "A 路途由邮政安排，哪天到我不敢保证")),
        Example(chat("C 谢谢", "A 请问还有其他可以帮您的吗")),
        Example(chat("C 你好 有个问题", "A 您好，请问有什么可以帮您")),
    ),
)  # fmt: skip
