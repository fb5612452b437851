"""An outcome is promised that the agent cannot be sure of. Pure."""

from coaching.conversations.transcript import chat
from coaching.inspection.rule import Dimension, Example, Rule
from coaching.inspection.wording import finder

RULE = Rule(
    id="over_promise",
    term="过度承诺",
    version=1,
    dimension=Dimension.COMPLIANCE,
    description="用“一定、保证、绝对”担保客服决定不了的结果；如实说明七天无理由、正品保证等平台保障不算",
    deduction=20,
    find=finder("over_promise", 0.85),
    examples_hit=(
        Example(chat("C 周五前能到吗", "A 放心，周五之前一定能到")),
        Example(chat("C 会掉色吗", "A 亲，绝对不会掉色的")),
        Example(chat("C 能退吗", "A 保证给您退成功")),
    ),
    examples_miss=(
        Example(chat("C 周五前能到吗", "A 一般两三天到，具体以物流为准")),
        Example(chat("C 是正品吗", "A 本店所有商品都是正品保证，支持七天无理由退货")),
        Example(chat("C 周五前能到吗", "A 这个不能保证周五一定到哦")),
    ),
)
