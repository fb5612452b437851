"""A good review is paid for. Pure."""

from coaching.conversations.transcript import chat
from coaching.inspection.rule import Dimension, Example, Rule
from coaching.inspection.wording import finder

RULE = Rule(
    id="cash_for_review",
    term="好评返现",
    version=1,
    dimension=Dimension.COMPLIANCE,
    description="用返现、红包或礼品换评价；请顾客如实评价、平台自己的评价奖励不算",
    deduction=100,
    severity="critical",
    find=finder("cash_for_review", 0.95),
    examples_hit=(
        Example(chat("C 收到了", "A 亲，五星好评晒图返现3元哦")),
        Example(chat("C 东西不错", "A 给个好评截图给我，送您一张优惠券")),
    ),
    examples_miss=(
        Example(chat("C 收到了", "A 满意的话请给我们如实评价哦")),
        Example(chat("C 好评有返现吗", "A 我们没有好评返现的活动")),
    ),
)
