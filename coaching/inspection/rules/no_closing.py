"""A conversation ends without a word of goodbye or thanks. Pure."""

import re
from collections.abc import Iterator

from coaching.conversations.transcript import chat
from coaching.inspection.acts import CustomerAct
from coaching.inspection.reading import Reading
from coaching.inspection.replies import read_reply
from coaching.inspection.rule import Dimension, Example, Hit, Rule
from coaching.inspection.rule_sets import Limits

_FAREWELL = re.compile(
    "祝(?!福|寿|贺)|[愿希]望?(?:您|你|宝宝|孩子|家人)|再见|拜拜|慢走|下次见|回头见|期待|再来|常来|感谢|谢谢|多谢|欢迎(?:您|再次|下次|常来|随时|光临)|随时|愉快|不客气|别客气|不用谢|不谢|客气了|应该的|"
    "分内|效劳|很高兴|晚安|有(?:需要|问题|疑问|事|情况|任何|什么|不懂|不清楚|不明白|不会|哪里|变化)[^。]{0,10}(?:找|联系|咨询|说|喊|叫|问|留言|来)|"
    "(?:找|喊|叫|问)(?:我|小店|客服)"
)
"""Words of goodbye and thanks, beside what an agent's message does as a whole."""
_LOOKED_AT = 2
"""The agent's last messages that may hold it."""
_ENDS = frozenset({CustomerAct.THANKS, CustomerAct.GOODBYE})
_SAID_GOODBYE, _STOPPED = 0.75, 0.55


def applies(reading: Reading, _limits: Limits) -> bool:
    """Only to finished conversations that were not handed over and in which the agent had the last word or nearly."""
    if not reading.finished or not reading.exchanges or reading.transcript.transferred:
        return False
    last = reading.exchanges[-1]
    left = bool(last.replies) or all(message.act in _ENDS for message in last.asked)
    return bool(reading.of_agent) and left and not _handed_over(reading)


def _handed_over(reading: Reading) -> bool:
    last = reading.of_agent[-1]
    return any("转接" in message.folded or "接入" in message.folded for message in reading.messages[last.index :])


def find(reading: Reading, _limits: Limits) -> Iterator[Hit]:
    """At most one, about the whole conversation."""
    ending = reading.of_agent[-_LOOKED_AT:]
    if any(_FAREWELL.search(message.folded) or read_reply(message.text).closes for message in ending):
        return
    said_goodbye = any(message.act in _ENDS for message in reading.exchanges[-1].asked)
    reason = "结束时没有结束语，例如“感谢您的咨询，有需要随时联系我”"
    yield Hit((), _SAID_GOODBYE if said_goodbye else _STOPPED, ending[-1].text, reason, (ending[-1].index,))


RULE = Rule(
    id="no_closing",
    term="无结束语",
    version=2,
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
        Example(chat("C 有货吗", "A 亲，有的", "C 拍了", "A 今天发走，祝宝宝用得开心~")),
        Example(chat("C 有货吗", "A 亲，有的", "C 拍了", "A 好嘞，有事喊我~")),
        Example(chat("C 有货吗", "A 亲，有的", "C 拍了", "A 收到，祝孩子考个好成绩")),
        Example(chat("C 我要投诉", "A 这边为您转接主管，请稍候", transferred=True)),
    ),
)
