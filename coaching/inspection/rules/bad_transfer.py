"""A transfer without a reason or words of hand-over. Pure."""

import re
from collections.abc import Iterator

from coaching.conversations.transcript import chat
from coaching.inspection.reading import Reading
from coaching.inspection.rule import Dimension, Example, Hit, Rule
from coaching.inspection.rule_sets import Limits
from coaching.inspection.turns import Turn, turns

_TRANSFERS = re.compile(
    r"(?:转接?|转)(?:了|啦)(?:$|哈|哦|啊|呢|亲)|(?:帮|给|为|替)?(?:您|你)?转(?:接|给(?!我|您|你)|交)(?!(?:话|速|账|款|运|发|换))|转(?:人工|售[前后]|客服|专员|同事)"
)
_EXPLAINS = re.compile(
    r"因为|由于|为了|因|需要|负责|专门|专业|专属|更好|更快|核实|处理|这(?:个|类|边|里|方面).{0,8}(?:由|归|属于|是)|看不到|查不(?:到|了)|没有?权限|操作不了|不属于|不是|"
    r"相关|售后|售前|专员|高级|企业|技术"
)
_HANDS_OVER = re.compile(
    r"稍等|请等|稍候|等一?下|请不要(?:离开|关闭)|保持|可以(?:吗|么|嘛|不)|好(?:吗|么|嘛)|行(?:吗|么)|您看|方便吗|抱歉|不好意思|接着|继续为"
)
_NOT_OURS = re.compile(
    r"不(?:能|支持|可以|用|需要)转|转接(?:线路|失败|不成功|正忙|繁忙|未能|不了)|未能转|转不了|回转|转寄|转送|正转"
)


def find(reading: Reading, _limits: Limits) -> Iterator[Hit]:
    """A transfer without a reason or words of hand-over."""
    for turn in turns(reading):
        for message in turn.exchange.replies:
            if not _TRANSFERS.search(message.folded) or _NOT_OURS.search(message.folded):
                continue
            lacks = [
                name for name, pattern in (("原因", _EXPLAINS), ("交接的话", _HANDS_OVER)) if not _said(pattern, turn)
            ]
            if lacks:
                confidence_01 = 0.75 if len(lacks) == _BOTH else 0.45
                reason = f"转接时没有说{'，也没有'.join(lacks)}"
                yield Hit((message.index,), confidence_01, message.text, reason, turn.asked_index)


_BOTH = 2


def _said(pattern: re.Pattern[str], turn: Turn) -> bool:
    """Whether the reply, or the one before, says so."""
    return bool(pattern.search(turn.said) or (turn.before and pattern.search(turn.before.said)))


RULE = Rule(
    id="bad_transfer",
    term="转接不当",
    version=1,
    dimension=Dimension.SOLVING,
    description="转给别人时不说原因，也没有交接的话；没有转接的不适用",
    deduction=10,
    find=find,
    applies=lambda reading, _: any(_TRANSFERS.search(message.folded) for message in reading.of_agent),
    examples_hit=(
        Example(chat("C 我的吸尘器不转了", "A 转了"), at=(1,)),
        Example(chat("C 会员积分怎么少了", "A 给您转接"), at=(1,)),
    ),
    examples_miss=(
        Example(chat("C 我的吸尘器不转了", "A 这类故障由售后同事负责检测，我帮您转接，请稍等不要离开")),
        Example(chat("C 会员积分怎么少了", "A 我看不到积分明细，给您转给会员专员，请稍等")),
        Example(chat("C 退款退到哪", "A 退款转到您的银行账户")),
    ),
)
