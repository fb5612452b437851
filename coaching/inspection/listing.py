"""Findings as people read them: those of a conversation, those of an agent.

An agent reads only what counts: what a person confirmed, and what is sure and nobody rejected.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from sqlalchemy import ColumnElement
from sqlmodel import Session, col, select

from coaching.conversations.reading import Viewer
from coaching.conversations.tables import Conversation, Message
from coaching.inspection.rescoring import that_count
from coaching.inspection.tables import Finding, Inspection
from kb.cards.tables import Card


@dataclass(frozen=True)
class Shown:
    """A finding with what only the present tells of it."""

    finding: Finding
    message_index: tuple[int, ...]
    """Where the offending messages stand now."""
    context_index: tuple[int, ...]
    card_changed: bool
    """The card was changed or taken down since: the finding holds the reply against an older version."""


def current_inspection(session: Session, conversation_id: int) -> Inspection | None:
    """The inspection that stands; None before the first."""
    wanted = select(Inspection).where(col(Inspection.conversation_id) == conversation_id, col(Inspection.is_current))
    return session.exec(wanted).first()


def findings_of(
    session: Session,
    conversation: Conversation,
    viewer: Viewer,
    limit: int | None = None,
    after_id: int = 0,
    *,
    with_gone: bool = False,
) -> list[Shown]:
    """The findings of a conversation in the order they were made.

    Args:
        session: reads.
        conversation: one the viewer may see.
        viewer: agents read their own, and only what counts.
        limit: at most so many.
        after_id: only those after this finding.
        with_gone: also what is no longer found.
    """
    where = [col(Finding.conversation_id) == conversation.id, col(Finding.id) > after_id, *_seen_by(viewer)]
    where += [] if with_gone else [col(Finding.gone_at).is_(None)]
    return shown(session, session.exec(select(Finding).where(*where).order_by(col(Finding.id)).limit(limit)).all())


def findings_of_agent(
    session: Session,
    agent: str,
    viewer: Viewer,
    since_on: date,
    until_on: date,
    limit: int,
    before_id: int | None = None,
) -> list[Shown]:
    """What counts against an agent over these days, both included, newest first; for the agent to learn from."""
    where = [
        col(Finding.agent) == agent,
        col(Finding.said_on).between(since_on, until_on),
        col(Finding.gone_at).is_(None),
        that_count(),
        *_seen_by(viewer),
    ]
    where += [col(Finding.id) < before_id] if before_id is not None else []
    return shown(
        session, session.exec(select(Finding).where(*where).order_by(col(Finding.id).desc()).limit(limit)).all()
    )


def shown(session: Session, findings: Sequence[Finding]) -> list[Shown]:
    """Findings with where their messages stand, and whether their card changed."""
    named = {message_id for one in findings for message_id in (*one.message_ids, *one.context_ids)}
    places = dict(session.exec(select(Message.id, Message.index).where(col(Message.id).in_(named))).all())
    cards = {one.card_id for one in findings if one.card_id is not None}
    published = dict(session.exec(select(Card.id, Card.published_version).where(col(Card.id).in_(cards))).all())
    return [
        Shown(
            one,
            tuple(sorted(places[message_id] for message_id in one.message_ids if message_id in places)),
            tuple(sorted(places[message_id] for message_id in one.context_ids if message_id in places)),
            one.card_id is not None and published.get(one.card_id) != one.card_version,
        )
        for one in findings
    ]


def _seen_by(viewer: Viewer) -> list[ColumnElement[bool]]:
    where: list[ColumnElement[bool]] = []
    if viewer.shops is not None:
        where.append(col(Finding.shop).in_(viewer.shops))
    if viewer.only_agent is not None:
        where += [col(Finding.agent) == viewer.only_agent, that_count()]
    return where
