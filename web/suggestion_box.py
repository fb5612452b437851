"""The suggestion box: anybody sends, whoever leads answers, and the sender follows what becomes of it."""

from dataclasses import dataclass
from typing import Annotated, ClassVar, NamedTuple
from urllib.parse import urlencode

from fastapi import APIRouter, Form, Query
from pydantic import BeforeValidator
from starlette.responses import Response

from api.deps import start_writing
from api.paging import AnyPaging
from api.row_numbers import RowNumber
from coaching.suggestion_box import AnswerView, BoxFilter, EntryView, answer_entry, list_entries, send_entry
from coaching.suggestion_box_tables import EntryKind, EntryStatus
from web import choices
from web.actors import actor_of
from web.choices import ChoiceList
from web.visits import AgentVisit, Frame, LeadVisit, Visit, answer, see_other

MaybeStatus = Annotated[EntryStatus | None, BeforeValidator(lambda value: value or None)]
OPEN = (EntryStatus.RECEIVED, EntryStatus.IN_PROGRESS)
router = APIRouter(include_in_schema=False)


class AnswerLine(NamedTuple):
    """One answer."""

    text: str
    status_word: str
    by: str
    at: str


class EntryRow(NamedTuple):
    """One suggestion or complaint."""

    entry_id: int
    kind: str
    kind_word: str
    text: str
    place: str
    by: str
    at: str
    status: str
    status_word: str
    answers: tuple[AnswerLine, ...]
    can_answer: bool


@dataclass(frozen=True)
class BoxPage:
    """What was sent, and the form that sends."""

    template: ClassVar[str] = "suggestion_box.html"

    frame: Frame
    shops: ChoiceList
    filters: tuple[ChoiceList, ...]
    rows: tuple[EntryRow, ...]
    next: str
    is_filtered: bool
    statuses: tuple[choices.Choice, ...]
    """What an answer may make of an entry."""


@router.get("/box")
def show_box(visit: AgentVisit, paging: AnyPaging, status: Annotated[MaybeStatus, Query()] = None) -> Response:
    """One's own entries; for who leads those of their shops."""
    actor = actor_of(visit)
    found = list_entries(visit.session, BoxFilter(status=status), actor, paging.limit + 1, paging.after_id)
    page = paging.page(found, lambda one: one.entry_id, lambda one: one)
    again = {"status": status} if status else {}
    following = urlencode({**again, "cursor": page["next_cursor"]}) if page["next_cursor"] else ""
    statuses = choices.words(visit, "box.status", EntryStatus)
    names = choices.shop_names(visit)
    return answer(
        visit,
        BoxPage(
            frame=visit.frame(visit.say("box.title")),
            shops=ChoiceList("shop", visit.say("box.shop"), visit.say("box.no_shop"), "", choices.shops(visit)),
            filters=(
                ChoiceList("status", visit.say("filter.status"), visit.say("filter.any"), status or "", statuses),
            ),
            rows=tuple(_row(visit, one, names, leads=actor.leads) for one in page["items"]),
            next=f"/box?{following}" if following else "",
            is_filtered=status is not None,
            statuses=tuple(one for one in statuses if one.value != EntryStatus.RECEIVED),
        ),
    )


@router.post("/box")
def send(
    visit: AgentVisit,
    kind: Annotated[EntryKind, Form()],
    text: Annotated[str, Form()] = "",
    shop: Annotated[str, Form(max_length=100)] = "",
    anonymous: Annotated[bool, Form()] = False,
) -> Response:
    """Puts something into the box."""
    start_writing(visit.session)
    send_entry(visit.session, kind, text, actor_of(visit), shop or None, is_anonymous=anonymous)
    return see_other("/box?done=sent")


@router.post("/box/{entry_id}")
def reply(
    entry_id: RowNumber, visit: LeadVisit, status: Annotated[EntryStatus, Form()], text: Annotated[str, Form()] = ""
) -> Response:
    """Answers, and says what becomes of it."""
    start_writing(visit.session)
    answer_entry(visit.session, entry_id, status, text, actor_of(visit))
    return see_other("/box?done=answered")


def _row(visit: Visit, one: EntryView, names: dict[str, str], *, leads: bool) -> EntryRow:
    by = visit.say("box.me") if one.is_mine else one.by_name or visit.say("box.nameless")
    return EntryRow(
        entry_id=one.entry_id,
        kind=one.kind,
        kind_word=visit.say(f"box.kind.{one.kind}"),
        text=one.text,
        place=names.get(one.shop or "", one.shop or ""),
        by=by,
        at=visit.local_time(one.created_at),
        status=one.status,
        status_word=visit.say(f"box.status.{one.status}"),
        answers=tuple(_line(visit, told) for told in one.answers),
        can_answer=leads and not one.is_mine and one.status in OPEN,
    )


def _line(visit: Visit, one: AnswerView) -> AnswerLine:
    return AnswerLine(one.text, visit.say(f"box.status.{one.status}"), one.by_name, visit.local_time(one.created_at))
