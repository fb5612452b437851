"""How often a rule was right, and when it is too seldom."""

from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from coaching.reviewing.precision import MIN_CASES, WINDOW, Case, precision_of, wilson
from tests.conftest import NOW


def _cases(verdicts: list[bool], since_days: int = 0) -> list[Case]:
    return [Case(right, NOW + timedelta(days=since_days, minutes=place)) for place, right in enumerate(verdicts)]


def test_wilsons_interval_of_a_known_case() -> None:
    # Newcombe 1998, table I, method 3: 81/263 → 0.2553 to 0.3662; 0/20 → 0 to 0.1611
    found = wilson(81, 263)
    assert (found.low_01, found.high_01) == (pytest.approx(0.2553, abs=1e-4), pytest.approx(0.3662, abs=1e-4))
    assert (wilson(0, 20).low_01, wilson(0, 20).high_01) == (0.0, pytest.approx(0.1611, abs=1e-4))


@given(st.integers(1, 500).flatmap(lambda n: st.tuples(st.integers(0, n), st.just(n))))
def test_the_share_lies_in_its_interval(counted: tuple[int, int]) -> None:
    right, cases = counted
    found = wilson(right, cases)
    assert 0 <= found.low_01 <= right / cases + 1e-9
    assert right / cases - 1e-9 <= found.high_01 <= 1


def test_a_rule_nobody_decided_on_has_no_precision() -> None:
    found = precision_of("vague", 1, [], is_critical=False)
    assert (found.precision_01, found.interval, found.is_marked) == (None, None, False)


def test_a_rule_is_marked_below_its_floor_on_enough_cases_only() -> None:
    wrong = [False] * MIN_CASES
    assert not precision_of("vague", 1, _cases(wrong[1:]), is_critical=False).is_marked
    assert precision_of("vague", 1, _cases(wrong), is_critical=False).is_marked


def test_what_fails_a_conversation_has_to_be_right_more_often() -> None:
    seven_of_ten = _cases([True] * 14 + [False] * 6)
    assert not precision_of("vague", 1, seven_of_ten, is_critical=False).is_marked
    assert precision_of("off_platform", 1, seven_of_ten, is_critical=True).is_marked


def test_only_the_latest_decisions_count_so_that_a_rule_can_fall_and_recover() -> None:
    fallen = precision_of("vague", 1, _cases([True] * 500 + [False] * WINDOW), is_critical=False)
    assert (fallen.cases, fallen.precision_01, fallen.is_marked) == (WINDOW, 0.0, True)
    recovered = _cases([False] * 500) + _cases([True] * WINDOW, since_days=5)
    assert precision_of("vague", 1, reversed(recovered), is_critical=False).precision_01 == 1.0


def test_precision_is_told_month_by_month() -> None:
    found = precision_of("vague", 1, _cases([True, False]) + _cases([True], since_days=30), is_critical=False)
    assert [(one.month, one.right, one.cases) for one in found.months] == [("2026-11", 1, 2), ("2026-12", 1, 1)]
