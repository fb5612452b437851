"""An agent's word against a finding, and the answer: until it comes the finding does not count."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement
from sqlmodel import Session, col, select

from coaching.actor import Actor
from coaching.conversations.reading import MAX_NUMBER
from coaching.errors import AppealNotFoundError, DecidedError, OwnWorkError
from coaching.inspection.rescoring import counts, rescore
from coaching.inspection.rule_sets import AppealTerms
from coaching.inspection.tables import Finding, Status
from coaching.reviewing.applicable import rule_set_named
from coaching.reviewing.deciding import Changes, settle
from coaching.reviewing.findings import DecisionView, FindingView, decisions_of, finding_views, get_finding
from coaching.reviewing.tables import Appeal, AppealState, Decision, Verdict
from coaching.reviewing.working_days import end_of_working_day
from coaching.written import written

_VERDICTS = {
    AppealState.UPHELD: Verdict.REJECT,
    AppealState.CHANGED: Verdict.CHANGE,
    AppealState.DENIED: Verdict.CONFIRM,
}


@dataclass(frozen=True)
class AppealFilter:
    """What a list is narrowed to; None narrows nothing."""

    state: AppealState | None = None
    agent: str | None = None
    shop: str | None = None
    is_overdue: bool = False
    """Only open ones that nobody answered in time."""


@dataclass(frozen=True)
class AppealView:
    """An appeal with the finding it is about."""

    appeal_id: int
    agent: str
    shop: str
    text: str
    state: str
    by: str
    by_name: str
    created_at: datetime
    due_at: datetime
    """Until when somebody has to answer."""
    is_overdue: bool
    answer: str
    answered_by: str | None
    answered_by_name: str
    settled_at: datetime | None
    finding: FindingView


@dataclass(frozen=True)
class FindingDetail:
    """A finding with everything its page shows."""

    finding: FindingView
    decisions: tuple[DecisionView, ...]
    """The newest first."""
    appeal_until: datetime | None
    """Until when the reader may object; None: it may not."""


def read_finding(session: Session, finding_id: int, actor: Actor) -> FindingDetail:
    """One finding.

    Raises:
        FindingNotFoundError: none, or not one the actor may see.
    """
    row = get_finding(session, finding_id, actor)
    [view] = finding_views(session, [row])
    is_own = row.agent is not None and row.agent == actor.agent
    is_free = view.appeal_state in (None, AppealState.WITHDRAWN)
    until = appeal_until(session, row, actor)
    may = is_own and is_free and view.counts and actor.now < until
    return FindingDetail(view, tuple(decisions_of(session, finding_id, actor)), until if may else None)


def appeal_until(session: Session, finding: Finding, actor: Actor) -> datetime:
    """Until when the agent may object: working days from when the agent could see it, or its last decision."""
    seen_at = max(one for one in (finding.created_at, finding.shown_at, finding.decided_at) if one is not None)
    terms = _terms(session, finding)
    return end_of_working_day(seen_at, terms.file_days, terms, actor.zone)


def appeal(session: Session, finding_id: int, text: str, actor: Actor) -> Appeal:
    """Objects to a finding, which from now on does not count until somebody answers.

    Raises:
        FindingNotFoundError: none, or not one the actor may see.
        OwnWorkError: it is about somebody else's reply.
        DecidedError: it does not count anyway, was appealed before, or the time is over.
        WordsMissingError: nothing was written.
    """
    finding = get_finding(session, finding_id, actor)
    if finding.agent is None or finding.agent != actor.agent:
        raise OwnWorkError("只有这段会话的客服本人可以申诉。")
    earlier = select(Appeal.state).where(Appeal.finding_id == finding_id, Appeal.state != AppealState.WITHDRAWN)
    state = session.exec(earlier).first()
    if state is not None:
        again = "正在等答复" if state == AppealState.OPEN else "已有答复，答复是最终的"
        raise DecidedError(f"这条命中已经申诉过，{again}。")
    if finding.gone_at is not None or not counts(finding):
        raise DecidedError("这条命中不计分，不需要申诉。")
    if actor.now >= appeal_until(session, finding, actor):
        days = _terms(session, finding).file_days
        raise DecidedError(f"已过申诉期（{days} 个工作日）；有异议请直接找主管。")
    terms = _terms(session, finding)
    made = Appeal(
        finding_id=finding_id,
        shop=finding.shop,
        agent=finding.agent,
        text=written(text, "申诉理由"),
        by=actor.actor_id,
        by_name=actor.name,
        created_at=actor.now,
        due_at=end_of_working_day(actor.now, terms.answer_days, terms, actor.zone),
    )
    _move(session, finding, Status.APPEALED)
    session.add(made)
    session.flush()
    return made


def withdraw(session: Session, appeal_id: int, actor: Actor) -> Appeal:
    """Takes an appeal back: the finding counts as before, and may be appealed again in time.

    Raises:
        AppealNotFoundError: none, or not one the actor may see.
        OwnWorkError: somebody else's.
        DecidedError: settled already.
    """
    found = _open_appeal(session, appeal_id, actor)
    if found.agent != actor.agent:
        raise OwnWorkError("只有申诉人可以撤回申诉。")
    finding = get_finding(session, found.finding_id, actor)
    decided = session.exec(select(Decision.id).where(Decision.finding_id == finding.id)).first()
    _move(session, finding, Status.CONFIRMED if decided is not None else Status.OPEN)
    found.state, found.settled_at = AppealState.WITHDRAWN, actor.now
    session.flush()
    return found


def answer(
    session: Session, appeal_id: int, outcome: AppealState, text: str, actor: Actor, changes: Changes | None = None
) -> Appeal:
    """A lead's answer, which is final: the finding is rejected, stands, or stands in another form.

    Args:
        session: a transaction that writes.
        appeal_id: the appeal.
        outcome: `UPHELD`, `CHANGED` or `DENIED`.
        text: why, for the agent to read.
        actor: who, and when.
        changes: of `CHANGED`, at least one.

    Raises:
        AppealNotFoundError: none, or not one the actor may see.
        OwnWorkError: the actor's own appeal.
        DecidedError: settled already.
        WordsMissingError: nothing was written, or nothing changed.
        ScorecardError: points outside 0 to 100.
    """
    if outcome not in _VERDICTS:
        raise DecidedError("答复只能是：成立、部分成立或不成立。")
    found = _open_appeal(session, appeal_id, actor)
    actor.must_not_be(found.agent, "答复申诉")
    finding = get_finding(session, found.finding_id, actor)
    told = written(text, "答复")
    settle(session, finding, _VERDICTS[outcome], told, actor, changes, appeal_id)
    found.sqlmodel_update(
        {
            "state": outcome,
            "answer": told,
            "answered_by": actor.actor_id,
            "answered_by_name": actor.name,
            "settled_at": actor.now,
        }
    )
    session.flush()
    return found


def get_appeal(session: Session, appeal_id: int, actor: Actor) -> AppealView:
    """One appeal.

    Raises:
        AppealNotFoundError: none, or not one the actor may see.
    """
    return _views(session, [_find(session, appeal_id, actor)], actor)[0]


def list_appeals(
    session: Session, wanted: AppealFilter, actor: Actor, limit: int, before_id: int | None = None
) -> list[AppealView]:
    """Appeals, the newest first; agents see their own."""
    where = _visible(actor)
    where += [col(Appeal.state) == wanted.state] if wanted.state is not None else []
    where += [col(Appeal.agent) == wanted.agent] if wanted.agent is not None else []
    where += [col(Appeal.shop) == wanted.shop] if wanted.shop is not None else []
    if wanted.is_overdue:
        where += [col(Appeal.state) == AppealState.OPEN, col(Appeal.due_at) <= actor.now]
    where += [col(Appeal.id) < before_id] if before_id is not None else []
    rows = session.exec(select(Appeal).where(*where).order_by(col(Appeal.id).desc()).limit(limit)).all()
    return _views(session, rows, actor)


def _views(session: Session, rows: Sequence[Appeal], actor: Actor) -> list[AppealView]:
    wanted = select(Finding).where(col(Finding.id).in_([one.finding_id for one in rows]))
    findings = {one.finding_id: one for one in finding_views(session, session.exec(wanted).all())}
    return [
        AppealView(
            appeal_id=one.id or 0,
            agent=one.agent,
            shop=one.shop,
            text=one.text,
            state=str(one.state),
            by=one.by,
            by_name=one.by_name,
            created_at=one.created_at,
            due_at=one.due_at,
            is_overdue=one.state == AppealState.OPEN and one.due_at <= actor.now,
            answer=one.answer,
            answered_by=one.answered_by,
            answered_by_name=one.answered_by_name,
            settled_at=one.settled_at,
            finding=findings[one.finding_id],
        )
        for one in rows
    ]


def _visible(actor: Actor) -> list[ColumnElement[bool]]:
    where: list[ColumnElement[bool]] = []
    where += [col(Appeal.shop).in_(actor.shops)] if actor.shops is not None else []
    where += [] if actor.leads else [col(Appeal.agent) == (actor.agent or "")]
    return where


def _find(session: Session, appeal_id: int, actor: Actor) -> Appeal:
    wanted = select(Appeal).where(Appeal.id == appeal_id, *_visible(actor))
    found = session.exec(wanted).first() if 0 <= appeal_id <= MAX_NUMBER else None
    if found is None:
        raise AppealNotFoundError(f"没有编号为 {appeal_id} 的申诉，可能已被删除，或不是您能看到的。")
    return found


def _open_appeal(session: Session, appeal_id: int, actor: Actor) -> Appeal:
    found = _find(session, appeal_id, actor)
    if found.state != AppealState.OPEN:
        raise DecidedError("这个申诉已经处理过了，请刷新页面。")
    return found


def _move(session: Session, finding: Finding, status: Status) -> None:
    finding.status = status
    session.add(finding)
    session.flush()
    rescore(session, finding.conversation_id)


def _terms(session: Session, finding: Finding) -> AppealTerms:
    rule_set = rule_set_named(session, finding.rule_set, finding.rule_set_version)
    return rule_set.appeals if rule_set is not None else AppealTerms()
