"""An agent writes somebody's personal data in full. Pure.

What the customer wrote themselves is no leak, nor is the shop's own address or the courier's phone. Stored
conversations are masked on the way in: there a placeholder is what is left to see, and counts where it is said to be
another customer's, or is read back to one who never wrote any.
"""

import re
from collections.abc import Iterator

from coaching.conversations.transcript import chat
from coaching.inspection.reading import Message, Reading
from coaching.inspection.rule import Dimension, Example, Hit, Rule
from coaching.inspection.rule_sets import Limits
from kb.text.masking import mask
from kb.text.personal.spans import Kind
from kb.text.shadow import CN_DIGITS, shadow

_ALWAYS = frozenset({Kind.ID_CARD, Kind.BANK_CARD})
_WITH_CUE = frozenset({Kind.PHONE, Kind.ADDRESS, *_ALWAYS})
_ANOTHER = re.compile(
    "(?:另外?|别的?|其他|其它|上|前|下|隔壁|那|这)(?:一?[个位名]|的)?(?:顾客|客户|买家|客人|亲|用户|邻居)|"
    "(?:顾客|客户|买家|客人|用户|她|他)的?(?:电话|手机|地址|收货|身份证|名字|姓名|信息|号码|叫|是)"
)
_OWN = re.compile("您的?|你的?|核对|确认|收货|收件|预留|登记|下单时")
_SHOP = re.compile(
    "退货地址|退回|寄回|寄到|寄往|寄来|退到|售后地址|仓库|门店|实体店|专柜|维修|网点|站点|驿站|快递员?|派送|派件|"
    "配送|骑手|司机|师傅|物流|安装|热线|官方|客服电话|打款|转账|付款|对公|开户行|我们的?地址|本店"
)
_MARK = re.compile(r"\[(手机号|身份证|银行卡|地址)[xX]?[0-9]{0,3}\]")
_OF_ANOTHER, _OF_SOMEBODY, _READ_BACK = 0.9, 0.75, 0.55
_REACH = 30


def find(reading: Reading, _limits: Limits) -> Iterator[Hit]:
    """One hit a message that gives personal data away."""
    said = "\n".join(message.text for message in reading.of_customer)
    known = _plain(said)
    for message in reading.of_agent:
        confidence, kind, quote = _leak(message, known, frozenset(_MARK.findall(said)))
        if confidence:
            reason = f"发出了完整的{kind}；别人的信息不能给，核对顾客自己的也请只发后四位或打码"
            yield Hit((message.index,), confidence, quote, reason)


def _leak(message: Message, known: str, marked: frozenset[str]) -> tuple[float, str, str]:
    best = (0.0, "", "")
    for start, end, kind, is_mark in _places(message.text):
        quote = message.text[start:end]
        around = shadow(message.text[max(0, start - _REACH) : start])
        if not is_mark and _plain(quote) in known:
            continue
        confidence = _confidence(kind, around, is_mark=is_mark, is_said=is_mark and kind in marked)
        best = max(best, (confidence, kind, quote))
    return best


def _places(text: str) -> Iterator[tuple[int, int, str, bool]]:
    for start, end, kind in mask(text).spans:
        if kind in _WITH_CUE:
            yield start, end, kind.value, False
    for match in _MARK.finditer(text):
        yield *match.span(), match[1], True


def _confidence(kind: str, before: str, *, is_mark: bool, is_said: bool) -> float:
    if _ANOTHER.search(before):
        return _OF_ANOTHER
    if is_said or _SHOP.search(before):
        return 0.0
    if kind in _ALWAYS and not is_mark:
        return _OF_SOMEBODY
    return _READ_BACK if _OWN.search(before) else 0.0


def _plain(text: str) -> str:
    """Without marks and spaces, so that 138-0000 1111 and 13800001111 are one."""
    return re.sub(r"[\W_]+", "", shadow(text).translate(CN_DIGITS))


RULE = Rule(
    id="privacy_leak",
    term="泄露隐私",
    version=1,
    dimension=Dimension.COMPLIANCE,
    description="发出别的顾客的信息，或没有打码的完整手机号、地址、证件号；顾客自己写过的、店铺和快递员的不算",
    deduction=100,
    severity="critical",
    find=find,
    examples_hit=(
        Example(chat("C 我的快递谁拿了", "A 上一位顾客的电话是13912345678，您问问她"), at=(1,)),
        Example(chat("C 查一下我的订单", "A 您的身份证号11010519491231002X已登记"), at=(1,)),
        Example(chat("C 核对下地址", "A 您的收货电话是13912345678对吗"), at=(1,)),
        Example(chat("C 我的快递谁拿了", "A 另一位客户的手机是[手机号]，您打一下"), at=(1,)),
        Example(chat("C 改一下地址", "A 您的收件信息是[姓名][手机号][地址]，对吗"), at=(1,)),
    ),
    examples_miss=(
        Example(chat("C 我电话13912345678", "A 好的，13912345678，已为您登记")),
        Example(chat("C 寄回哪里", "A 退货地址：浙江省杭州市余杭区文一西路88号3栋，电话13912345678")),
        Example(chat("C 快递员电话", "A 快递员电话13912345678")),
        Example(chat("C 我电话[手机号]", "A 好的，您的电话[手机号]已登记")),
        Example(chat("C 快递员电话", "A 快递员电话[手机号]")),
        Example(chat("C 核对下电话", "A 您的电话尾号是5678，139****5678对吗")),
    ),
)
