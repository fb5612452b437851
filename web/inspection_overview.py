"""What inspection found, for leads: of what, with whom, and whether it gets better; strain stands apart."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Annotated, ClassVar, NamedTuple
from urllib.parse import urlencode

from fastapi import APIRouter, Query
from starlette.responses import Response

from api.looking_up import check_shop
from api.routes.conversations import viewer_of
from coaching.inspection.overview import Line, Overview, Span, overview
from coaching.inspection.rules import BY_ID
from coaching.strain import Strain, strains
from kb.content import MaybeShort
from web import choices
from web.charts import ColumnChart, Point, column_chart
from web.choices import Choice, ChoiceList
from web.finding_notes import rule_word
from web.visits import Frame, LeadVisit, Visit, answer

WEEKS = (1, 4, 8, 12)
FEW = 10
"""Fewer conversations than these say little about anybody."""
PER = 10
"""Findings are told per so many conversations."""
router = APIRouter(include_in_schema=False)


class Figure(NamedTuple):
    """One number of the head line."""

    label: str
    value: str
    note: str


class RuleRow(NamedTuple):
    """One rule over the span."""

    word: str
    dimension: str
    counted: int
    share: float
    """Length of its bar, 0 to 100 of the longest."""
    open: int
    confirmed: int
    rejected: int
    address: str


class AgentRow(NamedTuple):
    """One agent over the span."""

    name: str
    conversations: int
    score: str
    counted: int
    per_ten: str
    """Findings per ten conversations; empty where there are few."""
    failed: int
    is_few: bool
    address: str


class WeekRow(NamedTuple):
    """One week of the trend."""

    label: str
    conversations: int
    counted: int
    per_ten: str
    score: str
    is_few: bool


class StrainRow(NamedTuple):
    """What serving costs one agent."""

    name: str
    signs: tuple[str, ...]
    conversations: int
    upset: int
    abused: int
    streak: int
    night: str


@dataclass(frozen=True)
class InspectionPage:
    """The overview."""

    template: ClassVar[str] = "inspection.html"

    frame: Frame
    filters: tuple[ChoiceList, ...]
    days: str
    figures: tuple[Figure, ...]
    rules: tuple[RuleRow, ...]
    agents: tuple[AgentRow, ...]
    few: int
    chart: ColumnChart
    weeks: tuple[WeekRow, ...]
    strained: tuple[StrainRow, ...]
    """Those who give a sign."""
    served: tuple[StrainRow, ...]
    """Everybody."""


@router.get("/inspection")
def show_overview(
    visit: LeadVisit, weeks: Annotated[int, Query(ge=1, le=53)] = 4, shop: Annotated[MaybeShort, Query()] = None
) -> Response:
    """The last weeks up to today, of the visitor's shops or one of them."""
    check_shop(visit.who, shop)
    today = visit.services.clock().astimezone(visit.services.zone).date()
    span = Span(today - timedelta(weeks=weeks) + timedelta(days=1), today, shop)
    viewer = viewer_of(visit.who)
    found = overview(visit.session, span, viewer)
    shops = frozenset({shop}) if shop else visit.who.shops
    loads = strains(visit.session, span.since_on, span.until_on, shops)
    names = choices.agent_names(visit, {*(line.key for line in found.by_agent), *(one.agent for one in loads)})
    by_week = week_rows(found.by_day, span)
    served = tuple(_strain(visit, one, names) for one in loads)
    narrowed = {"since": str(span.since_on), "until": str(span.until_on), **({"shop": shop} if shop else {})}
    page = InspectionPage(
        frame=visit.frame(visit.say("inspection.title")),
        filters=_filters(visit, weeks, shop),
        days=visit.say("inspection.days", since=span.since_on, until=span.until_on),
        figures=_figures(visit, found),
        rules=_rules(visit, found.by_rule, narrowed),
        agents=_agents(found.by_agent, names, narrowed),
        few=FEW,
        chart=column_chart(visit.say("inspection.trend.what"), [_point(row) for row in by_week]),
        weeks=by_week,
        strained=tuple(row for row in served if row.signs),
        served=served,
    )
    return answer(visit, page)


def per_ten(counted: int, conversations: int) -> str:
    """Findings per ten conversations; empty where there were too few to say."""
    return f"{counted * PER / conversations:.1f}" if conversations >= FEW else ""


def week_rows(days: Sequence[Line], span: Span) -> tuple[WeekRow, ...]:
    """The days of a span in sevens, so that the last ends with it."""
    weeks = ((span.until_on - span.since_on).days + 1) // 7
    rows = []
    for week in range(weeks):
        first = span.since_on + timedelta(weeks=week)
        last = first + timedelta(days=6)
        of_week = [one for one in days if first <= date.fromisoformat(one.key) <= last]
        conversations = sum(one.inspected.conversations for one in of_week)
        counted = sum(one.tally.counted for one in of_week)
        scored = [one.inspected for one in of_week if one.inspected.average_score is not None]
        total, many = (
            sum((one.average_score or 0) * one.conversations for one in scored),
            sum(one.conversations for one in scored),
        )
        rows.append(
            WeekRow(
                label=f"{first:%m-%d}",
                conversations=conversations,
                counted=counted,
                per_ten=f"{counted * PER / conversations:.1f}" if conversations else "",
                score=f"{total / many:.1f}" if many else "–",
                is_few=conversations < FEW,
            )
        )
    return tuple(rows)


def _point(row: WeekRow) -> Point:
    return Point(row.label, float(row.per_ten) if row.per_ten else None, row.is_few)


def _figures(visit: Visit, found: Overview) -> tuple[Figure, ...]:
    now, before = found.inspected, found.before
    score = f"{now.average_score:.1f}" if now.average_score is not None else "–"
    change = visit.say("inspection.change", change=f"{found.trend:+.1f}") if found.trend is not None else ""
    return (
        Figure(
            visit.say("inspection.read"),
            f"{now.conversations:,}",
            visit.say("inspection.before", count=before.conversations),
        ),
        Figure(visit.say("inspection.score"), score, change),
        Figure(
            visit.say("inspection.counted"),
            f"{found.tally.counted:,}",
            visit.say("inspection.of_all", count=found.tally.findings),
        ),
        Figure(visit.say("inspection.failed"), f"{now.failed:,}", visit.say("inspection.failed.what")),
    )


def _rules(visit: Visit, lines: Sequence[Line], narrowed: dict[str, str]) -> tuple[RuleRow, ...]:
    most = max((line.tally.counted for line in lines), default=0) or 1
    rows = []
    for line in lines:
        rule = BY_ID.get(line.key)
        rows.append(
            RuleRow(
                word=rule_word(visit, line.key),
                dimension=visit.say(f"dimension.{rule.dimension}") if rule else "",
                counted=line.tally.counted,
                share=round(100 * line.tally.counted / most, 1),
                open=line.tally.open,
                confirmed=line.tally.confirmed,
                rejected=line.tally.rejected,
                address=f"/conversations?{urlencode({**narrowed, 'rule': line.key})}",
            )
        )
    return tuple(rows)


def _agents(lines: Sequence[Line], names: dict[str, str], narrowed: dict[str, str]) -> tuple[AgentRow, ...]:
    """Those of whom enough was read first, most findings per conversation on top."""
    rows = []
    for line in lines:
        read = line.inspected.conversations
        score = line.inspected.average_score
        rows.append(
            AgentRow(
                name=names.get(line.key, line.key),
                conversations=read,
                score=f"{score:.1f}" if score is not None else "–",
                counted=line.tally.counted,
                per_ten=per_ten(line.tally.counted, read),
                failed=line.inspected.failed,
                is_few=read < FEW,
                address=f"/conversations?{urlencode({**narrowed, 'agent': line.key})}" if line.key else "",
            )
        )
    return tuple(sorted(rows, key=lambda row: (row.is_few, -float(row.per_ten or 0), row.name)))


def _strain(visit: Visit, one: Strain, names: dict[str, str]) -> StrainRow:
    share = f"{100 * one.at_night / one.messages:.0f}%" if one.messages else "–"
    return StrainRow(
        name=names.get(one.agent, one.agent),
        signs=tuple(visit.say(f"strain.{sign}") for sign in one.signs),
        conversations=one.conversations,
        upset=one.upset,
        abused=one.abused,
        streak=one.longest_streak,
        night=share,
    )


def _filters(visit: Visit, weeks: int, shop: str | None) -> tuple[ChoiceList, ...]:
    offered = tuple(Choice(str(count), visit.say("inspection.weeks", count=count)) for count in WEEKS)
    return (
        ChoiceList("weeks", visit.say("inspection.span"), "", str(weeks), offered),
        ChoiceList("shop", visit.say("filter.shop"), visit.say("filter.any"), shop or "", choices.shops(visit)),
    )
