"""The rules and rule sets that are in force now: bundled ones, and those of the database."""

import logging
from collections.abc import Iterable
from datetime import datetime

from sqlmodel import Session

from coaching.inspection.custom.compiling import compile_rule
from coaching.inspection.custom.keeping import definition_of, stop_rule, versions_on
from coaching.inspection.custom.rule_set_keeping import rule_sets
from coaching.inspection.inspector import InspectionMemory, Inspector
from coaching.inspection.ports import Knowledge
from coaching.inspection.rule import Rule
from coaching.inspection.rules import RULES
from coaching.inspection.storing import Inspected

log = logging.getLogger(__name__)


def inspector_in_force(session: Session, memory: InspectionMemory, knowledge: Knowledge, now: datetime) -> Inspector:
    """An inspector with everything that is in force now.

    Args:
        session: reads; custom rules and rule sets as they stand.
        memory: what the process remembers.
        knowledge: finds cards.
        now: decides which rule set is in force where a conversation has no time.
    """
    return Inspector(memory.vectors, knowledge, now, rule_sets(session), rules_in_force(session, memory))


def rules_in_force(session: Session, memory: InspectionMemory) -> tuple[Rule, ...]:
    """The bundled rules, then the custom ones that are switched on."""
    made = []
    for rule_id, version in versions_on(session):
        try:
            made.append(_compiled(session, memory, rule_id, version))
        except ValueError:  # ValidationError among them
            # Written by another version of the program: the others must go on.
            log.exception("custom rule %s version %d cannot be read and is left out", rule_id, version)
    return (*RULES, *made)


def _compiled(session: Session, memory: InspectionMemory, rule_id: str, version: int) -> Rule:
    def make() -> Rule:
        definition = definition_of(session, rule_id, version)
        return compile_rule(definition, rule_id, version, memory.vectors.vectors_of)

    return memory.rules.get(rule_id, version, make)


def switch_off_overrunning(
    session: Session, memory: InspectionMemory, inspected: Iterable[Inspected], now: datetime
) -> list[str]:
    """Switches off, for every process, the custom rules that took too long over several stored conversations.

    Only what is stored counts: a text that somebody makes up to overrun a rule switches nothing off.

    Args:
        session: a transaction that writes.
        memory: what this process noted before.
        inspected: stored conversations, as they were just inspected.
        now: the present.

    Returns:
        Why, one sentence each, in Chinese.
    """
    told = []
    for one in inspected:
        for overrun in one.inspection.overruns:
            rule = overrun.rule
            log.warning(
                "custom rule %s version %d took too long over conversation %d",
                rule.id,
                rule.version,
                one.conversation_id,
            )
            if not memory.rules.overran(rule, one.conversation_id):
                continue
            if stop_rule(session, rule.id, rule.version, overrun.reason, now):
                told.append(f"规则“{rule.term}”（{rule.id} 第 {rule.version} 版）已自动停用：{overrun.reason}")
                log.warning("custom rule %s version %d was switched off", rule.id, rule.version)
            memory.rules.forget_overruns(rule)
    return told
