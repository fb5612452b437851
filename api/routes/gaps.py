"""What was asked or searched and no card answered."""

from datetime import datetime
from typing import Any, Literal

from fastapi import APIRouter
from fastapi.responses import JSONResponse
from pydantic import BaseModel, Field

from api.deps import AsTrainer, DatabaseSession
from api.paging import AnyPaging, PageOut
from kb.feedback import list_gaps
from kb.feedback_tables import Gap

router = APIRouter(prefix="/gaps", tags=["gaps"])


class GapOut(BaseModel):
    """One wording in one shop that had no useful answer."""

    gap_id: int
    text: str = Field(description="个人信息已隐去 · personal data masked")
    shop: str | None
    reason: Literal["no_match", "unused"]
    count: int
    suggestion_id: str | None
    first_at: datetime
    last_at: datetime


@router.get("", summary="知识缺口 · Knowledge gaps", responses={200: {"model": PageOut[GapOut]}})
def list_all(identity: AsTrainer, session: DatabaseSession, paging: AnyPaging) -> JSONResponse:
    """Gaps of your shops, newest first."""
    rows = list_gaps(session, identity.shops, paging.limit + 1, paging.after_id)
    return JSONResponse(paging.page(rows, lambda gap: gap.id, _gap))


def _gap(gap: Gap) -> dict[str, Any]:
    return {
        "gap_id": gap.id,
        "text": gap.text,
        "shop": gap.shop,
        "reason": gap.reason,
        "count": gap.count,
        "suggestion_id": gap.suggestion_id,
        "first_at": gap.first_at.isoformat(),
        "last_at": gap.last_at.isoformat(),
    }
