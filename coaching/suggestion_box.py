"""The suggestion box: anybody sends, whoever leads answers, and the sender follows what becomes of it."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, or_
from sqlmodel import Session, col, select

from coaching.actor import Actor
from coaching.conversations.reading import MAX_NUMBER
from coaching.errors import DecidedError, EntryNotFoundError, OwnWorkError
from coaching.suggestion_box_tables import BoxAnswer, BoxEntry, EntryKind, EntryStatus
from coaching.written import written

_CLOSED = (EntryStatus.DONE, EntryStatus.DECLINED)


@dataclass(frozen=True)
class BoxFilter:
    """What a list is narrowed to; None narrows nothing."""

    kind: EntryKind | None = None
    status: EntryStatus | None = None
    shop: str | None = None
    only_mine: bool = False


@dataclass(frozen=True)
class AnswerView:
    """One answer and the status it gave."""

    text: str
    status: str
    status_term: str
    by: str
    by_name: str
    created_at: datetime


@dataclass(frozen=True)
class EntryView:
    """An entry with its answers, the oldest first."""

    entry_id: int
    kind: str
    kind_term: str
    text: str
    shop: str | None
    status: str
    status_term: str
    is_anonymous: bool
    is_mine: bool
    by: str | None
    """None: somebody else's, sent without a name."""
    by_name: str
    created_at: datetime
    updated_at: datetime
    answers: tuple[AnswerView, ...]


def send_entry(
    session: Session, kind: EntryKind, text: str, actor: Actor, shop: str | None = None, *, is_anonymous: bool = False
) -> BoxEntry:
    """Puts a suggestion or complaint into the box.

    Raises:
        EntryNotFoundError: a shop the actor may not see.
        WordsMissingError: nothing was written, or too much.
    """
    if not actor.may_see(shop):
        raise EntryNotFoundError(f"您看不到店铺“{shop}”，请换成自己的店铺，或留空。")
    made = BoxEntry(
        kind=kind,
        text=written(text, "内容"),
        shop=shop,
        is_anonymous=is_anonymous,
        by=actor.actor_id,
        by_name=actor.name,
        created_at=actor.now,
        updated_at=actor.now,
    )
    session.add(made)
    session.flush()
    return made


def answer_entry(session: Session, entry_id: int, status: EntryStatus, text: str, actor: Actor) -> BoxAnswer:
    """Answers an entry and says what becomes of it; once it is done or declined, that is the end.

    Raises:
        EntryNotFoundError: none, or not one the actor may see.
        OwnWorkError: the actor's own entry.
        DecidedError: it is done or declined.
        WordsMissingError: nothing was written, or too much.
    """
    found = _find(session, entry_id, actor)
    if found.by == actor.actor_id:
        raise OwnWorkError("这是您自己提的，要由别人来答复。")
    if found.status in _CLOSED:
        raise DecidedError("这条建议或投诉已经办结，不能再改。")
    made = BoxAnswer(
        entry_id=entry_id,
        text=written(text, "答复"),
        status=status,
        by=actor.actor_id,
        by_name=actor.name,
        created_at=actor.now,
    )
    found.status, found.updated_at = status, actor.now
    session.add_all([found, made])
    session.flush()
    return made


def get_entry(session: Session, entry_id: int, actor: Actor) -> EntryView:
    """One entry.

    Raises:
        EntryNotFoundError: none, or not one the actor may see.
    """
    return _views(session, [_find(session, entry_id, actor)], actor)[0]


def list_entries(
    session: Session, wanted: BoxFilter, actor: Actor, limit: int, before_id: int | None = None
) -> list[EntryView]:
    """Entries, the newest first: who leads sees those of its shops, everybody their own."""
    where = _visible(actor)
    for column, value in (
        (col(BoxEntry.kind), wanted.kind),
        (col(BoxEntry.status), wanted.status),
        (col(BoxEntry.shop), wanted.shop),
        (col(BoxEntry.by), actor.actor_id if wanted.only_mine else None),
    ):
        where += [column == value] if value is not None else []
    where += [col(BoxEntry.id) < before_id] if before_id is not None else []
    rows = session.exec(select(BoxEntry).where(*where).order_by(col(BoxEntry.id).desc()).limit(limit)).all()
    return _views(session, rows, actor)


def _visible(actor: Actor) -> list[ColumnElement[bool]]:
    mine = col(BoxEntry.by) == actor.actor_id
    if not actor.leads:
        return [mine]
    if actor.shops is None:
        return []
    return [or_(mine, col(BoxEntry.shop).is_(None), col(BoxEntry.shop).in_(actor.shops))]


def _find(session: Session, entry_id: int, actor: Actor) -> BoxEntry:
    wanted = select(BoxEntry).where(BoxEntry.id == entry_id, *_visible(actor))
    found = session.exec(wanted).first() if 0 <= entry_id <= MAX_NUMBER else None
    if found is None:
        raise EntryNotFoundError(f"没有编号为 {entry_id} 的建议或投诉，或不是您能看到的。")
    return found


def _views(session: Session, rows: Sequence[BoxEntry], actor: Actor) -> list[EntryView]:
    ids = [one.id for one in rows]
    answers: dict[int, list[AnswerView]] = {}
    for one in session.exec(select(BoxAnswer).where(col(BoxAnswer.entry_id).in_(ids)).order_by(col(BoxAnswer.id))):
        term = EntryStatus(one.status).term
        view = AnswerView(one.text, one.status, term, one.by, one.by_name, one.created_at)
        answers.setdefault(one.entry_id, []).append(view)
    return [_view(one, tuple(answers.get(one.id or 0, ())), actor) for one in rows]


def _view(one: BoxEntry, answers: tuple[AnswerView, ...], actor: Actor) -> EntryView:
    is_mine = one.by == actor.actor_id
    hides = one.is_anonymous and not is_mine
    return EntryView(
        entry_id=one.id or 0,
        kind=str(one.kind),
        kind_term=EntryKind(one.kind).term,
        text=one.text,
        shop=one.shop,
        status=str(one.status),
        status_term=EntryStatus(one.status).term,
        is_anonymous=one.is_anonymous,
        is_mine=is_mine,
        by=None if hides else one.by,
        by_name="" if hides else one.by_name,
        created_at=one.created_at,
        updated_at=one.updated_at,
        answers=answers,
    )
