"""What customers or colleagues asked and no card answered, for those who write cards."""

from dataclasses import dataclass
from datetime import datetime
from typing import ClassVar, NamedTuple
from urllib.parse import urlencode

from fastapi import APIRouter
from starlette.responses import Response

from api.paging import AnyPaging
from api.routes import gaps as api_gaps
from web import choices
from web.answers import told
from web.visits import Frame, TrainerVisit, answer

router = APIRouter(include_in_schema=False)


class GapRow(NamedTuple):
    """One wording in one shop."""

    text: str
    times: int
    shop: str
    reason: str
    reason_word: str
    last_at: str
    look: str
    """Address where it is looked up again."""


@dataclass(frozen=True)
class GapsPage:
    """A page of gaps."""

    template: ClassVar[str] = "gaps.html"

    frame: Frame
    rows: tuple[GapRow, ...]
    next: str


@router.get("/gaps")
def list_gaps(visit: TrainerVisit, paging: AnyPaging) -> Response:
    """Gaps of the visitor's shops, newest first."""
    found = told(api_gaps.list_all(visit.who, visit.session, paging))
    names = {shop.value: shop.label for shop in choices.shops(visit)}
    rows = tuple(
        GapRow(
            text=gap["text"],
            times=gap["count"],
            shop=names.get(gap["shop"], gap["shop"] or ""),
            reason=gap["reason"],
            reason_word=visit.say(f"gap.reason.{gap['reason']}"),
            last_at=visit.local_time(datetime.fromisoformat(gap["last_at"])),
            look=f"/search?{urlencode({'q': gap['text']})}",
        )
        for gap in found["items"]
    )
    following = f"/gaps?{urlencode({'cursor': found['next_cursor']})}" if found["next_cursor"] else ""
    return answer(visit, GapsPage(visit.frame(visit.say("gaps.title")), rows, following))
