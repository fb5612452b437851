"""Who pays: facts such as 退货运费 = 顾客承担, and clauses that say so. Pure."""

import re
from enum import StrEnum

from kb.content import Fact
from kb.text.facts.clauses import Clause
from kb.text.shadow import shadow


class Payer(StrEnum):
    """Who bears a cost."""

    SHOP = "shop"
    CUSTOMER = "customer"
    BOTH = "both"


_SHOP = "(?:我们|咱们)(?:这边|店里?|家)?|我方|商家|卖家|店铺|店里|本店|小店|咱家|咱们|公司|这边|我家|厂家|厂商"
_CUSTOMER = "您|你|买家|顾客|客户|用户|亲亲?|消费者|自己|自行|本人"
_BEARS = "承担|出(?![货库仓发现具来])|付(?!款)|支付|负责|报销|掏|补贴|包(?!装|裹|邮)|买单|补"
_BETWEEN = (
    "(?:这边|那边|来|会|先|全部|全额|都|帮[您你]|给[您你]|替[您你]|需要?|要|自己|自行|的话|是|可以|"
    "哦|呢|进行|另外|额外){0,3}"
)

_RULES: tuple[tuple[Payer, re.Pattern[str]], ...] = (
    (Payer.BOTH, re.compile("各(?:自)?(?:付|出|承担)|一人一(?:半|程)|各一半|双方(?:各|分|平)|分摊|平摊")),
    (
        Payer.SHOP,
        re.compile(
            f"(?:不用|不需要?|无需|无须|不必|不让)(?:{_CUSTOMER}){_BETWEEN}(?:{_BEARS})|"
            f"(?:{_CUSTOMER})(?:这边)?(?:不用|不需要?|无需|无须|不必){_BETWEEN}(?:{_BEARS})"
        ),
    ),
    (
        Payer.SHOP,
        re.compile(
            "免运费|免邮|(?<!不)包邮|(?:免费|不收|不用|无需)[^,。]{0,3}(?:运费|邮费|寄|补发|换|退回|上门)|"
            "(?:运费|邮费|费用)[^,。不]{0,3}(?:免|全免|全包)|给[您你](?:报销|返还|补)|返还给?[您你]|(?:运费|"
            "邮费)(?:由|是)?(?:店铺|商家)"
        ),
    ),
    (
        Payer.CUSTOMER,
        re.compile(f"(?:{_SHOP})(?:这边)?(?:是)?(?:不|没法|无法|不能|不会)(?:予|给|帮[您你])?{_BETWEEN}(?:{_BEARS})"),
    ),
    (
        Payer.CUSTOMER,
        re.compile(
            f"(?:由|需要?|得|要|让|麻烦)?(?:{_CUSTOMER}){_BETWEEN}(?:{_BEARS})|自理|自付|自费|不包邮|(?:不|没有)免运费"
        ),
    ),
    (Payer.SHOP, re.compile(f"(?:由)?(?:{_SHOP}){_BETWEEN}(?:{_BEARS})|(?:算|归)(?:{_SHOP})")),
    (
        Payer.CUSTOMER,
        re.compile(
            "(?:需要?|得|要)(?:另外|额外|自己|自行)?(?:支付|付|承担|出|补)(?:运费|邮费|[0-9])|(?:算|归)(?:您|买家|顾客)"
        ),
    ),
)
"""First that matches wins: denials before what they deny."""

_COST = re.compile("运费|邮费|快递费|费用|邮资|来回|改派费|差价|钱|费")
_ADVANCE = re.compile("垫付|先付|先出|先行支付|代付")


def fact_payer(fact: Fact) -> Payer | None:
    """Who pays by this fact; None when it is about something else."""
    if not (_COST.search(shadow(fact.predicate)) or re.search("承担|自理|自付|包邮", fact.value)):
        return None
    return payer_in(shadow(fact.value)) or {
        "商家": Payer.SHOP,
        "卖家": Payer.SHOP,
        "店铺": Payer.SHOP,
        "顾客": Payer.CUSTOMER,
        "买家": Payer.CUSTOMER,
        "免费": Payer.SHOP,
        "包邮": Payer.SHOP,
        "免": Payer.SHOP,
    }.get(fact.value.strip())


def payer_in(plain: str) -> Payer | None:
    """Who pays by a stretch of shadow text."""
    plain = _ADVANCE.sub("", plain)
    found = {payer for payer, pattern in _RULES[1:3] if pattern.search(plain)}
    for payer, pattern in _RULES:
        if pattern.search(plain):
            if payer in (Payer.SHOP, Payer.CUSTOMER) and not found and _both_named(plain):
                return Payer.BOTH
            return payer
    return None


def _both_named(plain: str) -> bool:
    """寄回您付,寄出我们付 in one clause."""
    customer = re.search(f"(?:{_CUSTOMER})[^,。]{{0,4}}(?:{_BEARS})", plain)
    shop = re.search(f"(?:{_SHOP})[^,。]{{0,4}}(?:{_BEARS})", plain)
    return bool(customer and shop and (customer.end() <= shop.start() or shop.end() <= customer.start()))


def stated_payer(clause: Clause, question: str) -> Payer | None:
    """Who pays by a clause that speaks of a cost (itself, its sentence, or the question)."""
    if clause.asks or not any(_COST.search(context) for context in (clause.plain, clause.sentence, question)):
        return None
    return payer_in(clause.plain)
