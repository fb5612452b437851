"""The job that imports an uploaded conversation file."""

from collections.abc import Callable
from dataclasses import asdict
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from sqlmodel import Session

from app.conversation_import import ConversationImporter, ConversationOrder
from app.database import transaction
from app.jobs.records import finish_job
from app.jobs.uploads import followed_stages, used_up
from coaching.conversations.files import ConversationFile
from coaching.conversations.importing import ConversationReport


class ConversationImportJob:
    """Handler of `names.IMPORT_CONVERSATIONS`.

    Args:
        importer: does the work.
        zone: zone of times written without one.
        check: called at every step of progress; raises when the work has to stop.
    """

    def __init__(self, importer: ConversationImporter, zone: ZoneInfo, check: Callable[[], None]) -> None:
        self._importer = importer
        self._zone = zone
        self._check = check

    def __call__(self, job_id: str, task: dict[str, Any]) -> None:
        """Imports the file and deletes it.

        Raises:
            ConversationFileError: the file cannot be read.
            ImportRefusedError: the file is gone, or the job was taken away.
        """
        shops = task["shops"]

        def finish(session: Session, report: ConversationReport) -> None:
            finish_job(session, job_id, asdict(report), self._importer.clock())

        with used_up(Path(task["path"])) as path:
            order = ConversationOrder(
                files=[ConversationFile(path, task["name"])],
                actor_id=task["actor_id"],
                zone=self._zone,
                given=task["given"],
                mapping=task["mapping"],
                shops=None if shops is None else frozenset(shops),
            )
            stages = followed_stages(self._importer.engine, job_id, self._check)
            if task["dry_run"]:
                report = self._importer.dry_run(order, stages)
                with transaction(self._importer.engine) as session:
                    finish(session, report)
            else:
                self._importer.run(order, stages, finish)
