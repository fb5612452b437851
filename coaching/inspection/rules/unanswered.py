"""A customer's question with no agent reply after it. Pure."""

from collections.abc import Iterator

from coaching.conversations.transcript import chat
from coaching.inspection.acts import CustomerAct, customer_act
from coaching.inspection.reading import Reading
from coaching.inspection.rule import Dimension, Example, Hit, Rule
from coaching.inspection.rule_sets import Limits

_CONFIDENCE_01 = {
    CustomerAct.QUESTION: 0.95,
    CustomerAct.REQUEST: 0.85,
    CustomerAct.CHASE: 0.85,
    CustomerAct.HANDOFF: 0.85,
    CustomerAct.REPORT: 0.6,
}
"""Thanks, goodbyes, confirmations and data sent along need no reply."""


def find(reading: Reading, _limits: Limits) -> Iterator[Hit]:
    """A customer's question with no agent reply after it."""
    if not reading.finished or not reading.exchanges or reading.exchanges[-1].replies:
        return
    waiting = reading.exchanges[-1].asked
    confidence_01, message = max(
        ((_CONFIDENCE_01.get(customer_act(one.text), 0.0), one) for one in waiting), key=lambda pair: pair[0]
    )
    if confidence_01:
        yield Hit((message.index,), confidence_01, message.text, "会话结束时，顾客的这条消息没有人回复")


RULE = Rule(
    id="unanswered",
    term="未回复",
    version=1,
    dimension=Dimension.SPEED,
    description="会话结束了，顾客的问题后面没有客服回复；感谢和道别不算，进行中的会话不看",
    deduction=20,
    find=find,
    applies=lambda reading, _: reading.finished and bool(reading.of_customer),
    examples_hit=(
        Example(chat("C 这款有货吗", "A 有的", "C 那今天能发吗"), at=(2,)),
        Example(chat("C 锅收到是坏的 帮我换一个"), at=(0,)),
        Example(chat("C 有货吗", "A 请稍等", "C 人呢", "C ??"), at=(2,)),
    ),
    examples_miss=(
        Example(chat("C 这款有货吗", "A 有的", "C 好的谢谢")),
        Example(chat("C 这款有货吗", "A 有的", "C 那今天能发吗", finished=False)),
        Example(chat("C 这款有货吗", "A 有的", "C 拜拜")),
    ),
)
