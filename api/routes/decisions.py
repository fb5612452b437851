"""Findings as people see them, what they decide of them, and the one click into the case library."""

from typing import Annotated, Literal

from fastapi import APIRouter, Body, Query

from api.acting import actor_of
from api.deps import AnyServices, AsAgent, AsLead, AsTrainer, DatabaseSession, start_writing
from api.looking_up import check_shop
from api.paging import AnyPaging, PageOut
from api.review_models import DecisionIn
from coaching.cases.library import CaseView, get_case, keep_finding
from coaching.inspection.tables import Status
from coaching.reviewing.appealing import FindingDetail, read_finding
from coaching.reviewing.deciding import decide
from coaching.reviewing.findings import (
    DecisionView,
    FindingFilter,
    FindingView,
    decision_view,
    decisions_of,
    list_findings,
)
from kb.content import MaybeShort

router = APIRouter(prefix="/findings", tags=["reviews"])


@router.get("", summary="质检命中列表 · List findings")
def list_all(
    identity: AsAgent,
    services: AnyServices,
    session: DatabaseSession,
    paging: AnyPaging,
    status: Annotated[Status | None, Query()] = None,
    rule: Annotated[MaybeShort, Query()] = None,
    severity: Annotated[Literal["normal", "critical"] | None, Query()] = None,
    shop: Annotated[MaybeShort, Query()] = None,
    agent: Annotated[MaybeShort, Query()] = None,
) -> PageOut[FindingView]:
    """Standing findings of your shops, the newest first; agents see their own that count or that they appealed."""
    check_shop(identity, shop)
    wanted = FindingFilter(status, rule, severity, shop, agent)
    rows = list_findings(session, wanted, actor_of(identity, services), paging.limit + 1, paging.after_id)
    return PageOut[FindingView](**paging.page(rows, lambda one: one.finding_id, lambda one: one))


@router.get("/{finding_id}", summary="一条质检命中 · One finding")
def read(finding_id: int, identity: AsAgent, services: AnyServices, session: DatabaseSession) -> FindingDetail:
    """A finding with every decision on it, and until when you may appeal."""
    return read_finding(session, finding_id, actor_of(identity, services))


@router.get("/{finding_id}/decisions", summary="复核记录 · Decisions")
def history(
    finding_id: int, identity: AsAgent, services: AnyServices, session: DatabaseSession
) -> PageOut[DecisionView]:
    """All that people decided of a finding, the newest first: that one counts."""
    found = decisions_of(session, finding_id, actor_of(identity, services))
    return PageOut[DecisionView](items=found, next_cursor=None)


@router.post("/{finding_id}/decisions", summary="确认、驳回或修改 · Decide", status_code=201)
def decide_finding(
    finding_id: int,
    wanted: Annotated[DecisionIn, Body()],
    identity: AsLead,
    services: AnyServices,
    session: DatabaseSession,
) -> DecisionView:
    """Confirms, rejects or changes a finding; its conversation is scored anew. Nobody decides on their own replies."""
    start_writing(session)
    changes = wanted.changes.changes() if wanted.changes else None
    actor = actor_of(identity, services)
    made = decide(session, finding_id, wanted.verdict, wanted.reason, actor, changes, again=wanted.again)
    return decision_view(made)


@router.post("/{finding_id}/case", summary="收入案例库 · Keep as a case", status_code=201)
def keep(
    finding_id: int,
    identity: AsTrainer,
    services: AnyServices,
    session: DatabaseSession,
    tags: Annotated[list[str] | None, Body(embed=True)] = None,
) -> CaseView:
    """One click: the reply, what was asked before it, why it is weak and what is better; twice makes no second."""
    start_writing(session)
    actor = actor_of(identity, services)
    made = keep_finding(session, finding_id, actor, tags or ())
    return get_case(session, made.id or 0, actor)
