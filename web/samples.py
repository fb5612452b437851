"""Taking the sample company away: what there is to know before, and the button."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import ClassVar

from fastapi import APIRouter
from sqlmodel import Session, col, select
from starlette.responses import Response

from api.deps import start_writing
from api.identity import Role
from api.tables import Account
from web.visits import AdminVisit, Frame, Visit, answer, see_other

router = APIRouter(include_in_schema=False)


@dataclass(frozen=True)
class Samples:
    """What `app/` can tell of the sample company and do with it."""

    present: Callable[[Session], bool]
    remove: Callable[[Session, datetime], object]


@dataclass(frozen=True)
class SamplesPage:
    """What goes, what stays, and whether somebody can still log in afterwards."""

    template: ClassVar[str] = "samples.html"

    frame: Frame
    has_samples: bool
    has_own_admin: bool


def offers_removal(visit: Visit) -> bool:
    """Whether this visitor is shown the way to remove the samples."""
    samples = _samples(visit)
    is_admin = visit.who.role.allows(Role.ADMIN)
    return is_admin and samples is not None and samples.present(visit.session)


@router.get("/samples/remove")
def ask(visit: AdminVisit) -> Response:
    """What would happen."""
    own = select(Account.id).where(
        col(Account.role) == Role.ADMIN, ~col(Account.is_demo), col(Account.is_active), col(Account.shops) == []
    )
    has_own_admin = visit.session.exec(own.limit(1)).first() is not None
    page = SamplesPage(visit.frame(visit.say("samples.title")), offers_removal(visit), has_own_admin)
    return answer(visit, page)


@router.post("/samples/remove")
def remove(visit: AdminVisit) -> Response:
    """Takes them away; whoever was logged in with a demo account has to log in anew."""
    samples = _samples(visit)
    if samples is not None:
        start_writing(visit.session)
        samples.remove(visit.session, visit.services.clock())
    return see_other("/?done=samples_removed")


def _samples(visit: Visit) -> Samples | None:
    found: Samples | None = getattr(visit.request.app.state, "samples", None)
    return found
