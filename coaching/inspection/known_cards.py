"""The published cards as inspection knows them: `Knowledge` on the catalogue of `kb.search`."""

from bisect import bisect_right
from collections.abc import Sequence
from datetime import datetime

from sqlmodel import Session

from coaching.inspection.ports import KnownCard, Sought
from kb.content import CardContent
from kb.search.catalogue import Catalogue, Entry
from kb.search.ranking import Ranked
from kb.search.retrieval import find_cards
from kb.search.scope import Scope

TOP = 3
"""Cards given for a question."""
_REMEMBERED = 10_000
_Key = tuple[int, str, Scope, int]
_Found = list[tuple[int, float, bool]]


class LookupMemory:
    """Which cards lately seen questions found; shared by all threads of a process."""

    def __init__(self) -> None:
        self._found: dict[_Key, _Found] = {}
        self._changes: tuple[int, list[datetime]] = (-1, [])

    def era(self, catalogue: Catalogue, at: datetime) -> int:
        """How many times a card of this catalogue began or ended to apply until then; within one, answers stay."""
        generation, changes = self._changes
        if generation != catalogue.generation:
            generation = catalogue.generation
            ends = ((one.valid_from_at, one.valid_until_at) for one in catalogue.entries())
            changes = sorted({end for pair in ends for end in pair if end is not None})
            self._changes = (generation, changes)
        return bisect_right(changes, at)

    def get(self, key: _Key) -> _Found | None:
        """Card id, probability and whether it is sure, best first; None when it was not looked up lately."""
        return self._found.get(key)

    def put(self, key: _Key, found: _Found) -> None:
        """Keeps a lookup; forgets everything when there is too much."""
        if len(self._found) >= _REMEMBERED:
            self._found = {}
        self._found[key] = found


class CatalogueKnowledge:
    """Asks the catalogue of published cards, inside the order's phase where that is known.

    Args:
        session: reads what cards say.
        catalogue: finds them.
        now: the time at which questions without a time of their own were asked.
        memory: lookups made before.
    """

    def __init__(self, session: Session, catalogue: Catalogue, now: datetime, memory: LookupMemory) -> None:
        self._session = session
        self._catalogue = catalogue
        self._now = now
        self._memory = memory

    def cards_for(self, sought: Sequence[Sought]) -> Sequence[tuple[KnownCard, ...]]:
        """For each question the cards that may answer it, best first."""
        found = [self._find(one) for one in sought]
        wanted = {card_id for one in found for card_id, _, _ in one}
        entries = {card_id: entry for card_id in wanted if (entry := self._catalogue.entry(card_id)) is not None}
        contents = self._catalogue.contents(self._session, entries.values())
        return [
            tuple(
                _known(entries[card_id], contents[card_id], score_01, is_sure)
                for card_id, score_01, is_sure in one
                if card_id in contents
            )
            for one in found
        ]

    def _find(self, sought: Sought) -> _Found:
        at = sought.asked_at or self._now
        key = (self._catalogue.generation, sought.folded, sought.scope, self._memory.era(self._catalogue, at))
        known = self._memory.get(key)
        if known is None:
            ranked = find_cards(self._catalogue, sought.folded, sought.vector, sought.scope, at)
            known = [(one.signals.card_id, one.score_01, one.is_sure) for one in self._in_phase(ranked, sought.scope)]
            self._memory.put(key, known)
        return known

    def _in_phase(self, ranked: list[Ranked], scope: Scope) -> list[Ranked]:
        entries = ((one, self._catalogue.entry(one.signals.card_id)) for one in ranked)
        return [one for one, entry in entries if entry is not None and scope.in_phase(entry)][:TOP]


def _known(entry: Entry, content: CardContent, score_01: float, is_sure: bool) -> KnownCard:
    return KnownCard(
        entry.card_id,
        entry.version,
        content.standard_question,
        tuple(reply.text for reply in content.replies),
        content.facts,
        content.key_points,
        entry.kind,
        entry.intent,
        score_01,
        is_sure,
    )
