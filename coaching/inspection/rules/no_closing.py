"""A conversation ends without a word of goodbye or thanks. Pure."""

import re
from collections.abc import Iterator

from coaching.conversations.transcript import chat
from coaching.inspection.acts import CustomerAct
from coaching.inspection.reading import Reading
from coaching.inspection.rule import Dimension, Example, Hit, Rule
from coaching.inspection.rule_sets import Limits

_CLOSES = re.compile(
    "祝您|祝你|再见|拜拜|感谢|谢谢|多谢|欢迎(?:您|再次|下次|常来|随时|光临)|随时(?:联系|找|咨询|来)|生活愉快|购物愉快|"
    "(?:还有|其他|其它|别的)[^,。]{0,10}(?:帮|问题|需要|吗)|"
    "不客气|不用谢|不谢|客气了|应该的|有(?:需要|问题|疑问)[^。]{0,8}(?:找|联系|咨询|说)|"
    "晚安|满意|评价|支持|打扰"
)
_LOOKED_AT = 2
"""The agent's last messages that may hold it."""
_ENDS = frozenset({CustomerAct.THANKS, CustomerAct.GOODBYE})
_SAID_GOODBYE, _STOPPED = 0.75, 0.55


def applies(reading: Reading, limits: Limits) -> bool:  # noqa: ARG001
    """Only to finished conversations that were not handed over and in which the agent had the last word or nearly."""
    if not reading.finished or not reading.exchanges or reading.transcript.transferred:
        return False
    last = reading.exchanges[-1]
    left = bool(last.replies) or all(message.act in _ENDS for message in last.asked)
    return bool(reading.of_agent) and left and not _handed_over(reading)


def _handed_over(reading: Reading) -> bool:
    last = reading.of_agent[-1]
    return any("转接" in message.folded or "接入" in message.folded for message in reading.messages[last.index :])


def find(reading: Reading, limits: Limits) -> Iterator[Hit]:  # noqa: ARG001
    """At most one, about the whole conversation."""
    ending = reading.of_agent[-_LOOKED_AT:]
    if any(_CLOSES.search(message.folded) for message in ending):
        return
    said_goodbye = any(message.act in _ENDS for message in reading.exchanges[-1].asked)
    reason = "结束时没有结束语，例如“感谢您的咨询，有需要随时联系我”"
    yield Hit((), _SAID_GOODBYE if said_goodbye else _STOPPED, ending[-1].text, reason, (ending[-1].index,))


RULE = Rule(
    id="no_closing",
    term="无结束语",
    version=1,
    dimension=Dimension.COMMUNICATION,
    description="会话结束时没有结束语；转接出去的、还没有结束的会话不适用",
    deduction=3,
    find=find,
    applies=applies,
    examples_hit=(
        Example(chat("C 有货吗", "A 亲，有的", "C 好的谢谢", "A 嗯")),
        Example(chat("C 有货吗", "A 亲，有的", "C 谢谢")),
    ),
    examples_miss=(
        Example(chat("C 有货吗", "A 亲，有的", "C 好的谢谢", "A 不客气，有需要随时联系我")),
        Example(chat("C 有货吗", "A 亲，有的", "C 好的谢谢", "A 嗯", finished=False)),
        Example(chat("C 我要投诉", "A 这边为您转接主管，请稍候", transferred=True)),
    ),
)
