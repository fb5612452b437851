"""Days on which people work, for deadlines. Pure."""

from datetime import date, datetime, time, timedelta, tzinfo

from coaching.inspection.rule_sets import AppealTerms

_SATURDAY = 5


def is_working_day(day: date, terms: AppealTerms) -> bool:
    """Monday to Friday but for holidays, and the weekends that are worked for them."""
    return day in terms.days_on or (day.weekday() < _SATURDAY and day not in terms.days_off)


def end_of_working_day(start: datetime, days: int, terms: AppealTerms, zone: tzinfo) -> datetime:
    """The end of the `days`-th working day after `start`'s own day, as the midnight that follows it.

    Args:
        start: aware; its own day does not count.
        days: at least 1.
        terms: which days are worked.
        zone: whose days count.
    """
    day = start.astimezone(zone).date()
    left = max(1, days)
    while left:
        day += timedelta(days=1)
        left -= is_working_day(day, terms)
    return datetime.combine(day + timedelta(days=1), time(), zone)
