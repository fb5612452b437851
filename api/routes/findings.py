"""What inspecting a stored conversation found."""

from typing import Annotated

from fastapi import APIRouter, Path, Query
from fastapi.responses import JSONResponse
from sqlmodel import Session

from api.deps import AnyServices, AsAgent, DatabaseSession, start_writing
from api.finding_models import FindingsOut, stored_finding, stored_inspection
from api.lookup_models import MaybePlatform
from api.paging import AnyPaging
from api.routes.conversations import viewer_of
from api.services import Services
from coaching.conversations.reading import find_conversation
from coaching.conversations.tables import Conversation
from coaching.inspection.custom.in_force import inspector_in_force, switch_off_overrunning
from coaching.inspection.known_cards import CatalogueKnowledge
from coaching.inspection.listing import current_inspection, findings_of
from coaching.inspection.pending import inspect_stored, is_pending
from coaching.inspection.storing import store_inspections
from kb.content import MaybeShort

router = APIRouter(prefix="/conversations", tags=["conversations"])


@router.get("/{id}/findings", summary="会话的质检命中 · Findings", responses={200: {"model": FindingsOut}})
def read_findings(
    number: Annotated[
        str, Path(alias="id", max_length=200, description="返回的 id，或会话编号 · id, or the shop's own")
    ],
    identity: AsAgent,
    services: AnyServices,
    session: DatabaseSession,
    paging: AnyPaging,
    shop: Annotated[MaybeShort, Query(description="会话编号有重复时 · where numbers repeat")] = None,
    platform: Annotated[MaybePlatform, Query()] = None,
) -> JSONResponse:
    """Findings and score of a conversation as it stands; one that waits for its inspection is inspected now.

    Agents read what counts of their own: findings that are sure or confirmed.
    """
    viewer = viewer_of(identity)
    conversation = find_conversation(session, number, viewer, shop=shop, platform=platform)
    if is_pending(session, conversation):
        inspect_now(session, services, conversation)
    found = findings_of(session, conversation, viewer, paging.limit + 1, paging.after_id or 0)
    inspection = current_inspection(session, conversation.id or 0)
    page = paging.page(found, lambda one: one.finding.id, stored_finding)
    return JSONResponse(page | {"inspection": stored_inspection(inspection) if inspection is not None else None})


def inspect_now(session: Session, services: Services, conversation: Conversation) -> None:
    """Inspects one stored conversation and stores what is found; what changes meanwhile waits for the job."""
    now, memory = services.clock(), services.inspection
    knowledge = CatalogueKnowledge(session, services.catalogue, now, memory.lookups)
    inspector = inspector_in_force(session, memory, knowledge, now)
    inspected = list(inspect_stored(session, [conversation], inspector))
    start_writing(session)
    switch_off_overrunning(session, memory, inspected, now)
    store_inspections(session, inspected, now, services.zone)
