"""A conversation is begun without a greeting. Pure."""

import re
from collections.abc import Iterator

from coaching.conversations.transcript import chat
from coaching.inspection.reading import Reading
from coaching.inspection.replies import read_reply
from coaching.inspection.rule import Dimension, Example, Hit, Rule
from coaching.inspection.rule_sets import Limits

_GREETS = re.compile(
    "您好|你好|妳好|亲|欢迎|在的|在呢|在哦|在哒|为您服务|很高兴|早上好|上午好|中午好|下午好|晚上好|"
    "早安|晚安|哈喽|嗨|hello|hi(?![a-z])|尊敬的|节日快乐|新年好|请讲|请问[您你有]|久等"
)
_LOOKED_AT = 2
"""The agent's first messages that may hold it."""


def applies(reading: Reading, _limits: Limits) -> bool:
    """Unless the agent took the conversation over from somebody, or a bot greeted."""
    if not reading.of_agent or not reading.of_customer:
        return False
    first = reading.of_agent[0].index
    before = reading.messages[:first]
    return not any(message.role in ("bot", "system") for message in before) and not reading.transcript.transferred


def find(reading: Reading, _limits: Limits) -> Iterator[Hit]:
    """At most one, about the whole conversation."""
    opening = reading.of_agent[:_LOOKED_AT]
    if not any(_GREETS.search(message.folded) or read_reply(message.text).opens for message in opening):
        reason = "开头没有问候，先说一句“您好，在的”再回答会更亲切"
        yield Hit((), 0.8, opening[0].text, reason, (opening[0].index,))


RULE = Rule(
    id="no_greeting",
    term="无问候",
    version=1,
    dimension=Dimension.COMMUNICATION,
    description="客服开头两条消息没有问候；转接来的会话、机器人已问候的会话不适用",
    deduction=3,
    find=find,
    applies=applies,
    examples_hit=(
        Example(chat("C 有货吗", "A 有")),
        Example(chat("C 你好", "A 说", "C 有货吗", "A 没了")),
    ),
    examples_miss=(
        Example(chat("C 有货吗", "A 亲，有的哦")),
        Example(chat("C 有货吗", "A 有的", "A 您好，很高兴为您服务")),
        Example(chat("C 有货吗", "S 机器人已转接人工客服", "A 有的")),
    ),
)
