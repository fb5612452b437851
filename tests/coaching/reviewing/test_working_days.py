"""Deadlines in working days; 2026-11-21 is a Saturday."""

from datetime import UTC, date, datetime

import pytest

from coaching.inspection.rule_sets import CHINA, AppealTerms
from coaching.reviewing.working_days import end_of_working_day


def _end(start: datetime, days: int, terms: AppealTerms | None = None) -> date:
    end = end_of_working_day(start, days, terms or AppealTerms(), CHINA)
    assert (end.hour, end.minute, end.tzinfo) == (0, 0, CHINA)
    return end.date()


@pytest.mark.parametrize(
    ("day", "days", "ends_before"),
    [(20, 1, 24), (21, 1, 24), (16, 3, 20), (16, 5, 24), (20, 5, 28)],
)
def test_weekends_do_not_count_and_the_day_itself_neither(day: int, days: int, ends_before: int) -> None:
    assert _end(datetime(2026, 11, day, 15, tzinfo=CHINA), days) == date(2026, 11, ends_before)


def test_the_day_is_that_of_the_zone() -> None:
    assert _end(datetime(2026, 11, 16, 20, tzinfo=UTC), 1) == date(2026, 11, 19)


def test_holidays_are_left_out_and_weekends_worked_for_them_count() -> None:
    monday = datetime(2026, 11, 16, 9, tzinfo=CHINA)
    holiday = AppealTerms(days_off=frozenset({date(2026, 11, 17), date(2026, 11, 18)}))
    assert _end(monday, 1, holiday) == date(2026, 11, 20)
    worked = AppealTerms(days_on=frozenset({date(2026, 11, 21)}))
    assert _end(datetime(2026, 11, 20, 9, tzinfo=CHINA), 1, worked) == date(2026, 11, 22)
