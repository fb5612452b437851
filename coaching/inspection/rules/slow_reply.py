"""A later answer comes later than the rule set allows. Pure."""

from collections.abc import Iterator

from coaching.conversations.transcript import chat
from coaching.inspection.reading import Reading
from coaching.inspection.rule import Dimension, Example, Hit, Rule
from coaching.inspection.rule_sets import Limits
from coaching.inspection.waiting import has_times, spelled, waits


def find(reading: Reading, limits: Limits) -> Iterator[Hit]:
    """A later answer comes later than the rule set allows."""
    for wait in waits(reading, limits):
        if not wait.is_first and wait.seconds > limits.reply_s:
            reason = f"顾客等了{spelled(wait.seconds)}才得到回复，响应上限是{spelled(limits.reply_s)}"
            yield Hit((wait.answer.index,), 1.0, wait.answer.text, reason, (wait.asked.index,))


RULE = Rule(
    id="slow_reply",
    term="响应慢",
    version=1,
    dimension=Dimension.SPEED,
    description="服务时间内，首响之后的某一轮回复超过响应上限；顾客只是道谢、告别的轮次不算，没有时间的会话不适用",
    deduction=10,
    find=find,
    applies=has_times,
    examples_hit=(
        Example(chat("10:00:00 C 在吗", "10:00:10 A 在的", "10:01:00 C 裤子有货吗", "10:05:00 A 有的"), at=(3,)),
        Example(
            chat("10:00:00 C 在吗", "10:00:10 A 在的", "10:01:00 C 裤子有货吗", "10:03:30 C ？", "10:04:30 A 有的"),
            at=(4,),
        ),
    ),
    examples_miss=(
        Example(chat("10:00:00 C 在吗", "10:00:10 A 在的", "10:01:00 C 裤子有货吗", "10:02:00 A 有的")),
        Example(chat("10:00:00 C 在吗", "10:00:10 A 在的", "10:01:00 C 好的谢谢", "10:09:00 A 不客气")),
        Example(chat("C 在吗", "A 在的", "C 有货吗", "A 有的")),
    ),
)
