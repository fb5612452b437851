"""The job that imports an uploaded card file."""

from collections.abc import Callable
from dataclasses import asdict
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from sqlmodel import Session

from app.card_import import CardFile, CardImporter, ImportOrder
from app.jobs.records import finish_job
from app.jobs.uploads import followed_stages, used_up
from kb.cards.importing import ImportReport


class CardImportJob:
    """Handler of `names.IMPORT_CARDS`.

    Args:
        importer: does the work.
        zone: zone of times written without one.
        check: called at every step of progress; raises when the work has to stop.
    """

    def __init__(self, importer: CardImporter, zone: ZoneInfo, check: Callable[[], None]) -> None:
        self._importer = importer
        self._zone = zone
        self._check = check

    def __call__(self, job_id: str, task: dict[str, Any]) -> None:
        """Imports the file and deletes it.

        Raises:
            CardFileError: the file cannot be read.
            ImportRefusedError: the file is gone, or the job was taken away.
        """
        shops = task["shops"]

        def finish(session: Session, report: ImportReport) -> None:
            finish_job(session, job_id, asdict(report), self._importer.clock())

        with used_up(Path(task["path"])) as path:
            order = ImportOrder(
                files=[CardFile(path, task["name"])],
                actor_id=task["actor_id"],
                zone=self._zone,
                publish=task["publish"],
                shops=None if shops is None else frozenset(shops),
            )
            self._importer.run(order, followed_stages(self._importer.engine, job_id, self._check), finish)
