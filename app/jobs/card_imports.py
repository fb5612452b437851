"""The job that imports an uploaded card file."""

from collections.abc import Callable
from dataclasses import asdict
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy.exc import OperationalError
from sqlmodel import Session

from app.card_import import CardFile, CardImporter, ImportOrder
from app.errors import ImportRefusedError
from app.jobs.records import JobProgress, finish_job
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
        path = Path(task["path"])
        if not path.exists():
            raise ImportRefusedError("上传的文件已不在，没有写入任何内容，请重新上传。")
        shops = task["shops"]
        order = ImportOrder(
            files=[CardFile(path, task["name"])],
            actor_id=task["actor_id"],
            zone=self._zone,
            publish=task["publish"],
            shops=None if shops is None else frozenset(shops),
        )

        def finish(session: Session, report: ImportReport) -> None:
            finish_job(session, job_id, asdict(report), self._importer.clock())

        try:
            self._importer.run(order, self._stages(job_id), finish)
        except OperationalError:
            # A busy database: the job is tried again and needs its file.
            raise
        except Exception:
            # Whatever else it is, a second try would meet it too. `StoppingError` is none of these: the job goes on.
            path.unlink(missing_ok=True)
            raise
        path.unlink(missing_ok=True)

    def _stages(self, job_id: str) -> Callable[[str, int | None], Callable[[int], None]]:
        progress = JobProgress(self._importer.engine, job_id)

        def stage(name: str, total: int | None) -> Callable[[int], None]:
            self._check()
            advance = progress.stage(name, total)

            def counted(count: int) -> None:
                self._check()
                advance(count)

            return counted

        return stage
