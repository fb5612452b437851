"""Pushes the work or the blame away without help or a route. Pure."""

import re
from collections.abc import Iterator

from coaching.conversations.transcript import chat
from coaching.inspection.reading import Reading
from coaching.inspection.rule import Dimension, Example, Hit, Rule
from coaching.inspection.rule_sets import Limits
from coaching.inspection.turns import Turn, adjusted, turns

_SENDS_AWAY = re.compile(
    r"(?:建议|还请|麻烦|需要|请|可以|只能)?(?:您|你)?(?:可以|自己|自行|直接|再|先|去|这边|到时候?|还是)*(?:去|跟|和|与|向|找|打|给)?"
    r"(?:联系(?!到|不上|人)|咨询|问问?|问一?下|找|打给|反馈给|去问)(?:一?下)?.{0,4}(?:快递|物流|师傅|小哥|配送|站点|网点|厂家|商家|卖家|品牌|官方|售后|客服|平台|银行|仓库|工作人员|公众号|专员|门店|店铺|他们|对方|那边)"
)
_DO_IT_YOURSELF = re.compile(
    r"(?:您|你|自己|自行)(?:自己|自行|去|再|先|这边)*(?:申请|操作|取消|提交|想办法|看着办|(?<=自己)(?:处理|解决|协商)|(?<=自行)(?:处理|解决|协商))(?!.{0,3}(?:吗|么|\?))"
)
_BLAMES = re.compile(
    r"(?:不是|不归|不属于|不在|不关|没有)我们?(?:这边|店|部门)?(?:的)?(?:问题|责任|原因|负责|管|范围|事)|(?:跟|和|与)我们?(?:这边|店)?(?:没有?|无)关|"
    r"我们?(?:这边|店里?)?(?:也)?(?:管不了|没办法|没法|无能为力|帮不了|不负责|不管|决定不了|控制不了|做不了)|"
    r"(?:是|那是|这是)(?:您|你)(?:自己|个人)的?(?:问题|原因|责任)|(?:爱莫能助|没招)"
)
_HELPS = re.compile(
    r"(?:我|这边|小妹|妹[子纸]).{0,4}联系|界面|页面|第三方|链接|帮[您你]|为[您你]|给[您你](?!.{0,6}(?:电话|回电))|我(?:这边|们|来)?(?:会|去|先|再)?(?:反馈|催|联系|申请|登记|备注|核实|处理|查)|已经|因为|由于|点击|点开|打开|"
    r"路径|入口|右上|左下|详情|我的订单|如果|若|的话|到时|提前|会(?:短信|通知|联系|打)"
)
_GIVES_ROUTE = re.compile(
    r"(?:内|前|之前)(?:就|会|给您?)?(?:寄|发|补|退|回|赔)|可以(?:退|换|补|申请|赔)|(?:保|补|退)差价|我(?:会)?(?:盯|跟)(?:着|进)"
)
"""What the shop does, or the customer may have, beside what is out of its hands."""
_AFFIRMS = ("是", "对", "真的", "没错", "当然", "确实")
_MUCH_SAID = 3
_LONG = 26


def find(reading: Reading, _limits: Limits) -> Iterator[Hit]:
    """Pushes the work or the blame away without help or a route."""
    for turn in turns(reading):
        found = _blames(turn) or _sends_away(turn)
        if found:
            confidence_01, reason = found
            evidence = (*turn.asked_index, *(turn.next_index if turn.is_protested else ()))
            yield Hit((turn.last,), adjusted(confidence_01, turn), turn.said, reason, evidence)


def _blames(turn: Turn) -> tuple[float, str] | None:
    said = next((piece for piece in turn.reply.content if _BLAMES.search(piece)), None)
    if (
        said is None
        or _HELPS.search(turn.content)
        or _GIVES_ROUTE.search(turn.content)
        or _SENDS_AWAY.search(turn.content)
    ):
        return None
    return 0.75, "把问题推出去，没有说谁来办、怎么办"


def _sends_away(turn: Turn) -> tuple[float, str] | None:
    """Somebody else or the customer is to do it, and nothing besides is said."""
    if not turn.wants_substance or len(turn.reply.content) > _MUCH_SAID or len(turn.content) > _LONG:
        return None
    stated = ",".join(turn.reply.statements)
    away = _SENDS_AWAY.search(stated) or _DO_IT_YOURSELF.search(stated)
    if not away or _HELPS.search(turn.reply.folded) or turn.asks_for_contact:
        return None
    if turn.reply.folded.startswith(_AFFIRMS):
        return None
    return 0.7, "让顾客自己去找别人或自己办，没有说原因，也没有给办法"


RULE = Rule(
    id="shirking",
    term="推诿",
    version=1,
    dimension=Dimension.SOLVING,
    description="把事情或责任推给别人、推给顾客，不帮忙也不指路；说明了原因并给出办法的不算",
    deduction=15,
    find=find,
    examples_hit=(
        Example(chat("C 柜子送来三天了，怎么还没人装", "A 您联系一下安装师傅哦"), at=(1,)),
        Example(chat("C 收到的杯子是碎的", "A 这个不是我们的问题呢亲"), at=(1,)),
        Example(chat("C 帮我取消吧 我操作不了", "A 您自己申请取消"), at=(1,)),
    ),
    examples_miss=(
        Example(chat("C 柜子怎么还没人装", "A 我已经催了安装网点，您也可以打师傅电话 13*****0000 约时间")),
        Example(chat("C 怎么取消", "A 您点击我的订单，自己申请取消就可以")),
        Example(chat("C 快递员电话给我下", "A 您联系一下快递小哥：[电话]")),
        Example(chat("C 运输要几天", "A 明早 10 点前寄出，路上的天数我们控制不了")),
        Example(chat("C 双十二会便宜吗", "A 以后的活动我们决定不了，30 天内降了可以退差额")),
        Example(chat("C 试穿过也能退吗 真的假的", "A 真的，您申请就行")),
        Example(chat("C 地址错了", "A 已经出库改不了，您可以跟快递小哥说一下，我这边也帮您备注")),
    ),
)
