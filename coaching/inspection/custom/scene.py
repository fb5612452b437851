"""A conversation as the tests of a custom rule look at it; what several messages share is worked out once. Pure."""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import Literal

from coaching.inspection.custom.definition import Range
from coaching.inspection.custom.patterns import Allowance
from coaching.inspection.reading import Message, Reading
from coaching.inspection.rule import Hit
from coaching.inspection.rule_sets import Limits
from coaching.inspection.rules import missing_key_point, vague, wrong_fact

Relation = Literal["contradicts", "vague", "missing_key_point"]
Since = Literal["customer", "agent", "bot", "any"]

_PUNCTUATION = re.compile(r"\W+")
_FINDERS = {
    "contradicts": wrong_fact.find,
    "vague": vague.find,
    "missing_key_point": missing_key_point.find,
}


@dataclass(eq=False)
class Scene:
    """One conversation under one rule."""

    reading: Reading
    limits: Limits
    allowance: Allowance
    _of_card: dict[Relation, Mapping[int, Sequence[Hit]]] = field(default_factory=dict)
    _before: dict[Since, tuple[Message | None, ...]] = field(default_factory=dict)

    def messages(self, role: str, range_: Range) -> Sequence[Message]:
        """The messages of a role in a range, in order."""
        own = [message for message in self.reading.messages if message.role == role]
        if range_.which == "all":
            return own
        return own[: range_.count] if range_.which == "first" else own[-range_.count :]

    def before(self, message: Message, since: Since) -> Message | None:
        """The nearest message of somebody before a message."""
        if since not in self._before:
            self._before[since] = tuple(self._nearest(since))
        return self._before[since][message.index]

    def _nearest(self, since: Since) -> Iterator[Message | None]:
        last: Message | None = None
        for message in self.reading.messages:
            yield last
            if message.role == since or (since == "any" and message.role != "system"):
                last = message

    @cached_property
    def said(self) -> tuple[tuple[int, int], ...]:
        """By the index of a message: which message its role said the same in first, and the how manieth time this is.

        Punctuation does not tell two messages apart.
        """
        known: dict[tuple[str, str], tuple[int, int]] = {}
        found = []
        for message in self.reading.messages:
            key = (message.role, _PUNCTUATION.sub("", message.folded))
            first, times = known.get(key, (message.index, 0))
            known[key] = (first, times + 1)
            found.append(known[key])
        return tuple(found)

    def of_card(self, message: Message, relation: Relation) -> Sequence[Hit]:
        """What the bundled rule finds that holds replies against cards so."""
        if relation not in self._of_card:
            hits: dict[int, list[Hit]] = {}
            for hit in _FINDERS[relation](self.reading, self.limits):
                for index in hit.message_index:
                    hits.setdefault(index, []).append(hit)
            self._of_card[relation] = hits
        return self._of_card[relation].get(message.index, ())
