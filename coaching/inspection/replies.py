"""What an agent's message does: opens, closes, is polite, acknowledges, puts off, asks, or says something. Pure.

Read piece by piece, because one message often holds a courtesy, a "please wait" and the answer.
"""

import re
from dataclasses import dataclass
from functools import lru_cache

from coaching.inspection.acts import pieces, without_data
from kb.text.folding import fold, has_content

_NAME = (
    r"(?:尊敬的|敬爱的|亲爱[的哒滴]?|亲耐的|亲亲|亲|客户|顾客|用户|买家|商家|卖家|师傅|朋友|宝贝|宝宝|宝|小主|先生|女士|您|你|"
    r"小妹妹?|妹[子纸]|小二|客服|我们?|咱们?|这边|这里|小店)"
)
_END = (
    r"(?:的|了|呢|哦|哈|啊|呀|啦|滴|哒|嘞|吧|噢|喔|哟|嘛|呐|亲|亲亲|亲爱[的哒滴]|o|~|～|^|_|\(|\)|∩|/|'|#e|mua|么么哒)*"
)

_HELP = re.compile(
    r"(?:什么|啥|哪些|哪方面).{0,12}(?:帮|效劳|服务|处理|解决|咨询)|(?:帮|效劳).{0,6}[吗么呢?？]$|咨询之前的问题|之前的问题还是|是?有其[他它]的问题|"
    r"请问(?:您)?(?:是)?(?:有|咨询)?什么(?:问题|事)"
)
_BEFORE = re.compile(r"之前的问题")
_MORE = re.compile(
    r"(?:还(?:有|可以|能|需要)*(?:什么|啥|其[他它]|别的|哪)|其[他它]|别的|还可以|还有没有).{0,10}(?:帮|效劳|服务|问题|需要|咨询|了解|疑问|业务)|(?:可以|能).{0,3}(?:为您)?(?:服务|效劳).{0,2}[吗么]"
)
_CLOSES = re.compile(
    r"评价|好评|满意度|小红心|桃心|打赏|点击.{0,6}(?:\+|表情)|[祝愿][您你]|再见|拜拜|感谢[您你]?(?:对|的)|期待.{0,6}(?:再次|下次|光临|服务)|"
    r"随时.{0,6}(?:联系|咨询|来问|提问|解答|为您)|一直(?:都)?在|善解人意|包容|多包含|前程锦绣|海涵|荣幸|订单大卖|再次为您|下次有机会|"
    r"关注.{0,6}公众号|分内|份内|应该做|是我的荣幸|很乐意为"
)
_POLITE = re.compile(
    rf"(?:{_NAME}|好|好的|嗯+|那|,)*(?:您好|你好|在的?|晚上好|下午好|上午好|早上好|欢迎.{{0,4}}|很高兴.{{0,6}}|不用?(?:客气|谢)|"
    rf"(?:太)?客气.{{0,4}}|谢谢.{{0,8}}|感谢.{{0,8}}|辛苦.{{0,3}}|没事|没关系|不用谢|麻烦.{{0,2}}|有什么可以|为您服务|久等.{{0,2}}|让.{{0,2}}久等.{{0,2}}){_END}"
)
_CALLS = re.compile(rf"(?:{_NAME}|还?在(?:吗|么|不|嘛)|\?|{_END})+")
_ACK = re.compile(
    rf"(?:{_NAME})*(?:(?:好|好的|好哒|好滴|好嘞|嗯+呢?|恩+|额|哦+|噢|是|是的|是呢|对|对的|可以|可以的|行|收到|明白|理解|知道|了解|ok|没问题|没有|"
    rf"不是|不|这样|那|就是|有|有的|会|会的|能|不会|不行|不可以|不能|需要|不需要|不用|在|马上|放心){_END})+{_NAME}*{_END}"
)
_WAITS = re.compile(
    r"(?:不要(?:离开|下线|关闭)|稍等|稍后|稍候|等[一下]{1,2}|等会|耐心等|稍微?等|请.{0,3}等|不要离开|等待一)|(?:正在?|马上|立即|立刻|火速|正为).{0,8}(?:查|核实|处理|确认|联系|看)|"
    r"(?:帮|给|为)[您你]?.{0,5}(?:查|看|核实|问|确认|催|了解)(?:一?下|询|看)?"
)
_LOOKS = re.compile(r"查|核实|问|看|确认|联系|处理|催|了解")
_WAIT_NOISE = re.compile(r"\[[^\]]{1,6}\]|\d|分钟|\W|[还请您你的呢哦哈啊亲爱先一下下小妹子纸我这边就去给帮为]")
_ASKS = re.compile(
    r"[?？]|(?:吗|(?<!什)么|嘛)(?:亲+|亲爱的|呢|哈|哦|~|～)*$|(?:什么|多少|哪|几|怎么|还是|谁)\w{0,8}呢$|(?:什么|多少|哪)\w{0,4}$|是不是|有没有|"
    r"(?:提供|告知|发送?|复制|报)(?:一?下|给)"
)
_ASKS_DATA = re.compile(
    r"(?:提供|告知|发送?|发下|复制|报|说|给|留)(?:我|小妹|妹[子纸]|一?下|给|您|你|的)*.{0,8}(?:订单|单号|编号|id|电话|手机|姓名|号码|账号|链接|地址|联系方式|截图|照片|图片|信息)|"
    r"(?:订单|单号|订单号|手机号|商品编?号|链接).{0,12}(?:提供|告知|发(?:给|我|送|一?下)|复制|多少|报(?:给|我|一?下))"
)
_ORDER_ASKED = re.compile(r"订单|单号")


@dataclass(frozen=True)
class Reply:
    """What an agent's message does, and what of it is content."""

    opens: bool
    """Asks what it can do, as at the beginning."""
    closes: bool
    """Asks for more, thanks for coming, begs for stars."""
    polite: bool
    """Greets, is at service, thanks, "you are welcome"."""
    acknowledges: bool
    """A bare yes, no, fine."""
    waits: bool
    """Asks to wait, or says it will look."""
    looks: bool
    """Says it will look, ask or see to it."""
    asks: bool
    """Asks the customer something."""
    asks_order: bool
    """Asks for the number of the order."""
    content: tuple[str, ...]
    """The pieces, folded, that say or ask something else; empty for a message without any."""
    statements: tuple[str, ...]
    """Those of them that ask nothing."""
    folded: str

    @property
    def is_bare(self) -> bool:
        """Nothing but a yes, no, fine or a form of address."""
        return not (self.content or self.waits or self.opens or self.closes or self.asks)


@lru_cache(maxsize=8_192)
def read_reply(text: str) -> Reply:
    """What an agent's message does."""
    parts = pieces(text)
    kind_of = [(piece, _kind(piece)) for piece in parts]
    kinds = {kind for _, kind in kind_of}
    asks_data = [piece for piece in parts if _ASKS_DATA.search(piece)]
    return Reply(
        opens="opens" in kinds,
        closes="closes" in kinds,
        polite="polite" in kinds or "calls" in kinds,
        acknowledges="acknowledges" in kinds,
        waits="waits" in kinds,
        looks=any(kind == "waits" and _LOOKS.search(piece) for piece, kind in kind_of),
        asks="asks" in kinds or bool(asks_data),
        asks_order=any(_ORDER_ASKED.search(piece) for piece in asks_data),
        content=tuple(piece for piece, kind in kind_of if kind in ("says", "asks")),
        statements=tuple(piece for piece, kind in kind_of if kind == "says" and piece not in asks_data),
        folded=fold(text),
    )


def _kind(piece: str) -> str:
    if not has_content(piece) or _CALLS.fullmatch(piece):
        return "calls"
    if _POLITE.fullmatch(piece):
        return "polite"
    if _ACK.fullmatch(piece):
        return "acknowledges"
    if _MORE.search(piece) and _ASKS.search(piece) and not _BEFORE.search(piece):
        return "closes"
    if _HELP.search(piece):
        return "opens"
    if _CLOSES.search(piece):
        return "closes"
    if _WAITS.search(piece) and len(_WAIT_NOISE.sub("", piece)) <= _ONLY_WAITING:
        return "waits"
    if _ASKS.search(piece) and has_content(without_data(piece)):
        return "asks"
    return "says"


_ONLY_WAITING = 9
"""Characters of a waiting piece, small words aside; longer ones also say something."""
