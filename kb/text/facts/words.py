"""Facts whose value is a word: couriers, materials, grades, and free text. Pure."""

import re
from functools import lru_cache

from kb.content import Fact
from kb.text.facts.clauses import Clause
from kb.text.facts.concepts import COURIERS, GRADES, MATERIALS
from kb.text.folding import fold
from kb.text.shadow import shadow

_CLOSED = (
    (re.compile(COURIERS), re.compile("快递|物流|承运"), re.compile("发|走|用|默认|快递|寄|是")),
    (
        re.compile(MATERIALS),
        re.compile("材质|面料|材料|成分|填充"),
        re.compile("材质|面料|材料|是|采用|用的|的|做的|成分|填充"),
    ),
    (re.compile(GRADES), re.compile("类别|等级|标准|安全"), re.compile("是|符合|标准|类")),
)
"""Words that exclude each other · predicates they belong to · what makes a clause state one of them."""

_SAME = {"全棉": "纯棉", "聚酯纤维": "涤纶", "锦纶": "尼龙", "桑蚕丝": "真丝", "pu皮": "pu", "人造革": "pu"}
"""Two names of one thing."""

_OPTION = re.compile(
    "也可以|可以(?:指定|选|换|升级|发|走|补)|可(?:指定|升级|选)|补差|加[0-9]|如果|要是|需要的话|不发|"
    "不走|不是|没有|不用|不能|升级|偏远"
)
_ITEMS = re.compile(r"[、/,，;；|和或及与\s]+")


@lru_cache(maxsize=4096)
def closed_words(fact: Fact) -> frozenset[str]:
    """The words of a closed list that the fact's value names (中通, 圆通)."""
    for words, predicates, _ in _CLOSED:
        found = frozenset(words.findall(shadow(fact.value).replace(" ", "")))
        if found and predicates.search(shadow(fact.predicate)):
            return found
    return frozenset()


def stated_words(fact: Fact, clause: Clause, question: str) -> frozenset[str]:
    """Words of the same list that the clause states about the same thing; empty when it offers options."""
    if clause.asks or _OPTION.search(clause.plain):
        return frozenset()
    for words, predicates, states in _CLOSED:
        if predicates.search(shadow(fact.predicate)) and words.search(shadow(fact.value).replace(" ", "")):
            topical = states.search(clause.plain) or predicates.search(question)
            return frozenset(words.findall(clause.plain)) if topical else frozenset()
    return frozenset()


def words_agree(wanted: frozenset[str], stated: frozenset[str]) -> bool:
    """Whether one of the stated words is one of the wanted ones, or a longer or shorter name of it.

    A clause that lists several (杯体 Tritan、刀头 304) is about several things: one right word is enough.
    """
    mine, theirs = ({_SAME.get(word, word) for word in words} for words in (stated, wanted))
    return any(one in other or other in one for one in mine for other in theirs)


@lru_cache(maxsize=4096)
def items(value: str) -> frozenset[str]:
    """The parts of a free value: 白、黑、雾蓝 → three."""
    return frozenset(filter(None, _ITEMS.split(fold(value))))


def mentions_value(fact: Fact, plain: str) -> bool:
    """Whether the free value (or all its parts) stands in a stretch of text."""
    folded = fold(plain)
    value = fold(fact.value + fact.unit)
    return len(value) > 1 and (value in folded or all(item in folded for item in items(fact.value)))
