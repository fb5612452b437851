"""Manual reviews: one conversation, one person, the scorecard of its rule set; a second look is another review."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement
from sqlmodel import Session, col, select

from coaching.actor import Actor
from coaching.conversations.reading import MAX_NUMBER
from coaching.conversations.tables import Conversation
from coaching.errors import ReviewNotFoundError
from coaching.inspection.tables import Inspection
from coaching.reviewing.applicable import rule_set_of
from coaching.reviewing.own_work import judged_conversation
from coaching.reviewing.queue import finish_tasks
from coaching.reviewing.scorecard import Marks, kept, reckon, written_marks
from coaching.reviewing.tables import Review
from coaching.written import maybe_written


@dataclass(frozen=True)
class ReviewFilter:
    """What a list is narrowed to; None narrows nothing."""

    conversation_id: int | None = None
    shop: str | None = None
    agent: str | None = None
    by: str | None = None


@dataclass(frozen=True)
class ReviewView:
    """A review beside what the rules made of the same conversation."""

    review_id: int
    conversation_id: int
    conversation: str
    """The shop's own number."""
    platform: str
    shop: str
    agent: str | None
    rule_set: str
    rule_set_version: int
    marks: Mapping[str, Mapping[str, Any]]
    """Dimension → `score`, `weight`, `comment`, `is_critical`; what does not apply is absent."""
    score: float | None
    failed: bool
    rules_score: float | None
    """The rules' own, now; None: not inspected, or nothing applies."""
    is_outdated: bool
    """The conversation has changed since it was read."""
    note: str
    by: str
    by_name: str
    created_at: datetime


def review_conversation(
    session: Session,
    conversation_id: int,
    marks: Marks,
    actor: Actor,
    note: str = "",
) -> Review:
    """Scores a conversation by hand and takes it off the queue.

    Raises:
        ConversationNotFoundError: none, or not one the actor may see.
        OwnWorkError: the actor took part in it.
        ScorecardError: marks that cannot be reckoned.
        WordsMissingError: too many words.
    """
    talk = judged_conversation(session, conversation_id, actor, "复核")
    marks, rule_set = written_marks(marks), rule_set_of(session, talk, actor.zone)
    whole = reckon(marks, rule_set)
    made = Review(
        conversation_id=conversation_id,
        conversation_version=talk.version,
        shop=talk.shop,
        agent=talk.agent,
        rule_set=rule_set.id,
        rule_set_version=rule_set.version,
        marks=kept(marks, whole),
        score=whole.score,
        failed=whole.failed,
        note=maybe_written(note, "评语"),
        by=actor.actor_id,
        by_name=actor.name,
        created_at=actor.now,
    )
    session.add(made)
    session.flush()
    finish_tasks(session, conversation_id, actor)
    return made


def get_review(session: Session, review_id: int, actor: Actor) -> ReviewView:
    """One review.

    Raises:
        ReviewNotFoundError: none, or not one the actor may see.
    """
    found = _views(session, [col(Review.id) == review_id], actor, 1) if 0 <= review_id <= MAX_NUMBER else []
    if not found:
        raise ReviewNotFoundError(f"没有编号为 {review_id} 的复核，可能已被删除。")
    return found[0]


def list_reviews(
    session: Session, wanted: ReviewFilter, actor: Actor, limit: int, before_id: int | None = None
) -> list[ReviewView]:
    """Reviews, the newest first."""
    where: list[ColumnElement[bool]] = [
        column == value
        for column, value in (
            (col(Review.conversation_id), wanted.conversation_id),
            (col(Review.shop), wanted.shop),
            (col(Review.agent), wanted.agent),
            (col(Review.by), wanted.by),
        )
        if value is not None
    ]
    where += [col(Review.id) < before_id] if before_id is not None else []
    return _views(session, where, actor, limit)


def _views(session: Session, where: Sequence[ColumnElement[bool]], actor: Actor, limit: int) -> list[ReviewView]:
    own = [col(Review.shop).in_(actor.shops)] if actor.shops is not None else []
    current = (col(Inspection.conversation_id) == Review.conversation_id) & col(Inspection.is_current)
    rows = session.exec(
        select(Review, Conversation, Inspection)
        .join(Conversation, col(Conversation.id) == Review.conversation_id)
        .join(Inspection, current, isouter=True)
        .where(*where, *own)
        .order_by(col(Review.id).desc())
        .limit(limit)
    ).all()
    return [_view(review, talk, inspection.score if inspection else None) for review, talk, inspection in rows]


def _view(review: Review, talk: Conversation, rules_score: float | None) -> ReviewView:
    return ReviewView(
        review_id=review.id or 0,
        conversation_id=review.conversation_id,
        conversation=talk.external_id,
        platform=talk.platform,
        shop=review.shop,
        agent=review.agent,
        rule_set=review.rule_set,
        rule_set_version=review.rule_set_version,
        marks=review.marks,
        score=review.score,
        failed=review.failed,
        rules_score=rules_score,
        is_outdated=talk.version != review.conversation_version,
        note=review.note,
        by=review.by,
        by_name=review.by_name,
        created_at=review.created_at,
    )
