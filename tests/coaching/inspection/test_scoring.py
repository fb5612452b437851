"""Scores are explained by their findings, and only by those."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from coaching.inspection.rule import Dimension, Hit, Rule
from coaching.inspection.rule_sets import BUNDLED, DEFAULT_WEIGHTS, Limits, RuleSet
from coaching.inspection.scoring import Finding, finding, score

ALL = frozenset(Dimension)
SET = RuleSet("mine", "我的", 3, frozenset(), frozenset(), date(2026, 1, 1), "test")


def _nothing(*_: object) -> tuple[Hit, ...]:
    return ()


def _rule(dimension: Dimension = Dimension.SOLVING, severity: str = "normal", deduction: float = 10) -> Rule:
    return Rule("r", "规则", 2, dimension, "", deduction, _nothing, severity)  # type: ignore[arg-type]


def _finding(confidence_01: float = 0.9, rule_set: RuleSet = SET, **of_rule: object) -> Finding:
    hit = Hit((1,), confidence_01, "好的", "为什么")
    return finding(_rule(**of_rule), hit, rule_set)  # type: ignore[arg-type]


def test_nothing_found_is_full_marks() -> None:
    whole = score([], ALL, DEFAULT_WEIGHTS)
    assert (whole.score, whole.failed) == (100, False)


def test_a_finding_costs_its_dimension_by_its_weight() -> None:
    whole = score([_finding()], ALL, DEFAULT_WEIGHTS)
    assert whole.dimensions[Dimension.SOLVING].score == 90
    assert whole.score == 98
    [deduction] = whole.dimensions[Dimension.SOLVING].deductions
    assert (deduction.rule, deduction.points, deduction.message_index, deduction.reason) == ("r", 10, (1,), "为什么")


def test_a_dimension_falls_to_zero_and_no_further() -> None:
    whole = score([_finding(deduction=60), _finding(deduction=60)], ALL, DEFAULT_WEIGHTS)
    assert whole.dimensions[Dimension.SOLVING].score == 0


def test_what_does_not_apply_is_not_counted() -> None:
    whole = score([_finding(deduction=50)], {Dimension.SOLVING, Dimension.ATTITUDE}, {"solving": 1, "attitude": 1})
    assert whole.score == 75
    assert whole.dimensions.keys() == {Dimension.SOLVING, Dimension.ATTITUDE}
    assert score([], (), DEFAULT_WEIGHTS).score is None


def test_a_critical_finding_fails_the_conversation_if_it_counts() -> None:
    critical = {"dimension": Dimension.COMPLIANCE, "severity": "critical", "deduction": 100}
    failed = score([_finding(**critical)], ALL, DEFAULT_WEIGHTS)
    assert (failed.failed, failed.score) == (True, 0)
    unsure = score([_finding(confidence_01=0.55, **critical)], ALL, DEFAULT_WEIGHTS)
    assert (unsure.failed, unsure.score) == (False, 100)


def test_a_critical_finding_fails_the_conversation_though_it_costs_no_points() -> None:
    critical = {"dimension": Dimension.COMPLIANCE, "severity": "critical", "deduction": 0}
    failed = score([_finding(**critical)], ALL, DEFAULT_WEIGHTS)
    assert (failed.failed, failed.score, failed.dimensions[Dimension.COMPLIANCE].deductions) == (True, 0, ())
    assert not score([_finding(confidence_01=0.55, **critical)], ALL, DEFAULT_WEIGHTS).failed


def test_a_person_makes_an_unsure_finding_count() -> None:
    hit = Hit((1,), 0.55, "好的", "为什么")
    assert finding(_rule(), hit, SET).deduction == 0
    assert finding(_rule(), hit, SET, confirmed=True).deduction == 10


def test_a_finding_names_the_versions_that_made_it() -> None:
    one = _finding()
    assert (one.rule_version, one.rule_set, one.rule_set_version) == (2, "mine", 3)


def test_a_rule_set_may_set_other_points() -> None:
    own = RuleSet("s", "s", 1, frozenset(), frozenset(), date(2026, 1, 1), "", Limits(), deductions={"r": 4})
    assert _finding(rule_set=own).deduction == 4


def test_a_hit_may_be_graver_than_its_rule() -> None:
    hit = Hit((1,), 0.9, "滚", "辱骂", severity="critical")
    assert finding(_rule(), hit, SET).severity == "critical"


@pytest.mark.parametrize("rule_set", BUNDLED, ids=lambda one: one.id)
def test_bundled_weights_name_every_dimension(rule_set: RuleSet) -> None:
    assert rule_set.weights.keys() == {str(dimension) for dimension in Dimension}


@given(
    st.lists(st.tuples(st.sampled_from(list(Dimension)), st.floats(0, 200)), max_size=12),
    st.sets(st.sampled_from(list(Dimension))),
)
def test_scores_stay_between_0_and_100_and_more_findings_never_raise_them(
    found: list[tuple[Dimension, float]], applicable: set[Dimension]
) -> None:
    findings = [_finding(dimension=dimension, deduction=points) for dimension, points in found]
    scores = [score(findings[:count], applicable, DEFAULT_WEIGHTS).score for count in range(len(findings) + 1)]
    if not applicable:
        assert set(scores) == {None}
        return
    known = [one for one in scores if one is not None]
    assert all(0 <= one <= 100 for one in known)
    assert known == sorted(known, reverse=True)
