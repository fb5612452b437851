"""The golden questions are independent of the cards' own wordings, and name cards that exist."""

from pathlib import Path

import pytest

from kb.card_files import read_card_file
from kb.content import DEFAULT_ZONE, CardEntry
from kb.evaluating import GoldenQuestion
from kb.text.folding import fold

HERE = Path(__file__).parent
ROOT = HERE.parents[1]


@pytest.fixture(scope="module")
def golden() -> dict[str, list[GoldenQuestion]]:
    return {
        half: [
            GoldenQuestion.model_validate_json(line)
            for line in (HERE / f"questions_{half}.jsonl").read_text("utf-8").splitlines()
        ]
        for half in ("calibration", "test")
    }


@pytest.fixture(scope="module")
def cards() -> dict[str, CardEntry]:
    rows = (row for path in (ROOT / "data/faq").glob("*/*.yaml") for row in read_card_file(path, DEFAULT_ZONE))
    return {row.entry.external_id: row.entry for row in rows if row.entry}


def _bigrams(text: str) -> set[str]:
    folded = fold(text)
    return {folded[at : at + 2] for at in range(len(folded) - 1)}


def test_each_half_alone_is_large_enough_and_no_question_stands_twice(golden: dict[str, list[GoldenQuestion]]) -> None:
    texts = [one.text for half in golden.values() for one in half]
    assert len(texts) == len(set(texts))
    for half in golden.values():
        assert len(half) >= 400
        assert sum(one.card is None for one in half) >= 60


def test_every_expected_card_exists(golden: dict[str, list[GoldenQuestion]], cards: dict[str, CardEntry]) -> None:
    assert {one.card for half in golden.values() for one in half if one.card} <= cards.keys()


def test_golden_questions_do_not_repeat_the_cards(
    golden: dict[str, list[GoldenQuestion]], cards: dict[str, CardEntry]
) -> None:
    """At most 2 % share four fifths of their bigrams with a question of their card, at most 1 % are equal."""
    answerable = [one for half in golden.values() for one in half if one.card]
    near = same = 0
    for one in answerable:
        own = _bigrams(one.text)
        overlaps = []
        for question in cards[one.card or ""].questions:
            other = _bigrams(question)
            overlaps.append(len(own & other) / max(len(own | other), 1))
        near += max(overlaps) >= 0.8
        same += max(overlaps) == 1
    assert near <= 0.02 * len(answerable)
    assert same <= 0.01 * len(answerable)
