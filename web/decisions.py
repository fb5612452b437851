"""Deciding on a finding: right, wrong, or right in another form; where it stands, or in a part of the page."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Annotated, Any, ClassVar, NamedTuple, cast

from fastapi import APIRouter, Form
from starlette.responses import Response

from api.deps import start_writing
from api.row_numbers import RowNumber
from coaching.actor import Actor
from coaching.errors import CoachingError, ScorecardError
from coaching.inspection.rule import Severity
from coaching.inspection.tables import Finding, Status
from coaching.reviewing.deciding import Changes, decide
from coaching.reviewing.findings import decisions_of, get_finding
from coaching.reviewing.tables import Verdict
from web.actors import AnyFields, actor_of
from web.rendering import render
from web.visits import LeadVisit, Visit, own_address, see_other

router = APIRouter(include_in_schema=False)


class DecisionLine(NamedTuple):
    """What somebody decided before."""

    verdict: str
    reason: str
    by: str
    at: str


@dataclass(frozen=True)
class DecisionForm:
    """What a reviewer can do about a finding."""

    template: ClassVar[str] = "decision.html"

    finding_id: int
    csrf: str
    back: str
    """The page it stands on."""
    state: str
    """`open`, `decided`, `appealed`, or `own`: nobody decides on their own work."""
    history: tuple[DecisionLine, ...]
    reason: str
    severity: str
    points: str
    better: str
    why: str
    problem: str


def decision_form(
    visit: Visit,
    finding: Finding,
    back: str,
    actor: Actor,
    *,
    typed: Mapping[str, str] | None = None,
    problem: str = "",
) -> DecisionForm:
    """The form under a finding; with what was typed before where that could not be taken."""
    number, given = finding.id or 0, typed or {}
    state = "open" if finding.status == Status.OPEN else "decided"
    if finding.status == Status.APPEALED:
        state = "appealed"
    if actor.agent is not None and finding.agent == actor.agent:
        state = "own"
    history = decisions_of(visit.session, number, actor) if state == "decided" else []
    lines = [
        DecisionLine(visit.say(f"verdict.{one.verdict}"), one.reason, one.by_name, visit.local_time(one.created_at))
        for one in history
    ]
    return DecisionForm(
        finding_id=number,
        csrf=visit.csrf,
        back=back,
        state=state,
        history=tuple(lines),
        reason=given.get("reason", ""),
        severity=given.get("severity") or finding.severity,
        points=given.get("points") or f"{finding.points:g}",
        better=given.get("better", finding.better_reply or ""),
        why=given.get("why", finding.reason),
        problem=problem,
    )


@router.post("/findings/{finding_id}/decision")
def decide_finding(
    finding_id: RowNumber,
    visit: LeadVisit,
    typed: AnyFields,
    verdict: Annotated[Verdict, Form()],
    back: Annotated[str, Form()] = "/reviews",
) -> Response:
    """Keeps what a reviewer makes of a finding."""
    start_writing(visit.session)
    actor, back = actor_of(visit), own_address(back)
    try:
        changes = changes_of(visit, typed) if verdict is Verdict.CHANGE else None
        decide(visit.session, finding_id, verdict, typed.get("reason", ""), actor, changes, again="again" in typed)
    except CoachingError as error:
        if not visit.wants_part:
            raise
        found = get_finding(visit.session, finding_id, actor)
        return _part(visit, decision_form(visit, found, back, actor, typed=typed, problem=str(error)))
    if visit.wants_part:
        return _part(visit, decision_form(visit, get_finding(visit.session, finding_id, actor), back, actor))
    return see_other(f"{back}#f{finding_id}")


def changes_of(visit: Visit, typed: Mapping[str, Any]) -> Changes:
    """What a form wants otherwise; what was left empty stays.

    Raises:
        ScorecardError: points that are no number.
    """
    points: float | None = None
    if text := str(typed.get("points", "")).strip():
        try:
            points = float(text)
        except ValueError as error:
            raise ScorecardError(visit.say("decision.no_number", text=text[:20])) from error
    severity = typed.get("severity")
    return Changes(
        severity=cast(Severity, severity) if severity in ("normal", "critical") else None,
        points=points,
        better_reply=typed.get("better") or None,
        reason=typed.get("why") or None,
    )


def _part(visit: Visit, form: DecisionForm) -> Response:
    return Response(render(form, visit.language), media_type="text/html")
