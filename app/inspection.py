"""Inspecting what is stored: a few conversations at a time, each portion in a transaction of its own.

The job, the command line and the samples all come through here. Stopped half-way, the next run goes on.
"""

import logging
from collections.abc import Callable, Iterator, Sequence
from dataclasses import asdict, dataclass, field
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import Engine
from sqlalchemy.exc import SQLAlchemyError
from sqlmodel import Session

from app.database import transaction
from coaching.conversations.tables import Conversation
from coaching.inspection.custom.in_force import inspector_in_force, switch_off_overrunning
from coaching.inspection.inspector import InspectionMemory
from coaching.inspection.known_cards import CatalogueKnowledge
from coaching.inspection.pending import Wanted, count_pending, inspect_stored, next_pending
from coaching.inspection.storing import Inspected, Stored, store_inspections
from kb.search.catalogue import Catalogue

log = logging.getLogger(__name__)

Stages = Callable[[str, int | None], Callable[[int], None]]


@dataclass
class InspectionReport:
    """What a run did."""

    stored: Stored
    faulty: int = 0
    """Conversations that the rules could not read; the log says why."""
    switched_off: list[str] = field(default_factory=list)
    """Custom rules that took too long again and again, one sentence each."""

    def told(self) -> dict[str, Any]:
        """As a finished job keeps it."""
        return asdict(self.stored) | {"faulty": self.faulty, "switched_off": self.switched_off}


@dataclass(frozen=True)
class StoredInspector:
    """Inspects one database against one catalogue of cards."""

    engine: Engine
    catalogue: Catalogue
    memory: InspectionMemory
    clock: Callable[[], datetime]
    zone: ZoneInfo

    def run(self, wanted: Wanted, stages: Stages) -> InspectionReport:
        """Inspects everything wanted."""
        with Session(self.engine) as session:
            advance = stages("质检", count_pending(session, wanted))
        report = InspectionReport(Stored())
        for portion in self._portions(wanted):
            inspected = list(self._inspected(portion, report))
            with transaction(self.engine) as session:
                report.stored.add(store_inspections(session, inspected, self.clock(), self.zone))
                report.switched_off += switch_off_overrunning(session, self.memory, inspected, self.clock())
            advance(len(portion))
        return report

    def _portions(self, wanted: Wanted) -> Iterator[list[Conversation]]:
        after_id = 0
        while True:
            with Session(self.engine, expire_on_commit=False) as session:
                portion = next_pending(session, wanted, after_id)
            if not portion:
                return
            yield portion
            after_id = portion[-1].id or 0

    def _inspected(self, portion: Sequence[Conversation], report: InspectionReport) -> Iterator[Inspected]:
        with Session(self.engine) as session:
            now = self.clock()
            knowledge = CatalogueKnowledge(session, self.catalogue, now, self.memory.lookups)
            inspector = inspector_in_force(session, self.memory, knowledge, now)
            try:
                yield from list(inspect_stored(session, portion, inspector))
            except SQLAlchemyError:
                raise
            except Exception:
                # One conversation that a rule stumbles over must not keep the others from being inspected.
                if len(portion) > 1:
                    for one in portion:
                        yield from self._inspected([one], report)
                    return
                report.faulty += 1
                log.exception("conversation %s cannot be inspected", portion[0].id)
