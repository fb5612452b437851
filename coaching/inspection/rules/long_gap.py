"""The customer waited very long. Pure."""

from collections.abc import Iterator

from coaching.conversations.transcript import chat
from coaching.inspection.reading import Reading
from coaching.inspection.rule import Dimension, Example, Hit, Rule
from coaching.inspection.rule_sets import Limits
from coaching.inspection.waiting import has_times, spelled, waits


def find(reading: Reading, limits: Limits) -> Iterator[Hit]:
    """The customer waited very long."""
    for wait in waits(reading, limits):
        if wait.seconds > limits.gap_s:
            reason = f"顾客等了{spelled(wait.seconds)}没有人理会，超过{spelled(limits.gap_s)}另外扣分"
            yield Hit((wait.answer.index,), 1.0, wait.answer.text, reason, (wait.asked.index,))


RULE = Rule(
    id="long_gap",
    term="长时间未回复",
    version=1,
    dimension=Dimension.SPEED,
    description="服务时间内，顾客等待超过长时间上限，在首响慢或响应慢之外另计；没有时间的会话不适用",
    deduction=10,
    find=find,
    applies=has_times,
    examples_hit=(
        Example(chat("10:00:00 C 在吗", "10:00:10 A 在的", "10:01:00 C 裤子有货吗", "10:25:00 A 有的"), at=(3,)),
        Example(chat("10:00:00 C 有货吗", "10:30:00 A 有的"), at=(1,)),
    ),
    examples_miss=(
        Example(chat("10:00:00 C 在吗", "10:00:10 A 在的", "10:01:00 C 裤子有货吗", "10:06:00 A 有的")),
        Example(chat("10:00:00 C 在吗", "10:00:10 A 在的", "10:01:00 C 谢谢，再见", "18:00:00 A 不客气")),
    ),
)
