"""A round with what stands around it: what was asked, what the reply does, what the customer makes of it. Pure.

The same words (好的, 请稍等) are right in one place and weak in another: what the customer did before, and where the
conversation is over what they write next, decides.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property, lru_cache

from coaching.inspection.acts import SUBSTANTIVE, CustomerAct, customer_act, pieces, tells_trouble, without_data
from coaching.inspection.answering import Kind, answer_score_01, kinds_asked, overlap_01
from coaching.inspection.reading import Exchange, Message, Reading
from coaching.inspection.replies import Reply, read_reply
from kb.text.folding import fold, has_content

_CLARIFIES = re.compile(
    r"我(?:是)?(?:说|问|指)的(?:是|不是)?|我的意思|我(?:是)?(?:想)?问(?:的|你|您)|不是(?:问|说)这个|没(?:回答|看懂|明白我)|答非所问|听不懂|看不懂|"
    r"(?:刚才?|之前|上面|前面|都|已经)(?:不是)?(?:都|就)?(?:已经)?(?:说|给|提供)(?:过|了)|^所以|那到底|我知道.{0,8}(?:但|可)|尽快是"
)
_GIVES_UP = re.compile(
    r"算了|不问了|不说了|(?:那)?我(?:还是)?自己(?:研究|看|查|想|找|去|打|问|弄|来)|你不知道|白问|问了(?:也)?(?:等于)?白|没用$|还是没"
)
_WHOM = re.compile(r"电话|联系方式|怎么联系|联系谁|找谁|问谁|怎么(?:办|弄|操作|申请|处理)|哪里(?:办|申请|操作)")
_FINE = re.compile(
    r"(?:嗯|哦|恩|噢|那|,)*(?:好|行|ok|知道|明白|了解|收到|可以)(?:的|了|吧|呢|啊|哈|滴|哒|嘞|啦|,|好|谢谢)*"
)
_NO_MORE = re.compile(
    r"(?:暂时|目前|现在)?(?:没有?|木有|不用|不需要)(?:其他|别的|问题|事)?(?:的)?(?:了|啦|喽|咯|呢|哈|啊)*|没事了?"
)
_PLEASED = frozenset({CustomerAct.THANKS, CustomerAct.CONFIRMATION, CustomerAct.GOODBYE, CustomerAct.CONTENT_FREE})
_LEAVES_OPEN = frozenset({CustomerAct.CONFIRMATION, CustomerAct.INFORMATION, CustomerAct.CHASE})
_SAME_WORDS = 0.62
_SAME_MEANING = 0.945
"""Cosine of two customer messages that ask the same, under the bundled encoder."""


@dataclass(frozen=True, eq=False)
class Turn:
    """One round: what was asked, what was replied, and what came of it."""

    exchange: Exchange
    before: "Turn | None"
    """The answered round before."""
    earlier: tuple[Exchange, ...]
    """The rounds before, in order."""
    next: tuple[Message, ...]
    """What the customer writes next; empty where nothing follows or the conversation goes on."""
    next_replies: tuple[Message, ...]
    """What the agent replies to that."""

    @cached_property
    def asked(self) -> str:
        """What the customer wrote, one message a line."""
        return "\n".join(message.text for message in self.exchange.asked)

    @property
    def lately_asked(self) -> str:
        """What the customer wrote in this and the two rounds before, folded, without order cards and numbers."""
        asked = [message for one in (*self.earlier[-2:], self.exchange) for message in one.asked]
        return ",".join(without_data(piece) for message in asked for piece in pieces(message.text))

    @cached_property
    def said(self) -> str:
        """What the agent wrote back, one message a line."""
        return "\n".join(message.text for message in self.exchange.replies)

    @cached_property
    def act(self) -> CustomerAct:
        """Of all the customer does in this round, what needs an answer most."""
        return customer_act(self.asked)

    @cached_property
    def kinds(self) -> frozenset[Kind]:
        """What kinds of answer are asked for; empty unless something is asked."""
        if self.open_turn is not self:
            return self.open_turn.kinds if self.open_turn else frozenset()
        if self.act is not CustomerAct.QUESTION:
            return frozenset()
        return frozenset().union(*(kinds_asked(piece) for piece in pieces(self.asked)))

    @cached_property
    def open_kinds(self) -> frozenset[Kind]:
        """The kinds that a yes or no cannot answer."""
        return self.kinds - {Kind.POLAR}

    @property
    def is_put_off(self) -> bool:
        """Whether what this reply has to answer was asked in a round before."""
        return self.open_turn is not None and self.open_turn is not self

    @cached_property
    def reply(self) -> Reply:
        """What the agent's messages do together."""
        return read_reply(self.said)

    @cached_property
    def content(self) -> str:
        """What is said besides courtesies, folded."""
        return ",".join(self.reply.content)

    @cached_property
    def states(self) -> str:
        """What is said besides courtesies and placeholders, folded; empty for a bare number or link."""
        return "".join(without_data(piece) for piece in self.reply.content)

    @property
    def wants_substance(self) -> bool:
        """Whether a question, request or report waits for an answer: this round's, or one that was put off."""
        return self.open_turn is not None

    @cached_property
    def open_turn(self) -> "Turn | None":
        """The round whose question this reply has to answer; None where nothing is open.

        "Please wait", a request for the order number and "how may I help" leave a question open, and the customer
        only says fine, or gives the number.
        """
        if self.act in SUBSTANTIVE:
            return self
        if self.act not in _LEAVES_OPEN or self.before is None:
            return None
        reply = self.before.reply
        if not (reply.waits or reply.asks or reply.opens):
            return None
        if reply.statements and not (reply.asks and self.before.open_turn and self.before.answers_01 < _ANSWERED_01):
            return None
        return self.before.open_turn

    @cached_property
    def is_content(self) -> bool:
        """Whether the customer's last words are thanks, a yes or a goodbye, whatever they asked before."""
        parts = pieces(self.asked)
        if not parts:
            return False
        thanks = customer_act(parts[-1]) in (CustomerAct.THANKS, CustomerAct.GOODBYE)
        return thanks or _FINE.fullmatch(parts[-1]) is not None or any(map(_NO_MORE.fullmatch, parts))

    @cached_property
    def last(self) -> int:
        """The agent's last message of the round."""
        return self.exchange.replies[-1].index

    @cached_property
    def asked_index(self) -> tuple[int, ...]:
        """The customer's messages, as evidence."""
        return tuple(message.index for message in self.exchange.asked[-3:])

    @cached_property
    def next_index(self) -> tuple[int, ...]:
        """What the customer wrote next, as evidence."""
        return tuple(message.index for message in self.next[:2])

    @cached_property
    def next_text(self) -> str:
        """What the customer wrote next, one message a line."""
        return "\n".join(message.text for message in self.next)

    @cached_property
    def is_clarified(self) -> bool:
        """Whether the customer then explains what they had meant, or says they had said so."""
        return any(_CLARIFIES.search(piece) for piece in pieces(self.next_text))

    @cached_property
    def is_given_up(self) -> bool:
        """Whether the customer then gives up."""
        return any(_GIVES_UP.search(piece) for piece in pieces(self.next_text))

    @cached_property
    def is_asked_again(self) -> bool:
        """Whether the customer then asks or tells the same once more."""
        if not self.next or customer_act(self.next_text) not in SUBSTANTIVE:
            return False
        mine, theirs = self.exchange.asked[-1], self.next[-1]
        if len(theirs.folded) < _LONG_ENOUGH or not has_content(without_data(theirs.folded)):
            return False
        if self.answers_01 > _ANSWERED_01:
            return False
        same_words = overlap_01(self.bare_asked, without_data(fold(self.next_text)))
        return same_words >= _SAME_WORDS or float(mine.vector @ theirs.vector) >= _SAME_MEANING

    @cached_property
    def is_pressed(self) -> bool:
        """Whether the customer then asks, demands or reports something, the same or not."""
        return bool(self.next) and customer_act(self.next_text) in SUBSTANTIVE

    @cached_property
    def is_accepted(self) -> bool:
        """Whether the customer then only thanks or says fine."""
        return bool(self.next) and customer_act(self.next_text) in _PLEASED

    @cached_property
    def is_protested(self) -> bool:
        """Whether the customer then chases, explains, gives up or asks the same again."""
        chased = bool(self.next) and customer_act(self.next_text) is CustomerAct.CHASE
        return chased or self.is_clarified or self.is_given_up or self.is_asked_again

    @cached_property
    def is_trouble(self) -> bool:
        """Whether the customer tells of something that went wrong."""
        return tells_trouble(self.asked)

    @cached_property
    def gives_up(self) -> bool:
        """Whether the customer gives up in this round."""
        given_up = any(_GIVES_UP.search(piece) for piece in pieces(self.asked))
        return given_up and self.act is not CustomerAct.QUESTION

    @cached_property
    def asks_for_contact(self) -> bool:
        """Whether the customer wants to know whom to turn to."""
        return _WHOM.search(self.asked) is not None

    @cached_property
    def repeats_question(self) -> bool:
        """Whether the customer asks what they asked in the round before."""
        return self.before is not None and overlap_01(self.bare_asked, self.before.bare_asked) >= _SAME_WORDS

    @cached_property
    def bare_asked(self) -> str:
        """What the customer wrote, folded and without numbers and order cards."""
        return without_data(fold(self.asked))

    @cached_property
    def is_when_pending(self) -> bool:
        """Whether the customer asked "when" in one of the two rounds before."""
        before = (self.before, self.before.before if self.before else None)
        return any(turn is not None and Kind.WHEN in turn.kinds for turn in before)

    @cached_property
    def only_asks(self) -> bool:
        """Whether the reply only asks something."""
        return self.reply.asks and not self.reply.statements

    @cached_property
    def answers_01(self) -> float:
        """How well the reply answers, 0…1: the best over the questions (or messages) of the round."""
        exchange = (self.open_turn or self).exchange
        asked = [(one.text, one.vector) for one in exchange.questions]
        asked = asked or [(message.text, message.vector) for message in exchange.asked[-1:]]
        pairs = [(text, vector, reply) for text, vector in asked for reply in self.exchange.replies]
        return max(answer_score_01(text, reply.text, float(vector @ reply.vector)) for text, vector, reply in pairs)


_LONG_ENOUGH = 4
_ANSWERED_01 = 0.35


@lru_cache(maxsize=8)
def turns(reading: Reading) -> tuple[Turn, ...]:
    """The rounds that an agent answered, in order; worked out once for all the rules that look at a reading."""
    return tuple(_turns(reading))


def _turns(reading: Reading) -> Iterator[Turn]:
    exchanges = reading.exchanges
    before: Turn | None = None
    for place, exchange in enumerate(exchanges):
        if not exchange.replies:
            continue
        following = exchanges[place + 1] if reading.finished and place + 1 < len(exchanges) else None
        asked, replies = (following.asked, following.replies) if following else ((), ())
        before = Turn(exchange, before, exchanges[:place], asked, replies)
        yield before


def adjusted(confidence_01: float, turn: Turn) -> float:
    """A confidence after looking at what the customer writes next: protests raise it, thanks lower it."""
    if turn.is_protested:
        return min(0.95, confidence_01 + 0.15)
    return max(0.0, confidence_01 - 0.1) if turn.is_accepted else confidence_01
