"""Every bundled rule, one file each. Pure."""

from coaching.inspection.rule import Rule
from coaching.inspection.rules import slow_first

RULES: tuple[Rule, ...] = (slow_first.RULE,)
BY_ID: dict[str, Rule] = {rule.id: rule for rule in RULES}
