"""Calibration: several people judge one conversation, each for themselves, and then see how far they agree.

Until it is closed everybody sees only their own sheet. It changes neither a score nor a finding.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from statistics import fmean
from typing import Any

from sqlalchemy import ColumnElement
from sqlmodel import Session, col, select

from coaching.actor import Actor
from coaching.conversations.reading import MAX_NUMBER
from coaching.conversations.tables import Conversation
from coaching.errors import CalibrationNotFoundError, DecidedError, FindingNotFoundError
from coaching.inspection.tables import Finding
from coaching.reviewing.agreement import Agreement, agreement
from coaching.reviewing.applicable import rule_set_of
from coaching.reviewing.findings import dimension_term
from coaching.reviewing.own_work import judged_conversation
from coaching.reviewing.scorecard import Marks, kept, reckon, written_marks
from coaching.reviewing.tables import CalibrationSession, CalibrationSheet, Verdict
from coaching.written import maybe_written, written

_MAX_TITLE_CHARS = 200


@dataclass(frozen=True)
class SheetView:
    """What one person made of the conversation."""

    by: str
    by_name: str
    marks: Mapping[str, Mapping[str, Any]]
    score: float | None
    failed: bool
    verdicts: Mapping[str, str]
    note: str
    created_at: datetime


@dataclass(frozen=True)
class Spread:
    """How far apart people are on one dimension, or on the whole."""

    dimension: str
    """Empty: the whole."""
    term: str
    scores: Mapping[str, float]
    """Person → score; who called it N/A is absent."""
    mean: float
    range: float
    """Highest less lowest, 0 to 100; lower is better."""


@dataclass(frozen=True)
class Comparison:
    """How far people agree."""

    findings: Agreement
    """On which findings are right; one left open is N/A."""
    failed: Agreement
    """On whether the conversation fails."""
    spreads: tuple[Spread, ...]
    """The whole first, then the dimensions that are furthest apart."""


@dataclass(frozen=True)
class CalibrationView:
    """A calibration as one of those who take part sees it."""

    calibration_id: int
    conversation_id: int
    conversation: str
    """The shop's own number."""
    shop: str
    title: str
    due_on: date | None
    by: str
    by_name: str
    created_at: datetime
    handed_in: int
    """How many people did."""
    is_mine_in: bool
    closed_at: datetime | None
    conclusion: str
    sheets: tuple[SheetView, ...]
    """All once it is closed; before, only one's own."""
    comparison: Comparison | None
    """None until it is closed."""


def open_calibration(
    session: Session, conversation_id: int, title: str, actor: Actor, due_on: date | None = None
) -> CalibrationSession:
    """Calls people to judge a conversation.

    Raises:
        ConversationNotFoundError: none, or not one the actor may see.
        OwnWorkError: the actor took part in it.
        WordsMissingError: no title, or one too long.
    """
    talk = judged_conversation(session, conversation_id, actor, "校准")
    made = CalibrationSession(
        conversation_id=conversation_id,
        shop=talk.shop,
        title=written(title, "校准的名称", _MAX_TITLE_CHARS),
        due_on=due_on,
        by=actor.actor_id,
        by_name=actor.name,
        created_at=actor.now,
    )
    session.add(made)
    session.flush()
    return made


def hand_in_sheet(
    session: Session,
    calibration_id: int,
    marks: Marks,
    verdicts: Mapping[int, Verdict],
    actor: Actor,
    note: str = "",
) -> CalibrationSheet:
    """One person's sheet, once and for good.

    Args:
        session: a transaction that writes.
        calibration_id: the calibration.
        marks: the scorecard.
        verdicts: finding → `CONFIRM` or `REJECT`; what is left out is N/A.
        actor: who, and when.
        note: anything else.

    Raises:
        CalibrationNotFoundError: none, or not one the actor may see.
        OwnWorkError: the actor took part in the conversation.
        DecidedError: closed, or handed in before.
        FindingNotFoundError: a finding of another conversation.
        ScorecardError: marks that cannot be reckoned.
        WordsMissingError: too many words.
    """
    found = _open(session, calibration_id, actor)
    talk = judged_conversation(session, found.conversation_id, actor, "校准")
    mine = select(CalibrationSheet.id).where(_of(calibration_id), CalibrationSheet.by == actor.actor_id)
    if session.exec(mine).first() is not None:
        raise DecidedError("您已经交过这次校准的评分，交了就不能再改。")
    own = set(session.exec(select(Finding.id).where(Finding.conversation_id == found.conversation_id)))
    if strange := sorted(one for one in verdicts if one not in own):
        raise FindingNotFoundError(f"编号为 {strange[0]} 的命中不属于这段会话，请去掉。")
    marks = written_marks(marks)
    whole = reckon(marks, rule_set_of(session, talk, actor.zone))
    made = CalibrationSheet(
        calibration_id=calibration_id,
        marks=kept(marks, whole),
        score=whole.score,
        failed=whole.failed,
        verdicts={str(one): str(_plain(verdict)) for one, verdict in verdicts.items()},
        note=maybe_written(note, "评语"),
        by=actor.actor_id,
        by_name=actor.name,
        created_at=actor.now,
    )
    session.add(made)
    session.flush()
    return made


def close_calibration(session: Session, calibration_id: int, conclusion: str, actor: Actor) -> CalibrationSession:
    """Ends a calibration, with what people agreed on; from now on everybody sees all sheets.

    Raises:
        CalibrationNotFoundError: none, or not one the actor may see.
        OwnWorkError: the actor took part in the conversation.
        DecidedError: closed already.
        WordsMissingError: too many words.
    """
    found = _open(session, calibration_id, actor)
    judged_conversation(session, found.conversation_id, actor, "校准")
    found.conclusion = maybe_written(conclusion, "结论")
    found.closed_by, found.closed_at = actor.actor_id, actor.now
    session.add(found)
    session.flush()
    return found


def get_calibration(session: Session, calibration_id: int, actor: Actor) -> CalibrationView:
    """One calibration.

    Raises:
        CalibrationNotFoundError: none, or not one the actor may see.
    """
    return _views(session, [_find(session, calibration_id, actor)], actor)[0]


def list_calibrations(
    session: Session, actor: Actor, limit: int, before_id: int | None = None, *, only_open: bool = False
) -> list[CalibrationView]:
    """Calibrations, the newest first."""
    where: list[ColumnElement[bool]] = []
    where += [col(CalibrationSession.shop).in_(actor.shops)] if actor.shops is not None else []
    where += [col(CalibrationSession.closed_at).is_(None)] if only_open else []
    where += [col(CalibrationSession.id) < before_id] if before_id is not None else []
    newest = col(CalibrationSession.id).desc()
    rows = session.exec(select(CalibrationSession).where(*where).order_by(newest).limit(limit)).all()
    return _views(session, rows, actor)


def compare(sheets: Sequence[SheetView]) -> Comparison:
    """How far the people of these sheets agree."""
    wholes = {one.by: one.score for one in sheets if one.score is not None}
    dimensions = {name for one in sheets for name in one.marks}
    spreads = [
        _spread(name, {one.by: float(one.marks[name]["score"]) for one in sheets if name in one.marks})
        for name in dimensions
    ]
    return Comparison(
        findings=agreement({one.by: one.verdicts for one in sheets}),
        failed=agreement({one.by: {"failed": str(one.failed)} for one in sheets}),
        spreads=(
            *([_spread("", wholes)] if wholes else []),
            *sorted(spreads, key=lambda one: (-one.range, one.dimension)),
        ),
    )


def _spread(dimension: str, scores: Mapping[str, float]) -> Spread:
    values = scores.values()
    term = dimension_term(dimension) if dimension else "总分"
    return Spread(dimension, term, scores, fmean(values), max(values) - min(values))


def _plain(verdict: Verdict) -> Verdict:
    """Whether it is right: in which form is not compared."""
    return Verdict.REJECT if verdict is Verdict.REJECT else Verdict.CONFIRM


def _of(calibration_id: int) -> ColumnElement[bool]:
    return col(CalibrationSheet.calibration_id) == calibration_id


def _find(session: Session, calibration_id: int, actor: Actor) -> CalibrationSession:
    found = session.get(CalibrationSession, calibration_id) if 0 <= calibration_id <= MAX_NUMBER else None
    if found is None or not actor.may_see(found.shop):
        raise CalibrationNotFoundError(f"没有编号为 {calibration_id} 的校准，可能已被删除。")
    return found


def _open(session: Session, calibration_id: int, actor: Actor) -> CalibrationSession:
    found = _find(session, calibration_id, actor)
    if found.closed_at is not None:
        raise DecidedError("这次校准已经结束，不能再改。")
    return found


def _views(session: Session, rows: Sequence[CalibrationSession], actor: Actor) -> list[CalibrationView]:
    ids = [one.id or 0 for one in rows]
    talks = {one.conversation_id for one in rows}
    named = select(Conversation.id, Conversation.external_id).where(col(Conversation.id).in_(talks))
    names = dict(session.exec(named).all())
    wanted = select(CalibrationSheet).where(col(CalibrationSheet.calibration_id).in_(ids))
    sheets: dict[int, list[CalibrationSheet]] = {}
    for sheet in session.exec(wanted.order_by(col(CalibrationSheet.id))):
        sheets.setdefault(sheet.calibration_id, []).append(sheet)
    return [_view(one, names.get(one.conversation_id, ""), sheets.get(one.id or 0, []), actor) for one in rows]


def _view(
    one: CalibrationSession, conversation: str, sheets: Sequence[CalibrationSheet], actor: Actor
) -> CalibrationView:
    is_closed = one.closed_at is not None
    shown = tuple(_sheet(sheet) for sheet in sheets if is_closed or sheet.by == actor.actor_id)
    return CalibrationView(
        calibration_id=one.id or 0,
        conversation_id=one.conversation_id,
        conversation=conversation,
        shop=one.shop,
        title=one.title,
        due_on=one.due_on,
        by=one.by,
        by_name=one.by_name,
        created_at=one.created_at,
        handed_in=len(sheets),
        is_mine_in=any(sheet.by == actor.actor_id for sheet in sheets),
        closed_at=one.closed_at,
        conclusion=one.conclusion,
        sheets=shown,
        comparison=compare(shown) if is_closed else None,
    )


def _sheet(one: CalibrationSheet) -> SheetView:
    return SheetView(one.by, one.by_name, one.marks, one.score, one.failed, one.verdicts, one.note, one.created_at)
