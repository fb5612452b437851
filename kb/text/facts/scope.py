"""Whether a clause speaks of the same thing as a fact. Pure."""

import re
from collections.abc import Sequence
from functools import lru_cache

from kb.content import Fact
from kb.text.facts.clauses import Clause
from kb.text.facts.concepts import BOTH_NAMED, cases_of
from kb.text.shadow import shadow

_PARTS = re.compile(r"[、/,，;；()（）·\s与和或及的]+")
_SIZE_IN = re.compile(
    r"(?<![a-z0-9])([2-6]?x{0,4}[sml]|nb)(?![a-z0-9])|(?<![0-9.])([0-9]{2,3})(?=码)|(均)(?=码)|"
    r"(大)(?=码)"
)


def in_scope(fact: Fact, clause: Clause, question: str, segment: str = "") -> bool:
    """False when the text names another case or size than the fact: in the segment, clause, sentence or question.

    The nearest of these that names any decides.
    """
    contexts = (segment, clause.plain, clause.sentence, question)
    own_cases = cases_of(shadow(fact.subject + fact.predicate))
    for group, own in enumerate(own_cases):
        named = next((cases for context in contexts if (cases := cases_of(context)[group])), frozenset())
        if named and not named & own and (own or group not in BOTH_NAMED):
            return False
    own_sizes = sizes_in(shadow(fact.subject))
    named_sizes = next((sizes for context in contexts if (sizes := sizes_in(context))), frozenset())
    return not own_sizes or bool(own_sizes & named_sizes)


@lru_cache(maxsize=4096)
def sizes_in(plain: str) -> frozenset[str]:
    """Sizes named in a shadow text: m, 2xl (= xxl), 80码, 均码."""
    return frozenset(_plain_size(next(filter(None, match.groups()))) for match in _SIZE_IN.finditer(plain))


def _plain_size(size: str) -> str:
    stem = size.rstrip("sml")
    return f"{len(stem)}x{size[-1]}" if len(stem) > 1 and not stem[0].isdigit() else size


@lru_cache(maxsize=4096)
def words_of(subject: str) -> frozenset[str]:
    """The parts by which a subject can be told from another, of two characters and more."""
    return frozenset(word for word in _PARTS.split(shadow(subject)) if len(word) >= 2)


def names_subject(fact: Fact, clause: Clause, question: str) -> bool:
    """Whether the subject (or a part of it) is named in the sentence or the question."""
    context = clause.sentence + "\n" + question
    return any(word in context for word in words_of(fact.subject))


def speaks_of_another(fact: Fact, clause: Clause, facts: Sequence[Fact], segment: str = "") -> bool:
    """Whether the clause names what another fact is about, and not what this one is about."""
    named_here = segment or clause.plain
    for other in facts:
        mine, theirs = _apart(shadow(fact.subject), shadow(other.subject))
        if theirs and _named(theirs, named_here) and not (mine and _named(mine, named_here)):
            return True
    return False


def _named(subject: str, plain: str) -> bool:
    return subject in plain or any(len(part) >= 2 and part in plain for part in _PARTS.split(subject))


@lru_cache(maxsize=4096)
def _apart(one: str, other: str) -> tuple[str, str]:
    """What is left of two subjects without what they share at both ends: 榨汁杯杯体, 榨汁杯主机 → 杯体, 主机."""
    if one == other:
        return "", ""
    shortest = min(len(one), len(other))
    head = next((at for at in range(shortest) if one[at] != other[at]), shortest)
    tail = next((at for at in range(shortest - head) if one[-1 - at] != other[-1 - at]), shortest - head)
    # A single character says too little: 当月, 跨月 keep their 月.
    if tail and 1 in (len(one) - tail - head, len(other) - tail - head):
        tail -= 1
    return one[head : len(one) - tail].strip(), other[head : len(other) - tail].strip()


def siblings(fact: Fact, facts: Sequence[Fact]) -> tuple[Fact, ...]:
    """Other facts with the same predicate about another subject."""
    predicate = shadow(fact.predicate)
    return tuple(
        other
        for other in facts
        if other is not fact and shadow(other.predicate) == predicate and shadow(other.subject) != shadow(fact.subject)
    )
