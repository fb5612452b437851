"""The review queue: conversations drawn for people to read, until somebody did or says why not."""

from collections.abc import Collection
from dataclasses import asdict, dataclass
from datetime import date, datetime, time, timedelta

from sqlalchemy import ColumnElement, and_, case, func
from sqlalchemy import select as select_rows
from sqlmodel import Session, col, select

from coaching.actor import Actor
from coaching.conversations.reading import MAX_NUMBER
from coaching.conversations.tables import Conversation
from coaching.errors import DecidedError, ReviewNotFoundError
from coaching.inspection.rescoring import that_count
from coaching.inspection.tables import Finding, Inspection, Status
from coaching.reviewing.own_work import judged_conversation
from coaching.reviewing.sampling import Candidate, Drawn, Plan, Way, draw
from coaching.reviewing.tables import Review, ReviewTask, SampleDraw, TaskState
from coaching.written import maybe_written, written

_MAX_SEED_CHARS = 100


@dataclass(frozen=True)
class Sample:
    """What a draw gave."""

    draw_id: int | None
    """None: it was only tried."""
    seed: str
    candidates: int
    drawn: tuple[Drawn, ...]


@dataclass(frozen=True)
class QueueFilter:
    """What the queue is narrowed to; None narrows nothing."""

    state: TaskState | None = TaskState.OPEN
    way: Way | None = None
    shop: str | None = None
    agent: str | None = None


@dataclass(frozen=True)
class QueuedReview:
    """A drawn conversation as the queue shows it."""

    task_id: int
    conversation_id: int
    conversation: str
    """The shop's own number."""
    platform: str
    shop: str
    agent: str | None
    last_at: datetime
    rating: int | None
    score: float | None
    """The rules' own, 0 to 100; None: not inspected, or nothing applies."""
    failed: bool
    way: str
    way_term: str
    reasons: tuple[str, ...]
    risk: int
    unconfirmed: int
    """Findings nobody decided yet, now."""
    state: str
    note: str
    settled_by: str | None
    settled_at: datetime | None
    created_at: datetime


def draw_sample(
    session: Session,
    actor: Actor,
    plan: Plan,
    since_on: date,
    until_on: date,
    *,
    shop: str | None = None,
    seed: str | None = None,
    dry: bool = False,
) -> Sample:
    """Draws conversations that ended on these days and nobody reviewed as they stand, and queues them.

    Args:
        session: a transaction that writes; reads only where it is dry.
        actor: whose shops it is drawn from.
        plan: how many, and how.
        since_on: first day.
        until_on: last day, included.
        shop: only from this one.
        seed: the same seed draws the same; None: the present moment.
        dry: only tells what would be drawn.

    Raises:
        WordsMissingError: a seed of too many words.
    """
    # Masked before it is drawn with, so that the seed on record draws the same.
    seed = maybe_written(seed or "", "种子", _MAX_SEED_CHARS) or actor.now.isoformat()
    candidates = _candidates(session, actor, since_on, until_on, shop)
    drawn = draw(candidates.values(), plan, seed)
    if dry:
        return Sample(None, seed, len(candidates), tuple(drawn))
    row = SampleDraw(
        seed=seed,
        plan=asdict(plan),
        since_on=since_on,
        until_on=until_on,
        shop=shop,
        candidates=len(candidates),
        by=actor.actor_id,
        by_name=actor.name,
        created_at=actor.now,
    )
    session.add(row)
    session.flush()
    _queue_up(session, row, drawn)
    return Sample(row.id, seed, len(candidates), tuple(drawn))


def _queue_up(session: Session, row: SampleDraw, drawn: Collection[Drawn]) -> None:
    shops = _shops(session, [one.conversation_id for one in drawn])
    session.add_all(
        ReviewTask(
            draw_id=row.id or 0,
            conversation_id=one.conversation_id,
            shop=shops[one.conversation_id],
            agent=one.agent,
            way=one.way,
            reasons=list(one.reasons),
            risk=one.risk,
            created_at=row.created_at,
        )
        for one in drawn
    )
    session.flush()


def review_queue(
    session: Session, wanted: QueueFilter, actor: Actor, limit: int, after_id: int | None = None
) -> list[QueuedReview]:
    """Drawn conversations in the order of drawing."""
    where: list[ColumnElement[bool]] = []
    where += [col(ReviewTask.shop).in_(actor.shops)] if actor.shops is not None else []
    for column, value in (
        (col(ReviewTask.state), wanted.state),
        (col(ReviewTask.way), wanted.way),
        (col(ReviewTask.shop), wanted.shop),
        (col(ReviewTask.agent), wanted.agent),
    ):
        where += [column == value] if value is not None else []
    where += [col(ReviewTask.id) > after_id] if after_id is not None else []
    current = and_(col(Inspection.conversation_id) == ReviewTask.conversation_id, col(Inspection.is_current))
    rows = session.exec(
        select(ReviewTask, Conversation, Inspection)
        .join(Conversation, col(Conversation.id) == ReviewTask.conversation_id)
        .join(Inspection, current, isouter=True)
        .where(*where)
        .order_by(col(ReviewTask.id))
        .limit(limit)
    ).all()
    open_findings = _unconfirmed(session, [task.conversation_id for task, _, _ in rows])
    return [
        _queued(task, talk, inspection, open_findings.get(task.conversation_id, 0)) for task, talk, inspection in rows
    ]


def skip_task(session: Session, task_id: int, reason: str, actor: Actor) -> ReviewTask:
    """Takes a conversation off the queue without a review.

    Raises:
        ReviewNotFoundError: no such task, or not one the actor may see.
        OwnWorkError: the actor took part in it.
        DecidedError: it is off the queue already.
        WordsMissingError: no reason.
    """
    task = session.get(ReviewTask, task_id) if 0 <= task_id <= MAX_NUMBER else None
    if task is None or not actor.may_see(task.shop):
        raise ReviewNotFoundError(f"没有编号为 {task_id} 的待复核会话，可能已被删除。")
    judged_conversation(session, task.conversation_id, actor, "跳过复核")
    if task.state != TaskState.OPEN:
        raise DecidedError("这段会话已经复核或跳过，请刷新页面。")
    task.sqlmodel_update({"state": TaskState.SKIPPED, "note": written(reason, "跳过的原因")})
    _settle(session, [task], actor)
    return task


def finish_tasks(session: Session, conversation_id: int, actor: Actor) -> None:
    """Takes a conversation off the queue because somebody reviewed it."""
    wanted = (ReviewTask.conversation_id == conversation_id, ReviewTask.state == TaskState.OPEN)
    tasks = session.exec(select(ReviewTask).where(*wanted)).all()
    for task in tasks:
        task.state = TaskState.DONE
    _settle(session, tasks, actor)


def _settle(session: Session, tasks: Collection[ReviewTask], actor: Actor) -> None:
    for task in tasks:
        task.settled_by, task.settled_at = actor.actor_id, actor.now
    session.add_all(tasks)
    session.flush()


def _candidates(
    session: Session, actor: Actor, since_on: date, until_on: date, shop: str | None
) -> dict[int, Candidate]:
    """Conversation row → what sampling asks of it."""
    begin = datetime.combine(since_on, time(), actor.zone)
    end = datetime.combine(until_on + timedelta(days=1), time(), actor.zone)
    queued = select(ReviewTask.id).where(
        col(ReviewTask.conversation_id) == Conversation.id, col(ReviewTask.state) == TaskState.OPEN
    )
    read = select(Review.id).where(
        col(Review.conversation_id) == Conversation.id,
        col(Review.conversation_version) == Conversation.version,
    )
    where = [col(Conversation.last_at) >= begin, col(Conversation.last_at) < end, ~queued.exists(), ~read.exists()]
    where += [col(Conversation.shop).in_(actor.shops)] if actor.shops is not None else []
    where += [col(Conversation.shop) == shop] if shop is not None else []
    is_critical = case((and_(col(Finding.severity) == "critical", that_count()), 1), else_=0)
    is_open = case((col(Finding.status) == Status.OPEN, 1), else_=0)
    found = (
        select_rows(
            col(Finding.conversation_id),
            func.sum(is_critical).label("critical"),
            func.sum(is_open).label("unconfirmed"),
        )
        .where(col(Finding.gone_at).is_(None))
        .group_by(col(Finding.conversation_id))
        .subquery()
    )
    current = and_(col(Inspection.conversation_id) == Conversation.id, col(Inspection.is_current))
    columns = (col(Conversation.id), col(Conversation.agent), col(Inspection.score), col(Inspection.failed))
    rows = session.execute(
        select_rows(*columns, col(Conversation.rating), found.c.critical, found.c.unconfirmed)
        .select_from(Conversation)
        .join(Inspection, current, isouter=True)
        .join(found, found.c.conversation_id == col(Conversation.id), isouter=True)
        .where(*where)
    )
    return {
        row_id: Candidate(row_id, agent, score, bool(failed), rating, critical or 0, unconfirmed or 0)
        for row_id, agent, score, failed, rating, critical, unconfirmed in rows
    }


def _shops(session: Session, ids: Collection[int]) -> dict[int, str]:
    rows = session.exec(select(Conversation.id, Conversation.shop).where(col(Conversation.id).in_(ids)))
    return {row_id: shop for row_id, shop in rows if row_id is not None}


def _unconfirmed(session: Session, ids: Collection[int]) -> dict[int, int]:
    where = (
        col(Finding.conversation_id).in_(ids),
        col(Finding.status) == Status.OPEN,
        col(Finding.gone_at).is_(None),
    )
    counted = select(Finding.conversation_id, func.count()).where(*where).group_by(col(Finding.conversation_id))
    return dict(session.exec(counted).all())


def _queued(task: ReviewTask, talk: Conversation, inspection: Inspection | None, unconfirmed: int) -> QueuedReview:
    return QueuedReview(
        task_id=task.id or 0,
        conversation_id=task.conversation_id,
        conversation=talk.external_id,
        platform=talk.platform,
        shop=task.shop,
        agent=task.agent,
        last_at=talk.last_at,
        rating=talk.rating,
        score=inspection.score if inspection else None,
        failed=inspection.failed if inspection else False,
        way=task.way,
        way_term=Way(task.way).term,
        reasons=tuple(task.reasons),
        risk=task.risk,
        unconfirmed=unconfirmed,
        state=str(task.state),
        note=task.note,
        settled_by=task.settled_by,
        settled_at=task.settled_at,
        created_at=task.created_at,
    )
