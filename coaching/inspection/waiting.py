"""How long a customer waited for a person: what speed is judged and measured by. Pure.

What bots and the system say neither answers nor asks. A wait without both times, one in which the clock goes
backwards, and one that begins outside the service hours, are not measured.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from coaching.inspection.acts import CustomerAct
from coaching.inspection.reading import Message, Reading
from coaching.inspection.rule_sets import Limits

_NEEDS_NO_ANSWER = frozenset(
    {CustomerAct.THANKS, CustomerAct.GOODBYE, CustomerAct.CONFIRMATION, CustomerAct.CONTENT_FREE}
)


@dataclass(frozen=True)
class Wait:
    """From the customer's first unanswered message to the agent's answer."""

    asked: Message
    answer: Message
    seconds: float
    """≥ 0."""
    is_first: bool
    """Whether it is the conversation's first answer by a person."""


@dataclass(frozen=True)
class Pace:
    """How fast a conversation was answered."""

    first_response_s: float | None
    """None where there are no times, or the conversation began outside the service hours."""
    average_response_s: float | None
    """Mean over measured rounds; None without any."""
    longest_wait_s: float | None
    rounds: int
    """Rounds in which the customer wrote something."""
    answered_rounds: int
    customer_messages: int
    agent_messages: int


def waits(reading: Reading, limits: Limits) -> Iterator[Wait]:
    """Every wait that can be measured, in order; rounds that need no answer (thanks, goodbye) are left out."""
    is_first = True
    for exchange in reading.exchanges:
        if not exchange.replies:
            continue
        wait = _wait(reading, exchange.asked, exchange.replies[0], is_first, limits)
        is_first = False
        if wait is not None:
            yield wait


def _wait(reading: Reading, burst: Sequence[Message], answer: Message, is_first: bool, limits: Limits) -> Wait | None:
    asked = _began(reading, burst, answer)
    asked_at, answered_at = asked.line.sent_at, answer.line.sent_at
    needed = is_first or any(message.act not in _NEEDS_NO_ANSWER for message in burst)
    if asked_at is None or answered_at is None or answered_at < asked_at or not needed:
        return None
    if not limits.in_service(asked_at):
        return None
    return Wait(asked, answer, (answered_at - asked_at).total_seconds(), is_first)


def _began(reading: Reading, burst: Sequence[Message], answer: Message) -> Message:
    """The message from which a person is waited for: behind a bot, that in which the customer asks for one."""
    between = reading.messages[burst[0].index : answer.index]
    if any(message.role == "bot" for message in between):
        return next((message for message in burst if message.act is CustomerAct.HANDOFF), burst[0])
    return burst[0]


def pace_of(reading: Reading, limits: Limits) -> Pace:
    """The figures of one conversation."""
    measured = list(waits(reading, limits))
    seconds = [wait.seconds for wait in measured]
    first = next((wait.seconds for wait in measured if wait.is_first), None)
    return Pace(
        first,
        sum(seconds) / len(seconds) if seconds else None,
        max(seconds, default=None),
        len(reading.exchanges),
        sum(1 for exchange in reading.exchanges if exchange.replies),
        len(reading.of_customer),
        len(reading.of_agent),
    )


def has_times(reading: Reading, limits: Limits) -> bool:
    """Whether at least one wait can be measured: without, the speed rules do not apply."""
    return next(waits(reading, limits), None) is not None


def spelled(seconds: float) -> str:
    """A length of time as people say it: 45 秒, 3 分钟, 1 小时 5 分钟."""
    whole = round(seconds)
    if whole < 60:
        return f" {whole} 秒"
    minutes, rest = divmod(whole, 60)
    if minutes < 60:
        return f" {minutes} 分 {rest} 秒" if rest else f" {minutes} 分钟"
    hours, minutes = divmod(minutes, 60)
    return f" {hours} 小时 {minutes} 分钟" if minutes else f" {hours} 小时"
