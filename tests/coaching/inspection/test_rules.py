"""Each rule's own examples: those it must hit, and those it must not."""

import pytest

from coaching.inspection.reading import Reader
from coaching.inspection.rule import Example, Hit, Rule
from coaching.inspection.rule_sets import BUNDLED, Limits
from coaching.inspection.rules import RULES
from coaching.inspection.vector_memory import VectorMemory
from embeddings import Encoder
from tests.coaching.inspection.fakes import FakeKnowledge

LIMITS = Limits()
REVIEW_FROM_01 = min(rule_set.review_from_01 for rule_set in BUNDLED)


@pytest.fixture(scope="module")
def memory(encoder: Encoder) -> VectorMemory:
    return VectorMemory(encoder)


def _hits(rule: Rule, example: Example, memory: VectorMemory) -> list[Hit]:
    reading = Reader(memory, FakeKnowledge(*example.cards)).read(example.transcript)
    found = rule.find(reading, LIMITS) if rule.applies(reading, LIMITS) else ()
    return [hit for hit in found if hit.confidence_01 >= REVIEW_FROM_01]


def _written(example: Example) -> str:
    return " / ".join(line.text for line in example.transcript.lines)


HIT = [pytest.param(rule, one, id=f"{rule.id}: {_written(one)}") for rule in RULES for one in rule.examples_hit]
MISS = [pytest.param(rule, one, id=f"{rule.id}: {_written(one)}") for rule in RULES for one in rule.examples_miss]


@pytest.mark.parametrize(("rule", "example"), HIT)
def test_a_rule_hits_what_it_must(rule: Rule, example: Example, memory: VectorMemory) -> None:
    hits = _hits(rule, example, memory)
    assert hits
    if example.at is not None:
        assert sorted({index for hit in hits for index in hit.message_index}) == sorted(example.at)


@pytest.mark.parametrize(("rule", "example"), MISS)
def test_a_rule_leaves_alone_what_it_must(rule: Rule, example: Example, memory: VectorMemory) -> None:
    assert not _hits(rule, example, memory)


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.id)
def test_a_rule_has_examples_of_both_kinds(rule: Rule) -> None:
    assert len(rule.examples_hit) >= 2
    assert len(rule.examples_miss) >= 2


def test_rule_ids_are_unique() -> None:
    assert len({rule.id for rule in RULES}) == len(RULES)
