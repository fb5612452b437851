"""The scorecard in a person's hand: the same dimensions, weights and reckoning as the rules' own. Pure."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

from coaching.errors import ScorecardError
from coaching.inspection.rule import Dimension, Hit
from coaching.inspection.rule_sets import RuleSet
from coaching.inspection.scoring import FULL, Finding, Score, score
from coaching.written import maybe_written

MANUAL = "manual"
"""Stands where a finding names its rule."""


@dataclass(frozen=True)
class Mark:
    """What a person gives one dimension."""

    score: float
    """0 to 100, higher is better."""
    comment: str = ""
    """Why it is not 100."""
    is_critical: bool = False
    """Something happened that fails the whole conversation."""


Marks = Mapping[Dimension, Mark]
"""Dimensions that do not apply are absent (N/A, not zero)."""


def written_marks(marks: Marks) -> Marks:
    """The marks with their comments cleaned, measured and masked: people type what customers told them.

    Raises:
        WordsMissingError: too many words.
    """
    return {
        dimension: replace(mark, comment=maybe_written(mark.comment, f"{dimension.term}的评语"))
        for dimension, mark in marks.items()
    }


def reckon(marks: Marks, rule_set: RuleSet) -> Score:
    """What a conversation is worth with these marks, under the weights of a rule set.

    Raises:
        ScorecardError: no dimension, a score outside 0 to 100, or less than 100 without a reason.
    """
    if not marks:
        raise ScorecardError("请至少给一个维度打分；不适用的维度留空。")
    for dimension, mark in marks.items():
        if not 0 <= mark.score <= FULL:
            raise ScorecardError(f"{dimension.term}：分数应在 0 和 100 之间。")
        if mark.score < FULL and not mark.comment.strip():
            raise ScorecardError(f"{dimension.term}：扣了分，请写明原因。")
        if mark.is_critical and mark.score == FULL:
            raise ScorecardError(f"{dimension.term}：一票否决要扣分并写明原因。")
    findings = [_finding(dimension, mark, rule_set) for dimension, mark in marks.items()]
    return score(findings, marks.keys(), rule_set.weights)


def kept(marks: Marks, whole: Score) -> dict[str, dict[str, Any]]:
    """The marks as `Review.marks` holds them."""
    return {
        str(dimension): {
            "score": mark.score,
            "weight": whole.dimensions[dimension].weight,
            "comment": mark.comment,
            "is_critical": mark.is_critical,
        }
        for dimension, mark in marks.items()
    }


def _finding(dimension: Dimension, mark: Mark, rule_set: RuleSet) -> Finding:
    return Finding(
        MANUAL, 1, rule_set.id, rule_set.version, dimension, "critical" if mark.is_critical else "normal",
        Hit((), 1.0, "", mark.comment), FULL - mark.score, counts=True,
    )  # fmt: skip
