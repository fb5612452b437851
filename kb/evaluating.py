"""How well a golden set is answered: top-1, recall, reciprocal rank, abstention."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from pydantic import BaseModel, ConfigDict, Field
from sqlmodel import Session

from kb.search.catalogue import Catalogue
from kb.search.scope import Scope
from kb.suggestion.questions import Said
from kb.suggestion.suggesting import Asked, suggest
from kb.vocabulary import Phase, Platform

DEPTH = 10
CONFIDENT_SCORE = 0.8
"""Suggestions at or above this `score_01` are counted for `confident_precision`."""


class GoldenQuestion(BaseModel):
    """One line of a golden set; `card` is the expected external id, None means: should abstain."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    text: str = Field(min_length=1)
    card: str | None
    shop: str | None = None
    platform: Platform | None = None
    phase: Phase | None = None
    product: str | None = None


@dataclass(frozen=True)
class Judged:
    """What the system said to one golden question."""

    golden: GoldenQuestion
    ranking: tuple[str, ...]
    """External ids, best first, at most ten."""
    scores: tuple[float, ...]
    abstained: bool

    @property
    def rank(self) -> int | None:
        """Place of the expected card, from 1; None when it is not among the first ten."""
        card = self.golden.card
        return self.ranking.index(card) + 1 if card in self.ranking else None


@dataclass(frozen=True)
class Evaluation:
    """Shares 0…1 over a golden set; abstaining on an answerable question counts as wrong in top1 and recall."""

    questions: int
    answerable: int
    top1: float
    recall_at_3: float
    recall_at_5: float
    mrr_at_10: float
    abstention: float
    """Of the unanswerable questions, the share on which the system abstained."""
    false_abstention: float
    """Of the answerable questions, the share on which it abstained."""
    confident: int
    """First suggestions with `score_01` ≥ 0.8."""
    confident_precision: float
    """The share of those that are right."""


def judge(session: Session, catalogue: Catalogue, golden: Iterable[GoldenQuestion], now: datetime) -> list[Judged]:
    """Asks every question as a customer would."""
    return [_judge_one(session, catalogue, one, now) for one in golden]


def _judge_one(session: Session, catalogue: Catalogue, golden: GoldenQuestion, now: datetime) -> Judged:
    scope = Scope(golden.shop, golden.platform, golden.product, golden.phase)
    found = suggest(session, catalogue, Asked([Said("customer", golden.text)], scope, now, top_k=DEPTH))
    cards = found.cards[:DEPTH]
    unsure = found.abstained or found.reason is not None
    return Judged(
        golden, tuple(card.entry.external_id for card in cards), tuple(card.score_01 for card in cards), unsure
    )


def evaluate(judged: Sequence[Judged]) -> Evaluation:
    """The figures over judged questions. Pure."""
    answerable = [one for one in judged if one.golden.card is not None]
    unanswerable = [one for one in judged if one.golden.card is None]
    confident = [one for one in judged if not one.abstained and one.scores and one.scores[0] >= CONFIDENT_SCORE]

    def found_within(places: int) -> float:
        hits = sum(not one.abstained and one.rank is not None and one.rank <= places for one in answerable)
        return _share(hits, len(answerable))

    return Evaluation(
        questions=len(judged),
        answerable=len(answerable),
        top1=found_within(1),
        recall_at_3=found_within(3),
        recall_at_5=found_within(5),
        mrr_at_10=_share(sum(1 / one.rank for one in answerable if one.rank and not one.abstained), len(answerable)),
        abstention=_share(sum(one.abstained for one in unanswerable), len(unanswerable)),
        false_abstention=_share(sum(one.abstained for one in answerable), len(answerable)),
        confident=len(confident),
        confident_precision=_share(sum(one.rank == 1 for one in confident), len(confident)),
    )


def _share(part: float, whole: int) -> float:
    return part / whole if whole else 0.0
