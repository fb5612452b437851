"""A conversation with everything that more than one rule needs to know of it, worked out once.

Rules read a `Reading` and never encode, query or open anything. `Reader` makes readings: many at once, so that
all their texts are encoded together.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np

from coaching.conversations.transcript import Line, Round, Transcript, rounds
from coaching.inspection.acts import CustomerAct, customer_act
from coaching.inspection.emotion import Emotion, emotion_of
from coaching.inspection.ports import Knowledge, KnownCard, Sought
from coaching.inspection.vector_memory import VectorMemory
from embeddings.ports import Vectors
from kb.search.scope import Scope
from kb.suggestion.acts import act_of, without_greeting
from kb.suggestion.questions import Role, says_little, split_questions
from kb.text.folding import fold
from kb.text.masking import without_personal_data
from kb.text.terms import TermHit, check_terms

_MAX_CHARS = 2_000
"""What is read of a message: its beginning."""


@dataclass(frozen=True, eq=False)
class Message:
    """One message as it was understood."""

    line: Line
    folded: str
    vector: Vectors
    """float32 (d,), unit length; zeros for what bot and system say."""
    act: CustomerAct | None
    """What the customer does with it; None for everybody else."""
    emotion: Emotion | None
    """How the customer sounds; None for everybody else."""

    @property
    def index(self) -> int:
        """Its place in the conversation."""
        return self.line.index

    @property
    def role(self) -> Role:
        """Who wrote it."""
        return self.line.role

    @property
    def text(self) -> str:
        """As it was written."""
        return self.line.text


@dataclass(frozen=True, eq=False)
class Question:
    """Something a customer asks, as it is looked up: a burst may hold several."""

    text: str
    index: int
    """The message in which it is asked (the last one, where it runs over several)."""
    vector: Vectors
    """float32 (d,), unit length."""
    cards: tuple[KnownCard, ...]
    """Cards that may answer it, best first."""

    @property
    def card(self) -> KnownCard | None:
        """The card that answers it; None unless retrieval is sure."""
        return self.cards[0] if self.cards and self.cards[0].is_sure else None


@dataclass(frozen=True, eq=False)
class Exchange:
    """A round as it was understood."""

    asked: tuple[Message, ...]
    """The customer's messages; at least one."""
    replies: tuple[Message, ...]
    """The agent's messages before the customer writes again; empty where nobody answered."""
    questions: tuple[Question, ...]
    """What is asked in it; empty where the customer only greets, thanks or sends pictures."""


@dataclass(frozen=True, eq=False)
class Reading:
    """A conversation as it was understood."""

    transcript: Transcript
    messages: tuple[Message, ...]
    """All of them, bot and system too; `messages[i].index == i`."""
    exchanges: tuple[Exchange, ...]
    """The rounds in order."""

    @property
    def finished(self) -> bool:
        """Whether what follows a message may be used as evidence about it."""
        return self.transcript.finished

    @cached_property
    def of_agent(self) -> tuple[Message, ...]:
        """The agent's messages in order."""
        return tuple(message for message in self.messages if message.role == "agent")

    @cached_property
    def of_customer(self) -> tuple[Message, ...]:
        """The customer's messages in order."""
        return tuple(message for message in self.messages if message.role == "customer")

    @cached_property
    def exchange_of(self) -> Mapping[int, Exchange]:
        """By the index of each customer's and agent's message the round it stands in."""
        return {message.index: one for one in self.exchanges for message in (*one.asked, *one.replies)}

    def answers(self, exchange: Exchange) -> tuple[Message, ...]:
        """The agent's messages that may answer a round: its own, and those before anything else is asked."""
        place = self._places[exchange.asked[0].index]
        found = list(exchange.replies)
        for later in self.exchanges[place + 1 :]:
            if later.questions:
                break
            found += later.replies
        return tuple(found)

    @cached_property
    def _places(self) -> Mapping[int, int]:
        return {exchange.asked[0].index: place for place, exchange in enumerate(self.exchanges)}

    @cached_property
    def wordings(self) -> Mapping[int, tuple[TermHit, ...]]:
        """What is wrong with the wording of each agent's message, by its index; approved wordings are right."""
        return {message.index: self._wordings(message) for message in self.of_agent}

    def _wordings(self, message: Message) -> tuple[TermHit, ...]:
        exchange = self.exchange_of.get(message.index)
        questions = exchange.questions if exchange else ()
        approved = [reply for one in questions if one.card for reply in one.card.replies]
        return check_terms(message.text[:_MAX_CHARS], approved)

    def before(self, index: int) -> tuple[Message, ...]:
        """What customer and agent wrote before a message, in order."""
        return tuple(message for message in self.messages[:index] if message.role in ("customer", "agent"))

    def after(self, index: int) -> tuple[Message, ...]:
        """What customer and agent wrote after a message; nothing while the conversation goes on."""
        if not self.finished:
            return ()
        return tuple(message for message in self.messages[index + 1 :] if message.role in ("customer", "agent"))


@dataclass(frozen=True)
class _Asked:
    """A question before it is looked up."""

    text: str
    folded: str
    index: int
    scope: Scope
    line: Line


@dataclass(frozen=True)
class _Draft:
    """A conversation before its texts are encoded."""

    transcript: Transcript
    folded: tuple[str, ...]
    rounds: tuple[tuple[Round, tuple[_Asked, ...]], ...]

    def texts(self) -> Iterator[str]:
        """Everything of it that needs a vector."""
        for line, folded in zip(self.transcript.lines, self.folded, strict=True):
            if _is_spoken(line):
                yield folded
        for _, asked in self.rounds:
            for one in asked:
                yield one.folded


class Reader:
    """Makes readings with one knowledge base."""

    def __init__(self, memory: VectorMemory, knowledge: Knowledge) -> None:
        self._memory = memory
        self._knowledge = knowledge

    def read(self, transcript: Transcript, scope: Scope | None = None) -> Reading:
        """One conversation; see `read_many`."""
        return self.read_many([transcript], scope)[0]

    def read_many(self, transcripts: Sequence[Transcript], scope: Scope | None = None) -> list[Reading]:
        """Readings in the order given.

        Args:
            transcripts: All of them are held in memory: give a few hundred at a time.
            scope: Whose cards count; None takes each transcript's own shop, platform, product and phase.
        """
        drafts = [_draft(transcript, scope or _scope_of(transcript)) for transcript in transcripts]
        vectors = self._memory.vectors_of(text for draft in drafts for text in draft.texts())
        asked = [one for draft in drafts for _, in_round in draft.rounds for one in in_round]
        sought = [Sought(one.folded, vectors[one.folded], one.scope, one.line.sent_at) for one in asked]
        cards = dict(zip(map(id, asked), self._knowledge.cards_for(sought), strict=True))
        nothing = np.zeros(self._memory.encoder.dimension, np.float32)
        readings = []
        for draft in drafts:
            messages = tuple(
                _message(line, folded, vectors[folded] if _is_spoken(line) else nothing)
                for line, folded in zip(draft.transcript.lines, draft.folded, strict=True)
            )
            exchanges = tuple(_exchange(one, in_round, messages, vectors, cards) for one, in_round in draft.rounds)
            readings.append(Reading(draft.transcript, messages, exchanges))
        return readings


def _draft(transcript: Transcript, scope: Scope) -> _Draft:
    cut = []
    before = ""
    for one in rounds(transcript):
        asked = _asked(one, before, scope)
        before = asked[-1].text if asked else before
        cut.append((one, asked))
    return _Draft(transcript, tuple(fold(line.text[:_MAX_CHARS]) for line in transcript.lines), tuple(cut))


def _asked(one: Round, before: str, scope: Scope) -> tuple[_Asked, ...]:
    """The questions of a burst; what means nothing alone is looked up with the question before it."""
    saying = [line for line in one.asked if act_of(line.text) is None]
    if not saying:
        return ()
    found = []
    for text in split_questions([line.text for line in saying]):
        whole = f"{before} {text}" if before and says_little(text) else text
        # A phone number or an address says who asks, not what is asked.
        folded = fold(without_personal_data(whole))
        if folded:
            line = _line_of(text, saying)
            found.append(_Asked(without_greeting(whole), folded, line.index, scope, line))
    return tuple(found)


def _line_of(question: str, lines: Sequence[Line]) -> Line:
    """The message in which a question ends."""
    end = question.rpartition(",")[2]
    return next((line for line in reversed(lines) if end in line.text), lines[-1])


def _scope_of(transcript: Transcript) -> Scope:
    return Scope(transcript.shop, transcript.platform, transcript.product, transcript.phase)


def _is_spoken(line: Line) -> bool:
    return line.role in ("customer", "agent")


def _message(line: Line, folded: str, vector: Vectors) -> Message:
    if line.role != "customer":
        return Message(line, folded, vector, None, None)
    return Message(line, folded, vector, customer_act(line.text[:_MAX_CHARS]), emotion_of(folded))


def _exchange(
    one: Round,
    asked: Sequence[_Asked],
    messages: Sequence[Message],
    vectors: Mapping[str, Vectors],
    cards: Mapping[int, tuple[KnownCard, ...]],
) -> Exchange:
    return Exchange(
        tuple(messages[line.index] for line in one.asked),
        tuple(messages[line.index] for line in one.replies),
        tuple(Question(one.text, one.index, vectors[one.folded], cards[id(one)]) for one in asked),
    )
