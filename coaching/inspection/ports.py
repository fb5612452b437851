"""What inspection asks of the knowledge base. Pure."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from embeddings.ports import Vectors
from kb.content import Fact, KeyPoint
from kb.search.scope import Scope


@dataclass(frozen=True)
class KnownCard:
    """A published card as found for one question."""

    card_id: int
    version: int
    standard_question: str
    replies: tuple[str, ...]
    """Approved phrasings; variables such as `{买家昵称}` may stand in them."""
    facts: tuple[Fact, ...] = ()
    key_points: tuple[KeyPoint, ...] = ()
    kind: str = "faq"
    intent: str = ""
    score_01: float = 1.0
    """Estimated probability that it answers the question, 0…1."""
    is_sure: bool = True
    """Whether it is good enough to hold a reply against it."""


@dataclass(frozen=True)
class Sought:
    """A customer's question to be looked up."""

    folded: str
    vector: Vectors
    """float32 (d,), unit length."""
    scope: Scope
    asked_at: datetime | None
    """None: now."""


class Knowledge(Protocol):
    """Finds the cards that answer questions."""

    def cards_for(self, sought: Sequence[Sought]) -> Sequence[tuple[KnownCard, ...]]:
        """For each question the cards that may answer it, best first; empty where there are none."""


class NoKnowledge:
    """Knows no card: the rules that compare with cards find nothing."""

    def cards_for(self, sought: Sequence[Sought]) -> Sequence[tuple[KnownCard, ...]]:
        """Nothing, for every question."""
        return [()] * len(sought)
