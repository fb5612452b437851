"""Inspecting a conversation that is not kept: for programs, and while a chat goes on."""

from datetime import datetime, tzinfo

from fastapi import APIRouter
from fastapi.responses import JSONResponse

from api.deps import AnyServices, AsAgent, DatabaseSession
from api.errors import InvalidRequestError
from api.identity import Identity
from api.inspection_models import InspectedMessageIn, InspectIn, InspectOut, inspected
from api.looking_up import Place, asked_in
from coaching.conversations.transcript import Line, Transcript
from coaching.inspection.custom.in_force import inspector_in_force
from coaching.inspection.inspector import Inspector
from coaching.inspection.known_cards import CatalogueKnowledge
from coaching.inspection.rule_sets import CHINA, RuleSet
from kb.suggestion.questions import Said
from kb.vocabulary import Platform

router = APIRouter(tags=["inspect"])


@router.post("/inspect", summary="质检一段会话 · Inspect a conversation", responses={200: {"model": InspectOut}})
def inspect_conversation(
    given: InspectIn, identity: AsAgent, services: AnyServices, session: DatabaseSession
) -> JSONResponse:
    """Findings with evidence, score and speed of one conversation; nothing of it is kept.

    With `finished` false, what the customer writes next is not expected to be there yet.
    """
    now = services.clock()
    said = [Said(message.role, message.text) for message in given.messages]
    place = Place(given.shop, given.platform, given.product, given.phase)
    scope = asked_in(session, identity, said, place, now).scope
    transcript = Transcript(
        tuple(_line(index, message, services.zone) for index, message in enumerate(given.messages)),
        Platform(scope.platform or Platform.OTHER),
        given.shop,
        product=given.product,
        phase=given.phase,
        transferred=given.transferred,
        finished=given.finished,
    )
    memory = services.inspection
    knowledge = CatalogueKnowledge(session, services.catalogue, now, memory.lookups)
    inspector = inspector_in_force(session, memory, knowledge, now)
    rule_set = _named(inspector, given.rule_set, identity, now) if given.rule_set else inspector.rule_set_of(transcript)
    inspection = inspector.inspect(transcript, scope, rule_set)
    return JSONResponse(inspected(inspection, rule_set, finished=given.finished))


def _line(index: int, message: InspectedMessageIn, zone: tzinfo) -> Line:
    sent_at = message.sent_at
    if sent_at is not None and sent_at.tzinfo is None:
        sent_at = sent_at.replace(tzinfo=zone)
    return Line(index, message.role, message.text, sent_at, message.agent, message.message_id)


def _named(inspector: Inspector, rule_set: str, identity: Identity, now: datetime) -> RuleSet:
    """The newest version of a rule set that is in force."""
    today = now.astimezone(CHINA).date()
    in_force = [
        one
        for one in inspector.rule_sets
        if one.in_force_from <= today and (not one.shops or any(map(identity.may_see, one.shops)))
    ]
    versions = [one for one in in_force if one.id == rule_set]
    if versions:
        return max(versions, key=lambda one: one.version)
    known = "、".join(dict.fromkeys(one.id for one in in_force))
    raise InvalidRequestError(f"没有质检方案“{rule_set}”，可用的有：{known}；不填就按平台选。", "rule_set")
