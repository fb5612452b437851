"""The suggestion box: anybody sends, leads answer, the sender follows."""

from typing import Annotated

from fastapi import APIRouter, Body, Query
from pydantic import BaseModel, ConfigDict, Field

from api.acting import actor_of
from api.deps import AnyServices, AsAgent, AsLead, DatabaseSession, start_writing
from api.looking_up import check_shop
from api.paging import AnyPaging, PageOut
from api.review_models import Words
from coaching.suggestion_box import BoxFilter, EntryView, answer_entry, get_entry, list_entries, send_entry
from coaching.suggestion_box_tables import EntryKind, EntryStatus
from kb.content import MaybeShort

router = APIRouter(prefix="/suggestion-box", tags=["suggestion box"])


class EntryIn(BaseModel):
    """A suggestion or complaint."""

    model_config = ConfigDict(extra="forbid")

    kind: EntryKind
    text: Words
    shop: MaybeShort = None
    is_anonymous: bool = Field(default=False, description="答复的人看不到是谁 · who answers is not told who sent it")


class EntryAnswerIn(BaseModel):
    """An answer, and what becomes of the entry."""

    model_config = ConfigDict(extra="forbid")

    status: EntryStatus
    text: Words


@router.post("", summary="提建议或投诉 · Send", status_code=201)
def send(
    wanted: Annotated[EntryIn, Body()], identity: AsAgent, services: AnyServices, session: DatabaseSession
) -> EntryView:
    """Puts a suggestion or complaint into the box; follow it under its `entry_id`."""
    check_shop(identity, wanted.shop)
    start_writing(session)
    actor = actor_of(identity, services)
    made = send_entry(session, wanted.kind, wanted.text, actor, wanted.shop, is_anonymous=wanted.is_anonymous)
    return get_entry(session, made.id or 0, actor)


@router.get("", summary="建议与投诉 · List entries")
def list_all(
    identity: AsAgent,
    services: AnyServices,
    session: DatabaseSession,
    paging: AnyPaging,
    kind: Annotated[EntryKind | None, Query()] = None,
    status: Annotated[EntryStatus | None, Query()] = None,
    shop: Annotated[MaybeShort, Query()] = None,
    mine: Annotated[bool, Query(description="只看自己提的 · only one's own")] = False,
) -> PageOut[EntryView]:
    """Entries with their answers, the newest first; who does not lead sees their own."""
    check_shop(identity, shop)
    wanted = BoxFilter(kind, status, shop, mine)
    rows = list_entries(session, wanted, actor_of(identity, services), paging.limit + 1, paging.after_id)
    return PageOut[EntryView](**paging.page(rows, lambda one: one.entry_id, lambda one: one))


@router.get("/{entry_id}", summary="一条建议或投诉 · One entry")
def read(entry_id: int, identity: AsAgent, services: AnyServices, session: DatabaseSession) -> EntryView:
    """An entry with its answers."""
    return get_entry(session, entry_id, actor_of(identity, services))


@router.post("/{entry_id}/answers", summary="答复 · Answer", status_code=201)
def answer(
    entry_id: int,
    wanted: Annotated[EntryAnswerIn, Body()],
    identity: AsLead,
    services: AnyServices,
    session: DatabaseSession,
) -> EntryView:
    """Answers, and says what becomes of it; done or declined is the end. Nobody answers their own."""
    start_writing(session)
    actor = actor_of(identity, services)
    answer_entry(session, entry_id, wanted.status, wanted.text, actor)
    return get_entry(session, entry_id, actor)
