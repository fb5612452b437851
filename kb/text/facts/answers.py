"""Yes/no facts (支持七天无理由 = 是, 可水洗 = 否) and clauses that affirm or deny them. Pure."""

import re
from functools import lru_cache

from kb.content import Fact
from kb.text.facts.clauses import Clause
from kb.text.facts.scope import words_of
from kb.text.shadow import shadow

_YES_WORDS = """
是 支持 可以 可 能 有 需要 需 允许 提供 包含 含 收 要 赠送 送 会 包邮 必须 yes 对 适合 属于 影响 有货
"""
_NO_WORDS = """
否 不 不是 不支持 不可以 不可 不能 没有 无 不需要 无需 不允许 不提供 不包含 不含 不收 不要 不赠送 不送 不会 不包邮
暂不支持 暂不 暂无 禁止 no 不适合 不属于 不影响 无货 无效 不用 不必
"""
_YES_VALUES = frozenset(_YES_WORDS.split())
_NO_VALUES = frozenset(_NO_WORDS.split())

_MODAL_HEAD = re.compile(
    r"^(?:是否|能否|可否|可以|支持|允许|提供|需要|必须|包含|赠送|适合|可|能|须|需|有|含|送|要|会|是|"
    r"客服可|商家可|可要求)+(?=.)|(?:是否)?(?:允许|支持|可以|提供)$"
)
_NO = re.compile(
    "不支持|不可以|不可|不能|不行|不让|不给|不予|不允许|不提供|不需要|不需|不用|不必|无需|无须|不会|"
    "不是|不含|不包含?|不送|不赠送?|不收|不要|不建议|不适合|不接受|不做|不享受|不属于"
    "|没法|没办法|没有|没(?=[^问关])|无法|暂不|暂无|暂时没|禁止|严禁|请勿|切勿|勿|不参加|无(?!理由|"
    "论|忧|门槛)|不退|不换|不开|不发|不带|不配|不得|不影响|不再|不保|不补|不管"
)
_LINKS = "(?:是|也|都|目前|暂时|的|这个|方面|退货|退换|服务|换货|我们|这边|店铺){0,4}"
_YES_BEFORE = re.compile(
    "(?:支持|可以|可(?!能)|能|有|是|会|需要?|必须|要|送|赠送?|含|包|提供|允许|享受|接受|带|配|开|收|"
    "得|少量|适合)[^,。]{0,4}$"
)
_YES_AFTER = re.compile(_LINKS + "(?:可以|支持|没问题|行(?!李)|能(?!不)|ok|有的?|允许)")
_CONDITION = re.compile(r"[\u4e00-\u9fff]{2,}的(?:话)?(?:都|也|就)?(?:不|可|支持|能|享)")
_ASKED = re.compile(
    "吗|么|能不能|可不可以|可以不|是不是|有没有|是否|能否|行不行|可否|要不要|用不用|支不支持|送不送|"
    "会不会|有无|不$|没$|[?]"
)
_ASKED_NO = re.compile("不能[^,。?]{0,8}吗|不可以[^,。?]{0,8}吗|不支持[^,。?]{0,8}吗|没有[^,。?]{0,8}吗")
_SHORT_YES = re.compile(
    "^(?:亲亲?|您好|你好|嗯+|在的|[,~。!\\s])*(?:是的?|可以的?|能的?|支持的?|有的?|会的?|需要的?|"
    "要的?|行的?|对的?|没问题|当然|没错|ok|送的|含的|有货的?)(?:呢|哦|哈|呀|的|亲亲?|了|~|"
    "[,。!\\s])*$"
)
_SHORT_NO = re.compile(
    "^(?:亲亲?|您好|你好|嗯+|抱歉|不好意思|很抱歉|[,~。!\\s])*(?:不是|不可以|不能|不支持|没有|不会|"
    "不需要|不用|不要|不行|不可|暂不支持|没货|暂时没有|不送|不含|无|没|否|不建议)(?:呢|哦|哈|呀|的|"
    "亲亲?|了|~|[,。!\\s])*$"
)
_SYNONYMS = {
    "七天无理由": "(?:七|7)(?:天|日)无理由|无理由",
    "机洗": "机洗|洗衣机",
    "水洗": "水洗|(?<!机)(?<!干)洗(?!碗|衣)",
    "烘干": "烘干|烘",
    "洗碗机": "洗碗机",
    "运费险": "运费险|退货险",
    "寄回": "寄回|退回|寄来|寄过来",
    "补差价": "差价",
    "差价": "差价|价差",
    "税号": "税号",
    "发票": "发票|票",
    "包邮": "包邮|免邮|免运费",
    "定制": "定制|刻字",
    "货到付款": "货到付款|到付",
    "分期": "分期",
    "拆封": "拆封|拆开|开封",
    "升级顺丰": "顺丰",
    "赠品": "赠品|礼品|赠",
    "退差价": "差价",
    "无理由退货": "无理由",
    "叠加": "叠加|一起用|同时用|同享",
    "香精": "香精|香味",
    "酒精": "酒精",
}


@lru_cache(maxsize=4096)
def fact_answer(fact: Fact) -> bool | None:
    """True for yes, False for no, None when the fact is no yes/no statement."""
    value = shadow(fact.value).strip(" 。.!的")
    if fact.unit:
        return None
    yes = True if value in _YES_VALUES else False if value in _NO_VALUES else None
    if yes is not None and re.match("不|无(?!理由)|禁止", shadow(fact.predicate)):
        return not yes
    return yes


@lru_cache(maxsize=4096)
def topic(fact: Fact) -> re.Pattern[str] | None:
    """What is affirmed or denied, as a pattern: the predicate without its modal word, else the subject."""
    predicate = shadow(fact.predicate).strip()
    predicate = re.sub("^(?:不|无(?!理由)|禁止)", "", predicate)
    core = _MODAL_HEAD.sub("", predicate)
    if len(core) < 2 or core in ("支持", "允许", "提供", "是否", "有", "可以", "收取"):
        core = shadow(fact.subject).strip()
    if not core:
        return None
    patterns = [words for name, words in _SYNONYMS.items() if name in core]
    return re.compile("|".join([re.escape(core), *patterns]))


def stated_answer(fact: Fact, clause: Clause, question: str) -> bool | None:
    """What a clause says to the fact's topic: True, False, or None when it says nothing."""
    about = topic(fact)
    if about is None or clause.asks:
        return None
    match = about.search(clause.plain)
    if match:
        # 洗过的不支持 speaks of its own condition, which is the fact's only when its subject is named.
        if _CONDITION.search(clause.plain) and not any(word in clause.plain for word in words_of(fact.subject)):
            return None
        return _polarity(clause.plain, match.start(), match.end())
    asked = bool(question) and about.search(question) and _ASKED.search(question)
    if asked and not re.search("多久|多少|几天|什么时候|怎么|谁|哪", question):
        turned = bool(_ASKED_NO.search(question))
        if _SHORT_NO.match(clause.plain):
            return False
        if _SHORT_YES.match(clause.plain):
            return None if turned else True
    return None


def _polarity(plain: str, start: int, end: int) -> bool | None:
    item = max(plain.rfind("、", 0, start) + 1, start - 8, 0)
    before, inside, after = plain[item:start], plain[start:end], plain[end : end + 10]
    if _NO.search(inside) or re.search("不是不|不会不|没有不|能不能|可不可以", before + after):
        return None
    if _NO.search(before) or before.endswith("不") or re.match(f"{_LINKS}(?:{_NO.pattern})", after):
        return False
    if _YES_BEFORE.search(before) or _YES_AFTER.match(after):
        return True
    return None
