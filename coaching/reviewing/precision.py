"""How often a rule was right, from what people decided, and whether agents may still be shown what it finds. Pure.

Only the latest `WINDOW` decisions count: a rule that got worse is noticed, and one that recovered comes back.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from math import sqrt

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
    is_sure: bool = True
    """Whether agents saw it before anybody decided it."""


@dataclass(frozen=True)
class Month:
    """A rule's decisions of one month."""

    month: str
    """`2026-11`, in UTC."""
    right: int
    cases: int


@dataclass(frozen=True)
class Share:
    """How many cases were right."""

    right: int
    cases: int
    """At most `WINDOW`."""
    precision_01: float | None
    """None: nothing was decided yet (N/A)."""
    interval: Interval | None
    """Wilson's; None as above."""


@dataclass(frozen=True)
class Precision:
    """How often one version of a rule was right where it was sure: in what agents see unconfirmed."""

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
    unsure: Share
    """The same of what only reviewers see. It marks nothing: agents never see it unconfirmed."""


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
    by_age = sorted(cases, key=lambda one: one.decided_at)
    latest = [one for one in by_age if one.is_sure][-WINDOW:]
    sure, unsure = _share(latest), _share([one for one in by_age if not one.is_sure][-WINDOW:])
    floor = CRITICAL_FLOOR_01 if is_critical else FLOOR_01
    share = sure.precision_01
    return Precision(
        rule=rule,
        rule_version=rule_version,
        right=sure.right,
        cases=sure.cases,
        precision_01=share,
        interval=sure.interval,
        floor_01=floor,
        is_marked=share is not None and sure.cases >= MIN_CASES and share < floor,
        months=_months(latest),
        unsure=unsure,
    )


def _share(cases: Sequence[Case]) -> Share:
    right, whole = sum(one.is_right for one in cases), len(cases)
    return Share(right, whole, right / whole if whole else None, wilson(right, whole) if whole else None)


def _months(cases: Sequence[Case]) -> tuple[Month, ...]:
    by_month: dict[str, list[bool]] = {}
    for one in cases:
        by_month.setdefault(one.decided_at.strftime("%Y-%m"), []).append(one.is_right)
    return tuple(Month(month, sum(these), len(these)) for month, these in by_month.items())
