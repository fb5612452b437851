"""Mystery visits: a script for a named person until a day; the conversation it gave is inspected like all others."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum

from sqlalchemy import ColumnElement
from sqlmodel import Session, col, select

from coaching.actor import Actor
from coaching.conversations.reading import MAX_NUMBER, Viewer, get_conversation
from coaching.conversations.tables import Conversation
from coaching.errors import ConversationNotFoundError, DecidedError, OwnWorkError, VisitNotFoundError
from coaching.inspection.tables import Inspection
from coaching.mystery.tables import MysteryVisit
from coaching.reviewing.own_work import must_not_have_answered
from coaching.reviewing.tables import Review
from coaching.written import maybe_written, written

_MAX_TITLE_CHARS = 200


class VisitState(StrEnum):
    """Where a visit stands."""

    PLANNED = "planned"
    OVERDUE = "overdue"
    PLAYED = "played"
    CANCELLED = "cancelled"

    @property
    def term(self) -> str:
        """What people see."""
        return {"planned": "待执行", "overdue": "已逾期", "played": "已完成", "cancelled": "已取消"}[self]


@dataclass(frozen=True)
class VisitContent:
    """What is to be played, by whom, until when."""

    title: str
    script: str
    shop: str
    person: str
    """`actor_id`."""
    person_name: str
    due_on: date
    person_shops: frozenset[str] | None = None
    """Codes of the shops that person sees; None means all."""


@dataclass(frozen=True)
class VisitView:
    """A visit, and what came of it."""

    visit_id: int
    title: str
    script: str
    shop: str
    person: str
    person_name: str
    due_on: date
    state: str
    state_term: str
    note: str
    conversation_id: int | None
    conversation: str | None
    """The shop's own number."""
    agent: str | None
    """Who answered."""
    score: float | None
    """The rules' own, 0 to 100. Scores are for who leads; all others read None here and below."""
    failed: bool | None
    review_id: int | None
    """The newest manual review."""
    review_score: float | None
    review_failed: bool | None
    by: str
    by_name: str
    created_at: datetime
    played_at: datetime | None


def plan_visit(session: Session, content: VisitContent, actor: Actor) -> MysteryVisit:
    """A new visit.

    Raises:
        VisitNotFoundError: a shop the actor, or who is to play it, may not see.
        DecidedError: the day is over.
        WordsMissingError: no title or script, or too many words.
    """
    if not actor.may_see(content.shop):
        raise VisitNotFoundError(f"您看不到店铺“{content.shop}”，请换成自己的店铺。")
    if content.person_shops is not None and content.shop not in content.person_shops:
        raise VisitNotFoundError(f"{content.person_name}看不到店铺“{content.shop}”，请换人，或换成其看得到的店铺。")
    if content.due_on < _today(actor):
        raise DecidedError("截止日期已经过了，请选今天或以后的日期。")
    made = MysteryVisit(
        title=written(content.title, "标题", _MAX_TITLE_CHARS),
        script=written(content.script, "脚本"),
        shop=content.shop,
        person=content.person,
        person_name=content.person_name,
        due_on=content.due_on,
        by=actor.actor_id,
        by_name=actor.name,
        created_at=actor.now,
    )
    session.add(made)
    session.flush()
    return made


def link_conversation(session: Session, visit_id: int, conversation: str, note: str, actor: Actor) -> MysteryVisit:
    """Says which imported conversation came of a visit; late is possible, twice is not.

    Args:
        session: a transaction that writes.
        visit_id: the visit.
        conversation: the shop's own number; where it has none such, the row.
        note: what the shopper has to add.
        actor: the named person, or who leads.

    Raises:
        VisitNotFoundError: none, or not one the actor may see.
        DecidedError: played already, or cancelled.
        ConversationNotFoundError: none of this shop, or several.
        OwnWorkError: the actor answered in it.
    """
    found = _open(session, visit_id, actor)
    talk = _talk(session, conversation.strip(), found.shop)
    must_not_have_answered(session, talk, actor, "神秘顾客")
    found.conversation_id, found.played_at = talk.id, actor.now
    found.note = maybe_written(note, "备注")
    session.add(found)
    session.flush()
    return found


def unlink_conversation(session: Session, visit_id: int, actor: Actor) -> MysteryVisit:
    """Takes back which conversation came of a visit: it waits to be played, or linked, again.

    Raises:
        VisitNotFoundError: none, or not one the actor may see.
        OwnWorkError: the actor does not lead.
        DecidedError: nothing is linked, or it was cancelled.
    """
    found = _find(session, visit_id, actor)
    if not actor.leads:
        raise OwnWorkError("登记错了会话请告诉主管，由主管撤销登记。")
    if found.played_at is None:
        raise DecidedError("这个神秘顾客任务还没有登记会话，不用撤销。")
    found.conversation_id = found.played_at = None
    session.add(found)
    session.flush()
    return found


def cancel_visit(session: Session, visit_id: int, actor: Actor) -> MysteryVisit:
    """Calls a visit off.

    Raises:
        VisitNotFoundError: none, or not one the actor may see.
        DecidedError: played already, or cancelled.
    """
    found = _open(session, visit_id, actor)
    found.cancelled_at = actor.now
    session.add(found)
    session.flush()
    return found


def get_visit(session: Session, visit_id: int, actor: Actor) -> VisitView:
    """One visit.

    Raises:
        VisitNotFoundError: none, or not one the actor may see.
    """
    return _views(session, [_find(session, visit_id, actor)], actor)[0]


def list_visits(
    session: Session, actor: Actor, limit: int, before_id: int | None = None, *, state: VisitState | None = None
) -> list[VisitView]:
    """Visits, the newest first; who does not lead sees those it has to play."""
    where = [*_visible(actor), *_in_state(state, actor)]
    where += [col(MysteryVisit.id) < before_id] if before_id is not None else []
    rows = session.exec(select(MysteryVisit).where(*where).order_by(col(MysteryVisit.id).desc()).limit(limit)).all()
    return _views(session, rows, actor)


def _in_state(state: VisitState | None, actor: Actor) -> list[ColumnElement[bool]]:
    played, cancelled = col(MysteryVisit.played_at), col(MysteryVisit.cancelled_at)
    waiting = [played.is_(None), cancelled.is_(None)]
    if state is None:
        return []
    states: dict[VisitState, list[ColumnElement[bool]]] = {
        VisitState.PLANNED: [*waiting, col(MysteryVisit.due_on) >= _today(actor)],
        VisitState.OVERDUE: [*waiting, col(MysteryVisit.due_on) < _today(actor)],
        VisitState.PLAYED: [played.is_not(None)],
        VisitState.CANCELLED: [cancelled.is_not(None)],
    }
    return states[state]


def _state(visit: MysteryVisit, actor: Actor) -> VisitState:
    if visit.cancelled_at is not None:
        return VisitState.CANCELLED
    if visit.played_at is not None:
        return VisitState.PLAYED
    return VisitState.OVERDUE if visit.due_on < _today(actor) else VisitState.PLANNED


def _today(actor: Actor) -> date:
    return actor.now.astimezone(actor.zone).date()


def _talk(session: Session, number: str, shop: str) -> Conversation:
    """A conversation of a shop by the shop's own number, or else by its row."""
    named = select(Conversation).where(Conversation.shop == shop, Conversation.external_id == number)
    found = session.exec(named.limit(2)).all()
    if len(found) > 1:
        raise ConversationNotFoundError(f"有几个平台都有编号为“{number}”的会话，分不清是哪一段，请请主管核对编号。")
    if found:
        return found[0]
    is_row = number.isascii() and number.isdecimal() and len(number) <= len(str(MAX_NUMBER))
    if not is_row:
        raise ConversationNotFoundError(f"这家店铺没有编号为“{number[:100]}”的会话，请核对编号；刚结束的会话要先导入。")
    return get_conversation(session, int(number), Viewer(frozenset({shop})))


def _visible(actor: Actor) -> list[ColumnElement[bool]]:
    where: list[ColumnElement[bool]] = []
    where += [col(MysteryVisit.shop).in_(actor.shops)] if actor.shops is not None else []
    where += [] if actor.leads else [col(MysteryVisit.person) == actor.actor_id]
    return where


def _find(session: Session, visit_id: int, actor: Actor) -> MysteryVisit:
    wanted = select(MysteryVisit).where(MysteryVisit.id == visit_id, *_visible(actor))
    found = session.exec(wanted).first() if 0 <= visit_id <= MAX_NUMBER else None
    if found is None:
        raise VisitNotFoundError(f"没有编号为 {visit_id} 的神秘顾客任务，或不是您的任务。")
    return found


def _open(session: Session, visit_id: int, actor: Actor) -> MysteryVisit:
    found = _find(session, visit_id, actor)
    if found.played_at is not None or found.cancelled_at is not None:
        raise DecidedError("这个神秘顾客任务已经完成或取消，不能再改。")
    return found


def _views(session: Session, rows: Sequence[MysteryVisit], actor: Actor) -> list[VisitView]:
    ids = {one.conversation_id for one in rows if one.conversation_id is not None}
    talks = {one.id: one for one in session.exec(select(Conversation).where(col(Conversation.id).in_(ids)))}
    scored = ids if actor.leads else set()
    current = select(Inspection).where(col(Inspection.conversation_id).in_(scored), col(Inspection.is_current))
    inspections = {one.conversation_id: one for one in session.exec(current)}
    by_age = select(Review).where(col(Review.conversation_id).in_(scored)).order_by(col(Review.id))
    reviews = {one.conversation_id: one for one in session.exec(by_age)}
    return [
        _view(
            one,
            _state(one, actor),
            talks.get(one.conversation_id),
            inspections.get(one.conversation_id or 0),
            reviews.get(one.conversation_id or 0),
        )
        for one in rows
    ]


def _view(
    one: MysteryVisit,
    state: VisitState,
    talk: Conversation | None,
    inspection: Inspection | None,
    review: Review | None,
) -> VisitView:
    return VisitView(
        visit_id=one.id or 0,
        title=one.title,
        script=one.script,
        shop=one.shop,
        person=one.person,
        person_name=one.person_name,
        due_on=one.due_on,
        state=str(state),
        state_term=state.term,
        note=one.note,
        conversation_id=one.conversation_id,
        conversation=talk.external_id if talk else None,
        agent=talk.agent if talk else None,
        score=inspection.score if inspection else None,
        failed=inspection.failed if inspection else None,
        review_id=review.id if review else None,
        review_score=review.score if review else None,
        review_failed=review.failed if review else None,
        by=one.by,
        by_name=one.by_name,
        created_at=one.created_at,
        played_at=one.played_at,
    )
