"""How a customer feels in a message. Pure.

The words below are our own list, gathered by hand from what shoppers write when a parcel is late, broken or wrong;
each class holds what is said of service, not of goods ("这个颜色好气质" is calm). Written for precision: whoever
only asks, however often, is calm. Likeness to example messages was tried beside the words and left out: under the
bundled encoder what it added was about one upset message in six (docs/decisions/0005-inspection.md, Measured).
"""

import re
from enum import StrEnum

from coaching.inspection.lookalikes import without_lookalikes


class Emotion(StrEnum):
    """How a message sounds."""

    CALM = "calm"
    THANKFUL = "thankful"
    WORRIED = "worried"
    ANNOYED = "annoyed"
    ANGRY = "angry"


_THREAT = (
    r"(?:我?(?:要|去|会|准备)?(?:投诉|举报)(?!电话|建议|处理完)(?!.{0,6}(?:在哪|怎么))|12315|消协|消费者协会|工商局?|市场监管|曝光|"
    r"起诉|律师|法院|退一赔[三十]|假一赔|[给打就要]了?.{0,3}差评)"
)
_ABUSE = (
    r"(?:骗子|骗人|诈骗|欺骗|欺诈|垃圾|黑店|黑心|坑人|坑爹|坑货|不要脸|无耻|恶心|缺德|傻[逼比叉b子]|(?<![a-z])sb(?![a-z0-9])|脑残|有病吧|神经病|"
    r"滚|[你他]?妈的|[你他]妈(?=[逼就才真在这还不什是怎])|tmd|nmd|cnm|卧槽|我[操靠艹](?!作|近|边)|[操艹]你|去死|废物|混蛋|王八蛋|"
    r"什么玩意|什么东西啊|狗屁|放屁|什么(?:破|烂)(?:店|东西|质量|客服|服务|公司|平台|快递|物流)|[破烂]店|破玩意)"
)
_RAGE = (
    r"(?:气死|气炸|火大|恼火|生气|愤怒|忍无可忍|受够|太过分|过分了|什么态度|态度(?:太|这么|真的?|很|也太)?(?:差|恶劣)|(?:专业)?水平(?:这么|太|真)?(?:低|差|次)|耍我|耍人|玩我|忽悠|当猴|"
    r"再也不(?:买|来|会)|最后一次(?:买|来)|太(?:差劲|坑|烂|恶劣|不像话)|不像话|岂有此理|欺负|店大欺客|糊弄|敷衍)"
)
_COMPLAINS = (
    r"(?:无语|(?<!客)服了(?!装|务)|醉了|(?<!麻)烦(?!请|您|你)|头大|失望|寒心|心寒|离谱|搞笑|可笑|扯淡|太慢|好慢|这么慢|真慢|差劲|劣质|倒来倒去|不靠谱|没效率|不负责|"
    r"不(?:敢|想)(?:再)?(?:在|从).{0,6}买|(?:推|踢).{0,2}皮球|推来推去|说话不算|不算数|耽误|白等|折腾|没人(?:管|理|处理|回)|"
    r"不(?:理|回)(?:我|人|复)|(?:问|催|说|打|联系|反映|反馈|申请)(?:了|过)?(?:很多|好多|好几|多少|几|两|三|四|五|无数|n)(?:次|遍|回)|天天(?:催|问)|"
    r"每次都(?:要|这样|这么|不|没)|又(?:没|不|坏|错|少|漏|是这|要等|开错|发错|降)|(?:等|拖)(?:了(?:很久|好久|这么久|那么久|半天|好几天|几天|一个?[周月多]|(?:[0-9两三四五六七八九十]+|\[数字x?\])(?:多?天|个?小时|周|个月))|(?:很久|好久|这么久|那么久|半天|好几天)了)|"
    r"(?:[0-9两三四五六七八九十几]|\[数字x?\])(?:多?天|周|个?星期|个?月|个?小时)了,?(?:怎么|为什么|居然|竟然)?(?:还|都)(?:不|没)|"
    r"(?:这么|那么|多)(?:久|长时间|多天)了?.{0,4}(?:还|都|没|不)|(?:都|已经).{0,3}(?:天|周|月|小时)了.{0,6}(?:还|没|不|都)|"
    r"到底.{0,12}(?:发|到|来|退|能|有|是|怎|什么|啥|处理|解决|管)|怎么(?:搞的|回事啊|可以这样|能这样|这样啊)|说好的|"
    r"(?:之前|当时|昨天|上次|客服)(?:明明|不是)?.{0,4}(?:说|答应|承诺).{0,14}(?:结果|还没|却)|"
    r"为什么(?:还不|还没|一直不|一直没|不给|又)|怎么(?:还不|还没|一直没|一直不|老是|总是|又)|一直(?:没|不)(?:发|到|处理|退|回|给|人|有(?:人|消息|结果|反应))|[!?]{3,})"
)
_FEARS = (
    r"(?:着急|急用|急需|急着|很急|好急|急死|急急|加急|心急|担心|(?:我|真|就|好)怕|害怕|焦虑|来不及|赶不上|尽快|快点|赶紧|赶快|抓紧|"
    r"万一|怎么办|咋办|等着用|等用|会不会(?:丢|坏|碎|骗|假|有问题)|不会(?:是)?(?:丢|坏|假|骗).{0,6}吧)"
)
_THANKS = r"(?:谢谢|多谢|感谢|谢啦|谢了|辛苦(?:了|你|您)|太好了|非常好|满意(?!度)|给力|赞|棒)"

_LEXICON = (
    (Emotion.ANGRY, re.compile("|".join((_THREAT, _ABUSE, _RAGE)))),
    (Emotion.ANNOYED, re.compile(_COMPLAINS)),
    (Emotion.WORRIED, re.compile(_FEARS)),
    (Emotion.THANKFUL, re.compile(_THANKS)),
)
_DENIED = re.compile(
    r"(?:不用|别|不|没有?|没什么)(?:着急|急|担心|生气|怕|投诉|差评|烦)|不是(?:要)?(?:投诉|骗|差评)|不(?:太)?满意(?!度)"
)
_INSULTS = re.compile(_ABUSE)
_DISPLEASED = re.compile(r"不(?:太|是很)?满意")


def emotion_of(folded: str) -> Emotion:
    """The emotion of a customer's message, the strongest that is said."""
    if _DISPLEASED.search(folded):
        return Emotion.ANNOYED
    said = _said(folded)
    return next((emotion for emotion, words in _LEXICON if words.search(said)), Emotion.CALM)


def is_abusive(folded: str) -> bool:
    """Whether a customer's message insults whoever reads it."""
    return _INSULTS.search(_said(folded)) is not None


def _said(folded: str) -> str:
    """What is left when denied and only seeming words of anger are taken out."""
    return _DENIED.sub("", without_lookalikes(folded))
