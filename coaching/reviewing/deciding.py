"""What people make of findings: right, wrong, or right in another form. Every decision stays on record."""

from collections.abc import Mapping
from dataclasses import dataclass, fields
from typing import Any

from sqlmodel import Session, col, select

from coaching.actor import Actor
from coaching.errors import DecidedError, ScorecardError, WordsMissingError
from coaching.inspection.rescoring import rescore
from coaching.inspection.rule import Severity
from coaching.inspection.tables import Finding, Status
from coaching.reviewing.findings import get_finding
from coaching.reviewing.marking import update_marks
from coaching.reviewing.tables import Appeal, AppealState, Decision, Verdict
from coaching.written import maybe_written, written

_MOST_POINTS = 100
_STATUS = {Verdict.CONFIRM: Status.CONFIRMED, Verdict.CHANGE: Status.CONFIRMED, Verdict.REJECT: Status.REJECTED}


@dataclass(frozen=True)
class Changes:
    """What of a finding is to be otherwise; None leaves it."""

    severity: Severity | None = None
    points: float | None = None
    """0 to 100 off its dimension."""
    better_reply: str | None = None
    reason: str | None = None
    """What the agent reads as why the reply is weak."""


def decide(
    session: Session,
    finding_id: int,
    verdict: Verdict,
    reason: str,
    actor: Actor,
    changes: Changes | None = None,
    *,
    again: bool = False,
) -> Decision:
    """One person's decision on a finding: it counts from now on, or no longer, and its conversation is scored anew.

    Args:
        session: a transaction that writes.
        finding_id: the finding.
        verdict: right, wrong, or right in another form.
        reason: why; a confirmation may do without.
        actor: who, and when.
        changes: of `CHANGE`, at least one.
        again: overrules what was decided before; a change that was made before is undone first.

    Raises:
        FindingNotFoundError: none, or not one the actor may see.
        OwnWorkError: the actor's own reply.
        DecidedError: decided already and not `again`; appealed; an appeal was answered; or it is no longer found.
        WordsMissingError: no reason, or nothing changed.
        ScorecardError: points outside 0 to 100.
    """
    finding = get_finding(session, finding_id, actor)
    actor.must_not_be(finding.agent, "复核")
    if finding.gone_at is not None:
        raise DecidedError("会话或规则变了，这条命中已不成立，不用再复核；请刷新页面。")
    if finding.status == Status.APPEALED:
        raise DecidedError("客服对这条命中提出了申诉，请到申诉里答复。")
    if _was_answered(session, finding_id):
        raise DecidedError("客服对这条命中的申诉已有答复，答复是最终的，不能再改判。")
    if finding.status != Status.OPEN and not again:
        raise DecidedError("已有人复核过这条命中；要改判，请选择“改判”并写明原因。")
    return settle(session, finding, verdict, reason, actor, changes, as_found=_as_found(session, finding_id))


def settle(
    session: Session,
    finding: Finding,
    verdict: Verdict,
    reason: str,
    actor: Actor,
    changes: Changes | None = None,
    appeal_id: int | None = None,
    as_found: Mapping[str, Any] | None = None,
) -> Decision:
    """Writes a decision and what follows from it; whether it may be made is asked before (`decide`, `answer`).

    Args:
        session: a transaction that writes.
        finding: the finding.
        verdict: right, wrong, or right in another form.
        reason: why; a confirmation may do without.
        actor: who, and when.
        changes: of `CHANGE`, at least one.
        appeal_id: the appeal it answers.
        as_found: column → what the rule had found, of what earlier decisions changed: it is restored first.

    Raises:
        WordsMissingError: no reason, or nothing changed.
        ScorecardError: points outside 0 to 100.
    """
    why = maybe_written(reason, "理由") if verdict is Verdict.CONFIRM else written(reason, "理由")
    after = dict(as_found or {})
    if verdict is Verdict.CHANGE:
        after |= _changed(finding, changes or Changes(), after)
    before = {name: getattr(finding, name) for name in after}
    finding.sqlmodel_update({**after, "status": _STATUS[verdict], "decided_at": actor.now})
    decision = Decision(
        finding_id=finding.id or 0,
        verdict=verdict,
        reason=why,
        before=before,
        after=after,
        appeal_id=appeal_id,
        by=actor.actor_id,
        by_name=actor.name,
        created_at=actor.now,
    )
    session.add_all([finding, decision])
    session.flush()
    rescore(session, finding.conversation_id)
    update_marks(session, actor.now, finding.rule)
    return decision


def _was_answered(session: Session, finding_id: int) -> bool:
    final = [AppealState.UPHELD, AppealState.CHANGED, AppealState.DENIED]
    answered = select(Appeal.id).where(Appeal.finding_id == finding_id, col(Appeal.state).in_(final))
    return session.exec(answered).first() is not None


def _as_found(session: Session, finding_id: int) -> dict[str, Any]:
    """Column → what the rule had found, of what people changed: what stood before the first change of each."""
    found: dict[str, Any] = {}
    wanted = select(Decision.before).where(Decision.finding_id == finding_id).order_by(col(Decision.id).desc())
    for before in session.exec(wanted):
        found |= before
    return found


def _changed(finding: Finding, changes: Changes, as_found: Mapping[str, Any]) -> dict[str, Any]:
    """Column → new value, of those that differ from what was found."""
    if changes.points is not None and not 0 <= changes.points <= _MOST_POINTS:
        raise ScorecardError(f"扣分应在 0 和 {_MOST_POINTS} 之间。")
    given: dict[str, Any] = {one.name: getattr(changes, one.name) for one in fields(changes)}
    for name, what in (("better_reply", "更好的回复"), ("reason", "说明")):
        if given[name] is not None:
            given[name] = written(given[name], what)
    own = {name: as_found.get(name, getattr(finding, name)) for name in given}
    found = {name: value for name, value in given.items() if value is not None and value != own[name]}
    if not found:
        raise WordsMissingError("请至少改动一项：严重程度、扣分、说明或更好的回复；没有要改的请直接确认。")
    return found
