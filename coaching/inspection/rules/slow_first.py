"""The first answer of a person comes later than the rule set allows. Pure."""

from collections.abc import Iterator

from coaching.conversations.transcript import chat
from coaching.inspection.reading import Reading
from coaching.inspection.rule import Dimension, Example, Hit, Rule
from coaching.inspection.rule_sets import Limits
from coaching.inspection.waiting import has_times, spelled, waits


def find(reading: Reading, limits: Limits) -> Iterator[Hit]:
    """The first answer, where it is late."""
    for wait in waits(reading, limits):
        if wait.is_first and wait.seconds > limits.first_reply_s:
            reason = f"顾客等了{spelled(wait.seconds)}才有人回复，首次响应上限是{spelled(limits.first_reply_s)}"
            yield Hit((wait.answer.index,), 1.0, wait.answer.text, reason, (wait.asked.index,))


RULE = Rule(
    id="slow_first",
    term="首响慢",
    version=1,
    dimension=Dimension.SPEED,
    description="服务时间内，第一条人工回复超过首响上限；机器人和系统消息不算回复，没有时间的会话不适用",
    deduction=20,
    find=find,
    applies=has_times,
    examples_hit=(
        Example(chat("10:00:00 C 在吗", "10:02:00 A 在的亲"), at=(1,)),
        Example(chat("10:00:00 C 有货吗", "10:00:01 B 您好，智能助手为您服务", "10:05:00 A 有的"), at=(2,)),
    ),
    examples_miss=(
        Example(chat("10:00:00 C 在吗", "10:00:20 A 在的亲")),
        Example(chat("C 在吗", "A 在的亲")),
        Example(chat("03:00:00 C 在吗", "09:00:00 A 早上好亲")),
        Example(chat("10:00:00 C 在吗", "09:00:00 A 在的亲")),
        Example(chat("10:00:00 C 转人工", "10:00:01 B 正在排队", "10:00:40 A 您好，请讲")),
    ),
)
