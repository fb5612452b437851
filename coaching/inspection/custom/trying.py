"""Trying a custom rule before it is switched on: on its own examples, and on past conversations."""

import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Literal

import numpy as np
from sqlmodel import Session, col, select

from coaching.conversations.reading import transcripts
from coaching.conversations.tables import Conversation
from coaching.conversations.transcript import Transcript
from coaching.inspection.custom.compiling import compile_rule
from coaching.inspection.custom.definition import Definition
from coaching.inspection.inspector import Inspector
from coaching.inspection.pending import read_together
from coaching.inspection.ports import Knowledge, KnownCard, NoKnowledge, Sought
from coaching.inspection.reading import Reader, Reading
from coaching.inspection.rule import Example, Hit, Rule, RuleOverrunError
from coaching.inspection.rule_sets import Limits
from coaching.inspection.vector_memory import VectorMemory
from embeddings.ports import Encoder, Progress, Vectors

MOST_CONVERSATIONS = 500
MOST_HITS = 50
"""Shown with their quotes; all are counted."""
_AT_ONCE = 32
_BUDGET_S = 20.0
"""Wall time after which no more conversations are read: somebody waits for the answer."""
NEARLY_ALL_01 = 0.5
"""Share of conversations from which a rule hits too much. Our assumption: one agent message in ten is weak."""
_ENOUGH = 10
"""Conversations without which a share says nothing."""


@dataclass(frozen=True)
class ExampleResult:
    """What became of one example."""

    kind: Literal["hit", "miss"]
    """What it must be."""
    index: int
    is_right: bool
    quotes: tuple[str, ...]


@dataclass(frozen=True)
class TriedHit:
    """One place in a past conversation."""

    conversation_id: int
    external_id: str
    shop: str
    agent: str | None
    message_index: tuple[int, ...]
    context_index: tuple[int, ...]
    quote: str
    reason: str
    confidence_01: float


@dataclass(frozen=True)
class Tried:
    """What trying a definition gave."""

    definition: Definition
    examples: tuple[ExampleResult, ...]
    conversations: int
    """Read."""
    applicable: int
    """Of these, to how many the rule applied."""
    conversations_hit: int
    hits_total: int
    hits: tuple[TriedHit, ...]
    """The first of them."""
    is_partial: bool
    """Time ran out before all that were asked for were read."""
    stopped: str | None
    """Why the rule was stopped; None: it was not."""

    @property
    def share_hit_01(self) -> float | None:
        """Share of the conversations it applied to in which it hits; None without any."""
        return self.conversations_hit / self.applicable if self.applicable else None

    @property
    def refusals(self) -> tuple[str, ...]:
        """Why it cannot be switched on, in Chinese; empty: it can."""
        missed = [str(one.index + 1) for one in self.examples if one.kind == "hit" and not one.is_right]
        struck = [str(one.index + 1) for one in self.examples if one.kind == "miss" and not one.is_right]
        told = [self.stopped] if self.stopped else []
        told += [f"应命中的第 {'、'.join(missed)} 个例子没有命中"] if missed else []
        told += [f"不应命中的第 {'、'.join(struck)} 个例子命中了"] if struck else []
        return tuple(told)

    @property
    def warnings(self) -> tuple[str, ...]:
        """What to think of before switching it on, in Chinese."""
        share = self.share_hit_01
        if share is None or self.applicable < _ENOUGH or share < NEARLY_ALL_01:
            return ()
        told = f"最近 {self.applicable} 段适用的会话里有 {self.conversations_hit} 段命中（{share:.0%}），"
        return (f"{told}几乎什么都命中的规则分不出好坏，请收窄条件",)


def try_definition(
    session: Session,
    definition: Definition,
    inspector: Inspector,
    memory: VectorMemory,
    knowledge: Knowledge,
    shops: frozenset[str] | None,
    most: int = 200,
    seconds: Callable[[], float] = time.monotonic,
) -> Tried:
    """What a rule would find, without keeping anything.

    Args:
        session: reads.
        definition: the rule.
        inspector: says which rule set's limits are in force for a conversation.
        memory: encodes, where the rule needs it.
        knowledge: finds cards, where the rule needs it.
        shops: whose conversations may be read; None: all.
        most: conversations to read, the newest first; at most 500.
        seconds: a clock that only goes forward.
    """
    rule = compile_rule(definition, "custom-try", 1, memory.vectors_of)
    read_with = memory if definition.needs_vectors or definition.needs_cards else _without_vectors(memory)
    attempt = _Attempt(rule)
    examples = tuple(_examples(attempt, read_with))
    reader = Reader(read_with, knowledge if definition.needs_cards else NoKnowledge())
    end_s = seconds() + _BUDGET_S
    read = applicable = hit = total = 0
    hits: list[TriedHit] = []
    is_partial = False
    # One at a time: nobody can look at the clock while a whole portion is read.
    for row, transcript in _conversations(session, definition, shops, min(most, MOST_CONVERSATIONS)):
        if attempt.stopped or seconds() > end_s:
            is_partial = True
            break
        read += 1
        found = attempt.hits(reader.read(transcript), inspector.rule_set_of(transcript).limits)
        if found is None:
            continue
        applicable += 1
        hit += bool(found)
        total += len(found)
        hits += [_tried(row, one) for one in found[: MOST_HITS - len(hits)]]
    return Tried(definition, examples, read, applicable, hit, total, tuple(hits), is_partial, attempt.stopped)


@dataclass
class _Attempt:
    """A rule that is tried until it takes too long once."""

    rule: Rule
    stopped: str | None = None

    def hits(self, reading: Reading, limits: Limits) -> list[Hit] | None:
        """None where the rule does not apply, or takes too long."""
        if self.stopped is not None:
            return None
        try:
            return list(self.rule.find(reading, limits)) if self.rule.applies(reading, limits) else None
        except RuleOverrunError as error:
            self.stopped = str(error)
            return None


def _examples(attempt: _Attempt, memory: VectorMemory) -> Iterator[ExampleResult]:
    rule = attempt.rule
    for index, example in enumerate(rule.examples_hit):
        found = _hits(attempt, example, memory)
        yield ExampleResult("hit", index, bool(found), tuple(hit.quote for hit in found))
    for index, example in enumerate(rule.examples_miss):
        found = _hits(attempt, example, memory)
        yield ExampleResult("miss", index, not found, tuple(hit.quote for hit in found))


def _hits(attempt: _Attempt, example: Example, memory: VectorMemory) -> list[Hit]:
    return attempt.hits(Reader(memory, _Cards(example.cards)).read(example.transcript), Limits()) or []


def _conversations(
    session: Session, definition: Definition, shops: frozenset[str] | None, most: int
) -> Iterator[tuple[Conversation, Transcript]]:
    where = []
    if definition.platforms:
        where.append(col(Conversation.platform).in_(definition.platforms))
    if definition.shops:
        where.append(col(Conversation.shop).in_(definition.shops))
    if shops is not None:
        where.append(col(Conversation.shop).in_(shops))
    newest = select(Conversation).where(*where).order_by(col(Conversation.last_at).desc(), col(Conversation.id).desc())
    start = 0
    while start < most:
        portion = read_together(session.exec(newest.offset(start).limit(min(_AT_ONCE, most - start))).all())
        if not portion:
            return
        yield from ((row, transcript) for row, transcript, _ in transcripts(session, portion))
        start += len(portion)


def _tried(row: Conversation, hit: Hit) -> TriedHit:
    return TriedHit(
        row.id or 0,
        row.external_id,
        row.shop,
        row.agent,
        hit.message_index,
        hit.context_index,
        hit.quote,
        hit.reason,
        hit.confidence_01,
    )


class _Cards:
    """Finds an example's own cards for every question."""

    def __init__(self, cards: tuple[KnownCard, ...]) -> None:
        self._cards = cards

    def cards_for(self, sought: Sequence[Sought]) -> Sequence[tuple[KnownCard, ...]]:
        return [self._cards] * len(sought)


class _NoVectors:
    """Zeros for every text: for rules that compare no meanings, so that nothing is encoded in vain."""

    model_id = "none"

    def __init__(self, dimension: int) -> None:
        self.dimension = dimension

    def encode_queries(self, texts: Sequence[str]) -> Vectors:
        return np.zeros((len(texts), self.dimension), np.float32)

    def encode_documents(self, texts: Sequence[str], progress: Progress | None = None) -> Vectors:
        if progress is not None:
            progress(len(texts))
        return self.encode_queries(texts)


def _without_vectors(memory: VectorMemory) -> VectorMemory:
    encoder: Encoder = _NoVectors(memory.encoder.dimension)
    return VectorMemory(encoder)
