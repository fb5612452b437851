"""Suggested cards as people see them, in the workbench and in search results."""

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import ClassVar, NamedTuple

from kb.content import Fact
from kb.suggestion.suggesting import Caution, Phrasing, Suggested, SuggestedCard
from web.visits import Visit

SURE = 0.8
"""`score_01` from which a card is shown as sure: at least four of five such suggestions are right."""
KEYS = 5
"""Cards that have a key of their own (Alt+1 … Alt+5)."""
_BLANK = re.compile(r"\{([^{}\n]{1,20})\}")


class Piece(NamedTuple):
    """A stretch of a reply; a blank is a variable still to be filled."""

    text: str
    blank: str


class Fragment(NamedTuple):
    """A stretch of a question; a hit is what the search words have in common with it."""

    text: str
    is_hit: bool


class PhrasingView(NamedTuple):
    """One wording of the answer."""

    label: str
    pieces: tuple[Piece, ...]
    images: tuple[str, ...]


class CautionView(NamedTuple):
    """A warning: its kind in a word, and what to do."""

    code: str
    word: str
    message: str


@dataclass(frozen=True)
class CardView:
    """One suggested card."""

    template: ClassVar[str] = "suggested_card.html"

    rank: int
    """From 1; up to 5 it is the card's key."""
    has_key: bool
    card_id: int
    version: int
    question_index: int
    answers: str
    """Which of several questions it answers; empty where there is one."""
    title: tuple[Fragment, ...]
    score: str
    level: str
    """`sure`, `likely` or `unsure`."""
    level_word: str
    matched: tuple[Fragment, ...]
    """The question it resembles; empty where that is the standard question."""
    labels: tuple[str, ...]
    """Kind, phase, intent."""
    phrasings: tuple[PhrasingView, ...]
    blanks: tuple[str, ...]
    facts: tuple[str, ...]
    cautions: tuple[CautionView, ...]


@dataclass(frozen=True)
class SuggestionList:
    """What was found for a conversation or a search."""

    template: ClassVar[str] = "suggestions.html"

    suggestion_id: str
    """Empty while somebody is still typing: such lookups leave no trace."""
    state: str
    """`empty`, `found`, `no_match`, `no_content`, `greeting`, `thanks` or `handoff`."""
    heading: str
    questions: tuple[str, ...]
    cards: tuple[CardView, ...]
    can_note: bool
    """Whether a gap can be noted."""
    took: str


def nothing_yet(visit: Visit) -> SuggestionList:
    """The list before anything was asked."""
    return SuggestionList("", "empty", visit.say("suggestions.empty"), (), (), False, "")


def suggestion_list(
    visit: Visit, found: Suggested, suggestion_id: str, took_ms: float, query: str = ""
) -> SuggestionList:
    """A lookup's result; `query` marks what a search has in common with the questions."""
    state = found.reason or "found"
    questions = found.questions if len(found.questions) > 1 else ()
    heading = visit.say("suggestions.heard", count=len(questions)) if questions else visit.say(f"suggestions.{state}")
    if questions and state == "no_match":
        heading = visit.say("suggestions.no_match")
    return SuggestionList(
        suggestion_id=suggestion_id,
        state=state,
        heading=heading,
        questions=tuple(questions),
        cards=tuple(_card(visit, rank, card, questions, query) for rank, card in enumerate(found.cards, start=1)),
        can_note=state in ("found", "no_match", "handoff"),
        took=f"{took_ms:.0f}",
    )


def in_turn(cards: Sequence[SuggestedCard]) -> tuple[SuggestedCard, ...]:
    """The best card of each question first, then the second best: every question has a key."""
    turns: Counter[int] = Counter()
    placed = []
    for card in cards:
        placed.append((turns[card.question_index], card.question_index, card))
        turns[card.question_index] += 1
    return tuple(card for _, _, card in sorted(placed, key=lambda one: one[:2]))


def caution_view(visit: Visit, caution: Caution) -> CautionView:
    """A warning with its word in the reader's language."""
    return CautionView(caution.code, visit.say(f"caution.{caution.code}"), caution.message)


def fact_text(fact: Fact) -> str:
    """One fact in a line: `现货 · 发货时限 = 48 小时`."""
    subject = f"{fact.subject} · " if fact.subject else ""
    return f"{subject}{fact.predicate} = {fact.value}{' ' + fact.unit if fact.unit else ''}"


def pieces_of(text: str) -> tuple[Piece, ...]:
    """A reply cut at its variables."""
    pieces, at = [], 0
    for match in _BLANK.finditer(text):
        pieces += [Piece(text[at : match.start()], ""), Piece(match[0], match[1].strip())]
        at = match.end()
    return tuple(piece for piece in (*pieces, Piece(text[at:], "")) if piece.text)


def marked(text: str, query: str) -> tuple[Fragment, ...]:
    """A text cut at what it shares with a query: words of two or more characters, found as written."""
    words = {query[at : at + 2] for at in range(len(query) - 1)} if query.strip() else set()
    words = {word for word in words if not re.search(r"\s", word)}
    hits = [False] * len(text)
    for word in words:
        for match in re.finditer(re.escape(word), text, re.IGNORECASE):
            hits[match.start() : match.end()] = [True] * (match.end() - match.start())
    cuts = [at for at in range(1, len(text)) if hits[at] != hits[at - 1]]
    bounds = [0, *cuts, len(text)]
    return tuple(Fragment(text[start:end], hits[start]) for start, end in pairwise(bounds) if end > start)


def image_links(images: Sequence[str]) -> tuple[str, ...]:
    """The pictures that can be opened; anything but a web address could run in the page."""
    return tuple(image for image in images if image.startswith(("https://", "http://")))


def labels_of(visit: Visit, kind: str, phase: str, intent: str) -> tuple[str, ...]:
    """Kind, phase and intent in the reader's language."""
    labels = (visit.say(f"kind.{kind}"), visit.say(f"phase.{phase}"))
    return (*labels, visit.say(f"intent.{intent}")) if intent else labels


def phrasing_labels(visit: Visit, tones: Sequence[str | None]) -> list[str]:
    """Names of tabs: the tone, and a number where it is missing or repeats."""
    return [
        tone if tone and list(tones).count(tone) == 1 else visit.say("card.phrasing", number=number)
        for number, tone in enumerate(tones, start=1)
    ]


def _card(visit: Visit, rank: int, card: SuggestedCard, questions: Sequence[str], query: str) -> CardView:
    entry = card.entry
    level = "sure" if card.score_01 >= SURE else "likely" if card.ranked.is_sure else "unsure"
    standard = entry.standard_question
    return CardView(
        rank=rank,
        has_key=rank <= KEYS,
        card_id=entry.card_id,
        version=entry.version,
        question_index=card.question_index,
        answers=questions[card.question_index] if questions else "",
        title=marked(standard, query),
        score=f"{card.score_01:.2f}",
        level=level,
        level_word=visit.say(f"level.{level}"),
        matched=marked(card.matched_question, query) if card.matched_question != standard else (),
        labels=labels_of(visit, entry.kind, entry.phase, entry.intent),
        phrasings=_phrasings(visit, card.replies),
        blanks=tuple(dict.fromkeys(name for reply in card.replies for name in reply.unfilled)),
        facts=tuple(fact_text(fact) for fact in card.facts),
        cautions=tuple(
            caution_view(visit, caution) for caution in card.warnings if caution.code != "unfilled_variable"
        ),
    )


def _phrasings(visit: Visit, replies: Sequence[Phrasing]) -> tuple[PhrasingView, ...]:
    names = phrasing_labels(visit, [reply.tone for reply in replies])
    return tuple(
        PhrasingView(name, pieces_of(reply.text), image_links(reply.images))
        for name, reply in zip(names, replies, strict=True)
    )
