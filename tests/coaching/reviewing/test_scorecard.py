"""The scorecard in a person's hand."""

import pytest

from coaching.errors import ScorecardError
from coaching.inspection.rule import Dimension
from coaching.inspection.rule_sets import BUNDLED
from coaching.reviewing.scorecard import Mark, kept, reckon

GENERAL = next(one for one in BUNDLED if one.id == "general-default")


def test_dimensions_weigh_as_the_rule_set_says_and_what_does_not_apply_is_left_out() -> None:
    marks = {Dimension.SPEED: Mark(60, "等了两次"), Dimension.SOLVING: Mark(100)}
    found = reckon(marks, GENERAL)
    assert found.score == pytest.approx((60 * 15 + 100 * 20) / 35, abs=0.05)
    assert not found.failed
    assert kept(marks, found)["speed"] == {"score": 60, "weight": 15, "comment": "等了两次", "is_critical": False}


def test_one_critical_mark_fails_the_whole() -> None:
    marks = {Dimension.SOLVING: Mark(100), Dimension.COMPLIANCE: Mark(0, "引导加微信", is_critical=True)}
    assert (reckon(marks, GENERAL).score, reckon(marks, GENERAL).failed) == (0.0, True)


@pytest.mark.parametrize(
    ("marks", "told"),
    [
        ({}, "至少给一个维度打分"),
        ({Dimension.SPEED: Mark(101)}, "响应速度：分数应在 0 和 100 之间"),
        ({Dimension.SPEED: Mark(-1, "慢")}, "分数应在"),
        ({Dimension.SPEED: Mark(float("nan"), "慢")}, "分数应在"),
        ({Dimension.SPEED: Mark(90, " ")}, "扣了分，请写明原因"),
        ({Dimension.COMPLIANCE: Mark(100, "加微信", is_critical=True)}, "一票否决要扣分"),
    ],
)
def test_a_card_that_cannot_be_reckoned_says_what_to_mend(marks: dict[Dimension, Mark], told: str) -> None:
    with pytest.raises(ScorecardError, match=told):
        reckon(marks, GENERAL)
