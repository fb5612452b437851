"""Asking for long work: the job's row and its place in line are written in one transaction."""

import threading
import uuid
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

from sqlalchemy import Engine

from api.services import Clock
from api.tables import Job
from app.database import transaction
from app.jobs.library import enqueue, open_client
from app.jobs.names import IMPORT_CARDS, IMPORT_CONVERSATIONS, INSPECT
from app.jobs.records import WAITING

if TYPE_CHECKING:
    from dbos import DBOSClient

SYSTEM = "system"
"""Who asks for what nobody had to ask for."""


class DurableJobQueue:
    """`api.services.JobQueue` on DBOS, in the same database as the cards.

    DBOS is loaded with the first job (a second, 55 MB): most processes never need it.
    """

    def __init__(self, engine: Engine, clock: Clock) -> None:
        self._engine = engine
        self._clock = clock
        self._client: DBOSClient | None = None
        self._opening = threading.Lock()

    def import_cards(self, file: Path, name: str, *, publish: bool, actor_id: str, shops: frozenset[str] | None) -> str:
        """Starts importing a stored card file, called `name` by its owner; returns the job id.

        The file is the job's from then on, and renamed; where the job cannot be noted it stays as it was.
        """
        task = {
            "name": name,
            "publish": publish,
            "actor_id": actor_id,
            "shops": None if shops is None else sorted(shops),
        }
        return self._submit_file(IMPORT_CARDS, file, task, actor_id)

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

        The file becomes the job's, as with `import_cards`.
        """
        task = {
            "name": name,
            "given": dict(given),
            "mapping": dict(mapping),
            "dry_run": dry_run,
            "actor_id": actor_id,
            "shops": None if shops is None else sorted(shops),
        }
        return self._submit_file(IMPORT_CONVERSATIONS, file, task, actor_id)

    def inspect_conversations(self) -> str:
        """Starts inspecting the conversations that are new or changed; returns the job id."""
        return self._submit(str(uuid.uuid4()), INSPECT, {}, SYSTEM)

    def _submit_file(self, kind: str, file: Path, task: dict[str, Any], actor_id: str) -> str:
        # Named after its job, so that chores see which files nobody needs any more.
        job_id = str(uuid.uuid4())
        own = file.resolve().with_name(f"{job_id}{file.suffix}")
        file.rename(own)
        try:
            return self._submit(job_id, kind, {"path": str(own), **task}, actor_id)
        except BaseException:
            own.rename(file)
            raise

    def _submit(self, job_id: str, kind: str, task: dict[str, Any], actor_id: str) -> str:
        client = self._opened_client()
        job = Job(id=job_id, kind=kind, status=WAITING, actor_id=actor_id, created_at=self._clock())
        with transaction(self._engine) as session:
            enqueue(client, session, job.id, kind, task)
            session.add(job)
            session.flush()
            return job.id

    def close(self) -> None:
        """Lets go of the job library."""
        with self._opening:
            if self._client is not None:
                self._client.destroy()
                self._client = None

    def _opened_client(self) -> "DBOSClient":
        with self._opening:
            if self._client is None:
                self._client = open_client(self._engine)
            return self._client
