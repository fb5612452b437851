"""Following long work: how far it is, and what came of it."""

from dataclasses import dataclass
from typing import Any, ClassVar

from fastapi import APIRouter
from starlette.responses import Response

from api.routes import jobs as api_jobs
from web.answers import told
from web.card_import import count_rows
from web.conversation_import import count_conversations
from web.visits import Frame, TrainerVisit, Visit, answer, own_address

MAX_REFUSALS = 500
router = APIRouter(include_in_schema=False)


@dataclass(frozen=True)
class JobPart:
    """The progress, asked for again while it goes on."""

    template: ClassVar[str] = "job_part.html"

    address: str
    """Of this page, with what it was told."""
    status: str
    status_word: str
    is_over: bool
    done: int
    total: int
    error: str
    summary: str
    """What came of it; empty until then."""
    refused: tuple[dict[str, Any], ...]
    after: str
    """Where to look at what it did."""
    after_label: str


@dataclass(frozen=True)
class JobPage:
    """One job."""

    template: ClassVar[str] = "job.html"

    frame: Frame
    job: JobPart


@router.get("/jobs/{job_id}")
def follow(job_id: str, visit: TrainerVisit, back: str = "") -> Response:
    """The page; for htmx the progress alone. `back`: the page of the file that the job only checks."""
    job = told(api_jobs.read(job_id, visit.who, visit.session))
    part = _part(visit, job, *_after(job["kind"], own_address(back)))
    return answer(visit, JobPage(visit.frame(visit.say("job.title")), part), part)


def _after(kind: str, back: str) -> tuple[str, str]:
    if back.startswith("/conversations/import/"):
        return back, "job.take_in"
    return ("/cards", "job.cards") if kind == "import_cards" else ("/conversations", "job.conversations")


def _part(visit: Visit, job: dict[str, Any], after: str, label: str) -> JobPart:
    report = job["report"]
    return JobPart(
        address=f"{visit.request.url.path}?{visit.request.url.query}".rstrip("?"),
        status=job["status"],
        status_word=visit.say(f"job.{job['status']}"),
        is_over=job["status"] in ("done", "failed"),
        done=job["done"],
        total=job["total"],
        error=job["error"] or "",
        summary=_summary(visit, job["kind"], report, label) if report else "",
        refused=tuple(report.get("refused", ())[:MAX_REFUSALS]) if report else (),
        after=after,
        after_label=visit.say(label),
    )


def _summary(visit: Visit, kind: str, report: dict[str, Any], label: str) -> str:
    if kind == "import_cards":
        return visit.say("import.done", **count_rows(report))
    if kind == "import_conversations":
        said = "talks.import.would" if label == "job.take_in" else "talks.import.done"
        return visit.say(said, messages=report["messages"], **count_conversations(report))
    return ""
