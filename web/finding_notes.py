"""One finding as people read it: beside its message, or on the agent's own page, where it is said kindly."""

from dataclasses import dataclass
from typing import ClassVar, NamedTuple

from coaching.inspection.custom.keeping import list_rules
from coaching.inspection.listing import Shown
from coaching.inspection.rescoring import counts
from coaching.inspection.rules import BY_ID
from coaching.inspection.tables import Finding
from coaching.reviewing.applicable import rule_set_named
from coaching.reviewing.findings import rule_terms
from web.actors import actor_of
from web.choices import Choice
from web.messages import knows
from web.visits import Visit

SURE_FROM_01, LIKELY_FROM_01 = 0.85, 0.7
"""From when a confidence is told as “sure”, and as “likely”; below it is for a reviewer to say."""

MESSAGES_AT_ONCE = 500
"""Messages on one page of a conversation."""
SHORT_CHARS = 24
"""A message as short as this is quoted although it stands beside: both sides are then read at one glance."""


class MessageLink(NamedTuple):
    """Another message that belongs to a finding."""

    number: int
    """As people count, from 1."""
    address: str


@dataclass(frozen=True)
class FindingNote:
    """A finding with its evidence and the better reply."""

    template: ClassVar[str] = "finding.html"

    finding_id: int
    title: str
    """The rule's term; for the agent what to practise."""
    dimension: str
    is_critical: bool
    is_own: bool
    """Read by the agent it is about."""
    counts: bool
    sureness: str
    """How sure, in words; empty for the agent."""
    status: str
    status_word: str
    """What people decided; empty while nobody did."""
    points: float
    """What it costs its dimension; 0 where it does not count."""
    reason: str
    quote: str
    """What was said; empty where the message beside it says just that."""
    card_id: int | None
    card_quote: str
    card_changed: bool
    better: str
    others: tuple[MessageLink, ...]
    rule_made_by: str
    """Versions of the rule and its set."""


def rule_word(visit: Visit, rule: str) -> str:
    """What people call a rule; one that a lead made goes by the name it was given."""
    key = f"rule.{rule}"
    return visit.say(key) if knows(key) else rule_terms(visit.session, [rule])[rule]


def tip_word(visit: Visit, rule: str) -> str:
    """What the same rule means to the agent: something to practise."""
    key = f"tip.{rule}"
    return visit.say(key) if knows(key) else rule_word(visit, rule)


def rule_choices(visit: Visit) -> tuple[Choice, ...]:
    """All rules that findings may name: those that come with Huashu, then those of the visitor's leads."""
    own = list_rules(visit.session, actor_of(visit))
    return (
        *(Choice(rule, rule_word(visit, rule)) for rule in BY_ID),
        *(Choice(one.rule_id, one.definition.term) for one in own),
    )


def rule_set_name(visit: Visit, rule_set: str, version: int) -> str:
    """A rule set's name and version, whether it came with Huashu or was made here."""
    found = rule_set_named(visit.session, rule_set, version)
    return f"{found.name if found else rule_set} v{version}"


def sureness(finding: Finding) -> str:
    """`sure`, `likely` or `maybe`: how a confidence is told."""
    if finding.confidence_01 >= SURE_FROM_01:
        return "sure"
    return "likely" if finding.confidence_01 >= LIKELY_FROM_01 else "maybe"


def page_of(address: str, index: int) -> str:
    """Address of the page of a conversation on which a message stands."""
    start = index - index % MESSAGES_AT_ONCE
    return f"{address}?start={start}" if start else address


def finding_note(visit: Visit, shown: Shown, *, is_own: bool, beside: str = "", address: str = "") -> FindingNote:
    """A finding as its reader sees it.

    Args:
        visit: who reads, and in which language.
        shown: the finding.
        is_own: it is about the reader.
        beside: text of the message it stands beside; it need not be quoted again.
        address: of the conversation where other messages are to be found; empty where all stand on this page.
    """
    one = shown.finding
    first = min(shown.message_index, default=None)
    others = sorted({*shown.message_index, *shown.context_index} - {first})
    return FindingNote(
        finding_id=one.id or 0,
        title=tip_word(visit, one.rule) if is_own else rule_word(visit, one.rule),
        dimension=visit.say(f"dimension.{one.dimension}"),
        is_critical=one.severity == "critical",
        is_own=is_own,
        counts=counts(one),
        sureness="" if is_own else visit.say(f"sureness.{sureness(one)}"),
        status=one.status,
        status_word=visit.say(f"finding.status.{one.status}") if one.status != "open" else "",
        points=one.points if counts(one) else 0,
        reason=one.reason,
        quote="" if one.quote.strip() == beside.strip() and len(beside) > SHORT_CHARS else one.quote,
        card_id=one.card_id,
        card_quote=one.card_quote or "",
        card_changed=shown.card_changed,
        better=one.better_reply or "",
        others=tuple(
            MessageLink(index + 1, f"{page_of(address, index) if address else ''}#m{index + 1}") for index in others
        ),
        rule_made_by=f"{one.rule} v{one.rule_version} · {rule_set_name(visit, one.rule_set, one.rule_set_version)}",
    )
