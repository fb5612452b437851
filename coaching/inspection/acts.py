"""What a customer's message does: asks, requests, reports, confirms, chases, thanks … Pure.

A message may do several things ("好的 那什么时候到"); what the agent must respond to most counts.
"""

import re
from enum import StrEnum
from functools import lru_cache

from kb.suggestion.acts import Act, act_of
from kb.text.folding import fold, has_content


class CustomerAct(StrEnum):
    """What a message of a customer does."""

    CONTENT_FREE = "content_free"
    GREETING = "greeting"
    THANKS = "thanks"
    GOODBYE = "goodbye"
    CONFIRMATION = "confirmation"
    """Yes, no, fine: an answer to what the agent asked or said."""
    CHASE = "chase"
    """Waits: "人呢", "??", "查到了吗"."""
    HANDOFF = "handoff"
    QUESTION = "question"
    REQUEST = "request"
    REPORT = "report"
    """States what happened or what is wrong."""
    INFORMATION = "information"
    """Gives what was asked for: an order number, a name, an address, a link."""


SUBSTANTIVE = frozenset({CustomerAct.QUESTION, CustomerAct.REQUEST, CustomerAct.REPORT})
"""Acts that want an answer of substance."""

_BY_NEED = (
    CustomerAct.QUESTION,
    CustomerAct.REQUEST,
    CustomerAct.REPORT,
    CustomerAct.CHASE,
    CustomerAct.HANDOFF,
    CustomerAct.INFORMATION,
    CustomerAct.CONFIRMATION,
    CustomerAct.THANKS,
    CustomerAct.GOODBYE,
    CustomerAct.GREETING,
    CustomerAct.CONTENT_FREE,
)

_MAX_CHARS = 2_000
_CUT = re.compile(r"[\s,，。;；!！]+|(?<=[?？])(?![?？])")

_BEFORE_UNIT = re.compile(
    r"(?<=\d)[ \u3000]+(?=个|[年月周天日号点时分秒元块片件只包盒瓶斤克升瓦]|小时|工作日|公斤|毫升|厘米|毫米|℃)"
)
"""A blank that writers set between a number and its unit (整机 1 年): no pause."""

_PLACEHOLDER = re.compile(r"\[[^\[\]]{1,12}\]|【[^【】]{0,12}】|\{[^{}]{1,12}\}|https?://\S+")
_ORDER_CARD = re.compile(
    r"(?:订单业务|商品信息|配送|物流|发票类?|返修退换货|售后服务?)咨询|(?:顾客通过点击\S*?发送:?|查询|咨询|我的|新|这个|京东快递\(移动端\)|请选择咨询订单|nan(?:[-:]nan)*|"
    r"服务单|"
    r"下单|订单|商品|运单|快递|物流|手机|电话|联系|账|税|单|取件)*"
    r"(?:编?号码?|id|金额|时间|抬头|方式|姓名|名字|地址|邮箱|尺码)[是为]?[:：]?"
)
_DATA = re.compile(r"[\d\sa-z￥¥@._:/\-+*×()\[\]]+|\W+")
_CHASE = re.compile(
    r"[?？]+|(?:人|客服|你们?)(?:呢|去哪(?:儿|里)?了?)|(?:还)?在(?:吗|么|不|没)|在不在|有人(?:吗|么|在吗)|"
    r"(?:还没|没有?)(?:查|问|弄|处理|核实|看)?(?:到|好|完)(?:吗|么|嘛)?|(?:查|问|弄|处理|核实|看)(?:到|好|完|清楚)?了?(?:吗|么|没有?|嘛)|"
    r"(?:怎么|咋)(?:不|没人?)(?:回|说话|理|吭声)\w{0,3}|(?:回|说)(?:复|答|句)?话?(?:呀|啊|一下|下)|等(?:了)?(?:好|很|半天|这么)\w{0,4}|"
    r"(?:怎么样|咋样)了?|然后呢?|结果呢|喂+|hello|说话"
)
_QUESTION = re.compile(
    r"[?？]|吗|嘛$|(?<![什怎那这多])么$|呢$|多久|多少|多大|多长|多重|多高|什么|啥|哪|怎么|怎样|咋|如何|为何|为什么|能不能|可不可以|"
    r"可以不|是不是|有没有|会不会|要不要|行不行|好不好|是否|能否|可否|几[点天个号时日件斤米月年楼]|(?<!第)几$|谁|[不没]$|(?<=[对是行好])吧$|还是\w{2}|多远|"
    r"不是\w{2,}的$|何时|想(?:问|咨询|了解|知道)"
)
_NOT_ASKED = re.compile(
    r"没什么|不知道(?:怎么|什么)|无论|不管|随便什么|没怎么|怎么都|什么都|谁都|哪都|(?:不用|不需要|没有|没)[了呢啦吗么]*$"
)
_REQUEST = re.compile(
    r"帮(?:我|忙|下|一下)|麻烦(?:你|您)?(?!了|啦|您了|你了)\w|请(?!问|选择)\w|我(?:要|想|需要)(?!问|咨询|了解|知道)\w|想要?\w|给我\w|催|"
    r"尽快|快点|赶紧|赶快|要求|希望|申请|修改|更改|改[成为下一]|取消|拦截|退[货款掉了差]|换[货成个]|补[发寄差开]|重[开发]|转人工|"
    r"^(?:退|换|改|查|开发票|保价|价保|催单|投诉)|我要"
)
_REPORT = re.compile(
    r"没(?:有)?(?:收到|到|发|看到|人|反应|法|显示|动静|动|更新|退|开|用)|(?:不能|无法|没法|打不开|用不了|开不了|登不)|坏|破|碎|裂|漏|少了|缺|错了|"
    r"(?<!没)(?<!没有)(?<!什么)问题|故障|降价|异常|失败|不对|不行|不了|不到|不见|(?:已经|都)\w{0,3}[天周月]|收不到|不合适|不满意|假|质量|臭|脏|划痕|超时|过期|还是"
)
_CONFIRM = re.compile(
    r"(?:是|对|嗯|恩|好|行|可以|没有?|不是|不用|不|ok|okk|en|哦|噢|喔|奥|额|知道|明白|了解|收到|清楚|需要|要|要的|懂|成|中|没问题|"
    r"没错|确定|同意|算|要得|好吧|那|那就|那我|这样|就|先|我|自己|再|等|看看|看|试试|研究|的|了|吧|呢|啊|呀|哈|啦|滴|哒|嘞|"
    r"谢谢?|你|您|亲|暂时|目前|其他|其它|别|事|一下|下|麻烦|辛苦|吗|嘛)+"
)
_WELL = re.compile(r"\W*(?:那|哦|嗯|额|好)*(?:好|行|可以|算)(?:的|了)?吧+(?:好吧)*")
_GOODBYE = re.compile(r"(?:再见|拜拜?|88+|晚安|bye|先这样|那就这样|你?忙吧?|了|啦|吧|呢|的|哈|好|谢谢?)+")
_OF_SUGGESTION = {
    Act.NO_CONTENT: CustomerAct.CONTENT_FREE,
    Act.GREETING: CustomerAct.GREETING,
    Act.HANDOFF: CustomerAct.HANDOFF,
}


@lru_cache(maxsize=8_192)
def customer_act(text: str) -> CustomerAct:
    """The act of a customer's message: of all it does, the one that needs an answer most."""
    acts = {_of_piece(piece) for piece in pieces(text)}
    return next((act for act in _BY_NEED if act in acts), CustomerAct.CONTENT_FREE)


@lru_cache(maxsize=8_192)
def pieces(text: str) -> tuple[str, ...]:
    """A message cut at blanks and punctuation, each piece folded; question marks and units stay with their piece."""
    whole = _BEFORE_UNIT.sub("", text[:_MAX_CHARS])
    return tuple(folded for part in _CUT.split(whole) if part and (folded := fold(part)))


def tells_trouble(text: str) -> bool:
    """Whether something went wrong, or is missing, by the words."""
    return any(_REPORT.search(piece) for piece in pieces(text))


def without_data(folded: str) -> str:
    """What is left of a piece when placeholders, links, labels of order data and bare numbers are taken out."""
    bare = _ORDER_CARD.sub("", _PLACEHOLDER.sub("", folded))
    return "" if _DATA.fullmatch(bare) else bare


def _of_piece(piece: str) -> CustomerAct:
    if _WELL.fullmatch(piece):
        return CustomerAct.CONFIRMATION
    if _CHASE.fullmatch(piece):
        return CustomerAct.CHASE
    act = act_of(piece)
    if act in _OF_SUGGESTION:
        return _OF_SUGGESTION[act]
    if re.search(r"谢|辛苦|感谢|多谢|3q|thx|thank", piece) and (act is Act.THANKS or _CONFIRM.fullmatch(piece)):
        return CustomerAct.THANKS
    if _GOODBYE.fullmatch(piece) and re.search(r"再见|拜|88|晚安|bye|忙|这样", piece):
        return CustomerAct.GOODBYE
    if not has_content(without_data(piece)):
        return CustomerAct.INFORMATION
    if _CONFIRM.fullmatch(piece) and not re.search(r"[对是行好]吧$|吗|[?？]", piece):
        return CustomerAct.CONFIRMATION
    return _of_content(without_data(piece))


def _of_content(piece: str) -> CustomerAct:
    if _QUESTION.search(piece) and not _NOT_ASKED.search(piece):
        return CustomerAct.QUESTION
    if _REQUEST.search(piece):
        return CustomerAct.REQUEST
    if _REPORT.search(piece):
        return CustomerAct.REPORT
    return CustomerAct.REPORT if len(piece) >= _SAYS_SOMETHING else CustomerAct.INFORMATION


_SAYS_SOMETHING = 6
"""Shorter statements without any of the words above ("耳机的", "质量问题除外") mostly answer the agent."""
