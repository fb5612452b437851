"""Every published card in memory, ready to be found: one per process, fed by the change log.

Readers never wait: an `Entry` is immutable, and a card is exchanged by putting its new questions in
before the old ones are taken out. Writers (`refresh`) take turns.
"""

import re
import threading
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime

import numpy as np
from sqlalchemy import ColumnElement, func, select, true
from sqlmodel import Session, col

from embeddings.ports import Encoder, Ids, Progress, VectorIndex, Vectors
from kb.cards.storing import read_contents
from kb.cards.tables import Card, CardChange, KeyPointRow, QuestionRow, ReplyRow, Revision, ScopeRow
from kb.content import CardContent
from kb.search.background import Background
from kb.search.centres import Centres
from kb.search.lexical import LexicalIndex
from kb.text.folding import fold
from kb.vectors import VectorCache, embed_documents

_READ_AT_ONCE = 500
_VARIABLE = re.compile(r"\{[^{}]*\}")
_REMEMBERED = 5_000
"""Contents kept in memory, about 3 kB each."""
_WINDOW = 256
"""Change ids looked at again: on databases other than SQLite a smaller id may be committed later."""


@dataclass(frozen=True, slots=True)
class Entry:
    """What ranking and filters need to know of a published card."""

    card_id: int
    external_id: str
    revision_id: int
    version: int
    kind: str
    phase: str
    intent: str
    risk: str
    tags: tuple[str, ...]
    platforms: frozenset[str]
    shops: frozenset[str]
    products: frozenset[str]
    valid_from_at: datetime | None
    valid_until_at: datetime | None
    questions: Mapping[int, str]
    """Question id → text; the standard question comes first."""
    negatives: Mapping[int, str]
    answer: str
    """Replies and key points, one a line, variables left out."""

    @property
    def standard_question(self) -> str:
        """What the card answers."""
        return next(iter(self.questions.values()))

    @property
    def document(self) -> str:
        """All the card's words, folded: what it is asked, what it answers, its intent and tags."""
        return fold("\n".join((*self.questions.values(), self.answer, self.intent, *self.tags)))


class Catalogue:
    """The published cards of one database under one encoder."""

    def __init__(self, encoder: Encoder, cache: VectorCache, index: VectorIndex, change_seq: int = 0) -> None:
        """`index` may already hold the vectors of a snapshot taken at `change_seq`."""
        self.encoder = encoder
        self.index = index
        self.lexical = LexicalIndex()
        """Questions by their characters, under question ids."""
        self.documents = LexicalIndex()
        """Whole cards by their characters, under revision ids."""
        self.centres = Centres(encoder.dimension)
        """What each card's questions have in common, under revision ids."""
        self.background = Background.of(encoder, cache)
        self.change_seq = change_seq
        self.generation = 0
        """Counts changes; whoever remembers something derived from the entries compares it."""
        self.cache = cache
        self._entries: dict[int, Entry] = {}
        self._by_question: dict[int, Entry] = {}
        self._by_revision: dict[int, Entry] = {}
        self._contents: dict[int, CardContent] = {}
        self._seen: set[int] = set()
        self._retired_questions: set[int] = set()
        self._retired_revisions: set[int] = set()
        self._writing = threading.Lock()

    def __len__(self) -> int:
        return len(self._entries)

    @property
    def questions_per_card(self) -> float:
        """Mean number of questions of the published cards; 1 where there are none."""
        return len(self.lexical) / len(self._entries) if self._entries else 1.0

    def entries(self) -> list[Entry]:
        """All published cards, whatever their scope."""
        return list(self._entries.values())

    def entry(self, card_id: int) -> Entry | None:
        """The published card with this id."""
        return self._entries.get(card_id)

    def entry_of_question(self, question_id: int) -> Entry | None:
        """The published card that a question id belongs to."""
        return self._by_question.get(question_id)

    def entry_of_revision(self, revision_id: int) -> Entry | None:
        """The published card that a revision belongs to."""
        return self._by_revision.get(revision_id)

    def contents(self, session: Session, entries: Iterable[Entry]) -> dict[int, CardContent]:
        """What these cards say, by card id; a revision never changes, so each is read once."""
        wanted = list(entries)
        missing = [entry.revision_id for entry in wanted if entry.revision_id not in self._contents]
        if missing:
            revisions = session.scalars(select(Revision).where(col(Revision.id).in_(missing))).all()
            if len(self._contents) > _REMEMBERED:
                self._contents = {}
            self._contents |= read_contents(session, revisions)
        known = self._contents
        return {entry.card_id: known[entry.revision_id] for entry in wanted if entry.revision_id in known}

    def load(self, session: Session, progress: Progress | None = None) -> None:
        """Reads every published card; vectors the index already holds are kept, stale ones dropped."""
        with self._writing:
            self.change_seq = session.scalar(select(func.max(col(CardChange.id)))) or 0
            self._seen = set(self._recent_changes(session))
            self._exchange(read_entries(session, None), set(), progress)
            stale = np.setdiff1d(self.index.ids(), np.fromiter(self._by_question, dtype=np.int64))
            if len(stale):
                self.index.remove(stale)

    def exchange(self, fresh: Mapping[int, Entry]) -> None:
        """Lets these cards answer, by card id, whatever the database says: for what-if questions on a copy."""
        with self._writing:
            self._exchange(fresh, set(), None)

    def refresh(self, session: Session) -> int:
        """Follows the change log; returns how many cards were exchanged."""
        if not self._unseen(session):
            return 0
        with self._writing:
            unseen = self._unseen(session)
            card_ids = set(unseen.values())
            self._exchange(read_entries(session, card_ids), card_ids, None)
            self._seen |= unseen.keys()
            self.change_seq = max(self.change_seq, max(unseen, default=0))
            self._seen = {seq for seq in self._seen if seq > self.change_seq - _WINDOW}
            return len(card_ids)

    def _unseen(self, session: Session) -> dict[int, int]:
        return {seq: card for seq, card in self._recent_changes(session).items() if seq not in self._seen}

    def _recent_changes(self, session: Session) -> dict[int, int]:
        statement = select(col(CardChange.id), col(CardChange.card_id)).where(
            col(CardChange.id) > self.change_seq - _WINDOW
        )
        return {seq: card_id for seq, card_id in session.execute(statement) if seq is not None}

    def _exchange(self, fresh: Mapping[int, Entry], gone: Iterable[int], progress: Progress | None) -> None:
        """Lets `fresh` answer instead of what these cards, and those in `gone`, answered before."""
        for key in self._retired_questions:
            self._by_question.pop(key, None)
        for key in self._retired_revisions:
            self._by_revision.pop(key, None)
        old = [self._entries[card_id] for card_id in {*fresh, *gone} if card_id in self._entries]
        asked = {key: fold(text) for entry in fresh.values() for key, text in entry.questions.items()}
        refused = {key: fold(text) for entry in fresh.values() for key, text in entry.negatives.items()}
        for entry in fresh.values():
            self._by_question.update(dict.fromkeys((*entry.questions, *entry.negatives), entry))
            self._by_revision[entry.revision_id] = entry
        self._put_vectors(asked | refused, progress)
        self.lexical.put(asked)
        self.documents.put({entry.revision_id: entry.document for entry in fresh.values()})
        self.centres.exchange({entry.revision_id: self._vectors_of(entry) for entry in fresh.values()}, ())
        self._entries.update(fresh)
        self._retire(old, fresh)
        self.generation += 1

    def _retire(self, old: list[Entry], fresh: Mapping[int, Entry]) -> None:
        for entry in old:
            if entry.card_id not in fresh:
                del self._entries[entry.card_id]
        kept = {key for entry in fresh.values() for key in (*entry.questions, *entry.negatives)}
        # A reader may still hold these ids: they go on naming their card until the next exchange.
        self._retired_questions = {key for entry in old for key in (*entry.questions, *entry.negatives)} - kept
        self._retired_revisions = {entry.revision_id for entry in old} - {one.revision_id for one in fresh.values()}
        self.documents.remove(self._retired_revisions)
        self.centres.exchange({}, self._retired_revisions)
        self.lexical.remove(self._retired_questions)
        self.index.remove(np.fromiter(self._retired_questions, dtype=np.int64))

    def _vectors_of(self, entry: Entry) -> Vectors:
        return self.index.vectors(np.fromiter(entry.questions, dtype=np.int64))

    def _put_vectors(self, folded: Mapping[int, str], progress: Progress | None) -> None:
        known = set(self.index.ids().tolist())
        missing = [key for key in folded if key not in known]
        if progress is not None:
            progress(len(folded) - len(missing))
        if missing:
            vectors: Vectors = embed_documents(self.encoder, self.cache, [folded[key] for key in missing], progress)
            ids: Ids = np.array(missing, dtype=np.int64)
            self.index.put(ids, vectors)


def read_entries(session: Session, card_ids: Iterable[int] | None) -> dict[int, Entry]:
    """The published state of these cards (None: of all), by card id; unpublished ones are absent."""
    if card_ids is None:
        return _read_some(session, true())
    wanted = sorted(card_ids)
    found: dict[int, Entry] = {}
    for start in range(0, len(wanted), _READ_AT_ONCE):
        found.update(_read_some(session, col(Card.id).in_(wanted[start : start + _READ_AT_ONCE])))
    return found


def _read_some(session: Session, wanted: ColumnElement[bool]) -> dict[int, Entry]:
    published = (col(Revision.card_id) == Card.id) & (col(Revision.version) == Card.published_version)
    # Questions last: a card that is exchanged between these reads has none then, is left out, and stands in the
    # change log for the next time.
    rows = session.execute(select(Card, Revision).join(Revision, published).where(wanted)).all()
    scopes: dict[tuple[int, str], set[str]] = {}
    limits = select(col(ScopeRow.revision_id), col(ScopeRow.kind), col(ScopeRow.code))
    limits = limits.join(Revision, col(Revision.id) == ScopeRow.revision_id).join(Card, published)
    for revision_id, kind, code in session.execute(limits.where(wanted)):
        scopes.setdefault((revision_id, kind), set()).add(code)
    questions: dict[int, dict[str, dict[int, str]]] = {}
    statement = select(col(QuestionRow.revision_id), col(QuestionRow.role), col(QuestionRow.id), col(QuestionRow.text))
    statement = statement.join(Revision, col(Revision.id) == QuestionRow.revision_id).join(Card, published)
    for revision_id, role, question_id, text in session.execute(
        statement.where(wanted).order_by(col(QuestionRow.revision_id), col(QuestionRow.position))
    ):
        sides = questions.setdefault(revision_id, {"asked": {}, "negative": {}})
        sides["negative" if role == "negative" else "asked"][question_id] = text
    answers: dict[int, list[str]] = {}
    for table in (ReplyRow, KeyPointRow):
        said = select(col(table.revision_id), col(table.text))
        said = said.join(Revision, col(Revision.id) == table.revision_id).join(Card, published)
        for revision_id, text in session.execute(said.where(wanted)):
            answers.setdefault(revision_id, []).append(_VARIABLE.sub("", text))
    return {
        card.id: _entry(card, revision, questions[revision.id], "\n".join(answers[revision.id]), scopes)
        for card, revision in rows
        if revision.id in questions and revision.id in answers
    }


def _entry(
    card: Card,
    revision: Revision,
    sides: dict[str, dict[int, str]],
    answer: str,
    scopes: dict[tuple[int, str], set[str]],
) -> Entry:
    def codes(kind: str) -> frozenset[str]:
        return frozenset(scopes.get((revision.id or 0, kind), ()))

    return Entry(
        card_id=card.id or 0,
        external_id=card.external_id or "",
        revision_id=revision.id or 0,
        version=revision.version,
        kind=revision.kind,
        phase=revision.phase,
        intent=revision.intent,
        risk=revision.risk,
        tags=tuple(revision.tags),
        platforms=codes("platform"),
        shops=codes("shop"),
        products=codes("product"),
        valid_from_at=revision.valid_from_at,
        valid_until_at=revision.valid_until_at,
        questions=sides["asked"],
        negatives=sides["negative"],
        answer=answer,
    )
