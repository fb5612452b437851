"""The bundled encoder over the bundled cards answers the test half of the golden set this well, or better.

What the figures are made of: docs/decisions/0003-ranking.md.
"""

from datetime import UTC, datetime
from pathlib import Path

import pytest
from sqlalchemy import Engine
from sqlmodel import Session

from kb.evaluating import Evaluation, GoldenQuestion, evaluate, judge
from kb.search.catalogue import Catalogue

NOW = datetime(2026, 11, 21, 4, 0, tzinfo=UTC)
QUESTIONS = Path(__file__).parent / "questions_test.jsonl"
FLOORS = {"top1": 0.90, "recall_at_3": 0.95, "abstention": 0.85, "confident_precision": 0.95}
"""What the first issue asks for, or a point under what was measured where that is more."""
PLAIN = {
    "什么时候发货": "faq-ship-when",
    "怎么退货": "faq-return-how",
    "能开发票吗": "faq-inv-can",
    "裤子小了能换吗": "faq-dislike-size",
    "你们发什么快递": "faq-exp-which",
    "多少钱包邮": "faq-post-free",
    "有运费险吗": "faq-insurance-have",
    "衣服会起球吗": "faq-mat-pilling",
}


@pytest.fixture(scope="module")
def figures(samples: Engine, all_cards: Catalogue) -> Evaluation:
    golden = [GoldenQuestion.model_validate_json(line) for line in QUESTIONS.read_text("utf-8").splitlines()]
    with Session(samples) as session:
        return evaluate(judge(session, all_cards, golden, NOW))


@pytest.mark.parametrize("figure", FLOORS)
def test_golden_questions_are_answered_no_worse_than_before(figures: Evaluation, figure: str) -> None:
    assert getattr(figures, figure) >= FLOORS[figure], figures


def test_some_answers_are_given_with_confidence(figures: Evaluation) -> None:
    """Else precision among them would say nothing."""
    assert figures.confident >= figures.answerable / 3


@pytest.mark.parametrize("question", PLAIN)
def test_plain_question_gets_its_card(samples: Engine, all_cards: Catalogue, question: str) -> None:
    golden = GoldenQuestion(text=question, card=PLAIN[question], shop="qinghe-tmall")
    with Session(samples) as session:
        [judged] = judge(session, all_cards, [golden], NOW)
    assert not judged.abstained
    assert judged.rank == 1, judged.ranking[:3]
