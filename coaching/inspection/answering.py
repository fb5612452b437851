"""Whether a reply answers a question: by what kind of answer is asked for, by words in common, by meaning. Pure.

Knows nothing of goods or shops: that a "when" wants a time holds anywhere. Whether the answer is right is for the
rules that compare it with cards.
"""

import math
import re
from enum import StrEnum

from coaching.inspection.replies import read_reply
from kb.text.folding import fold


class Kind(StrEnum):
    """What kind of answer a question asks for."""

    POLAR = "polar"
    MUCH = "much"
    WHEN = "when"
    WHERE = "where"
    WHO = "who"
    WHICH = "which"
    HOW = "how"
    WHY = "why"


_ASKED = {
    Kind.WHEN: re.compile(
        r"(?:什么|啥)(?:时候|时间)|何时|几[点时号日天]|多久|多长时间|哪[天一]天?(?=[^个款种家些件]|$)|多快"
    ),
    Kind.WHY: re.compile(
        r"为什么|为啥|为何|怎么(?:还|没|又|就|这么|那么|不|会|都|突然|一直|老是)|什么(?:原因|情况|意思)|"
        r"咋(?:还|没|又|不|这么)"
    ),
    Kind.HOW: re.compile(
        r"(?:怎么?样?|咋|如何)(?:才能|能|去|来|操作|办|弄|用|改|换|退|申请|修改|处理|查|看|联系|开|搞|样|算|取消|"
        r"下单|设置|买|走|填)|怎么$|如何|咋(?:办|弄|整|搞)"
    ),
    Kind.MUCH: re.compile(
        r"多少|多[大高重宽长远厚深贵]|几(?![点时号日天乎])|价格|价位|价钱|报价|什么价|首付|运费|费用"
    ),
    Kind.WHERE: re.compile(
        r"哪里|哪儿|哪边|哪个(?:地方|城市|仓|页面|位置)|什么地方|[在到去从往]哪(?!天|个|款|种|家|些)|位置|地址是"
    ),
    Kind.WHO: re.compile(r"谁|什么人|哪位"),
    Kind.WHICH: re.compile(
        r"哪[个款种家些件样]|(?<!为)什么(?!时候|时间|原因|情况|意思|人|地方|价)|"
        r"啥(?!时候|时间|意思|情况)"
    ),
}
_POLAR = re.compile(
    r"吗|(?<![什怎那这多要])么(?![样办])|嘛|[不没](?:$|[?？呢呀啊])|([^\W\d])[不没]\1|有没有|能不能|可不可以|是否|能否|可否|还是|[对是行好了的]吧|吧$|呗$"
)
_TIME = re.compile(
    r"今[天日晚早]|明[天日晚早]|后天|昨[天日]|[上下中]午|晚上|早上|周[末一二三四五六日天]|星期|[点分]钟?|小时|工作日|\d[天日号月年]|"
    r"[一二两三四五六七八九十几半][天日号月年个周]|(?:\d|\])\s?(?:个月|个?星期|个半?小时)|随时|现在|马上|立[即刻]|这两天|月[底初]|当天|次日|当日|\[(?:日期|时间)|(?:\d|\])\s?(?:个?工作日|小时|分钟|[天日号月年点周内h])|\d{1,2}[:：]\d\d|已经|预约|时候"
)
_NUMBER = re.compile(
    r"\d|\[(?:数字|金额)|[零一二两三四五六七八九十百千万半][万元块折个件天年米斤克号楼层次台张成倍左多%]|免费|包邮|不[收用要]|没有|全额"
)
_PLACE = re.compile(
    r"原[返路]|账户|余额|卡里?|[区路街楼号站市镇县村院园城店仓]|附近|旁边|对面|门口|里面|官网|页面|点击|首页|详情|\[(?:地址|站点|链接)|右上|左下|下面|这里|那里|我的"
)
_ROUTE = re.compile(
    r"点击|打开|进入|选择|申请|联系|提交|登录|下载|先|再|然后|之后|需要|可以|直接|提供|通过|帮您|给您|路径|详情"
)
_CAUSE = re.compile(
    r"因为|由于|原因|所以|导致|是因|才|需要|暂|还没|未|没有|[缺断]货|活动|系统|仓|超|不支持|显示|问题|就是|意思"
)
_PERSON = re.compile(r"我们|您|客服|师傅|商家|买家|卖家|快递|厂家|平台|专员|配送|售后|自己|业主|房东|\[姓名")
_WANTED = {
    Kind.WHEN: _TIME,
    Kind.MUCH: _NUMBER,
    Kind.WHERE: _PLACE,
    Kind.HOW: _ROUTE,
    Kind.WHY: _CAUSE,
    Kind.WHO: _PERSON,
}

GIVEN = frozenset(_WANTED)
"""The kinds that can be told from the words of an answer."""

_YES_OR_NO = re.compile(
    r"^(?:这个|这款|那个|目前|现在|您好|你好|亲+|亲爱的|那|还|都|也|基本|暂时|随时|应该|一般|正常|肯定|当然|确实|房子|,|，|\s|已经)*"
    r"(?:是|对|嗯|可以|能|行|有|没|不|会|好|需要|要|支持|方便|无|未|在|可|已|必须|正在|包|免|送)"
)
_DEFERS = re.compile(r"[我帮].{0,3}(?:问|查|看|核实|确认|联系)(?:一?下|问|看)?")
_WANTS_CONTACT = re.compile(r"电话|微信|手机|号码|联系方式|phone|加[您你]|名片|vx|wechat")
_SELLS = re.compile(r"为[您你]服务|很?高兴|我是|欢迎|祝[您你]|评价|再见|感谢|认识|咨询过?|关注")
_OFFERS = re.compile(r"考虑|推荐|匹配|预算|感兴趣|有兴趣|了解一?下|看过")
_SMALL = frozenset(
    "的了吗么呢啊哦我你您这个是有在就也都还不没能可以会要请问好吧那一哪什多少几怎样儿啥套下呀哈亲们它他她和跟与给"
)


def kinds_asked(question: str) -> frozenset[Kind]:
    """What kinds of answer a folded question asks for; empty for a statement."""
    asked = {kind for kind, pattern in _ASKED.items() if pattern.search(question)}
    if _POLAR.search(question) or (not asked and question.endswith("?")):
        asked.add(Kind.POLAR)
    return frozenset(asked)


def gives(kind: Kind, reply: str) -> bool:
    """Whether a folded reply holds the kind of thing asked for; always, where that cannot be told from words."""
    if kind is Kind.POLAR:
        return bool(_YES_OR_NO.search(reply))
    wanted = _WANTED.get(kind)
    return wanted is None or bool(wanted.search(reply))


def overlap_01(question: str, reply: str) -> float:
    """Characters and pairs of characters in common, as a share of the shorter text's, 0…1; small words aside."""
    asked, said = _grams(question), _grams(reply)
    return len(asked & said) / max(1, min(len(asked), len(said)))


def _coverage_01(question: str, reply: str) -> float:
    asked = _grams(question)
    return len(asked & _grams(reply)) / max(1, len(asked))


def _grams(text: str) -> set[str]:
    plain = re.sub(r"\W", "", text)
    return {char for char in plain if char not in _SMALL} | {plain[at : at + 2] for at in range(len(plain) - 1)}


def answer_score_01(question: str, reply: str, cosine: float) -> float:
    """How probably a reply answers a question, 0…1, higher is likelier; an estimate for ordering, not a probability.

    Args:
        question: As the customer wrote it.
        reply: As the agent wrote it.
        cosine: Of their vectors, −1…1.

    Source: weights set by hand on one half of BEKE's question-reply pairs, see docs/decisions/0005-inspection.md.
    """
    asked, said = fold(question), fold(reply)
    kinds = kinds_asked(asked)
    open_kinds = kinds - {Kind.POLAR}
    does = read_reply(reply)
    score = (
        (cosine - MEAN_COSINE) / _SPREAD_OF_COSINE * 0.45
        + 1.6 * overlap_01(asked, said)
        + 1.6 * _coverage_01(asked, said)
    )
    if open_kinds:
        score += 0.6 if any(gives(kind, said) for kind in open_kinds & _WANTED.keys()) else 0.0
        score -= 0.7 if does.is_bare else 0.0
    elif kinds:
        score += 0.7 if gives(Kind.POLAR, said) else 0.0
    if not kinds and does.is_bare:
        score += 0.5
    if any(kind in kinds and gives(kind, said) for kind in (Kind.WHEN, Kind.WHERE)):
        score += 0.8
    if does.asks:
        score -= 0.9
    if _WANTS_CONTACT.search(said) and not _WANTS_CONTACT.search(asked):
        score -= 1.1
    if does.opens or does.closes or (does.polite and not does.content) or _SELLS.search(said):
        score -= 1.2
    if _OFFERS.search(said):
        score -= 0.6
    if _DEFERS.search(said) or does.waits:
        score -= 0.2
    if len(said) <= 2 and kinds != {Kind.POLAR}:
        score -= 0.6
    return 1 / (1 + math.exp(1.6 - score))


MEAN_COSINE = 0.87
_SPREAD_OF_COSINE = 0.03
"""Of question and reply under the bundled encoder. Source: BEKE pairs, first half, 2026-11-22."""
