"""A bare or content-free reply where the customer asked something substantive. Pure."""

import re
from collections.abc import Iterator

from coaching.conversations.transcript import chat
from coaching.inspection.acts import CustomerAct
from coaching.inspection.reading import Reading
from coaching.inspection.rule import Dimension, Example, Hit, Rule
from coaching.inspection.rule_sets import Limits
from coaching.inspection.turns import Turn, adjusted, turns

_KNOWS_NOT = re.compile(
    r"(?:(?<![有里么您你])不(?:太|是很|大)?(?:清楚|确定|了解|知道|知晓|晓得|懂)|没(?:有)?(?:听说|接到|收到)(?:过)?.{0,4}(?:通知|消息|活动)|没(?:有)?(?:这个|相关)?(?:记录|数据)|"
    r"(?:无法|不能|没法|不好)(?:确定|判断)|不好说|说不(?:准|好|清))(?!的话)"
)
_SHOWS_A_WAY = re.compile(
    r"建议|联系|咨询|帮[您你]|为[您你]|给[您你]|查|核实|反馈|页面|详情|说明书|以.{1,8}为准|因为|由于|取决|根据|不同|因|沿途|提前|短信|可以(?:去|到|先|看|在|点|打|找|问)|"
    r"\[(?:链接|电话)|预计|一般"
)
_LEAVES_IT_OPEN = re.compile(
    r"(?:看|根据|凭|按)(?:一下)?(?:您|你|个人|自己).{0,10}(?:选|定|需|喜|爱|情况|参考)|都(?:可以|行|一样|差不多|挺好|不错)的?$|"
    r"(?:比较|挺|很|还是|蛮)(?:划算|不错|好|合适|优惠|可以)的?|(?:您|你)(?:自己)?(?:看着|决定|考虑)"
)
_NOD = re.compile(r"[嗯恩额哦噢喔呃在亲爱的哒滴呢哈啊呀~～,.。、!]*")
_TOLD_AT_LENGTH = 14
_BRIEF = 60
_OTHERS = re.compile(r"别[家人]|其[他它]家|其[他它]店|同行")
_OWN = 8
"""Characters that say something of one's own goods."""


def find(reading: Reading, _limits: Limits) -> Iterator[Hit]:
    """A bare or content-free reply where the customer asked something substantive."""
    for turn in turns(reading):
        if (not turn.wants_substance and not turn.gives_up) or turn.is_content:
            continue
        found = _lets_go(turn) or _bare(turn) or _knows_not(turn) or _leaves_it_open(turn)
        if found:
            confidence_01, reason = found
            evidence = (*turn.asked_index, *(turn.next_index if turn.is_protested else ()))
            yield Hit((turn.last,), adjusted(confidence_01, turn), turn.said, reason, evidence)


def _lets_go(turn: Turn) -> tuple[float, str] | None:
    """The customer gives up, and is let go."""
    if not turn.gives_up or turn.reply.content or turn.reply.waits or not (turn.reply.is_bare or turn.reply.closes):
        return None
    return 0.6, "顾客没得到答复、自己放弃了，只客套一句就结束"


def _bare(turn: Turn) -> tuple[float, str] | None:
    """Nothing but 好的, 嗯, 亲: right for a yes/no question or a request, weak for anything else."""
    if (
        turn.is_put_off
        or not turn.reply.is_bare
        or (turn.reply.polite and not turn.reply.acknowledges and not turn.earlier)
    ):
        return None
    if _NOD.fullmatch(turn.reply.folded) and turn.act in (CustomerAct.QUESTION, CustomerAct.REQUEST):
        is_yes = turn.reply.acknowledges and turn.act is CustomerAct.QUESTION and not turn.open_kinds
        return None if is_yes else (0.75, "顾客提了要求，只回了一个字，没有说办没办、怎么办")
    if turn.open_kinds and not turn.kinds - turn.open_kinds:
        return 0.7, "顾客问的不是是与否，只应了一声，没有回答"
    if turn.act is CustomerAct.REPORT and len(turn.exchange.asked[-1].folded) >= _TOLD_AT_LENGTH and turn.is_trouble:
        return 0.7, "顾客说明了情况，只应了一声，没有说怎么处理"
    return None


def _knows_not(turn: Turn) -> tuple[float, str] | None:
    """Does not know, and leaves it at that."""
    said = [piece for piece in turn.reply.content if _KNOWS_NOT.search(piece)]
    own = "".join(piece for piece in turn.reply.content if piece not in said)
    if said and all(_OTHERS.search(piece) for piece in said) and len(own) >= _OWN:
        return None  # what other shops sell is not theirs to know, and of their own they tell
    if (
        not said
        or len(turn.content) > _BRIEF
        or turn.reply.looks
        or any(_SHOWS_A_WAY.search(piece) for piece in turn.reply.content)
    ):
        return None
    return 0.75, "只说不清楚，没有去核实，也没有告诉顾客可以问谁、去哪里看"


def _leaves_it_open(turn: Turn) -> tuple[float, str] | None:
    """One noncommittal phrase where advice or an explanation was asked for."""
    if turn.act is not CustomerAct.QUESTION or not turn.open_kinds or turn.reply.asks or turn.reply.waits:
        return None
    if len(turn.reply.content) > 1 or not _LEAVES_IT_OPEN.search(turn.content):
        return None
    return 0.7, "顾客请您给意见或解释，只给了一句空话"


RULE = Rule(
    id="perfunctory",
    term="敷衍",
    version=1,
    dimension=Dimension.ATTITUDE,
    description="顾客问了实际问题，只回单字、称呼、空话或一句“不清楚”；一两个字就能答全的是非问、问候和结束语不算",
    deduction=10,
    find=find,
    examples_hit=(
        Example(chat("C 帮我把收货人改成我妹妹的名字", "A 嗯"), at=(1,)),
        Example(chat("C 裤子和上衣颜色差太多了怎么回事，退货还要等几天", "A 是的亲"), at=(1,)),
        Example(chat("C 收到的锅盖边上磕掉了一大块，没法用了", "A 好的", "C 然后呢"), at=(1,)),
        Example(chat("C 这个会员可以在门店用吗", "A 亲，这个我不清楚呢", "C 算了 我自己去店里问"), at=(1,)),
        Example(chat("C 这两款吹风机哪个好", "A 看您个人喜好选择哦"), at=(1,)),
    ),
    examples_miss=(
        Example(chat("C 这款有黑色吗", "A 有的")),
        Example(chat("C 麻烦帮我备注发顺丰", "A 好的亲")),
        Example(chat("C 在吗", "A 在的")),
        Example(chat("C 谢谢", "A 嗯嗯")),
        Example(chat("C 这个会员可以在门店用吗", "A 这个我不太清楚，您可以打门店电话问一下")),
        Example(chat("C 我先看看", "A 好的")),
        Example(chat("C 行 那我拍一件试试怎么洗", "A 温水手洗，阴干，有不懂的再找我")),
        Example(chat("C 隔壁店的锅才卖80 你家凭啥贵", "A 别家的我不了解。我家这口是三层钢复底，锅盖带硅胶圈")),
    ),
)
