"""Findings as people see them: reviewers all, agents their own that count or that they objected to."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, or_
from sqlmodel import Session, col, select

from coaching.actor import Actor
from coaching.conversations.reading import MAX_NUMBER
from coaching.conversations.tables import Conversation
from coaching.errors import FindingNotFoundError
from coaching.inspection.custom.keeping import rule_id_of
from coaching.inspection.custom.tables import CustomRuleVersion
from coaching.inspection.rescoring import counts, that_count
from coaching.inspection.rule import Dimension
from coaching.inspection.rules import RULES
from coaching.inspection.tables import Finding, Status
from coaching.reviewing.tables import Appeal, Decision

_TERMS = {rule.id: rule.term for rule in RULES}


@dataclass(frozen=True)
class FindingFilter:
    """What a list is narrowed to; None narrows nothing."""

    status: Status | None = None
    rule: str | None = None
    severity: str | None = None
    shop: str | None = None
    agent: str | None = None
    conversation_id: int | None = None


@dataclass(frozen=True)
class DecisionView:
    """One decision in a finding's history."""

    decision_id: int
    verdict: str
    reason: str
    before: Mapping[str, Any]
    after: Mapping[str, Any]
    appeal_id: int | None
    by: str
    by_name: str
    created_at: datetime


@dataclass(frozen=True)
class FindingView:
    """A finding with what a reader needs beside it."""

    finding_id: int
    conversation_id: int
    conversation: str
    """The shop's own number."""
    platform: str
    shop: str
    agent: str | None
    said_at: datetime
    rule: str
    rule_term: str
    dimension: str
    dimension_term: str
    severity: str
    confidence_01: float
    points: float
    message_ids: tuple[int, ...]
    context_ids: tuple[int, ...]
    quote: str
    reason: str
    card_id: int | None
    card_quote: str | None
    better_reply: str | None
    status: str
    counts: bool
    """Whether it costs points now."""
    is_held: bool
    """Its rule errs too often: the agent does not see it unless somebody confirms it."""
    decided_at: datetime | None
    appeal_id: int | None
    """The newest appeal against it."""
    appeal_state: str | None


def rule_terms(session: Session, rules: Iterable[str]) -> dict[str, str]:
    """The Chinese names of rules, bundled and custom ones; the id of one that is neither."""
    wanted = set(rules)
    named = {}
    if any(one and one not in _TERMS for one in wanted):
        versions = select(CustomRuleVersion).order_by(col(CustomRuleVersion.version))
        named = {rule_id_of(one.rule_id): str(one.definition.get("term", "")) for one in session.exec(versions)}
    return {one: _TERMS.get(one) or named.get(one) or one for one in wanted}


def dimension_term(dimension: str) -> str:
    """A dimension's Chinese name."""
    return Dimension(dimension).term if dimension in set(Dimension) else dimension


def get_finding(session: Session, finding_id: int, actor: Actor) -> Finding:
    """A finding by its number.

    Raises:
        FindingNotFoundError: none, or not one the actor may see.
    """
    wanted = select(Finding).where(Finding.id == finding_id, *_visible(actor))
    found = session.exec(wanted).first() if 0 <= finding_id <= MAX_NUMBER else None
    if found is None:
        raise FindingNotFoundError(f"没有编号为 {finding_id} 的质检命中，可能已被删除，或不是您能看到的。")
    return found


def list_findings(
    session: Session, wanted: FindingFilter, actor: Actor, limit: int, before_id: int | None = None
) -> list[FindingView]:
    """Standing findings, the one found last first."""
    where = [*_visible(actor), col(Finding.gone_at).is_(None)]
    for column, value in (
        (col(Finding.status), wanted.status),
        (col(Finding.rule), wanted.rule),
        (col(Finding.severity), wanted.severity),
        (col(Finding.shop), wanted.shop),
        (col(Finding.agent), wanted.agent),
        (col(Finding.conversation_id), wanted.conversation_id),
    ):
        where += [column == value] if value is not None else []
    where += [col(Finding.id) < before_id] if before_id is not None else []
    rows = session.exec(select(Finding).where(*where).order_by(col(Finding.id).desc()).limit(limit)).all()
    return finding_views(session, rows)


def finding_views(session: Session, rows: Sequence[Finding]) -> list[FindingView]:
    """Findings as people see them, in the order given."""
    ids = [one.id for one in rows]
    talks = {one.conversation_id for one in rows}
    named = select(Conversation.id, Conversation.external_id, Conversation.platform)
    places = {row_id: (name, at) for row_id, name, at in session.exec(named.where(col(Conversation.id).in_(talks)))}
    told = select(Appeal).where(col(Appeal.finding_id).in_(ids)).order_by(col(Appeal.id))
    appeals = {one.finding_id: one for one in session.exec(told)}
    terms = rule_terms(session, (one.rule for one in rows))
    return [
        _view(one, *places.get(one.conversation_id, ("", "")), terms[one.rule], appeals.get(one.id or 0))
        for one in rows
    ]


def decisions_of(session: Session, finding_id: int, actor: Actor) -> list[DecisionView]:
    """All that people decided of a finding, the newest first: that one counts.

    Raises:
        FindingNotFoundError: none, or not one the actor may see.
    """
    get_finding(session, finding_id, actor)
    rows = session.exec(select(Decision).where(Decision.finding_id == finding_id).order_by(col(Decision.id).desc()))
    return [decision_view(one) for one in rows]


def decision_view(one: Decision) -> DecisionView:
    """A decision as people see it."""
    return DecisionView(
        one.id or 0, one.verdict, one.reason, one.before, one.after, one.appeal_id, one.by, one.by_name, one.created_at
    )


def _visible(actor: Actor) -> list[ColumnElement[bool]]:
    where: list[ColumnElement[bool]] = []
    if actor.shops is not None:
        where.append(col(Finding.shop).in_(actor.shops))
    if not (actor.leads or actor.trains):
        objected = select(Appeal.finding_id).where(Appeal.agent == (actor.agent or ""))
        where += [col(Finding.agent) == (actor.agent or ""), or_(that_count(), col(Finding.id).in_(objected))]
    return where


def _view(one: Finding, conversation: str, platform: str, term: str, appeal: Appeal | None) -> FindingView:
    return FindingView(
        finding_id=one.id or 0,
        conversation_id=one.conversation_id,
        conversation=conversation,
        platform=platform,
        shop=one.shop,
        agent=one.agent,
        said_at=one.said_at,
        rule=one.rule,
        rule_term=term,
        dimension=one.dimension,
        dimension_term=dimension_term(one.dimension),
        severity=one.severity,
        confidence_01=one.confidence_01,
        points=one.points,
        message_ids=tuple(one.message_ids),
        context_ids=tuple(one.context_ids),
        quote=one.quote,
        reason=one.reason,
        card_id=one.card_id,
        card_quote=one.card_quote,
        better_reply=one.better_reply,
        status=str(one.status),
        counts=counts(one) and one.gone_at is None,
        is_held=one.is_held,
        decided_at=one.decided_at,
        appeal_id=appeal.id if appeal else None,
        appeal_state=appeal.state if appeal else None,
    )
