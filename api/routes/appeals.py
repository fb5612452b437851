"""Appeals: an agent objects to a finding, a lead answers."""

from typing import Annotated

from fastapi import APIRouter, Body, Query

from api.acting import actor_of
from api.deps import AnyServices, AsAgent, AsLead, DatabaseSession, start_writing
from api.looking_up import check_shop
from api.paging import AnyPaging, PageOut
from api.review_models import AppealAnswerIn, AppealIn
from coaching.reviewing.appealing import (
    AppealFilter,
    AppealView,
    answer,
    appeal,
    get_appeal,
    list_appeals,
    withdraw,
)
from coaching.reviewing.tables import AppealState
from kb.content import MaybeShort

router = APIRouter(prefix="/appeals", tags=["appeals"])


@router.post("", summary="申诉 · Appeal", status_code=201)
def file_appeal(
    wanted: Annotated[AppealIn, Body()], identity: AsAgent, services: AnyServices, session: DatabaseSession
) -> AppealView:
    """Objects to a finding about your own reply, in time; it does not count until somebody answers."""
    start_writing(session)
    actor = actor_of(identity, services)
    made = appeal(session, wanted.finding_id, wanted.text, actor)
    return get_appeal(session, made.id or 0, actor)


@router.get("", summary="申诉列表 · List appeals")
def list_all(
    identity: AsAgent,
    services: AnyServices,
    session: DatabaseSession,
    paging: AnyPaging,
    state: Annotated[AppealState | None, Query()] = None,
    agent: Annotated[MaybeShort, Query()] = None,
    shop: Annotated[MaybeShort, Query()] = None,
    overdue: Annotated[bool, Query(description="只看逾期未答复的 · only overdue ones")] = False,
) -> PageOut[AppealView]:
    """Appeals of your shops, the newest first; who does not lead sees their own."""
    check_shop(identity, shop)
    wanted = AppealFilter(state, agent, shop, overdue)
    rows = list_appeals(session, wanted, actor_of(identity, services), paging.limit + 1, paging.after_id)
    return PageOut[AppealView](**paging.page(rows, lambda one: one.appeal_id, lambda one: one))


@router.get("/{appeal_id}", summary="一个申诉 · One appeal")
def read(appeal_id: int, identity: AsAgent, services: AnyServices, session: DatabaseSession) -> AppealView:
    """An appeal with the finding it is about."""
    return get_appeal(session, appeal_id, actor_of(identity, services))


@router.post("/{appeal_id}/answer", summary="答复申诉 · Answer")
def answer_appeal(
    appeal_id: int,
    wanted: Annotated[AppealAnswerIn, Body()],
    identity: AsLead,
    services: AnyServices,
    session: DatabaseSession,
) -> AppealView:
    """Upholds, partly upholds or denies an appeal, for good. Nobody answers their own."""
    start_writing(session)
    actor = actor_of(identity, services)
    changes = wanted.changes.changes() if wanted.changes else None
    answer(session, appeal_id, wanted.state, wanted.text, actor, changes)
    return get_appeal(session, appeal_id, actor)


@router.post("/{appeal_id}/withdraw", summary="撤回申诉 · Withdraw")
def withdraw_appeal(appeal_id: int, identity: AsAgent, services: AnyServices, session: DatabaseSession) -> AppealView:
    """Takes your appeal back; the finding counts as before."""
    start_writing(session)
    actor = actor_of(identity, services)
    withdraw(session, appeal_id, actor)
    return get_appeal(session, appeal_id, actor)
