"""The review queue: conversations drawn for people to read, and one conversation with the scorecard beside it."""

from dataclasses import dataclass
from datetime import date, timedelta
from typing import Annotated, ClassVar, NamedTuple
from urllib.parse import urlencode

from fastapi import APIRouter, Form, Query
from pydantic import BeforeValidator
from starlette.responses import Response

from api.deps import start_writing
from api.looking_up import check_shop
from api.paging import AnyPaging
from api.row_numbers import RowNumber
from coaching.actor import Actor
from coaching.conversations.reading import get_conversation
from coaching.conversations.tables import Conversation
from coaching.errors import ScorecardError, WordsMissingError
from coaching.inspection.listing import current_inspection
from coaching.reviewing.applicable import rule_set_of
from coaching.reviewing.queue import QueuedReview, QueueFilter, draw_sample, review_queue, skip_task
from coaching.reviewing.reviews import ReviewFilter, ReviewView, list_reviews, review_conversation
from coaching.reviewing.sampling import Plan, Way
from coaching.reviewing.tables import TaskState
from kb.content import MaybeShort
from web import choices
from web.actors import AnyFields, actor_of
from web.choices import ChoiceList
from web.conversations import ScoreWord, score_word
from web.decisions import decision_form
from web.judging import JudgedTalk, judged_talk
from web.scorecards import MarkRow, ScorecardForm, mark_rows, read_marks, scorecard_form
from web.visits import Frame, LeadVisit, Visit, answer, see_other

MAX_DRAWN = 200
DRAWN_DAYS = 7
"""How far back a draw reaches where nothing else is said."""
MaybeWay = Annotated[Way | None, BeforeValidator(lambda value: value or None)]
Count = Annotated[int, Form(ge=0, le=MAX_DRAWN)]

router = APIRouter(include_in_schema=False)


class TaskRow(NamedTuple):
    """One drawn conversation."""

    address: str
    number: str
    place: str
    agent: str
    at: str
    way: str
    way_word: str
    reasons: tuple[str, ...]
    score: ScoreWord
    unconfirmed: int


@dataclass(frozen=True)
class ReviewsPage:
    """The queue, and the form that draws."""

    template: ClassVar[str] = "reviews.html"

    frame: Frame
    filters: tuple[ChoiceList, ...]
    rows: tuple[TaskRow, ...]
    next: str
    is_filtered: bool
    since: str
    until: str
    plan: Plan
    shops: ChoiceList
    drawn: str
    """What a draw has just given; empty for none."""


class GivenReview(NamedTuple):
    """A review that was handed in before."""

    by: str
    at: str
    score: ScoreWord
    marks: tuple[MarkRow, ...]
    note: str
    is_outdated: bool


@dataclass(frozen=True)
class ReviewPage:
    """One conversation, judged by hand."""

    template: ClassVar[str] = "review.html"

    frame: Frame
    heading: str
    facts: tuple[str, ...]
    conversation: str
    """Address of its own page."""
    reasons: tuple[str, ...]
    """Why it was drawn; empty where it was not."""
    task_id: int
    """0: not drawn, or settled."""
    talk: JudgedTalk
    scorecard: ScorecardForm
    given: tuple[GivenReview, ...]
    left: int
    """How many more wait, at least."""


@router.get("/reviews")
def list_tasks(
    visit: LeadVisit,
    paging: AnyPaging,
    way: Annotated[MaybeWay, Query()] = None,
    shop: Annotated[MaybeShort, Query()] = None,
    agent: Annotated[MaybeShort, Query()] = None,
) -> Response:
    """Drawn conversations that nobody reviewed yet."""
    actor = actor_of(visit)
    wanted = QueueFilter(TaskState.OPEN, way, shop, agent)
    found = review_queue(visit.session, wanted, actor, paging.limit + 1, paging.after_id)
    page = paging.page(found, lambda one: one.task_id, lambda one: one)
    again = {name: value for name, value in (("way", way), ("shop", shop), ("agent", agent)) if value}
    following = urlencode({**again, "cursor": page["next_cursor"]}) if page["next_cursor"] else ""
    today = actor.now.astimezone(actor.zone).date()
    shops = choices.shops(visit)
    return answer(
        visit,
        ReviewsPage(
            frame=visit.frame(visit.say("reviews.title")),
            filters=(
                _list(visit, "way", choices.words(visit, "way", Way), way),
                _list(visit, "shop", shops, shop),
                _list(visit, "agent", choices.agents(visit), agent),
            ),
            rows=_rows(visit, page["items"]),
            next=f"/reviews?{following}" if following else "",
            is_filtered=bool(again),
            since=(today - timedelta(days=DRAWN_DAYS)).isoformat(),
            until=today.isoformat(),
            plan=Plan(),
            shops=_list(visit, "shop", shops, None),
            drawn=_drawn(visit),
        ),
    )


@router.post("/reviews/draw")
def draw(
    visit: LeadVisit,
    since: Annotated[date, Form()],
    until: Annotated[date, Form()],
    random: Count,
    per_agent: Count,
    risk: Count,
    shop: Annotated[MaybeShort, Form()] = None,
) -> Response:
    """Draws conversations of some days and queues them."""
    check_shop(visit.who, shop)
    start_writing(visit.session)
    plan = Plan(random, per_agent, risk, Plan().per_agent_at_most)
    sample = draw_sample(visit.session, actor_of(visit), plan, since, until, shop=shop or None)
    return see_other(f"/reviews?{urlencode({'drawn': len(sample.drawn), 'of': sample.candidates})}")


@router.post("/reviews/{task_id}/skip")
def skip(task_id: RowNumber, visit: LeadVisit, reason: Annotated[str, Form()] = "") -> Response:
    """Takes a conversation off the queue without a review, and shows the next."""
    start_writing(visit.session)
    actor = actor_of(visit)
    skip_task(visit.session, task_id, reason, actor)
    return _next(visit, actor, task_id, "skipped")


@router.get("/conversations/{conversation_id}/review")
def show_review(conversation_id: RowNumber, visit: LeadVisit, task: Annotated[RowNumber, Query()] = 0) -> Response:
    """A conversation with its findings to decide on, and the scorecard beside it."""
    return answer(visit, _page(visit, conversation_id, task))


@router.post("/conversations/{conversation_id}/review")
def hand_in(
    conversation_id: RowNumber, visit: LeadVisit, typed: AnyFields, task: Annotated[RowNumber, Query()] = 0
) -> Response:
    """Keeps a scorecard and shows the next drawn conversation; one that cannot be reckoned comes back as typed."""
    start_writing(visit.session)
    actor = actor_of(visit)
    try:
        marks = read_marks(visit, typed)
        review_conversation(visit.session, conversation_id, marks, actor, typed.get("note", ""))
    except (ScorecardError, WordsMissingError) as error:
        return answer(visit, _page(visit, conversation_id, task, typed, str(error)), status=422)
    if task:
        return _next(visit, actor, task, "reviewed")
    return see_other(f"/conversations/{conversation_id}/review?done=reviewed")


def _page(
    visit: Visit, conversation_id: int, task_id: int, typed: AnyFields | None = None, problem: str = ""
) -> ReviewPage:
    actor = actor_of(visit)
    talk = get_conversation(visit.session, conversation_id, actor.viewer)
    task = _task(visit, actor, task_id, conversation_id)
    here = f"/conversations/{conversation_id}/review" + (f"?task={task.task_id}" if task else "")
    inspection = current_inspection(visit.session, conversation_id)
    form = scorecard_form(
        visit,
        here,
        visit.say("review.save_next" if task else "review.save"),
        rule_set_of(visit.session, talk, actor.zone).weights,
        hints=inspection.dimensions if inspection else None,
        typed=typed,
        problem=problem,
    )
    earlier = list_reviews(visit.session, ReviewFilter(conversation_id=conversation_id), actor, 10)
    return ReviewPage(
        frame=visit.frame(visit.say("review.title", number=talk.external_id)),
        heading=talk.customer or visit.say("review.role.customer"),
        facts=_facts(visit, talk),
        conversation=f"/conversations/{conversation_id}",
        reasons=task.reasons if task else (),
        task_id=task.task_id if task else 0,
        talk=judged_talk(visit, talk, lambda one: decision_form(visit, one.finding, here, actor)),
        scorecard=form,
        given=tuple(_given(visit, one) for one in earlier),
        left=len(review_queue(visit.session, QueueFilter(), actor, MAX_DRAWN)) - (1 if task else 0),
    )


def _task(visit: Visit, actor: Actor, task_id: int, conversation_id: int) -> QueuedReview | None:
    """The open task of this number, where it is about this conversation."""
    if not task_id:
        return None
    found = review_queue(visit.session, QueueFilter(), actor, 1, task_id - 1)
    return next((one for one in found if (one.task_id, one.conversation_id) == (task_id, conversation_id)), None)


def _next(visit: Visit, actor: Actor, task_id: int, done: str) -> Response:
    """The next drawn conversation, else the first that is left, else the queue."""
    found = review_queue(visit.session, QueueFilter(), actor, 1, task_id)
    found = found or review_queue(visit.session, QueueFilter(), actor, 1)
    if not found:
        return see_other("/reviews?done=reviewed_all")
    return see_other(f"{_address(found[0])}&{urlencode({'done': done})}")


def _address(one: QueuedReview) -> str:
    return f"/conversations/{one.conversation_id}/review?task={one.task_id}"


def _rows(visit: Visit, found: list[QueuedReview]) -> tuple[TaskRow, ...]:
    shops = choices.shop_names(visit)
    agents = choices.agent_names(visit, {one.agent for one in found})
    return tuple(
        TaskRow(
            address=_address(one),
            number=one.conversation,
            place=f"{shops.get(one.shop, one.shop)} · {visit.say(f'platform.{one.platform}')}",
            agent=agents.get(one.agent or "", one.agent or "–"),
            at=visit.local_time(one.last_at),
            way=one.way,
            way_word=visit.say(f"way.{one.way}"),
            reasons=one.reasons,
            score=score_word(visit, one.score, one.failed),
            unconfirmed=one.unconfirmed,
        )
        for one in found
    )


def _facts(visit: Visit, talk: Conversation) -> tuple[str, ...]:
    agents = choices.agent_names(visit, {talk.agent})
    return (
        choices.shop_names(visit).get(talk.shop, talk.shop),
        visit.say(f"platform.{talk.platform}"),
        agents.get(talk.agent or "", talk.agent or "–"),
        visit.local_time(talk.last_at),
        *([visit.say("review.rated", stars=talk.rating)] if talk.rating else []),
    )


def _given(visit: Visit, one: ReviewView) -> GivenReview:
    return GivenReview(
        by=one.by_name,
        at=visit.local_time(one.created_at),
        score=score_word(visit, one.score, one.failed),
        marks=mark_rows(visit, one.marks),
        note=one.note,
        is_outdated=one.is_outdated,
    )


def _list(visit: Visit, name: str, offered: tuple[choices.Choice, ...], chosen: str | None) -> ChoiceList:
    return ChoiceList(name, visit.say(f"filter.{name}"), visit.say("filter.any"), chosen or "", offered)


def _drawn(visit: Visit) -> str:
    drawn, of = (visit.request.query_params.get(name, "") for name in ("drawn", "of"))
    if not (drawn.isdecimal() and of.isdecimal()):
        return ""
    return visit.say("reviews.drawn" if drawn != "0" else "reviews.drawn_none", drawn=drawn, of=of)
