"""Search for people: in the box above every page, live in the workbench, and as a page with filters."""

from dataclasses import dataclass, replace
from typing import Annotated, ClassVar
from urllib.parse import urlencode

from fastapi import APIRouter, Form, Query
from starlette.responses import Response

from api.errors import NothingAskedError
from api.looking_up import Filters, Place, Remembered, answer_search
from api.lookup_models import MaybeIntent, MaybeKind, MaybePhase
from kb.content import MaybeShort, without_controls
from kb.feedback import EventKind, record_event
from web import choices
from web.choices import ChoiceList
from web.suggestion_views import SuggestionList, nothing_yet, suggestion_list
from web.visits import AgentVisit, Frame, Visit, answer, see_other
from web.workbench import ID_HEADER

LIMIT = 20
router = APIRouter(include_in_schema=False)


@dataclass(frozen=True)
class SearchPage:
    """Words, filters and what they found."""

    template: ClassVar[str] = "search.html"

    frame: Frame
    filters: tuple[ChoiceList, ...]
    suggestions: SuggestionList


@router.get("/search")
def search(
    visit: AgentVisit,
    q: str = "",
    kind: Annotated[MaybeKind, Query()] = None,
    phase: Annotated[MaybePhase, Query()] = None,
    intent: Annotated[MaybeIntent, Query()] = None,
    shop: Annotated[MaybeShort, Query()] = None,
    draft: bool = False,
) -> Response:
    """Cards for words, a sentence, pinyin or a card's number; `draft`: still typing, remembered nowhere."""
    query = without_controls(q).strip()
    found = _search(visit, query, Place(shop=shop), Filters(kind, phase, intent), is_settled=not draft)
    shown = (
        suggestion_list(visit, found.found, found.suggestion_id, found.took_ms, query) if found else nothing_yet(visit)
    )
    page = SearchPage(
        frame=visit.frame(visit.say("search.title"), query),
        filters=choices.filters(visit, kind=kind, phase=phase, intent=intent, shop=shop),
        suggestions=shown,
    )
    response = answer(visit, page, shown)
    if found and found.suggestion_id:
        response.headers[ID_HEADER] = found.suggestion_id
    return response


@router.post("/search/gap")
def note_gap(visit: AgentVisit, suggestion_id: Annotated[str, Form()], q: Annotated[str, Form()] = "") -> Response:
    """Notes that a search found nothing useful, for pages without scripts."""
    now = visit.services.clock()
    record_event(visit.session, suggestion_id, EventKind.DISMISSED, visit.who.actor_id, now)
    return see_other(f"/search?{urlencode({'q': q, 'done': 'gap_noted'})}")


def _search(visit: Visit, query: str, place: Place, filters: Filters, *, is_settled: bool) -> Remembered | None:
    if not query:
        return None
    try:
        found = answer_search(visit.session, visit.services, visit.who, query, place, filters, LIMIT)
    except NothingAskedError:
        return None
    if is_settled:
        return found
    visit.session.rollback()  # words somebody is still typing leave no trace, and no gap
    return replace(found, suggestion_id="")
