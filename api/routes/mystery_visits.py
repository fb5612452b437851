"""Mystery visits: scripts for named people, and the conversations that came of them."""

from datetime import date
from typing import Annotated

from fastapi import APIRouter, Body, Query
from pydantic import BaseModel, ConfigDict, Field

from api.accounts import get_account
from api.acting import actor_of
from api.deps import AnyServices, AsAgent, AsLead, DatabaseSession, start_writing
from api.looking_up import check_shop
from api.paging import AnyPaging, PageOut
from api.review_models import Words
from coaching.mystery.visiting import (
    VisitContent,
    VisitState,
    VisitView,
    cancel_visit,
    get_visit,
    link_conversation,
    list_visits,
    plan_visit,
    unlink_conversation,
)
from kb.content import Code

router = APIRouter(prefix="/mystery-visits", tags=["mystery visits"])


class VisitIn(BaseModel):
    """What is to be played, by whom, until when."""

    model_config = ConfigDict(extra="forbid")

    title: Words
    script: Words
    shop: Code
    person: Code = Field(description="账号名 · name of an account")
    due_on: date


class PlayedIn(BaseModel):
    """What came of it."""

    model_config = ConfigDict(extra="forbid")

    conversation: Annotated[str, Field(min_length=1, max_length=200)] = Field(
        description="会话编号；没有时才按返回的 id 找 · the shop's own number, or else the id"
    )
    note: Words = ""


@router.post("", summary="安排神秘顾客 · Plan a visit", status_code=201)
def plan(
    wanted: Annotated[VisitIn, Body()], identity: AsLead, services: AnyServices, session: DatabaseSession
) -> VisitView:
    """A script for a named person until a day."""
    check_shop(identity, wanted.shop)
    start_writing(session)
    actor, person = actor_of(identity, services), get_account(session, wanted.person)
    content = VisitContent(
        wanted.title,
        wanted.script,
        wanted.shop,
        f"account:{person.id}",
        person.name,
        wanted.due_on,
        frozenset(person.shops) or None,
    )
    return get_visit(session, plan_visit(session, content, actor).id or 0, actor)


@router.get("", summary="神秘顾客任务 · List visits")
def list_all(
    identity: AsAgent,
    services: AnyServices,
    session: DatabaseSession,
    paging: AnyPaging,
    state: Annotated[VisitState | None, Query()] = None,
) -> PageOut[VisitView]:
    """Visits of your shops, the newest first; who does not lead sees those they are to play."""
    rows = list_visits(session, actor_of(identity, services), paging.limit + 1, paging.after_id, state=state)
    return PageOut[VisitView](**paging.page(rows, lambda one: one.visit_id, lambda one: one))


@router.get("/{visit_id}", summary="一个神秘顾客任务 · One visit")
def read(visit_id: int, identity: AsAgent, services: AnyServices, session: DatabaseSession) -> VisitView:
    """A visit; who leads also reads the score of its conversation."""
    return get_visit(session, visit_id, actor_of(identity, services))


@router.post("/{visit_id}/conversation", summary="登记会话 · Link the conversation")
def link(
    visit_id: int,
    wanted: Annotated[PlayedIn, Body()],
    identity: AsAgent,
    services: AnyServices,
    session: DatabaseSession,
) -> VisitView:
    """Says which imported conversation came of the visit; it is scored by the same card as all others."""
    start_writing(session)
    actor = actor_of(identity, services)
    link_conversation(session, visit_id, wanted.conversation, wanted.note, actor)
    return get_visit(session, visit_id, actor)


@router.delete("/{visit_id}/conversation", summary="撤销登记 · Unlink the conversation")
def unlink(visit_id: int, identity: AsLead, services: AnyServices, session: DatabaseSession) -> VisitView:
    """Takes back which conversation came of the visit, so that the right one can be linked."""
    start_writing(session)
    actor = actor_of(identity, services)
    unlink_conversation(session, visit_id, actor)
    return get_visit(session, visit_id, actor)


@router.post("/{visit_id}/cancel", summary="取消任务 · Cancel")
def cancel(visit_id: int, identity: AsLead, services: AnyServices, session: DatabaseSession) -> VisitView:
    """Calls a visit off."""
    start_writing(session)
    actor = actor_of(identity, services)
    cancel_visit(session, visit_id, actor)
    return get_visit(session, visit_id, actor)
