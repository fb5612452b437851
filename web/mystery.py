"""Mystery shopping: a script for a named person until a day, and what the conversation it gave was worth."""

from dataclasses import dataclass
from datetime import date
from typing import Annotated, ClassVar, NamedTuple
from urllib.parse import urlencode

from fastapi import APIRouter, Form, Query
from pydantic import BeforeValidator
from sqlmodel import col, select
from starlette.responses import Response

from api.deps import start_writing
from api.errors import InvalidRequestError
from api.paging import AnyPaging
from api.row_numbers import RowNumber
from api.tables import Account
from coaching.mystery import visiting
from coaching.mystery.visiting import VisitContent, VisitState, VisitView
from web import choices
from web.actors import actor_of
from web.choices import Choice, ChoiceList
from web.conversations import ScoreWord, score_word
from web.visits import AgentVisit, Frame, LeadVisit, Visit, answer, see_other

MaybeState = Annotated[VisitState | None, BeforeValidator(lambda value: value or None)]
router = APIRouter(include_in_schema=False)


class VisitRow(NamedTuple):
    """One visit."""

    visit_id: int
    title: str
    script: str
    shop: str
    person: str
    due: str
    state: str
    state_word: str
    note: str
    conversation: str
    """Address of the conversation that came of it; empty until then."""
    number: str
    agent: str
    score: ScoreWord
    review: ScoreWord | None
    """The newest manual score."""
    review_address: str
    """Where it is scored by hand; empty for who does not lead."""
    can_link: bool
    can_cancel: bool


@dataclass(frozen=True)
class MysteryPage:
    """Visits, and the form that plans one."""

    template: ClassVar[str] = "mystery.html"

    frame: Frame
    filters: tuple[ChoiceList, ...]
    rows: tuple[VisitRow, ...]
    next: str
    is_filtered: bool
    today: str
    lists: tuple[ChoiceList, ...]
    """Shop and person; empty for who does not plan."""


@router.get("/mystery")
def list_visits(visit: AgentVisit, paging: AnyPaging, state: Annotated[MaybeState, Query()] = None) -> Response:
    """Visits of the visitor's shops; who does not lead sees those they are to play."""
    actor = actor_of(visit)
    found = visiting.list_visits(visit.session, actor, paging.limit + 1, paging.after_id, state=state)
    page = paging.page(found, lambda one: one.visit_id, lambda one: one)
    again = {"state": state} if state else {}
    following = urlencode({**again, "cursor": page["next_cursor"]}) if page["next_cursor"] else ""
    states = choices.words(visit, "mystery.state", VisitState)
    return answer(
        visit,
        MysteryPage(
            frame=visit.frame(visit.say("mystery.title")),
            filters=(ChoiceList("state", visit.say("filter.status"), visit.say("filter.any"), state or "", states),),
            rows=_rows(visit, page["items"], leads=actor.leads),
            next=f"/mystery?{following}" if following else "",
            is_filtered=state is not None,
            today=actor.now.astimezone(actor.zone).date().isoformat(),
            lists=_lists(visit) if actor.leads else (),
        ),
    )


@router.post("/mystery")
def plan(
    visit: LeadVisit,
    due: Annotated[date, Form()],
    title: Annotated[str, Form()] = "",
    script: Annotated[str, Form()] = "",
    shop: Annotated[str, Form(max_length=100)] = "",
    person: Annotated[str, Form(max_length=100)] = "",
) -> Response:
    """Plans a visit."""
    names = {one.value: one.label for one in _people(visit)}
    if person not in names:
        raise InvalidRequestError(visit.say("mystery.who"), "person")
    start_writing(visit.session)
    visiting.plan_visit(visit.session, VisitContent(title, script, shop, person, names[person], due), actor_of(visit))
    return see_other("/mystery?done=planned")


@router.post("/mystery/{visit_id}/link")
def link(
    visit_id: RowNumber,
    visit: AgentVisit,
    conversation: Annotated[str, Form(max_length=200)] = "",
    note: Annotated[str, Form()] = "",
) -> Response:
    """Says which imported conversation came of it."""
    start_writing(visit.session)
    visiting.link_conversation(visit.session, visit_id, conversation, note, actor_of(visit))
    return see_other("/mystery?done=linked")


@router.post("/mystery/{visit_id}/cancel")
def cancel(visit_id: RowNumber, visit: LeadVisit) -> Response:
    """Calls a visit off."""
    start_writing(visit.session)
    visiting.cancel_visit(visit.session, visit_id, actor_of(visit))
    return see_other("/mystery?done=cancelled")


def _people(visit: Visit) -> tuple[Choice, ...]:
    """Everybody with an account that still works."""
    active = select(Account).where(col(Account.is_active)).order_by(col(Account.name))
    return tuple(Choice(f"account:{one.id}", one.name) for one in visit.session.exec(active))


def _lists(visit: Visit) -> tuple[ChoiceList, ...]:
    return (
        ChoiceList("shop", visit.say("mystery.shop"), "", "", choices.shops(visit)),
        ChoiceList("person", visit.say("mystery.person"), "", "", _people(visit)),
    )


def _rows(visit: Visit, found: list[VisitView], *, leads: bool) -> tuple[VisitRow, ...]:
    shops, agents = choices.shop_names(visit), choices.agent_names(visit, {one.agent for one in found})
    rows = []
    for one in found:
        waits = one.state in (VisitState.PLANNED, VisitState.OVERDUE)
        address = f"/conversations/{one.conversation_id}" if one.conversation_id and leads else ""
        rows.append(
            VisitRow(
                visit_id=one.visit_id,
                title=one.title,
                script=one.script,
                shop=shops.get(one.shop, one.shop),
                person=one.person_name,
                due=one.due_on.isoformat(),
                state=one.state,
                state_word=visit.say(f"mystery.state.{one.state}"),
                note=one.note,
                conversation=address,
                number=one.conversation or "",
                agent=agents.get(one.agent or "", one.agent or ""),
                score=score_word(visit, one.score, bool(one.failed)),
                review=score_word(visit, one.review_score, bool(one.review_failed)) if one.review_id else None,
                review_address=f"{address}/review" if address else "",
                can_link=waits,
                can_cancel=waits and leads,
            )
        )
    return tuple(rows)
