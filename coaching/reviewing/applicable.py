"""Which rule set a finding or a conversation was held against, for those who judge it after the rules did."""

from datetime import tzinfo

from sqlmodel import Session, col, select

from coaching.conversations.tables import Conversation
from coaching.inspection.custom.rule_set_keeping import rule_sets
from coaching.inspection.rule_sets import RuleSet, rule_set_for
from coaching.inspection.tables import Inspection
from kb.vocabulary import Platform


def rule_set_named(session: Session, name: str, version: int) -> RuleSet | None:
    """The set of this name and version, else its newest version; None: no such set any more."""
    known = [one for one in rule_sets(session) if one.id == name]
    return max(known, key=lambda one: (one.version == version, one.version), default=None)


def rule_set_of(session: Session, conversation: Conversation, zone: tzinfo) -> RuleSet:
    """The set a conversation was inspected with, else the one in force on its day."""
    current = select(Inspection.rule_set, Inspection.rule_set_version).where(
        Inspection.conversation_id == conversation.id, col(Inspection.is_current)
    )
    used = session.exec(current).first()
    found = rule_set_named(session, *used) if used is not None else None
    if found is not None:
        return found
    on = (conversation.started_at or conversation.last_at).astimezone(zone).date()
    return rule_set_for(rule_sets(session), Platform(conversation.platform), conversation.shop, on)
