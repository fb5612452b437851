"""Reviews: drawing conversations, the queue, scoring by hand, and how often each rule was right."""

from typing import Annotated

from fastapi import APIRouter, Body, Query

from api.acting import actor_of
from api.deps import AnyServices, AsLead, DatabaseSession, start_writing
from api.errors import InvalidRequestError
from api.looking_up import check_shop
from api.paging import AnyPaging, PageOut
from api.review_models import DrawIn, ReasonIn, ReviewIn, marks_of
from api.row_numbers import RowNumber
from coaching.reviewing.marking import precisions
from coaching.reviewing.precision import Precision
from coaching.reviewing.queue import QueuedReview, QueueFilter, Sample, draw_sample, review_queue, skip_task
from coaching.reviewing.reviews import ReviewFilter, ReviewView, get_review, list_reviews, review_conversation
from coaching.reviewing.sampling import Way
from coaching.reviewing.tables import TaskState
from kb.content import MaybeShort

router = APIRouter(prefix="/reviews", tags=["reviews"])


@router.post("/draw", summary="抽样 · Draw conversations to review")
def draw(
    wanted: Annotated[DrawIn, Body()], identity: AsLead, services: AnyServices, session: DatabaseSession
) -> Sample:
    """Draws conversations at random, some of every agent, and the riskiest, and says why each was drawn."""
    check_shop(identity, wanted.shop)
    if wanted.until_on < wanted.since_on:
        raise InvalidRequestError("until_on 早于 since_on，请交换两个日期。", "until_on")
    if not wanted.dry_run:
        start_writing(session)
    return draw_sample(
        session,
        actor_of(identity, services),
        wanted.plan.plan(),
        wanted.since_on,
        wanted.until_on,
        shop=wanted.shop,
        seed=wanted.seed or None,
        dry=wanted.dry_run,
    )


@router.get("/queue", summary="待复核的会话 · Review queue")
def queue(
    identity: AsLead,
    services: AnyServices,
    session: DatabaseSession,
    paging: AnyPaging,
    state: Annotated[TaskState, Query()] = TaskState.OPEN,
    way: Annotated[Way | None, Query()] = None,
    shop: Annotated[MaybeShort, Query()] = None,
    agent: Annotated[MaybeShort, Query()] = None,
) -> PageOut[QueuedReview]:
    """Drawn conversations in the order of drawing."""
    check_shop(identity, shop)
    wanted = QueueFilter(state, way, shop, agent)
    rows = review_queue(session, wanted, actor_of(identity, services), paging.limit + 1, paging.after_id)
    return PageOut[QueuedReview](**paging.page(rows, lambda one: one.task_id, lambda one: one))


@router.post("/queue/{task_id}/skip", summary="跳过 · Skip", status_code=204)
def skip(
    task_id: int,
    wanted: Annotated[ReasonIn, Body()],
    identity: AsLead,
    services: AnyServices,
    session: DatabaseSession,
) -> None:
    """Takes a conversation off the queue without a review, and says why."""
    start_writing(session)
    skip_task(session, task_id, wanted.reason, actor_of(identity, services))


@router.get("/precision", summary="规则准确率 · Precision of rules")
def precision(identity: AsLead, session: DatabaseSession) -> PageOut[Precision]:
    """How often each rule was right, by what people decided in your shops, with its 95 % interval; the worst first."""
    return PageOut[Precision](items=precisions(session, identity.shops), next_cursor=None)


@router.post("", summary="人工评分 · Review a conversation", status_code=201)
def review(
    wanted: Annotated[ReviewIn, Body()], identity: AsLead, services: AnyServices, session: DatabaseSession
) -> ReviewView:
    """Scores a conversation by hand under its rule set's weights, and takes it off the queue."""
    start_writing(session)
    actor = actor_of(identity, services)
    made = review_conversation(session, wanted.conversation_id, marks_of(wanted.marks), actor, wanted.note)
    return get_review(session, made.id or 0, actor)


@router.get("", summary="复核列表 · List reviews")
def list_all(
    identity: AsLead,
    services: AnyServices,
    session: DatabaseSession,
    paging: AnyPaging,
    conversation_id: Annotated[RowNumber | None, Query()] = None,
    shop: Annotated[MaybeShort, Query()] = None,
    agent: Annotated[MaybeShort, Query()] = None,
) -> PageOut[ReviewView]:
    """Reviews of your shops beside the rules' own score, the newest first."""
    check_shop(identity, shop)
    wanted = ReviewFilter(conversation_id, shop, agent)
    rows = list_reviews(session, wanted, actor_of(identity, services), paging.limit + 1, paging.after_id)
    return PageOut[ReviewView](**paging.page(rows, lambda one: one.review_id, lambda one: one))


@router.get("/{review_id}", summary="一次复核 · One review")
def read(review_id: int, identity: AsLead, services: AnyServices, session: DatabaseSession) -> ReviewView:
    """A review with its scorecard."""
    return get_review(session, review_id, actor_of(identity, services))
