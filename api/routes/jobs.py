"""Long work that was asked for: how far it is and what came of it."""

from datetime import datetime
from typing import Any, Literal

from fastapi import APIRouter
from fastapi.responses import JSONResponse
from pydantic import BaseModel, Field

from api.deps import AsAgent, DatabaseSession
from api.errors import JobNotFoundError
from api.identity import Role
from api.tables import Job

router = APIRouter(prefix="/jobs", tags=["jobs"])


class JobOut(BaseModel):
    """A job; `report` once it is done, `error` when it failed."""

    job_id: str
    kind: str
    status: Literal["waiting", "running", "done", "failed"]
    done: int
    total: int = Field(description="总数，未知时为 0 · 0 while unknown")
    report: dict[str, Any] | None
    error: str | None
    created_at: datetime
    finished_at: datetime | None


@router.get("/{job_id}", summary="任务进度 · Follow a job", responses={200: {"model": JobOut}})
def read(job_id: str, identity: AsAgent, session: DatabaseSession) -> JSONResponse:
    """Your own jobs; for admins of all shops, everybody's."""
    job = session.get(Job, job_id)
    sees_all = identity.role.allows(Role.ADMIN) and identity.shops is None
    if job is None or (job.actor_id != identity.actor_id and not sees_all):
        raise JobNotFoundError("没有这个任务，或者它不是您的；请用导入时返回的 job_id。")
    return JSONResponse(
        {
            "job_id": job.id,
            "kind": job.kind,
            "status": job.status,
            "done": job.done,
            "total": job.total,
            "report": job.report,
            "error": job.error,
            "created_at": job.created_at.isoformat(),
            "finished_at": job.finished_at.isoformat() if job.finished_at else None,
        }
    )
