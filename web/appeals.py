"""Appeals: an agent objects to a finding, somebody who leads answers in time, and the agent reads the answer."""

from dataclasses import dataclass
from typing import Annotated, ClassVar, NamedTuple
from urllib.parse import urlencode

from fastapi import APIRouter, Form, Query
from pydantic import BeforeValidator
from sqlmodel import col, select
from starlette.responses import Response

from api.deps import start_writing
from api.paging import AnyPaging
from api.row_numbers import RowNumber
from coaching.actor import Actor
from coaching.errors import OwnWorkError
from coaching.inspection.listing import shown
from coaching.inspection.tables import Finding
from coaching.reviewing import appealing
from coaching.reviewing.appealing import AppealFilter, AppealView
from coaching.reviewing.findings import get_finding
from coaching.reviewing.tables import AppealState
from web import choices
from web.actors import AnyFields, actor_of
from web.choices import ChoiceList
from web.decisions import changes_of
from web.finding_notes import FindingNote, finding_note
from web.visits import AgentVisit, Frame, LeadVisit, Visit, answer, see_other

MaybeState = Annotated[AppealState | None, BeforeValidator(lambda value: value or None)]
router = APIRouter(include_in_schema=False)


class AppealRow(NamedTuple):
    """One appeal with its finding."""

    appeal_id: int
    finding: FindingNote
    conversation: str
    """Address of the conversation, at the finding."""
    number: str
    agent: str
    text: str
    at: str
    state: str
    state_word: str
    due: str
    is_overdue: bool
    answer: str
    answered: str
    """Who answered, and when; empty while nobody did."""
    can_answer: bool
    can_withdraw: bool
    points: str
    better: str


@dataclass(frozen=True)
class AppealsPage:
    """A list of appeals: everybody's for who leads, one's own for an agent."""

    template: ClassVar[str] = "appeals.html"

    frame: Frame
    filters: tuple[ChoiceList, ...]
    rows: tuple[AppealRow, ...]
    next: str
    is_filtered: bool


@dataclass(frozen=True)
class AppealPage:
    """Objecting to one finding."""

    template: ClassVar[str] = "appeal.html"

    frame: Frame
    finding_id: int
    finding: FindingNote
    conversation: str
    until: str
    is_open: bool
    """Whether there is still time."""


@router.get("/appeals")
def list_appeals(visit: AgentVisit, paging: AnyPaging, state: Annotated[MaybeState, Query()] = None) -> Response:
    """Appeals, the newest first."""
    actor = actor_of(visit)
    found = appealing.list_appeals(visit.session, AppealFilter(state), actor, paging.limit + 1, paging.after_id)
    page = paging.page(found, lambda one: one.appeal_id, lambda one: one)
    again = {"state": state} if state else {}
    following = urlencode({**again, "cursor": page["next_cursor"]}) if page["next_cursor"] else ""
    states = choices.words(visit, "appeal.state", AppealState)
    return answer(
        visit,
        AppealsPage(
            frame=visit.frame(visit.say("appeals.title")),
            filters=(ChoiceList("state", visit.say("filter.status"), visit.say("filter.any"), state or "", states),),
            rows=_rows(visit, actor, page["items"]),
            next=f"/appeals?{following}" if following else "",
            is_filtered=state is not None,
        ),
    )


@router.get("/findings/{finding_id}/appeal")
def show_form(finding_id: RowNumber, visit: AgentVisit) -> Response:
    """The form in which an agent objects to one of their own findings."""
    actor = actor_of(visit)
    finding = get_finding(visit.session, finding_id, actor)
    if finding.agent is None or finding.agent != actor.agent:
        raise OwnWorkError(visit.say("appeal.not_yours"))
    until = appealing.appeal_until(visit.session, finding, actor)
    [seen] = shown(visit.session, [finding])
    page = AppealPage(
        frame=visit.frame(visit.say("appeal.title")),
        finding_id=finding_id,
        finding=finding_note(visit, seen, is_own=True),
        conversation=_address(finding),
        until=visit.local_time(until),
        is_open=actor.now < until,
    )
    return answer(visit, page)


@router.post("/findings/{finding_id}/appeal")
def hand_in(finding_id: RowNumber, visit: AgentVisit, text: Annotated[str, Form()] = "") -> Response:
    """Objects: from now on the finding does not count until somebody answers."""
    start_writing(visit.session)
    appealing.appeal(visit.session, finding_id, text, actor_of(visit))
    return see_other("/appeals?done=appealed")


@router.post("/appeals/{appeal_id}/withdraw")
def withdraw(appeal_id: RowNumber, visit: AgentVisit) -> Response:
    """Takes an appeal back."""
    start_writing(visit.session)
    appealing.withdraw(visit.session, appeal_id, actor_of(visit))
    return see_other("/appeals?done=withdrawn")


@router.post("/appeals/{appeal_id}/answer")
def answer_appeal(
    appeal_id: RowNumber,
    visit: LeadVisit,
    typed: AnyFields,
    outcome: Annotated[AppealState, Form()],
    text: Annotated[str, Form()] = "",
) -> Response:
    """A lead's answer, which is final."""
    start_writing(visit.session)
    changes = changes_of(visit, typed) if outcome is AppealState.CHANGED else None
    appealing.answer(visit.session, appeal_id, outcome, text, actor_of(visit), changes)
    return see_other("/appeals?done=answered")


def _rows(visit: Visit, actor: Actor, found: list[AppealView]) -> tuple[AppealRow, ...]:
    wanted = {one.finding.finding_id for one in found}
    rows = visit.session.exec(select(Finding).where(col(Finding.id).in_(wanted))).all()
    findings = {one.finding.id: one for one in shown(visit.session, rows)}
    agents = choices.agent_names(visit, {one.agent for one in found})
    made = []
    for one in found:
        seen, is_own = findings[one.finding.finding_id], one.agent == actor.agent
        is_open = one.state == AppealState.OPEN
        made.append(
            AppealRow(
                appeal_id=one.appeal_id,
                finding=finding_note(
                    visit, seen, is_own=is_own, address=f"/conversations/{one.finding.conversation_id}"
                ),
                conversation=_address(seen.finding),
                number=one.finding.conversation,
                agent=agents.get(one.agent, one.agent),
                text=one.text,
                at=visit.local_time(one.created_at),
                state=one.state,
                state_word=visit.say(f"appeal.state.{one.state}"),
                due=visit.local_time(one.due_at),
                is_overdue=one.is_overdue,
                answer=one.answer,
                answered=f"{one.answered_by_name} {visit.local_time(one.settled_at)}"
                if one.answer and one.settled_at
                else "",
                can_answer=is_open and actor.leads and not is_own,
                can_withdraw=is_open and is_own,
                points=f"{seen.finding.points:g}",
                better=seen.finding.better_reply or "",
            )
        )
    return tuple(made)


def _address(finding: Finding) -> str:
    return f"/conversations/{finding.conversation_id}#f{finding.id}"
