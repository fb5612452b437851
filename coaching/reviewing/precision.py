"""How often each rule was right, from what people decided, and which rules are no longer shown to agents for it.

Only decisions about a rule's newest version count: a mended rule starts afresh. Only the latest `WINDOW` of them do:
a rule that got worse is noticed, and one that recovered comes back.
"""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from math import sqrt

from sqlalchemy import and_, func, or_, update
from sqlmodel import Session, col, select

from coaching.inspection.rescoring import rescore
from coaching.inspection.tables import Finding, Status
from coaching.reviewing.tables import RuleMark

WINDOW = 200
"""Cases looked at, the latest."""
MIN_CASES = 20
"""Fewer say too little to mark a rule; our assumption."""
FLOOR_01, CRITICAL_FLOOR_01 = 0.6, 0.8
"""What an agent sees unconfirmed has to be right this often (issue 4); what fails a conversation, more often (ours)."""
_Z_95 = 1.959964
"""Two-sided 95 % of the normal distribution."""


@dataclass(frozen=True)
class Interval:
    """Where a share lies with 95 % confidence."""

    low_01: float
    high_01: float


@dataclass(frozen=True)
class Case:
    """One decided finding of a rule."""

    is_right: bool
    decided_at: datetime


@dataclass(frozen=True)
class Month:
    """A rule's decisions of one month."""

    month: str
    """`2026-11`, in UTC."""
    right: int
    cases: int


@dataclass(frozen=True)
class Precision:
    """How often one version of a rule was right."""

    rule: str
    rule_version: int
    right: int
    cases: int
    """At most `WINDOW`."""
    precision_01: float | None
    """None: nothing was decided yet (N/A)."""
    interval: Interval | None
    """Wilson's; None as above."""
    floor_01: float
    is_marked: bool
    """Below its floor on enough cases: no longer shown to agents unless confirmed."""
    months: tuple[Month, ...]
    """Oldest first, of this version, within the window."""


def wilson(right: int, cases: int) -> Interval:
    """The 95 % interval of a share.

    Args:
        right: 0 to `cases`.
        cases: at least 1.

    Source: Wilson 1927, Probable inference, the law of succession, and statistical inference.
    """
    share = right / cases
    scale = 1 + _Z_95**2 / cases
    middle = (share + _Z_95**2 / (2 * cases)) / scale
    half = _Z_95 * sqrt(share * (1 - share) / cases + _Z_95**2 / (4 * cases**2)) / scale
    return Interval(max(0.0, middle - half), min(1.0, middle + half))


def precision_of(rule: str, rule_version: int, cases: Iterable[Case], *, is_critical: bool) -> Precision:
    """What the decisions say of a version of a rule."""
    latest = sorted(cases, key=lambda one: one.decided_at)[-WINDOW:]
    right, whole = sum(one.is_right for one in latest), len(latest)
    floor = CRITICAL_FLOOR_01 if is_critical else FLOOR_01
    share = right / whole if whole else None
    return Precision(
        rule=rule,
        rule_version=rule_version,
        right=right,
        cases=whole,
        precision_01=share,
        interval=wilson(right, whole) if whole else None,
        floor_01=floor,
        is_marked=share is not None and whole >= MIN_CASES and share < floor,
        months=_months(latest),
    )


def precisions(session: Session, shops: frozenset[str] | None = None, rule: str | None = None) -> list[Precision]:
    """Every rule's precision, the worst first and what nobody decided last.

    Args:
        session: the database.
        shops: only findings of these; None means all. Marks always follow from all shops.
        rule: only this one.
    """
    cases: dict[tuple[str, int], list[Case]] = defaultdict(list)
    newest, critical = _rules(session, rule)
    where = [col(Finding.status).in_([Status.CONFIRMED, Status.REJECTED]), col(Finding.decided_at).is_not(None)]
    where.append(or_(*(and_(Finding.rule == one, Finding.rule_version == at) for one, at in newest.items())))
    where += [col(Finding.shop).in_(shops)] if shops is not None else []
    columns = (Finding.rule, Finding.rule_version, Finding.status, Finding.decided_at)
    if newest:
        for name, version, status, decided_at in session.exec(select(*columns).where(*where)).all():
            if decided_at is not None:
                cases[name, version].append(Case(status == Status.CONFIRMED, decided_at))
    found = [
        precision_of(name, version, cases.get((name, version), ()), is_critical=name in critical)
        for name, version in newest.items()
    ]
    return sorted(found, key=lambda one: (one.precision_01 is None, one.precision_01, one.rule))


def marked_rules(session: Session) -> frozenset[tuple[str, int]]:
    """Rules and versions that agents are not shown for now."""
    standing = select(RuleMark.rule, RuleMark.rule_version).where(col(RuleMark.lifted_at).is_(None))
    return frozenset((rule, version) for rule, version in session.exec(standing).all())


def update_marks(session: Session, now: datetime, rule: str | None = None) -> list[Precision]:
    """Marks rules that fell below their floor, and lifts marks of those that recovered or were mended.

    What it means for findings follows with `follow_marks`.

    Returns:
        The precisions it went by.
    """
    found = precisions(session, rule=rule)
    where = [col(RuleMark.lifted_at).is_(None)] + ([col(RuleMark.rule) == rule] if rule is not None else [])
    standing = {(mark.rule, mark.rule_version): mark for mark in session.exec(select(RuleMark).where(*where))}
    for one in found:
        mark = standing.pop((one.rule, one.rule_version), None)
        if one.is_marked and mark is None:
            named = {"rule": one.rule, "rule_version": one.rule_version}
            counted = {"right": one.right, "cases": one.cases, "floor_01": one.floor_01}
            session.add(RuleMark(**named, **counted, marked_at=now))
        elif mark is not None and not one.is_marked:
            mark.lifted_at = now
    for mark in standing.values():
        mark.lifted_at = now
    session.flush()
    return found


def follow_marks(session: Session, at_most: int = 200) -> bool:
    """Holds the undecided findings of marked rules, frees those of others, and scores their conversations anew.

    Args:
        session: a transaction that writes.
        at_most: conversations; the rest is for the next call.

    Returns:
        Whether something may be left to do.
    """
    marked = marked_rules(session)
    of_marked = or_(*(and_(Finding.rule == rule, Finding.rule_version == at) for rule, at in sorted(marked)))
    if marked:
        wrong = or_(and_(of_marked, ~col(Finding.is_held)), and_(~of_marked, col(Finding.is_held)))
    else:
        wrong = col(Finding.is_held)
    wanted = select(Finding.conversation_id).where(wrong).distinct().order_by(col(Finding.conversation_id))
    ids = list(session.exec(wanted.limit(at_most)))
    if not ids:
        return False
    session.execute(
        update(Finding).where(wrong, col(Finding.conversation_id).in_(ids)).values(is_held=~col(Finding.is_held)),
        execution_options={"synchronize_session": False},
    )
    session.expire_all()
    for conversation_id in ids:
        rescore(session, conversation_id)
    return len(ids) == at_most


def _rules(session: Session, rule: str | None) -> tuple[dict[str, int], set[str]]:
    """The newest version of every rule that ever found something, and those that may fail a conversation."""
    wanted = select(Finding.rule, func.max(Finding.rule_version)).group_by(col(Finding.rule))
    wanted = wanted.where(Finding.rule == rule) if rule is not None else wanted
    newest: dict[str, int] = dict(session.exec(wanted).all())
    grave = select(Finding.rule).where(Finding.severity == "critical").distinct()
    return newest, set(session.exec(grave))


def _months(cases: Sequence[Case]) -> tuple[Month, ...]:
    by_month: dict[str, list[bool]] = {}
    for one in cases:
        by_month.setdefault(one.decided_at.strftime("%Y-%m"), []).append(one.is_right)
    return tuple(Month(month, sum(these), len(these)) for month, these in by_month.items())
