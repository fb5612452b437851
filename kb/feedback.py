"""What was suggested, what became of it, and what nobody could answer. Every stored text is masked first."""

import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from sqlalchemy import bindparam, exists, insert, or_, update
from sqlmodel import Session, SQLModel, col, select

from kb.errors import SuggestionNotFoundError
from kb.feedback_tables import Gap, Suggestion, SuggestionEvent
from kb.search.scope import Scope
from kb.text.folding import fold
from kb.text.masking import mask
from kb.vectors import text_hash

MAX_STORED_CHARS = 2_000
UNUSED_AFTER = timedelta(minutes=10)
"""How long after a lookup somebody may still use what it showed."""


class EventKind(StrEnum):
    """What a person can do with a suggestion."""

    SHOWN = "shown"
    CLICKED = "clicked"
    COPIED = "copied"
    INSERTED = "inserted"
    EDITED = "edited"
    SENT = "sent"
    DISMISSED = "dismissed"


# Every lookup is written before it is answered: as plain rows through ready-made statements, in a third of the time
# that objects take.
_SUGGESTION, _GAP = (SQLModel.metadata.tables[name] for name in ("suggestion", "gap"))
_INSERT_SUGGESTION, _INSERT_GAP = insert(_SUGGESTION), insert(_GAP)
_COUNT_GAP = (
    update(_GAP)
    .where(
        _GAP.c.folded_hash == bindparam("same_hash"),
        _GAP.c.shop.is_not_distinct_from(bindparam("same_shop")),
        _GAP.c.reason == bindparam("same_reason"),
    )
    .values(count=_GAP.c.count + 1, last_at=bindparam("last_at"), suggestion_id=bindparam("suggestion_id"))
)

USED = (EventKind.COPIED, EventKind.INSERTED, EventKind.EDITED, EventKind.SENT)


@dataclass(frozen=True)
class Shown:
    """One card in an answer."""

    question_index: int
    card_id: int
    version: int
    score_01: float


@dataclass(frozen=True)
class Lookup:
    """One answer as it is remembered."""

    via: str
    """`suggest` (a customer's words) or `search` (a person's own)."""
    text: str
    questions: Sequence[str]
    unanswered: Sequence[str]
    shown: Sequence[Shown]
    scope: Scope
    abstained: bool
    reason: str | None
    took_ms: float


def new_lookup_id() -> str:
    """An id that nobody can guess and no other lookup has."""
    return str(uuid.uuid4())


def record_lookup(
    session: Session, lookup: Lookup, actor_id: str, now: datetime, suggestion_id: str | None = None
) -> str:
    """Remembers an answer, and a gap for each question nothing answered; returns the suggestion id."""
    new_id = suggestion_id or new_lookup_id()
    kept = {text: _kept(text) for text in (lookup.text, *lookup.questions, *lookup.unanswered)}
    row = {
        "id": new_id,
        "actor_id": actor_id,
        "via": lookup.via,
        "text": kept[lookup.text],
        "shop": lookup.scope.shop,
        "platform": lookup.scope.platform,
        "phase": lookup.scope.phase,
        "product": lookup.scope.product,
        "questions": [kept[question] for question in lookup.questions],
        "shown": [vars(shown) for shown in lookup.shown],
        "abstained": lookup.abstained,
        "reason": lookup.reason,
        "took_ms": lookup.took_ms,
        "is_settled": False,
        "created_at": now,
    }
    session.execute(_INSERT_SUGGESTION, row)
    for question in lookup.unanswered:
        _count_gap(session, kept[question], lookup.scope.shop, "no_match", new_id, now)
    return new_id


def record_event(
    session: Session,
    suggestion_id: str,
    kind: EventKind,
    actor_id: str,
    now: datetime,
    card_id: int | None = None,
    text: str | None = None,
) -> None:
    """Remembers what a person did with a suggestion.

    Raises:
        SuggestionNotFoundError: no such suggestion for this actor, or the card was not in it.
    """
    suggestion = session.get(Suggestion, suggestion_id)
    if suggestion is None or suggestion.actor_id != actor_id:
        raise SuggestionNotFoundError("没有这条推荐，或者它不是给您的；请用 suggest 返回的 suggestion_id。")
    versions = {shown["card_id"]: shown["version"] for shown in suggestion.shown}
    if card_id is not None and card_id not in versions:
        raise SuggestionNotFoundError(f"知识卡 {card_id} 不在这条推荐里。")
    event = SuggestionEvent(
        suggestion_id=suggestion_id,
        kind=kind,
        card_id=card_id,
        version=versions.get(card_id) if card_id is not None else None,
        text=_kept(text) if text else None,
        actor_id=actor_id,
        created_at=now,
    )
    session.add(event)
    if kind is EventKind.DISMISSED and card_id is None and not suggestion.abstained:
        # All of it was of no use; a single card put aside says nothing while another may still be used.
        record_gap(session, suggestion.text, suggestion.shop, "unused", suggestion_id, now)


def record_gap(
    session: Session, text: str, shop: str | None, reason: str, suggestion_id: str | None, now: datetime
) -> None:
    """Counts one more time that a question had no useful answer; one row per wording, shop and reason."""
    _count_gap(session, _kept(text), shop, reason, suggestion_id, now)


def _count_gap(
    session: Session, masked: str, shop: str | None, reason: str, suggestion_id: str | None, now: datetime
) -> None:
    key = text_hash(fold(masked))
    new = {"suggestion_id": suggestion_id, "last_at": now}
    same = {"same_hash": key, "same_shop": shop, "same_reason": reason}
    if session.execute(_COUNT_GAP, new | same).rowcount:  # type: ignore[attr-defined]
        return
    row = {"text": masked, "folded_hash": key, "shop": shop, "reason": reason, "count": 1, "first_at": now}
    session.execute(_INSERT_GAP, row | new)


def collect_unused(session: Session, now: datetime) -> int:
    """Turns lookups that showed cards nobody used within ten minutes into gaps; returns how many."""
    used = exists().where(
        col(SuggestionEvent.suggestion_id) == Suggestion.id, col(SuggestionEvent.kind).in_([*USED, "dismissed"])
    )
    known = exists().where(col(Gap.suggestion_id) == Suggestion.id)
    statement = select(Suggestion).where(
        col(Suggestion.created_at) < now - UNUSED_AFTER,
        ~col(Suggestion.abstained),
        col(Suggestion.reason).is_(None),
        col(Suggestion.is_settled).is_(False),
        ~used,
        ~known,
    )
    unused = list(session.exec(statement))
    for suggestion in unused:
        record_gap(session, suggestion.text, suggestion.shop, "unused", suggestion.id, suggestion.created_at)
    session.execute(
        update(Suggestion)
        .where(col(Suggestion.created_at) < now - UNUSED_AFTER, col(Suggestion.is_settled).is_(False))
        .values(is_settled=True)
    )
    return len(unused)


def list_gaps(session: Session, shops: frozenset[str] | None, limit: int, before_id: int | None = None) -> list[Gap]:
    """Gaps of the shops somebody may see and of questions asked for no shop in particular, newest row first."""
    statement = select(Gap).order_by(col(Gap.id).desc()).limit(limit)
    if before_id is not None:
        statement = statement.where(col(Gap.id) < before_id)
    if shops is not None:
        statement = statement.where(or_(col(Gap.shop).is_(None), col(Gap.shop).in_(shops)))
    return list(session.exec(statement))


def _kept(text: str) -> str:
    return mask(text).text[:MAX_STORED_CHARS]
