"""What a stored conversation is worth once people decided on its findings."""

from collections.abc import Iterable

from sqlalchemy import ColumnElement, and_, or_
from sqlmodel import Session, col, select

from coaching.inspection.rule import Dimension, Hit, Severity
from coaching.inspection.scoring import Finding as Found
from coaching.inspection.scoring import Score, score
from coaching.inspection.tables import Finding, Inspection, Status


def counts(finding: Finding) -> bool:
    """Whether a finding costs points, and the agent sees it: confirmed, or open, sure and not held back."""
    is_open = finding.status == Status.OPEN
    return finding.status == Status.CONFIRMED or (is_open and finding.is_sure and not finding.is_held)


def that_count() -> ColumnElement[bool]:
    """`counts` for queries."""
    believed = and_(col(Finding.status) == Status.OPEN, col(Finding.is_sure), ~col(Finding.is_held))
    return or_(col(Finding.status) == Status.CONFIRMED, believed)


def rescore(session: Session, conversation_id: int) -> Inspection | None:
    """Reckons a conversation's score anew from its standing findings; call it after every decision.

    Returns:
        The current inspection; None where there is none.
    """
    wanted = select(Inspection).where(col(Inspection.conversation_id) == conversation_id, col(Inspection.is_current))
    inspection = session.exec(wanted).first()
    if inspection is None:
        return None
    standing = select(Finding).where(col(Finding.conversation_id) == conversation_id, col(Finding.gone_at).is_(None))
    set_score(inspection, session.exec(standing).all())
    session.add(inspection)
    session.flush()
    return inspection


def rescored(inspection: Inspection, findings: Iterable[Finding]) -> Score:
    """The score of an inspection with these standing findings, explained."""
    weights = {name: one["weight"] for name, one in inspection.dimensions.items()}
    return score((_found(one) for one in findings), {Dimension(name) for name in weights}, weights)


def set_score(inspection: Inspection, standing: Iterable[Finding]) -> None:
    """Gives an inspection the score that its standing findings make."""
    whole = rescored(inspection, standing)
    inspection.score, inspection.failed = whole.score, whole.failed
    inspection.dimensions = {
        str(name): {"score": one.score, "weight": one.weight} for name, one in whole.dimensions.items()
    }


def _found(row: Finding) -> Found:
    """A stored finding as scoring knows it, naming messages by their row ids."""
    severity: Severity = "critical" if row.severity == "critical" else "normal"
    hit = Hit(tuple(row.message_ids), row.confidence_01, row.quote, row.reason, tuple(row.context_ids))
    dimension = Dimension(row.dimension)
    return Found(
        row.rule,
        row.rule_version,
        row.rule_set,
        row.rule_set_version,
        dimension,
        severity,
        hit,
        row.points,
        counts(row),
    )
