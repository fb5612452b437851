"""A variable of a canned reply was sent as it stands. Pure."""

from coaching.conversations.transcript import chat
from coaching.inspection.rule import Dimension, Example, Rule
from coaching.inspection.wording import finder

RULE = Rule(
    id="unfilled_variable",
    term="话术变量未替换",
    version=1,
    dimension=Dimension.EXPERTISE,
    description="发出的话里留着 {买家昵称}、XX、** 等没有替换的变量；打过码的号码和尺码不算",
    deduction=10,
    find=finder("unfilled_variable", 0.95),
    examples_hit=(
        Example(chat("C 你好", "A {买家昵称}您好，很高兴为您服务")),
        Example(chat("C 发什么快递", "A 亲，您的包裹由XX快递发出")),
    ),
    examples_miss=(
        Example(chat("C 你好", "A 小鹿您好，很高兴为您服务")),
        Example(chat("C 选什么码", "A 建议您选XXL")),
        Example(chat("C 手机号", "A 尾号是138****1234吗")),
    ),
)
