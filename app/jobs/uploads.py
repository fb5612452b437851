"""What jobs on uploaded files have in common: the file is theirs, and how far they are is told."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from sqlalchemy import Engine
from sqlalchemy.exc import OperationalError

from app.errors import ImportRefusedError
from app.jobs.records import JobProgress

Stages = Callable[[str, int | None], Callable[[int], None]]


@contextmanager
def used_up(path: Path) -> Iterator[Path]:
    """The uploaded file, deleted once the work is done or cannot be done.

    Raises:
        ImportRefusedError: it is gone.
    """
    if not path.exists():
        raise ImportRefusedError("上传的文件已不在，没有写入任何内容，请重新上传。")
    try:
        yield path
    except OperationalError:
        # A busy database: the job is tried again and needs its file.
        raise
    except Exception:
        # Whatever else it is, a second try would meet it too. `StoppingError` is none of these: the job goes on.
        path.unlink(missing_ok=True)
        raise
    path.unlink(missing_ok=True)


def followed_stages(engine: Engine, job_id: str, check: Callable[[], None]) -> Stages:
    """Stages that write how far a job is, and call `check` at every step, which raises when the work has to stop."""
    progress = JobProgress(engine, job_id)

    def stage(name: str, total: int | None) -> Callable[[int], None]:
        check()
        advance = progress.stage(name, total)

        def counted(count: int) -> None:
            check()
            advance(count)

        return counted

    return stage
