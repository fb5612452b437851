"""WeChat and QQ ids in a shadow text, plain or disguised. Pure.

The words for these channels are here because the wording check `terms/off_platform` needs them too.
"""

import re
from collections.abc import Iterator

from kb.text.personal.spans import Kind, Span
from kb.text.shadow import CN_DIGITS

WECHAT = (
    r"(?:[微薇威维徽葳喂][\s.\-_·*|/]{0,2}[信心芯星杏鑫x]|[vw][\s.\-_·*|/]{0,2}[信心芯]|"
    r"(?<![a-z])[vw][\s.\-_·*|/]{0,2}x(?![a-z])"
    r"|wei[\s]?(?:xin|信|心)|we ?chat|绿泡泡|绿色软件|绿色聊天|卫星号|微❤)"
)
"""Words for WeChat, disguised ones included; 维修 and 威望 are none of them."""

QQ = r"(?:(?<![a-z])qq(?![a-z])|扣扣|叩叩|抠抠|球球号|企鹅号?|鹅(?=[:：号 ])|(?<![a-z])q号|扣号|秋秋|囗囗)"
"""Words for QQ."""

_FILLER = (
    r"(?:号码?|账号|帐号|id|是|为|就是|同号|搜索?|加|我的?|您?加我|联系|群|"
    r"[:：=\s→➡>,，.。+\-(\[【\"'“]){0,12}?"
)
_WECHAT_ID = re.compile(
    rf"(?:{WECHAT}|(?<![a-z])[vw](?=[:：号 ]|同|是)|(?<=[加+佳嘉➕])[vw微薇威徽]){_FILLER}"
    r"((?<![a-z0-9])[a-z][a-z0-9_\-]{4,19}(?![a-z0-9_@])|(?<![0-9])[0-9][0-9\-]{4,14}(?![0-9]))"
)
_GLUED_WECHAT_ID = re.compile(
    r"(?<![a-z0-9])(?:vx|wx|weixin|v)[:：_\-]?([a-z]*[0-9][a-z0-9_\-]{4,18})(?![a-z0-9_])|"
    r"(?<![a-z0-9])(wxid_[a-z0-9]{6,20})"
)
_QQ_ID = re.compile(rf"{QQ}{_FILLER}((?<![0-9])[1-9](?:[ \-]?[0-9]){{4,10}}(?![0-9]))")
_LATIN_WORDS = "iphone android huawei xiaomi samsung wechat alipay weixin please thanks hello"
_NOT_AN_ID = frozenset(_LATIN_WORDS.split())


def find_wechat_ids(text: str) -> Iterator[Span]:
    """An id after a word for WeChat (letters first, or a number of five digits and more)."""
    found = [(match.start(1), match.end(1)) for match in _WECHAT_ID.finditer(text) if match[1] not in _NOT_AN_ID]
    for match in _GLUED_WECHAT_ID.finditer(text):
        group = 1 if match[1] else 2
        found.append((match.start(group), match.end(group)))
    reached = 0
    for start, end in sorted(found):
        if start >= reached:
            yield Span(start, end, Kind.WECHAT)
            reached = end


def find_qq_ids(text: str) -> Iterator[Span]:
    """A number of 5–11 digits, Chinese ones too, after a word for QQ."""
    for match in _QQ_ID.finditer(text.translate(CN_DIGITS)):
        yield Span(match.start(1), match.end(1), Kind.QQ)
