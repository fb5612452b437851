"""The case library: read by all, kept by trainers."""

from typing import Annotated

from fastapi import APIRouter, Body, Query
from pydantic import BaseModel, ConfigDict, Field

from api.acting import actor_of
from api.deps import AnyServices, AsAgent, AsTrainer, DatabaseSession, start_writing
from api.looking_up import check_shop
from api.paging import AnyPaging, PageOut
from api.review_models import Words
from api.row_numbers import RowNumber
from coaching.cases.library import (
    CaseContent,
    CaseFilter,
    CaseView,
    archive_case,
    change_case,
    get_case,
    keep_case,
    search_cases,
)
from coaching.cases.tables import CaseKind
from coaching.inspection.rule import Dimension
from kb.content import MaybeShort, Short

router = APIRouter(prefix="/cases", tags=["cases"])


class CaseIn(BaseModel):
    """A good or bad reply to learn from."""

    model_config = ConfigDict(extra="forbid")

    kind: CaseKind
    title: Words
    reply: Words
    situation: Words = Field(default="", description="顾客之前说了什么 · what the customer said before")
    better_reply: Words = ""
    lesson: Words = Field(default="", description="好在哪里，或差在哪里 · why it is good or bad")
    dimension: Dimension | None = None
    rule: Short = ""
    intent: Short = ""
    tags: Annotated[list[Short], Field(max_length=20)] = []
    shop: MaybeShort = Field(default=None, description="null：所有店铺 · everybody's")
    card_id: RowNumber | None = None
    conversation_id: RowNumber | None = Field(
        default=None, description="摘自哪段会话；顾客要求删除时一并删除 · erased with its customer"
    )

    def content(self) -> CaseContent:
        """As the library takes it."""
        given = self.model_dump(exclude={"dimension", "tags"})
        return CaseContent(**given, dimension=str(self.dimension or ""), tags=tuple(self.tags))


@router.get("", summary="案例库 · Search cases")
def search(
    identity: AsAgent,
    services: AnyServices,
    session: DatabaseSession,
    paging: AnyPaging,
    q: Annotated[Short, Query(description="要找的词，都要有 · words, all of them")] = "",
    kind: Annotated[CaseKind | None, Query()] = None,
    tag: Annotated[MaybeShort, Query()] = None,
    rule: Annotated[MaybeShort, Query()] = None,
    dimension: Annotated[Dimension | None, Query()] = None,
    intent: Annotated[MaybeShort, Query()] = None,
    shop: Annotated[MaybeShort, Query()] = None,
) -> PageOut[CaseView]:
    """Cases of your shops and everybody's, the newest first."""
    check_shop(identity, shop)
    wanted = CaseFilter(q, kind, tag, rule, dimension, intent, shop)
    rows = search_cases(session, wanted, actor_of(identity, services), paging.limit + 1, paging.after_id)
    return PageOut[CaseView](**paging.page(rows, lambda one: one.case_id, lambda one: one))


@router.post("", summary="新建案例 · Keep a case", status_code=201)
def create(
    wanted: Annotated[CaseIn, Body()], identity: AsTrainer, services: AnyServices, session: DatabaseSession
) -> CaseView:
    """Writes a case by hand; from a finding it takes one click: `POST /findings/{finding_id}/case`."""
    start_writing(session)
    actor = actor_of(identity, services)
    made = keep_case(session, wanted.content(), actor)
    return get_case(session, made.id or 0, actor)


@router.get("/{case_id}", summary="一个案例 · One case")
def read(case_id: int, identity: AsAgent, services: AnyServices, session: DatabaseSession) -> CaseView:
    """A case, masked and without the agent's name."""
    return get_case(session, case_id, actor_of(identity, services))


@router.put("/{case_id}", summary="修改案例 · Change a case")
def change(
    case_id: int,
    wanted: Annotated[CaseIn, Body()],
    identity: AsTrainer,
    services: AnyServices,
    session: DatabaseSession,
) -> CaseView:
    """Another content; where it came from stays."""
    start_writing(session)
    actor = actor_of(identity, services)
    change_case(session, case_id, wanted.content(), actor)
    return get_case(session, case_id, actor)


@router.delete("/{case_id}", summary="下架案例 · Archive a case", status_code=204)
def archive(case_id: int, identity: AsTrainer, services: AnyServices, session: DatabaseSession) -> None:
    """Takes a case out of the library."""
    start_writing(session)
    archive_case(session, case_id, actor_of(identity, services))
