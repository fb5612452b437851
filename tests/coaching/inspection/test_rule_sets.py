"""Which rule set is in force where and when."""

from dataclasses import replace
from datetime import UTC, date, datetime

import pytest

from coaching.inspection.rule_sets import BUNDLED, VERIFY, Limits, rule_set_for
from coaching.inspection.rules import BY_ID
from kb.vocabulary import Platform

TODAY = date(2026, 11, 22)
GENERAL = next(one for one in BUNDLED if not one.platforms)


@pytest.mark.parametrize("platform", Platform)
def test_every_platform_has_a_set(platform: Platform) -> None:
    found = rule_set_for(BUNDLED, platform, None, TODAY)
    assert platform in found.platforms or not found.platforms


def test_every_bundled_set_says_where_it_comes_from_and_to_verify_it() -> None:
    assert all(VERIFY in one.source and len(one.source) > len(VERIFY) for one in BUNDLED)
    assert len({one.id for one in BUNDLED}) == len(BUNDLED)


def test_bundled_sets_name_only_rules_that_exist() -> None:
    assert {rule for one in BUNDLED for rule in (*one.off, *one.deductions)} <= BY_ID.keys()


def test_a_shops_own_set_goes_before_the_platforms() -> None:
    own = replace(GENERAL, id="own", shops=frozenset({"zao"}))
    assert rule_set_for([*BUNDLED, own], Platform.JD, "zao", TODAY).id == "own"
    assert rule_set_for([*BUNDLED, own], Platform.JD, "mian", TODAY).id == "jd-default"


def test_the_newest_in_force_counts() -> None:
    newer = replace(GENERAL, version=2, in_force_from=date(2026, 11, 22))
    later = replace(GENERAL, version=3, in_force_from=date(2026, 11, 23))
    assert rule_set_for([GENERAL, newer, later], None, None, TODAY).version == 2
    assert rule_set_for([GENERAL, newer, later], None, None, date(2026, 11, 21)).version == 1


def test_before_all_sets_there_is_none() -> None:
    with pytest.raises(LookupError):
        rule_set_for(BUNDLED, Platform.JD, None, date(2020, 1, 1))


def test_service_hours_are_those_of_china_and_end_before_they_close() -> None:
    limits = Limits(opens_hour=9, closes_hour=23)
    assert limits.in_service(datetime(2026, 11, 22, 1, 0, tzinfo=UTC))
    assert not limits.in_service(datetime(2026, 11, 22, 0, 59, tzinfo=UTC))
    assert not limits.in_service(datetime(2026, 11, 22, 15, 0, tzinfo=UTC))
