"""Every bundled rule, one file each. Pure."""

from coaching.inspection.rule import Rule
from coaching.inspection.rules import (
    absolute_terms,
    cash_for_review,
    long_gap,
    missing_key_point,
    no_closing,
    no_greeting,
    off_platform,
    over_promise,
    privacy_leak,
    slow_first,
    slow_reply,
    unfilled_variable,
    vague,
    wrong_fact,
)

RULES: tuple[Rule, ...] = (
    slow_first.RULE,
    slow_reply.RULE,
    long_gap.RULE,
    wrong_fact.RULE,
    missing_key_point.RULE,
    vague.RULE,
    unfilled_variable.RULE,
    no_greeting.RULE,
    no_closing.RULE,
    over_promise.RULE,
    absolute_terms.RULE,
    off_platform.RULE,
    cash_for_review.RULE,
    privacy_leak.RULE,
)
BY_ID: dict[str, Rule] = {rule.id: rule for rule in RULES}
