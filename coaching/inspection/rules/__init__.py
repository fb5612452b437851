"""Every bundled rule, one file each. Pure."""

from coaching.inspection.rule import Rule
from coaching.inspection.rules import (
    absolute_terms,
    cash_for_review,
    long_gap,
    off_platform,
    over_promise,
    slow_first,
    slow_reply,
    unfilled_variable,
)

RULES: tuple[Rule, ...] = (
    slow_first.RULE,
    slow_reply.RULE,
    long_gap.RULE,
    over_promise.RULE,
    absolute_terms.RULE,
    off_platform.RULE,
    cash_for_review.RULE,
    unfilled_variable.RULE,
)
BY_ID: dict[str, Rule] = {rule.id: rule for rule in RULES}
