"""The customer is led off the platform. Pure."""

from coaching.conversations.transcript import chat
from coaching.inspection.rule import Dimension, Example, Rule
from coaching.inspection.wording import finder

RULE = Rule(
    id="off_platform",
    term="引导站外",
    version=1,
    dimension=Dimension.COMPLIANCE,
    description="请顾客加微信、QQ，私下付款，或为交易留电话；平台自己的支付和官方热线不算",
    deduction=100,
    severity="critical",
    find=finder("off_platform", 0.95),
    examples_hit=(
        Example(chat("C 能便宜吗", "A 加我V信，给您便宜点")),
        Example(chat("C 怎么付", "A 您直接转到我支付宝就行")),
        Example(chat("C 在吗", "A ➕薇❤详聊")),
    ),
    examples_miss=(
        Example(chat("C 怎么付", "A 支持微信支付和支付宝")),
        Example(chat("C 能加微信吗", "A 不好意思，我们不加微信，在这里沟通就可以")),
        Example(chat("C 售后电话", "A 品牌官方热线400-820-8820")),
    ),
)
