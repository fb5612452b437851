"""A presale customer who hesitates and is let go without a next step. Pure."""

import re
from collections.abc import Iterator

from coaching.conversations.transcript import chat
from coaching.inspection.reading import Reading
from coaching.inspection.rule import Dimension, Example, Hit, Rule
from coaching.inspection.rule_sets import Limits
from coaching.inspection.turns import turns
from kb.vocabulary import Phase

_HESITATES = re.compile(
    r"(?:再|先)(?:看看|想想|考虑|比较|对比|逛逛|问问|等等|商量)|考虑(?:一?下|考虑|看)|想一想|回头再|到时候再(?:说|看|买)|(?:有点|太|好)贵|贵了|超(?:出)?预算|(?:下次|以后|过段时间|改天)再(?:买|说|看)"
)
_AFTER_ORDER = re.compile(r"订单|退款|退货|换货|物流|快递|签收|发票|售后|收到|维修|已买|买的")
_NEXT_STEP = re.compile(
    r"推荐|建议|优惠|活动|折|券|减|赠|送|包邮|库存|现货|有货|抢|限时|加购|购物车|收藏|关注|下单|拍下|付款|喜欢|适合|性价比|对比|区别|款|"
    r"帮[您你]|给[您你]|预算|需求|哪方面|顾虑|担心|不清楚的|随时|留|提醒|质量|退换|运费险|试"
)


def find(reading: Reading, _limits: Limits) -> Iterator[Hit]:
    """A presale customer who hesitates and is let go without a next step."""
    if not reading.finished:
        return
    for turn in turns(reading):
        if not _HESITATES.search(turn.asked):
            continue
        later = [one.said for one in turns(reading) if one.last >= turn.last]
        if not any(_NEXT_STEP.search(said) for said in later):
            reason = "售前顾客在犹豫，没有推荐、优惠提醒或下一步邀请，就让顾客走了"
            yield Hit((turn.last,), 0.6, turn.said, reason, turn.asked_index)
        return


def _applies(reading: Reading, _limits: Limits) -> bool:
    """Presale only: where the phase is not known, nothing about an order may have been said."""
    if reading.transcript.phase is not None:
        return reading.transcript.phase is Phase.PRESALE
    return bool(reading.of_agent) and not any(_AFTER_ORDER.search(message.text) for message in reading.messages)


RULE = Rule(
    id="no_followup",
    term="未追单",
    version=1,
    dimension=Dimension.SOLVING,
    description="售前顾客犹豫（再看看、有点贵），没有推荐、优惠提醒或下一步邀请；售中售后不适用",
    deduction=5,
    find=find,
    applies=_applies,
    examples_hit=(
        Example(chat("C 这个书桌多宽", "A 一米二的", "C 好的，我再看看", "A 好的亲"), at=(3,)),
        Example(chat("C 有点贵啊", "A 嗯嗯"), at=(1,)),
    ),
    examples_miss=(
        Example(chat("C 好的，我再看看", "A 好的亲，现在领券再减二十，可以先加入购物车")),
        Example(chat("C 快递坏了", "A 给您补发", "C 我再看看", "A 好的")),
        Example(chat("C 这个书桌多宽", "A 一米二的")),
    ),
)
