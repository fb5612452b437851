"""An absolute claim about goods (广告法 第九条). Pure."""

from coaching.conversations.transcript import chat
from coaching.inspection.rule import Dimension, Example, Rule
from coaching.inspection.wording import finder

RULE = Rule(
    id="absolute_terms",
    term="广告极限词",
    version=1,
    dimension=Dimension.COMPLIANCE,
    description="用“最好、第一、国家级”等极限词夸商品（广告法第九条）；“最近、最晚明天、第一次”不算",
    deduction=15,
    find=finder("absolute_terms", 0.9),
    examples_hit=(
        Example(chat("C 这款怎么样", "A 这是全网质量最好的电饭锅")),
        Example(chat("C 质量好吗", "A 我们的面料是国家级的，销量第一")),
        Example(chat("C 便宜点", "A 这已经是史上最低价了亲")),
    ),
    examples_miss=(
        Example(chat("C 什么时候发", "A 最晚明天发出")),
        Example(chat("C 怎么用", "A 第一次用建议先清洗，最好用温水")),
        Example(chat("C 最近有活动吗", "A 最近没有活动哦")),
    ),
)
