"""The overview for leads, and its chart."""

from collections.abc import Callable
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlmodel import Session, select

from api.identity import Role
from coaching.inspection.overview import Inspected, Line, Span, Tally
from coaching.inspection.tables import CustomerMood
from tests.coaching.inspection.stored import RUDE, findings, inspect, keep
from tests.web.browsing import Browser
from web.charts import HEIGHT, WIDTH, Point, column_chart, nice_top
from web.inspection_overview import FEW, week_rows

Browse = Callable[..., Browser]


def day(on: str, conversations: int, counted: int, score: float | None) -> Line:
    return Line(on, Tally(counted, counted), Inspected(conversations, score, 0))


@pytest.mark.usefixtures("shops")
def test_what_and_who_are_told_with_counts(browse: Browse, session: Session) -> None:
    for number in range(FEW):
        keep(session, f"talk-{number}", *RUDE)
    keep(session, "other", *RUDE, agent="wu")
    inspect(session)
    page = browse(Role.LEAD).get("/inspection").text
    what = page.split('id="what"')[1].split("</section>")[0]
    assert "态度生硬" in what
    assert f"<b>{FEW + 1}</b>" in what
    who = page.split('id="who"')[1].split("</section>")[0]
    rows = who.split("<tbody>")[1].split("<tr>")[1:]
    counted = sum(one.is_sure for one in findings(session) if one.agent == "lin")
    assert f"<b>{counted * 10 / FEW:.1f}</b>" in rows[0]
    assert "样本少" in rows[1]
    assert "<b>" not in rows[1]


@pytest.mark.usefixtures("shops")
def test_an_overview_is_of_the_lead_s_shops(browse: Browse, session: Session) -> None:
    keep(session, "a", *RUDE)
    inspect(session)
    assert "态度生硬" in browse(Role.LEAD, "mian").get("/inspection").text
    assert "没有质检过的会话" in browse(Role.LEAD, "zao").get("/inspection").text
    assert browse(Role.LEAD, "zao", name="戊").get("/inspection?shop=mian").status_code == 403


@pytest.mark.usefixtures("shops")
def test_strain_stands_apart_and_says_it_is_no_score(browse: Browse, session: Session) -> None:
    keep(session, "a", *RUDE)
    keep(session, "b", *RUDE)
    inspect(session)
    lead = browse(Role.LEAD)
    assert "没有人特别吃力" in lead.get("/inspection").text
    before = lead.get("/inspection").text.split('id="who"')[1].split("</section>")[0]
    for mood in session.exec(select(CustomerMood)).all():
        mood.angry, mood.abusive = 2, 1
        session.add(mood)
    session.commit()
    page = lead.get("/inspection").text
    care = page.split('id="care"')[1]
    assert "多次被辱骂" in care.split("</ul>")[0]
    assert "不计入任何评分或考核" in care
    assert page.split('id="who"')[1].split("</section>")[0] == before


@pytest.mark.parametrize("query", ["weeks=0", "weeks=54", "weeks=many"])
def test_a_span_nobody_offers_is_refused(browse: Browse, query: str) -> None:
    assert browse(Role.LEAD).get(f"/inspection?{query}").status_code == 422


def test_weeks_end_with_the_span_and_few_cases_are_marked() -> None:
    span = Span(date(2026, 11, 9), date(2026, 11, 22))
    days = [
        day("2026-11-10", 10, 5, 90.0),
        day("2026-11-15", 30, 5, 98.0),
        day("2026-11-16", 4, 1, None),
    ]
    first, second = week_rows(days, span)
    assert (first.label, first.conversations, first.per_ten, first.score, first.is_few) == (
        "11-09",
        40,
        "2.5",
        "96.0",
        False,
    )
    assert (second.label, second.per_ten, second.score, second.is_few) == ("11-16", "2.5", "–", True)


def test_a_week_without_conversations_has_no_column() -> None:
    chart = column_chart("", [Point("11-09", None, True), Point("11-16", 5.0, False)])
    assert [(bar.value, bar.height > 0) for bar in chart.bars] == [("–", False), ("5", True)]


@given(st.lists(st.one_of(st.none(), st.floats(0, 1e6)), max_size=53))
def test_columns_stay_inside_the_chart_and_keep_their_order_of_size(values: list[float | None]) -> None:
    chart = column_chart("", [Point("11-16", value, False) for value in values])
    for bar in chart.bars:
        assert bar.x >= 0
        assert bar.y >= 0
        assert bar.x + bar.width <= WIDTH + 0.1
        assert bar.y + bar.height <= HEIGHT
    heights = [bar.height for bar, value in zip(chart.bars, values, strict=True) if value is not None]
    known = [value for value in values if value is not None]
    assert [height for _, height in sorted(zip(known, heights, strict=True))] == sorted(heights)


@given(st.floats(1e-6, 1e9))
def test_a_chart_s_top_is_near_above_its_highest_column(most: float) -> None:
    assert most <= nice_top(most) * (1 + 1e-9)
    assert nice_top(most) <= most * 2.001
