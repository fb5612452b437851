"""Conversations with what inspecting them gave, narrowed and in pages: newest talk first."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from typing import NamedTuple

from sqlalchemy import ColumnElement, and_, func, or_
from sqlmodel import Session, col, select

from coaching.conversations.reading import Viewer, seen_by, took_part
from coaching.conversations.tables import Conversation, Message
from coaching.inspection.rescoring import that_count
from coaching.inspection.tables import Finding, Inspection, Status


class ScoreBand(StrEnum):
    """Scores that are looked for together."""

    FAILED = "failed"
    """A critical finding counts."""
    LOW = "low"
    MIDDLE = "middle"
    GOOD = "good"
    FULL = "full"
    NONE = "none"
    """Not inspected yet, or nothing applies."""


MIDDLE_FROM, GOOD_FROM, FULL_FROM = 90.0, 95.0, 100.0
"""Lower ends of the bands; our assumption."""


@dataclass(frozen=True)
class Wanted:
    """What a list is narrowed to; None narrows nothing."""

    shop: str | None = None
    platform: str | None = None
    agent: str | None = None
    """Code of an agent who took part."""
    since_on: date | None = None
    until_on: date | None = None
    """Days on which a conversation ended, both included."""
    band: ScoreBand | None = None
    rule: str | None = None
    """With a finding of this rule that stands."""


class Place(NamedTuple):
    """Where a page begins: after this conversation."""

    last_at: datetime
    id: int


@dataclass(frozen=True)
class Browsed:
    """A conversation in a list."""

    conversation: Conversation
    inspection: Inspection | None
    """None: not inspected yet."""
    rules: tuple[str, ...]
    """Rules of its standing findings that count, each once, in order of the finding."""
    unsure: int
    """Standing findings that wait for a reviewer and do not count yet."""
    first_words: str
    """What the customer wrote first."""


def browse(
    session: Session,
    wanted: Wanted,
    viewer: Viewer,
    days: tuple[datetime | None, datetime | None],
    limit: int,
    after: Place | None = None,
) -> list[Browsed]:
    """One page.

    Args:
        session: reads.
        wanted: what is looked for.
        viewer: who looks.
        days: beginning of `wanted.since_on` and end of `wanted.until_on` as moments, in the reader's zone.
        limit: conversations.
        after: the last one of the page before.
    """
    where = [*seen_by(viewer), *_narrowed(wanted, days)]
    if after is not None:
        earlier = and_(col(Conversation.last_at) == after.last_at, col(Conversation.id) < after.id)
        where.append(or_(col(Conversation.last_at) < after.last_at, earlier))
    current = and_(col(Inspection.conversation_id) == Conversation.id, col(Inspection.is_current))
    found = session.exec(
        select(Conversation, Inspection)
        .join(Inspection, current, isouter=True)
        .where(*where)
        .order_by(col(Conversation.last_at).desc(), col(Conversation.id).desc())
        .limit(limit)
    ).all()
    ids = [conversation.id or 0 for conversation, _ in found]
    rules, unsure, words = _rules(session, ids, viewer), _unsure(session, ids, viewer), first_words(session, ids)
    return [
        Browsed(one, inspection, rules.get(one.id or 0, ()), unsure.get(one.id or 0, 0), words.get(one.id or 0, ""))
        for one, inspection in found
    ]


class CleanTalks(NamedTuple):
    """Conversations in which all went well."""

    total: int
    best: Sequence[Conversation]
    """The best rated first, then the longest."""


def clean_talks(session: Session, agent: str, viewer: Viewer, since_on: date, until_on: date, shown: int) -> CleanTalks:
    """An agent's inspected conversations with nothing that counts against them, of those the viewer may see.

    Args:
        session: reads.
        agent: code of the agent.
        viewer: who looks.
        since_on: first day on which a conversation ended.
        until_on: last day, included.
        shown: most conversations given; all are counted.
    """
    hit = select(Finding.conversation_id).where(
        col(Finding.agent) == agent, col(Finding.gone_at).is_(None), that_count()
    )
    is_clean = (
        *seen_by(viewer),
        col(Inspection.is_current),
        col(Inspection.agent) == agent,
        col(Inspection.said_on).between(since_on, until_on),
        col(Inspection.score).is_not(None),
        ~col(Inspection.failed),
        col(Conversation.id).not_in(hit),
    )
    inspected = col(Inspection.conversation_id) == Conversation.id
    count = session.exec(select(func.count()).select_from(Conversation).join(Inspection, inspected).where(*is_clean))
    best = session.exec(
        select(Conversation)
        .join(Inspection, inspected)
        .where(*is_clean)
        .order_by(func.coalesce(Conversation.rating, 0).desc(), col(Conversation.message_count).desc())
        .order_by(col(Conversation.id).desc())
        .limit(shown)
    )
    return CleanTalks(count.one(), best.all())


def first_words(session: Session, ids: Sequence[int]) -> dict[int, str]:
    """The first message of each conversation's customer."""
    first = (
        select(col(Message.conversation_id), func.min(Message.index).label("index"))
        .where(col(Message.conversation_id).in_(ids), col(Message.role) == "customer")
        .group_by(col(Message.conversation_id))
        .subquery()
    )
    is_first = and_(col(Message.conversation_id) == first.c.conversation_id, col(Message.index) == first.c.index)
    return dict(session.exec(select(Message.conversation_id, Message.text).join(first, is_first)).all())


def _narrowed(wanted: Wanted, days: tuple[datetime | None, datetime | None]) -> list[ColumnElement[bool]]:
    where = [
        column == value
        for column, value in ((col(Conversation.shop), wanted.shop), (col(Conversation.platform), wanted.platform))
        if value is not None
    ]
    where += [took_part(wanted.agent)] if wanted.agent is not None else []
    since_at, until_at = days
    where += [col(Conversation.last_at) >= since_at] if since_at is not None else []
    where += [col(Conversation.last_at) < until_at] if until_at is not None else []
    where += [_in_band(wanted.band)] if wanted.band is not None else []
    if wanted.rule is not None:
        standing = (col(Finding.rule) == wanted.rule, col(Finding.gone_at).is_(None))
        hit = select(Finding.conversation_id).where(*standing, col(Finding.status) != Status.REJECTED)
        where.append(col(Conversation.id).in_(hit))
    return where


def _in_band(band: ScoreBand) -> ColumnElement[bool]:
    score, failed = col(Inspection.score), col(Inspection.failed)
    bands: dict[ScoreBand, ColumnElement[bool]] = {
        ScoreBand.FAILED: failed.is_(True),
        ScoreBand.LOW: and_(~failed, score < MIDDLE_FROM),
        ScoreBand.MIDDLE: and_(score >= MIDDLE_FROM, score < GOOD_FROM),
        ScoreBand.GOOD: and_(score >= GOOD_FROM, score < FULL_FROM),
        ScoreBand.FULL: score >= FULL_FROM,
        ScoreBand.NONE: score.is_(None),
    }
    return bands[band]


def _rules(session: Session, ids: Sequence[int], viewer: Viewer) -> dict[int, tuple[str, ...]]:
    found: dict[int, dict[str, None]] = {}
    wanted = select(Finding.conversation_id, Finding.rule).where(*_standing(ids, viewer), that_count())
    for conversation_id, rule in session.exec(wanted.order_by(col(Finding.id))):
        found.setdefault(conversation_id, {})[rule] = None
    return {conversation_id: tuple(rules) for conversation_id, rules in found.items()}


def _unsure(session: Session, ids: Sequence[int], viewer: Viewer) -> dict[int, int]:
    if viewer.only_agent is not None:
        return {}
    waiting = (col(Finding.status) == Status.OPEN, ~that_count())
    counted = select(Finding.conversation_id, func.count()).where(*_standing(ids, viewer), *waiting)
    return dict(session.exec(counted.group_by(col(Finding.conversation_id))).all())


def _standing(ids: Sequence[int], viewer: Viewer) -> list[ColumnElement[bool]]:
    where: list[ColumnElement[bool]] = [col(Finding.conversation_id).in_(ids), col(Finding.gone_at).is_(None)]
    where += [col(Finding.agent) == viewer.only_agent] if viewer.only_agent is not None else []
    return where
