"""Suggested replies for a conversation: what is asked, which cards answer it, in which words."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta

import numpy as np
from sqlmodel import Session

from embeddings.ports import Vectors
from kb.content import CardContent, Fact, Reply
from kb.errors import EmptyTextError
from kb.search.catalogue import Catalogue, Entry
from kb.search.ranking import Ranked
from kb.search.retrieval import find_cards
from kb.search.scope import Scope
from kb.suggestion.acts import Act, act_of
from kb.suggestion.questions import (
    Said,
    earlier_question,
    names_another,
    says_little,
    split_questions,
    waiting_texts,
)
from kb.suggestion.variables import fill
from kb.text.folding import fold
from kb.text.masking import without_personal_data
from kb.vocabulary import Kind, Risk

MAX_TOP_K = 50
PHRASINGS = 3
"""Most phrasings shown of one card."""
EXPIRES_SOON = timedelta(days=7)
_SCRIPT_INTENT = {Act.GREETING: "问候", Act.THANKS: "感谢", Act.HANDOFF: "转人工"}


@dataclass(frozen=True)
class Asked:
    """Everything a suggestion is made from."""

    messages: Sequence[Said]
    scope: Scope
    now: datetime
    top_k: int = 5
    """Cards per question, 1…50."""
    variables: Mapping[str, str] = field(default_factory=dict)
    """Known values of variables in replies."""


@dataclass(frozen=True)
class Phrasing:
    """One reply, filled as far as possible."""

    text: str
    tone: str | None
    scene: str | None
    images: tuple[str, ...]
    unfilled: tuple[str, ...]


@dataclass(frozen=True)
class Caution:
    """Something a person should know before using a card."""

    code: str
    message: str


@dataclass(frozen=True)
class SuggestedCard:
    """A card suggested for one of the questions."""

    question_index: int
    entry: Entry
    ranked: Ranked
    matched_question: str
    replies: tuple[Phrasing, ...]
    facts: tuple[Fact, ...]
    warnings: tuple[Caution, ...]

    @property
    def score_01(self) -> float:
        """Estimated probability that the card answers the question, 0…1."""
        return self.ranked.score_01


@dataclass(frozen=True)
class Suggested:
    """The answer to `Asked`."""

    text: str
    """The customer's waiting words as written."""
    questions: tuple[str, ...]
    cards: tuple[SuggestedCard, ...]
    """Best first."""
    abstained: bool
    reason: str | None
    """`no_match`, `no_content`, `greeting`, `thanks` or `handoff`."""
    unanswered: tuple[str, ...] = ()
    """The questions among them that nothing answered."""


@dataclass(frozen=True)
class _Found:
    """One question with the cards found for it."""

    question: str
    ranked: list[Ranked]
    other_phase: frozenset[int] = frozenset()

    @property
    def is_answered(self) -> bool:
        return bool(self.ranked) and self.ranked[0].is_sure and not self.other_phase


def suggest(session: Session, catalogue: Catalogue, asked: Asked) -> Suggested:
    """Cards for every question that waits in a conversation.

    Raises:
        EmptyTextError: the customer wrote nothing.
    """
    burst = [text for text in waiting_texts(asked.messages) if text.strip()]
    if not burst:
        raise EmptyTextError("没有顾客的消息：请在 messages 里放入至少一条 role 为 customer、内容不为空的消息。")
    text = "\n".join(burst)
    act = act_of(text)
    if act is Act.NO_CONTENT:
        return Suggested(text, (text,), (), abstained=True, reason=act.value)
    if act is not None:
        found = [_Found(text, _scripts(catalogue, text, act, asked))]
        cards = _show(session, catalogue, found, asked)
        return Suggested(text, (text,), cards, abstained=False, reason=act.value)
    found = _merge_same(_find(catalogue, split_questions(burst), asked))
    unanswered = tuple(one.question for one in found if not one.is_answered)
    abstained = len(unanswered) == len(found)
    return Suggested(
        text,
        tuple(one.question for one in found),
        _show(session, catalogue, found, asked),
        abstained,
        "no_match" if abstained else None,
        unanswered,
    )


def show_cards(
    session: Session, catalogue: Catalogue, question: str, ranked: list[Ranked], asked: Asked
) -> tuple[SuggestedCard, ...]:
    """Cards found for one question, as people see them, best first."""
    return _show(session, catalogue, [_Found(question, ranked)], asked)


def _find(catalogue: Catalogue, questions: list[str], asked: Asked) -> list[_Found]:
    before = earlier_question(asked.messages)
    whole = [f"{before} {text}" if before and says_little(text) else text for text in questions]
    # A phone number or an address says who asks, not what is asked.
    looked_up = [fold(without_personal_data(text)) for text in whole]
    vectors = catalogue.encoder.encode_queries(looked_up)
    for place, question in enumerate(questions):
        if before and names_another(question):
            vectors[place] = _between(vectors[place], catalogue, f"{before} {question}")
    return [
        _in_phase(catalogue, question, find_cards(catalogue, folded, vector, asked.scope, asked.now), asked)
        for question, folded, vector in zip(questions, looked_up, vectors, strict=True)
    ]


def _between(vector: Vectors, catalogue: Catalogue, whole: str) -> Vectors:
    """Half way from what is named to what was asked before: alone the one says too little, the other too much."""
    [together] = catalogue.encoder.encode_queries([fold(without_personal_data(whole))])
    middle: Vectors = vector + together
    return middle / np.float32(np.linalg.norm(middle))


def _in_phase(catalogue: Catalogue, question: str, ranked: list[Ranked], asked: Asked) -> _Found:
    """Cards of the order's phase only; where none of them is good enough, the others as near misses behind them."""
    ids = {entry.card_id for entry in _entries(catalogue, ranked) if asked.scope.in_phase(entry)}
    inside = [one for one in ranked if one.signals.card_id in ids]
    if inside and inside[0].is_sure:
        return _Found(question, inside[: asked.top_k])
    shown = ranked[: asked.top_k]
    return _Found(question, shown, frozenset(one.signals.card_id for one in shown) - ids)


def _merge_same(found: list[_Found]) -> list[_Found]:
    """Two pieces of a message that the same card answers are one question; the better match stays."""
    kept: dict[int, _Found] = {}
    for position, one in enumerate(found):
        best = one.ranked[0].signals.card_id if one.ranked else -1 - position
        other = kept.get(best)
        if other is None or other.ranked[0].score_01 < one.ranked[0].score_01:
            kept[best] = one
    return list(kept.values())


def _scripts(catalogue: Catalogue, text: str, act: Act, asked: Asked) -> list[Ranked]:
    folded = fold(text)
    [vector] = catalogue.encoder.encode_queries([folded])
    intent = _SCRIPT_INTENT[act]
    found = find_cards(
        catalogue,
        folded,
        vector,
        asked.scope,
        asked.now,
        only=lambda entry: entry.kind == Kind.SCRIPT and entry.intent == intent and asked.scope.in_phase(entry),
    )
    return found[: asked.top_k]


def _entries(catalogue: Catalogue, ranked: Iterable[Ranked]) -> list[Entry]:
    entries = (catalogue.entry(one.signals.card_id) for one in ranked)
    return [entry for entry in entries if entry is not None]


def _show(session: Session, catalogue: Catalogue, found: list[_Found], asked: Asked) -> tuple[SuggestedCard, ...]:
    entries = {entry.card_id: entry for one in found for entry in _entries(catalogue, one.ranked)}
    contents = catalogue.contents(session, entries.values())
    cards = [
        _card(index, entries[card_id], contents[card_id], ranked, one, asked)
        for index, one in enumerate(found)
        for ranked in one.ranked
        if (card_id := ranked.signals.card_id) in contents
    ]
    return tuple(sorted(cards, key=lambda card: -card.score_01))


def _card(index: int, entry: Entry, content: CardContent, ranked: Ranked, found: _Found, asked: Asked) -> SuggestedCard:
    replies = tuple(_phrasing(reply, asked.variables) for reply in content.replies[:PHRASINGS])
    cautions = list(_cautions(entry, content, asked.now))
    if entry.card_id in found.other_phase:
        cautions.append(Caution("other_phase", "这张卡写的是订单的另一个阶段，用前请核对"))
    unfilled = list(dict.fromkeys(name for reply in replies for name in reply.unfilled))
    if unfilled:
        cautions.append(Caution("unfilled_variable", f"发送前请填写：{'、'.join(unfilled)}"))
    matched = entry.questions.get(ranked.signals.question_id, entry.standard_question)
    return SuggestedCard(index, entry, ranked, matched, replies, content.facts, tuple(cautions))


def _phrasing(reply: Reply, variables: Mapping[str, str]) -> Phrasing:
    text, unfilled = fill(reply.text, variables)
    return Phrasing(text, reply.tone, reply.scene, reply.images, unfilled)


def _cautions(entry: Entry, content: CardContent, now: datetime) -> Iterable[Caution]:
    if entry.valid_until_at is not None and entry.valid_until_at - now <= EXPIRES_SOON:
        days = max(0, (entry.valid_until_at - now).days)
        yield Caution("expires_soon", f"{days} 天后失效" if days else "今天内失效")
    if content.risk == Risk.HIGH:
        yield Caution("high_risk", "高风险：发送前请核对，拿不准请找主管")
    if content.source and content.checked_on is None:
        yield Caution("unverified_source", f"来源“{content.source}”未核对，使用前请核对")
