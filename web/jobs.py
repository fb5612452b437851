"""Following long work: how far it is, and what came of it."""

from dataclasses import dataclass
from typing import Any, ClassVar

from fastapi import APIRouter
from starlette.responses import Response

from api.routes import jobs as api_jobs
from web.answers import told
from web.card_import import count_rows
from web.visits import Frame, TrainerVisit, Visit, answer

MAX_REFUSALS = 500
router = APIRouter(include_in_schema=False)


@dataclass(frozen=True)
class JobPart:
    """The progress, asked for again while it goes on."""

    template: ClassVar[str] = "job_part.html"

    job_id: str
    status: str
    status_word: str
    is_over: bool
    done: int
    total: int
    error: str
    summary: str
    """What came of it; empty until then."""
    refused: tuple[dict[str, Any], ...]


@dataclass(frozen=True)
class JobPage:
    """One job."""

    template: ClassVar[str] = "job.html"

    frame: Frame
    job: JobPart


@router.get("/jobs/{job_id}")
def follow(job_id: str, visit: TrainerVisit) -> Response:
    """The page; for htmx the progress alone."""
    part = _part(visit, told(api_jobs.read(job_id, visit.who, visit.session)))
    return answer(visit, JobPage(visit.frame(visit.say("job.title")), part), part)


def _part(visit: Visit, job: dict[str, Any]) -> JobPart:
    report = job["report"]
    return JobPart(
        job_id=job["job_id"],
        status=job["status"],
        status_word=visit.say(f"job.{job['status']}"),
        is_over=job["status"] in ("done", "failed"),
        done=job["done"],
        total=job["total"],
        error=job["error"] or "",
        summary=visit.say("import.done", **count_rows(report)) if report else "",
        refused=tuple(report["refused"][:MAX_REFUSALS]) if report else (),
    )
