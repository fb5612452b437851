"""Inspects conversations: one that is going on, or any number of stored ones in one pass."""

import hashlib
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from itertools import islice

from coaching.conversations.transcript import Transcript
from coaching.inspection.custom.rule_memory import RuleMemory
from coaching.inspection.inspecting import Inspection, inspect
from coaching.inspection.known_cards import LookupMemory
from coaching.inspection.ports import Knowledge
from coaching.inspection.reading import Reader
from coaching.inspection.rule import Rule
from coaching.inspection.rule_sets import BUNDLED, CHINA, RuleSet, rule_set_for
from coaching.inspection.rules import RULES
from coaching.inspection.vector_memory import VectorMemory
from kb.search.scope import Scope

AT_ONCE = 64
"""Conversations read together: enough for full batches, and a few MB."""


@dataclass(frozen=True)
class InspectionMemory:
    """What a process remembers between inspections."""

    vectors: VectorMemory
    lookups: LookupMemory
    rules: RuleMemory = field(default_factory=RuleMemory)


def digest_of(rules: Iterable[Rule]) -> str:
    """What tells one state of the rules from another."""
    named = "\n".join(sorted(f"{rule.id} {rule.version}" for rule in rules))
    return hashlib.blake2b(named.encode(), digest_size=8).hexdigest()


class Inspector:
    """The rules, the rule sets and what they are held against.

    Args:
        memory: encodes and remembers texts.
        knowledge: finds cards.
        now: decides which rule set is in force where a conversation has no time.
        rule_sets: from which a conversation's is chosen.
        rules: all that may be looked at.
    """

    def __init__(
        self,
        memory: VectorMemory,
        knowledge: Knowledge,
        now: datetime,
        rule_sets: Sequence[RuleSet] = BUNDLED,
        rules: Sequence[Rule] = RULES,
    ) -> None:
        self._reader = Reader(memory, knowledge)
        self._now = now
        self.rule_sets = rule_sets
        self._rules = rules
        self.rules_digest = digest_of(rules)

    def inspect(
        self, transcript: Transcript, scope: Scope | None = None, rule_set: RuleSet | None = None
    ) -> Inspection:
        """One conversation, under `rule_set` or the one in force for its platform and shop on its day."""
        return next(self.inspect_many([transcript], scope, rule_set))

    def inspect_many(
        self, transcripts: Iterable[Transcript], scope: Scope | None = None, rule_set: RuleSet | None = None
    ) -> Iterator[Inspection]:
        """Each conversation in the order given; memory does not grow with their number."""
        left = iter(transcripts)
        while batch := list(islice(left, AT_ONCE)):
            for reading in self._reader.read_many(batch, scope):
                yield inspect(reading, rule_set or self.rule_set_of(reading.transcript), self._rules)

    def rule_set_of(self, transcript: Transcript) -> RuleSet:
        """The rule set in force for a conversation."""
        return rule_set_for(self.rule_sets, transcript.platform, transcript.shop, self._day_of(transcript))

    def _day_of(self, transcript: Transcript) -> date:
        times = (line.sent_at for line in transcript.lines if line.sent_at is not None)
        return (transcript.started_at or next(times, self._now)).astimezone(CHINA).date()
