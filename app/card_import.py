"""Card files into the database: read, plan, embed, then plan again and write, all in one transaction.

The command line, background jobs and the samples all come through here.
"""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import NamedTuple
from zoneinfo import ZoneInfo

from sqlalchemy import Engine
from sqlmodel import Session

from app.database import transaction
from embeddings.ports import Encoder, Progress
from kb.card_files import ParsedRow, read_card_file
from kb.cards.editing import Actor
from kb.cards.importing import ImportPlan, ImportReport, apply_plan, embed_plan, plan_import, questions_of
from kb.vectors import VectorCache

Stages = Callable[[str, int | None], Progress]
"""Called at the start of each stage with its name and size (None: unknown); gives what counts its progress."""
Finish = Callable[[Session, ImportReport], None]
"""Called inside the writing transaction, after the cards and before the commit."""

_COUNT_EVERY = 200


class CardFile(NamedTuple):
    """Where the bytes are, and what the person calls the file."""

    path: Path
    name: str


@dataclass(frozen=True)
class ImportOrder:
    """What is to be imported, by whom, and how."""

    files: Sequence[CardFile]
    actor_id: str
    zone: ZoneInfo
    """Zone of times written without one."""
    publish: bool = False
    shops: frozenset[str] | None = None
    """Codes the importer may write to; None means all."""
    is_demo: bool = False


@dataclass(frozen=True)
class CardImporter:
    """Imports into one database under one encoder."""

    engine: Engine
    encoder: Encoder
    cache: VectorCache
    clock: Callable[[], datetime]

    def dry_run(self, order: ImportOrder, stages: Stages) -> ImportReport:
        """What `run` would do; writes nothing.

        Raises:
            CardFileError: a file cannot be read at all.
        """
        return self._plan(order, _rows(order, stages)).report

    def run(self, order: ImportOrder, stages: Stages, finish: Finish | None = None) -> ImportReport:
        """Writes every good row, or, when killed or failing on the way, none.

        Raises:
            CardFileError: a file cannot be read at all.
        """
        rows = _rows(order, stages)
        plan = self._plan(order, rows)
        questions = len(questions_of(plan))
        embed_plan(plan, self.encoder, self.cache, stages("计算向量", questions))
        stages("写入", None)
        with transaction(self.engine) as session:
            # Planned again under the write lock: somebody may have changed cards meanwhile.
            plan = plan_import(session, rows, publish=order.publish, shops=order.shops)
            by = Actor(order.actor_id, self.clock(), order.zone)
            report = apply_plan(session, plan, by, is_demo=order.is_demo)
            if finish is not None:
                finish(session, report)
        return report

    def _plan(self, order: ImportOrder, rows: Iterable[tuple[str, ParsedRow]]) -> ImportPlan:
        with Session(self.engine) as session:
            return plan_import(session, rows, publish=order.publish, shops=order.shops)


def _rows(order: ImportOrder, stages: Stages) -> list[tuple[str, ParsedRow]]:
    advance = stages("读取", None)
    rows: list[tuple[str, ParsedRow]] = []
    for file in order.files:
        for row in read_card_file(file.path, order.zone, file.name):
            rows.append((file.name, row))
            if len(rows) % _COUNT_EVERY == 0:
                advance(_COUNT_EVERY)
    advance(len(rows) % _COUNT_EVERY)
    return rows
