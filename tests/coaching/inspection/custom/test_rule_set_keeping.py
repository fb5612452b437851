"""Rule sets of the database beside the bundled ones."""

from datetime import date
from typing import Any

import pytest
from pydantic import ValidationError
from sqlmodel import Session

from coaching.actor import Actor
from coaching.errors import RuleNotOwnError, RuleSetError
from coaching.inspection.custom.keeping import create_rule
from coaching.inspection.custom.rule_set_content import RuleSetContent
from coaching.inspection.custom.rule_set_keeping import add_rule_set, list_rule_sets, rule_sets
from coaching.inspection.custom.tables import RuleSetRow
from coaching.inspection.rule_sets import BUNDLED, rule_set_for
from kb.vocabulary import Platform
from tests.coaching.inspection.custom.rules_written import written
from tests.conftest import NOW


def _content(**fields: Any) -> RuleSetContent:
    return RuleSetContent.model_validate(
        {"name": "棉语方案", "in_force_from": "2026-11-20", "shops": ["mian"], "source": "店铺约定", **fields}
    )


def _chosen(session: Session, platform: Platform, shop: str, day: date) -> tuple[str, int]:
    one = rule_set_for(rule_sets(session), platform, shop, day)
    return one.id, one.version


def test_a_shops_set_is_chosen_from_its_day_on(session: Session, lead: Actor) -> None:
    add_rule_set(session, "mian-1", _content(limits={"first_reply_s": 20}, off=["no_closing"]), lead)
    add_rule_set(session, "mian-1", _content(in_force_from="2026-12-01"), lead, "年底放宽")
    assert _chosen(session, Platform.TMALL, "mian", date(2026, 11, 19))[0] == "taobao-default"
    assert _chosen(session, Platform.TMALL, "mian", date(2026, 11, 20)) == ("mian-1", 1)
    assert _chosen(session, Platform.TMALL, "mian", date(2026, 12, 1)) == ("mian-1", 2)
    assert _chosen(session, Platform.TMALL, "zao", date(2026, 12, 1))[0] == "taobao-default"
    [first] = [one for one in rule_sets(session) if (one.id, one.version) == ("mian-1", 1)]
    assert (first.limits.first_reply_s, first.off) == (20, {"no_closing"})
    assert sum(first.weights.values()) == 100


def test_a_bundled_set_is_followed_by_a_version_of_ones_own(session: Session, lead: Actor) -> None:
    content = _content(shops=[], platforms=["jd"], limits={"first_reply_s": 40, "opens_hour": 9, "closes_hour": 23})
    made = add_rule_set(session, "jd-default", content, lead)
    assert made.rule_set.version == 2
    assert _chosen(session, Platform.JD, "zao", date(2026, 11, 21)) == ("jd-default", 2)
    assert _chosen(session, Platform.JD, "zao", date(2026, 11, 1)) == ("jd-default", 1)


def test_a_set_may_name_custom_rules_and_no_unknown_ones(session: Session, lead: Actor) -> None:
    rule = create_rule(session, written(), lead)
    assert add_rule_set(session, "a", _content(deductions={rule.rule_id: 3}), lead).rule_set.deductions == {
        rule.rule_id: 3
    }
    with pytest.raises(RuleSetError, match="custom-99、guess"):
        add_rule_set(session, "b", _content(off=["guess"], deductions={"custom-99": 3}), lead)


def test_two_sets_are_not_in_force_in_one_place_from_one_day(session: Session, lead: Actor) -> None:
    add_rule_set(session, "a", _content(shops=["mian", "bei"]), lead)
    with pytest.raises(RuleSetError, match="方案“a”"):
        add_rule_set(session, "b", _content(), lead)
    add_rule_set(session, "b", _content(in_force_from="2026-11-21"), lead)
    add_rule_set(session, "c", _content(platforms=["jd"]), lead)


def test_a_version_does_not_go_back_before_the_last(session: Session, lead: Actor) -> None:
    add_rule_set(session, "a", _content(), lead)
    with pytest.raises(RuleSetError, match="2026-11-20"):
        add_rule_set(session, "a", _content(in_force_from="2026-11-19"), lead)


@pytest.mark.parametrize("code", ["", "我的", "a b", "a" * 101])
def test_a_code_is_letters_and_digits(session: Session, lead: Actor, code: str) -> None:
    with pytest.raises(RuleSetError, match="方案编号"):
        add_rule_set(session, code, _content(), lead)


def test_a_lead_of_one_shop_writes_for_it_alone(session: Session, lead: Actor, lead_of_mian: Actor) -> None:
    add_rule_set(session, "mian-1", _content(), lead_of_mian)
    add_rule_set(session, "zao-1", _content(shops=["zao"]), lead)
    for code, shops in (("jd-default", ["mian"]), ("x", []), ("x", ["mian", "zao"]), ("zao-1", ["mian"])):
        with pytest.raises(RuleNotOwnError):
            add_rule_set(session, code, _content(shops=shops), lead_of_mian)
    seen = [one.rule_set.id for one in list_rule_sets(session, lead_of_mian) if not one.is_bundled]
    assert seen == ["mian-1"]
    assert len(list_rule_sets(session, lead)) == len(BUNDLED) + 2


def test_a_row_of_another_program_is_left_out_and_the_others_go_on(session: Session, lead: Actor) -> None:
    session.add(
        RuleSetRow(code="odd", version=1, in_force_from=date(2026, 1, 1), content={"x": 1}, by="a", created_at=NOW)
    )
    add_rule_set(session, "mian-1", _content(), lead)
    assert [one.id for one in rule_sets(session)][len(BUNDLED) :] == ["mian-1"]


@pytest.mark.parametrize(
    ("fields", "reason"),
    [
        ({"limits": {"opens_hour": 20, "closes_hour": 8}}, "opens_hour"),
        ({"weights": {"speed": 0}}, "大于 0"),
        ({"review_from_01": 0.9}, "review_from_01"),
        ({"source": " "}, "source"),
        ({"weights": {"looks": 3}}, "looks"),
        ({"limits": {"reply_s": -1}}, "reply_s"),
    ],
)
def test_a_set_that_cannot_be_reckoned_with_is_refused(fields: dict[str, Any], reason: str) -> None:
    with pytest.raises(ValidationError, match=reason):
        _content(**fields)
