"""The rules that hold a reply against a card, over our own set of questions, cards and replies.

Written by us; misses of about half of the lines were looked at while the rules were made.
"""

import json
from collections import Counter
from pathlib import Path

import pytest

from coaching.conversations.transcript import chat
from coaching.inspection.ports import KnownCard
from coaching.inspection.reading import Reader
from coaching.inspection.rule_sets import Limits, RuleSet
from coaching.inspection.rules import missing_key_point, vague, wrong_fact
from coaching.inspection.vector_memory import VectorMemory
from kb.content import Fact, KeyPoint
from tests.coaching.inspection.fakes import FakeEncoder, FakeKnowledge

GOLDEN = Path(__file__).parents[2] / "golden"
RULES = {module.RULE.id: module.RULE for module in (wrong_fact, vague, missing_key_point)}
REVIEW_FROM_01 = RuleSet.review_from_01


def _lines(name: str) -> list[dict]:
    return [json.loads(line) for line in (GOLDEN / name).read_text("utf-8").splitlines()]


def _card(number: int, line: dict) -> KnownCard:
    facts = tuple(Fact(**fact) for fact in line["facts"])
    points = tuple(KeyPoint(**point) for point in line["key_points"])
    return KnownCard(number, 1, line["standard_question"], tuple(line["replies"]), facts, points)


CARDS = {line["key"]: _card(number, line) for number, line in enumerate(_lines("inspected_cards.jsonl"))}
PAIRS = _lines("inspected_replies.jsonl")


def _found(pair: dict) -> set[str]:
    said = [f"A {reply}" for reply in pair["replies"]]
    reader = Reader(VectorMemory(FakeEncoder()), FakeKnowledge(CARDS[pair["card"]]))
    reading = reader.read(chat(f"C {pair['question']}", *said))
    return {
        name
        for name, rule in RULES.items()
        if any(hit.confidence_01 >= REVIEW_FROM_01 for hit in rule.find(reading, Limits()))
    }


def test_the_set_is_big_enough_and_holds_cards_without_facts() -> None:
    assert len(PAIRS) >= 150
    assert sum(1 for pair in PAIRS if not CARDS[pair["card"]].facts) >= 40
    assert Counter(name for pair in PAIRS for name in pair["rules"]).keys() == RULES.keys()


@pytest.mark.parametrize("half", ["tune", "report"])
def test_contradictions_are_found_and_others_spared(half: str) -> None:
    counts: Counter[tuple[bool, bool]] = Counter()
    for pair in PAIRS:
        if pair["half"] == half:
            counts["wrong_fact" in pair["rules"], "wrong_fact" in _found(pair)] += 1
    assert counts[True, True] / (counts[True, True] + counts[False, True]) >= 0.90
    assert counts[True, True] / (counts[True, True] + counts[True, False]) >= 0.80


@pytest.mark.parametrize("name", ["vague", "missing_key_point"])
def test_what_is_left_open_or_out_is_found(name: str) -> None:
    """Few of each: both halves together."""
    counts = Counter((name in pair["rules"], name in _found(pair)) for pair in PAIRS)
    assert counts[True, True] / (counts[True, True] + counts[False, True]) >= 0.70
    assert counts[True, True] / (counts[True, True] + counts[True, False]) >= 0.80
