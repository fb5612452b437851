"""What inspecting found over some days: how much, of what, with whom, where, and whether it gets better."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from typing import Any

from sqlalchemy import ColumnElement, case, func
from sqlmodel import Session, col, select

from coaching.conversations.reading import Viewer
from coaching.inspection.rescoring import that_count
from coaching.inspection.tables import Finding, Inspection, Status


@dataclass(frozen=True)
class Span:
    """What is looked at; None narrows nothing."""

    since_on: date
    until_on: date
    """Both included."""
    shop: str | None = None
    agent: str | None = None
    rule: str | None = None

    @property
    def before(self) -> "Span":
        """As many days right before."""
        days = (self.until_on - self.since_on).days + 1
        return replace(self, since_on=self.since_on - timedelta(days), until_on=self.since_on - timedelta(1))


@dataclass(frozen=True)
class Inspected:
    """Conversations that were inspected."""

    conversations: int = 0
    average_score: float | None = None
    """0 to 100, higher is better; None without any."""
    failed: int = 0
    """Conversations with a critical finding that counts."""


@dataclass(frozen=True)
class Tally:
    """Findings that stand."""

    findings: int = 0
    counted: int = 0
    """Of these, those that count: confirmed, or sure and not rejected."""
    open: int = 0
    """Not decided yet."""
    confirmed: int = 0
    rejected: int = 0


@dataclass(frozen=True)
class Line:
    """One rule, agent, shop or day."""

    key: str
    """Rule id, agent code, shop code or ISO date; empty: unknown."""
    tally: Tally
    inspected: Inspected
    """For rules: none."""


@dataclass(frozen=True)
class Overview:
    """What inspecting found over a span."""

    inspected: Inspected
    tally: Tally
    before: Inspected
    """The same over as many days right before."""
    by_rule: tuple[Line, ...]
    """Most counted findings first, as by agent and by shop."""
    by_agent: tuple[Line, ...]
    by_shop: tuple[Line, ...]
    by_day: tuple[Line, ...]
    """Every day of the span on which something was inspected or found, in order."""

    @property
    def trend(self) -> float | None:
        """Points the average score rose (fell, where negative) against the days before; None without both."""
        if self.inspected.average_score is None or self.before.average_score is None:
            return None
        return round(self.inspected.average_score - self.before.average_score, 1)


def overview(session: Session, span: Span, viewer: Viewer) -> Overview:
    """What inspecting found over a span; an agent sees what counts of their own."""
    lines = {
        name: _lines(session, span, viewer, found, inspected)
        for name, found, inspected in (
            ("rule", col(Finding.rule), None),
            ("agent", col(Finding.agent), col(Inspection.agent)),
            ("shop", col(Finding.shop), col(Inspection.shop)),
            ("day", col(Finding.said_on), col(Inspection.said_on)),
        )
    }
    whole = _lines(session, span, viewer, None, None)[0].tally
    return Overview(
        _inspected(session, span, viewer, None).get("", Inspected()),
        whole,
        _inspected(session, span.before, viewer, None).get("", Inspected()),
        by_rule=_most_first(lines["rule"]),
        by_agent=_most_first(lines["agent"]),
        by_shop=_most_first(lines["shop"]),
        by_day=tuple(sorted(lines["day"], key=lambda line: line.key)),
    )


def _lines(session: Session, span: Span, viewer: Viewer, of_finding: Any, of_inspection: Any) -> list[Line]:
    tallies = _tallies(session, span, viewer, of_finding)
    inspected = _inspected(session, span, viewer, of_inspection) if of_inspection is not None else {}
    return [
        Line(key, tallies.get(key, Tally()), inspected.get(key, Inspected()))
        for key in dict.fromkeys((*tallies, *inspected))
    ]


def _tallies(session: Session, span: Span, viewer: Viewer, by: Any) -> dict[str, Tally]:
    where = [*_within(Finding, span, viewer), col(Finding.gone_at).is_(None)]
    where += [col(Finding.rule) == span.rule] if span.rule is not None else []
    where += [that_count()] if viewer.only_agent is not None else []
    sums = [
        _sum(that_count()),
        *(_sum(col(Finding.status) == one) for one in (Status.OPEN, Status.CONFIRMED, Status.REJECTED)),
    ]
    return {key: Tally(*values) for key, *values in _grouped(session, by, [func.count(), *sums], where)}


def _inspected(session: Session, span: Span, viewer: Viewer, by: Any) -> dict[str, Inspected]:
    where = [*_within(Inspection, span, viewer), col(Inspection.is_current)]
    wanted = [func.count(), func.avg(Inspection.score), _sum(col(Inspection.failed))]
    return {
        key: Inspected(count, None if mean is None else round(float(mean), 1), failed)
        for key, count, mean, failed in _grouped(session, by, wanted, where)
    }


def _grouped(session: Session, by: Any, wanted: Sequence[Any], where: Sequence[Any]) -> list[list[Any]]:
    if by is None:
        [row] = session.execute(select(*wanted).where(*where)).all()
        return [["", *row]]
    rows = session.execute(select(by, *wanted).where(*where).group_by(by)).all()
    return [[_key(row[0]), *row[1:]] for row in rows]


def _key(value: object) -> str:
    return value.isoformat() if isinstance(value, date) else str(value or "")


def _sum(condition: Any) -> ColumnElement[int]:
    return func.coalesce(func.sum(case((condition, 1), else_=0)), 0)


def _within(table: type[Finding] | type[Inspection], span: Span, viewer: Viewer) -> list[ColumnElement[bool]]:
    agent = viewer.only_agent if viewer.only_agent is not None else span.agent
    where: list[ColumnElement[bool]] = [col(table.said_on).between(span.since_on, span.until_on)]
    where += [col(table.shop).in_(viewer.shops)] if viewer.shops is not None else []
    where += [col(table.shop) == span.shop] if span.shop is not None else []
    where += [col(table.agent) == agent] if agent is not None else []
    return where


def _most_first(lines: Sequence[Line]) -> tuple[Line, ...]:
    return tuple(sorted(lines, key=lambda line: (-line.tally.counted, -line.tally.findings, line.key)))
