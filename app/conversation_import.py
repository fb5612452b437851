"""Conversation files into the database: read, check and mask, then write all of it in one transaction.

The command line, background jobs and the samples all come through here.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime
from zoneinfo import ZoneInfo

from sqlalchemy import Engine
from sqlmodel import Session

from app.database import transaction
from coaching.conversations.files import ConversationFile, Reading, table_headings
from coaching.conversations.headings import recall_mapping, remember_mapping
from coaching.conversations.importing import ConversationReport, Stages, keep, prepare
from coaching.conversations.spool import Spool, open_spool
from coaching.conversations.storing import Keeper

Finish = Callable[[Session, ConversationReport], None]
"""Called inside the writing transaction, after the conversations and before the commit."""


@dataclass(frozen=True)
class ConversationOrder:
    """What is to be imported, by whom, and how."""

    files: Sequence[ConversationFile]
    actor_id: str
    zone: ZoneInfo
    """Zone of times written without one."""
    given: Mapping[str, str] = field(default_factory=dict)
    """`platform` and `shop` where the files do not name them."""
    mapping: Mapping[str, str] = field(default_factory=dict)
    """Field → heading, for tables that call a column otherwise; remembered."""
    shops: frozenset[str] | None = None
    """Codes the importer may write to; None means all."""
    is_demo: bool = False


@dataclass(frozen=True)
class ConversationImporter:
    """Imports into one database."""

    engine: Engine
    clock: Callable[[], datetime]

    def dry_run(self, order: ConversationOrder, stages: Stages) -> ConversationReport:
        """What `run` would do; writes nothing.

        Raises:
            ConversationFileError: a file cannot be read at all.
        """
        with self._prepared(order, stages) as (spool, report), Session(self.engine) as session:
            return keep(spool, Keeper(session, self.clock(), order.shops, dry=True), report)

    def run(self, order: ConversationOrder, stages: Stages, finish: Finish | None = None) -> ConversationReport:
        """Writes every good conversation, or, when killed or failing on the way, none.

        Raises:
            ConversationFileError: a file cannot be read at all.
        """
        with self._prepared(order, stages) as (spool, report):
            headings = [table_headings(file) for file in order.files] if order.mapping else []
            stages("写入", None)
            with transaction(self.engine) as session:
                now = self.clock()
                keep(spool, Keeper(session, now, order.shops, is_demo=order.is_demo), report)
                for one in headings:
                    remember_mapping(session, one, order.mapping, order.actor_id, now)
                if finish is not None:
                    finish(session, report)
        return report

    @contextmanager
    def _prepared(self, order: ConversationOrder, stages: Stages) -> Iterator[tuple[Spool, ConversationReport]]:
        reading = Reading(order.given, order.mapping, self._recall)
        with open_spool() as spool:
            yield spool, prepare(order.files, spool, reading, order.zone, stages)

    def _recall(self, headings: Sequence[str]) -> dict[str, str]:
        with Session(self.engine) as session:
            return recall_mapping(session, headings)
