"""The parts a running server is made of; `app/` builds them, routes take them as they are."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from functools import cached_property
from pathlib import Path
from typing import Protocol
from zoneinfo import ZoneInfo

from sqlalchemy import Engine

from api.lookup_log import LookupLog
from api.metrics import Metrics
from api.passwords import FailedLogins
from coaching.inspection.inspector import InspectionMemory
from coaching.inspection.known_cards import LookupMemory
from coaching.inspection.vector_memory import VectorMemory
from kb.search.catalogue import Catalogue
from kb.search.searching import PinyinKeyring
from kb.vectors import VectorCache

Clock = Callable[[], datetime]
"""Gives the present as an aware datetime."""


class JobQueue(Protocol):
    """Takes long work that survives a restart."""

    def import_cards(self, file: Path, name: str, *, publish: bool, actor_id: str, shops: frozenset[str] | None) -> str:
        """Starts importing a stored card file, called `name` by its owner; returns the job id.

        The file is the queue's from now on: it deletes it when the work is done.
        """

    def import_conversations(
        self,
        file: Path,
        name: str,
        *,
        given: Mapping[str, str],
        mapping: Mapping[str, str],
        dry_run: bool,
        actor_id: str,
        shops: frozenset[str] | None,
    ) -> str:
        """Starts importing a stored conversation file, called `name` by its owner; returns the job id.

        The file is the queue's from now on. `given`: platform and shop where the file does not name them;
        `mapping`: field → heading; `dry_run`: only report.
        """


@dataclass(frozen=True)
class Services:
    """Everything a request may need."""

    engine: Engine
    catalogue: Catalogue
    cache: VectorCache
    jobs: JobQueue
    clock: Clock
    zone: ZoneInfo
    data_dir: Path
    public_url: str
    secret_key: str
    """Signs what pages send back; the same in every process of one installation."""
    failed_logins: FailedLogins = field(default_factory=FailedLogins)
    metrics: Metrics = field(default_factory=Metrics)
    lookups: LookupLog = field(default_factory=LookupLog)
    pinyin: PinyinKeyring = field(default_factory=PinyinKeyring)

    @cached_property
    def inspection(self) -> InspectionMemory:
        """What inspections remember of texts they have read."""
        return inspection_memory(self.catalogue)


def inspection_memory(catalogue: Catalogue) -> InspectionMemory:
    """An empty memory for inspections against these cards."""
    return InspectionMemory(VectorMemory(catalogue.encoder), LookupMemory())
