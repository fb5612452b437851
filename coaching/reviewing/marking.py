"""Rules whose findings agents are not shown, because people too often decided that they were wrong.

Only decisions about the version of a rule that found last count: a mended rule starts afresh.
"""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import replace
from datetime import datetime

from sqlalchemy import ColumnElement, and_, case, false, func, or_, update
from sqlalchemy import select as select_rows
from sqlmodel import Session, col, select

from coaching.inspection.rescoring import rescore
from coaching.inspection.rules import RULES
from coaching.inspection.tables import Finding, Status
from coaching.reviewing.precision import Case, Precision, precision_of
from coaching.reviewing.tables import RuleMark

_SEVERITIES = {rule.id: rule.severity for rule in RULES}
"""Of bundled rules; a custom one's is that of what it finds."""


def precisions(session: Session, shops: frozenset[str] | None = None) -> list[Precision]:
    """The precision of every rule that found something, the worst first and what nobody decided last.

    Args:
        session: the database.
        shops: only findings of these; None means all. Whether a rule is marked follows from all shops.
    """
    marked = marked_rules(session)
    found = [replace(one, is_marked=(one.rule, one.rule_version) in marked) for one in _reckoned(session, shops=shops)]
    return sorted(found, key=lambda one: (one.precision_01 is None, one.precision_01, one.rule))


def _reckoned(session: Session, *, shops: frozenset[str] | None = None, rule: str | None = None) -> list[Precision]:
    """What decisions about findings of these shops alone say."""
    cases: dict[tuple[str, int], list[Case]] = defaultdict(list)
    newest = _newest(session, shops, rule)
    where: list[ColumnElement[bool]] = [
        col(Finding.status).in_([Status.CONFIRMED, Status.REJECTED]),
        col(Finding.decided_at).is_not(None),
    ]
    where.append(_of(newest))
    where += [col(Finding.shop).in_(shops)] if shops is not None else []
    columns = (
        col(Finding.rule),
        col(Finding.rule_version),
        col(Finding.status),
        col(Finding.decided_at),
        col(Finding.is_sure),
    )
    for name, version, status, decided_at, is_sure in session.execute(select_rows(*columns).where(*where)):
        cases[name, version].append(Case(status == Status.CONFIRMED, decided_at, is_sure))
    return [
        precision_of(name, version, cases.get((name, version), ()), is_critical=is_critical)
        for (name, version), is_critical in newest.items()
    ]


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
    found = _reckoned(session, rule=rule)
    where = [col(RuleMark.lifted_at).is_(None)] + ([col(RuleMark.rule) == rule] if rule is not None else [])
    standing = {(mark.rule, mark.rule_version): mark for mark in session.exec(select(RuleMark).where(*where))}
    for one in found:
        mark = standing.pop((one.rule, one.rule_version), None)
        if one.is_marked and mark is None:
            session.add(
                RuleMark(
                    rule=one.rule,
                    rule_version=one.rule_version,
                    right=one.right,
                    cases=one.cases,
                    floor_01=one.floor_01,
                    marked_at=now,
                )
            )
        elif mark is not None and not one.is_marked:
            mark.lifted_at = now
    for mark in standing.values():
        mark.lifted_at = now
    session.flush()
    return found


def follow_marks(session: Session, now: datetime, at_most: int = 200) -> bool:
    """Holds the undecided findings of marked rules, frees those of others, and scores their conversations anew.

    Args:
        session: a transaction that writes.
        now: from when on agents see those that are freed.
        at_most: conversations; the rest is for the next call.

    Returns:
        Whether something may be left to do.
    """
    ever = list(session.exec(select(RuleMark.rule).distinct()))
    if not ever:
        return False
    marked = marked_rules(session)
    of_marked = _of(sorted(marked))
    otherwise = or_(and_(of_marked, ~col(Finding.is_held)), and_(~of_marked, col(Finding.is_held)))
    wrong = and_(col(Finding.rule).in_(ever), col(Finding.status) == Status.OPEN, otherwise)
    wanted = select(Finding.conversation_id).where(wrong).distinct().order_by(col(Finding.conversation_id))
    ids = list(session.exec(wanted.limit(at_most)))
    if not ids:
        return False
    freed_at = case((col(Finding.is_held), now), else_=col(Finding.shown_at))
    session.execute(
        update(Finding)
        .where(wrong, col(Finding.conversation_id).in_(ids))
        .values(is_held=~col(Finding.is_held), shown_at=freed_at),
        execution_options={"synchronize_session": False},
    )
    session.expire_all()
    for conversation_id in ids:
        rescore(session, conversation_id)
    return len(ids) == at_most


def _newest(session: Session, shops: frozenset[str] | None, rule: str | None) -> dict[tuple[str, int], bool]:
    """Rule and version that found last in these shops, of every rule → whether it is one that fails a conversation."""
    last = select(func.max(Finding.id)).group_by(col(Finding.rule))
    last = last.where(col(Finding.shop).in_(shops)) if shops is not None else last
    last = last.where(Finding.rule == rule) if rule is not None else last
    wanted = select(Finding.rule, Finding.rule_version, Finding.severity).where(col(Finding.id).in_(last))
    return {
        (name, version): _SEVERITIES.get(name, severity) == "critical"
        for name, version, severity in session.exec(wanted)
    }


def _of(versions: Iterable[tuple[str, int]]) -> ColumnElement[bool]:
    """Findings by any of these versions of rules."""
    each = (and_(col(Finding.rule) == rule, col(Finding.rule_version) == at) for rule, at in versions)
    return or_(false(), *each)
