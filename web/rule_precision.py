"""How often every rule was right, from what people decided, and which rules agents are no longer shown."""

from dataclasses import dataclass
from typing import ClassVar, NamedTuple

from fastapi import APIRouter
from starlette.responses import Response

from coaching.reviewing.marking import precisions
from coaching.reviewing.precision import MIN_CASES, WINDOW, Month, Precision
from web.finding_notes import rule_word
from web.visits import Frame, LeadVisit, Visit, answer

WIDTH = 200
"""Of the drawn interval: one unit is half a percent."""
MONTH_WIDTH, MONTH_HEIGHT = 14, 32
SHOWN_MONTHS = 12
router = APIRouter(include_in_schema=False)


class MonthBar(NamedTuple):
    """One month's share of right findings, drawn."""

    x: int
    y: float
    height: float
    told: str


class RuleRow(NamedTuple):
    """One rule."""

    rule: str
    word: str
    version: int
    share: str
    """Empty: nobody decided anything yet."""
    counted: str
    interval: str
    low: float
    span: float
    middle: float
    floor: float
    """Places on the line, 0 to `WIDTH`."""
    floor_word: str
    is_marked: bool
    is_few: bool
    """Too few cases to mark it."""
    months: tuple[MonthBar, ...]
    months_width: int


@dataclass(frozen=True)
class PrecisionPage:
    """Every rule that ever found something, the worst first."""

    template: ClassVar[str] = "rule_precision.html"

    frame: Frame
    rows: tuple[RuleRow, ...]
    width: int
    window: int
    fewest: int


@router.get("/rules/precision")
def show_precision(visit: LeadVisit) -> Response:
    """Every rule's precision, for the visitor's shops; marks follow from all."""
    rows = tuple(_row(visit, one) for one in precisions(visit.session, visit.who.shops))
    return answer(visit, PrecisionPage(visit.frame(visit.say("precision.title")), rows, WIDTH, WINDOW, MIN_CASES))


def _row(visit: Visit, one: Precision) -> RuleRow:
    low, high = (one.interval.low_01, one.interval.high_01) if one.interval else (0.0, 0.0)
    share = one.precision_01
    months = one.months[-SHOWN_MONTHS:]
    return RuleRow(
        rule=one.rule,
        word=rule_word(visit, one.rule),
        version=one.rule_version,
        share=_percent(share) if share is not None else "",
        counted=visit.say("precision.counted", right=one.right, cases=one.cases),
        interval=visit.say("precision.interval", low=_percent(low), high=_percent(high)) if one.interval else "",
        low=round(low * WIDTH, 1),
        span=round((high - low) * WIDTH, 1),
        middle=round((share or 0) * WIDTH, 1),
        floor=round(one.floor_01 * WIDTH, 1),
        floor_word=_percent(one.floor_01),
        is_marked=one.is_marked,
        is_few=one.cases < MIN_CASES,
        months=tuple(_bar(visit, place, month) for place, month in enumerate(months)),
        months_width=max(1, len(months)) * MONTH_WIDTH,
    )


def _bar(visit: Visit, place: int, one: Month) -> MonthBar:
    height = round(MONTH_HEIGHT * one.right / one.cases, 1)
    told = visit.say("precision.month", month=one.month, right=one.right, cases=one.cases)
    return MonthBar(place * MONTH_WIDTH, round(MONTH_HEIGHT - height, 1), height, told)


def _percent(share_01: float) -> str:
    return f"{100 * share_01:.0f}%"
