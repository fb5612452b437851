"""What conversations are held against: rules that a lead builds, and rule sets."""

from collections.abc import Callable, Sequence
from typing import Annotated, Any, TypeVar

from fastapi import APIRouter, Query
from fastapi.responses import JSONResponse
from sqlmodel import Session

from api.acting import actor_of
from api.deps import AnyServices, AsLead, DatabaseSession, start_writing
from api.identity import Identity
from api.inspection_rule_models import (
    RuleIn,
    RuleOut,
    RuleSaveIn,
    RuleSetIn,
    RuleSetOut,
    RuleTryIn,
    TriedOut,
    bundled_out,
    rule_out,
    rule_set_out,
    tried_out,
)
from api.paging import AnyPaging, PageOut, Paging
from api.services import Services
from coaching.inspection.custom import keeping
from coaching.inspection.custom.definition import Definition
from coaching.inspection.custom.in_force import inspector_in_force
from coaching.inspection.custom.rule_set_keeping import KeptSet, add_rule_set, list_rule_sets
from coaching.inspection.custom.trying import Tried, try_definition
from coaching.inspection.known_cards import CatalogueKnowledge
from coaching.inspection.rules import RULES

router = APIRouter(prefix="/inspection", tags=["inspection rules"])
T = TypeVar("T")


@router.get("/rules", summary="质检规则列表 · List rules", responses={200: {"model": PageOut[RuleOut]}})
def list_rules(
    identity: AsLead,
    services: AnyServices,
    session: DatabaseSession,
    paging: AnyPaging,
    custom: Annotated[bool | None, Query(description="true 只要自建的 · own ones only")] = None,
) -> JSONResponse:
    """The rules that come with the program, then those that were built, each at its newest version."""
    actor = actor_of(identity, services)
    bundled = [] if custom else [bundled_out(rule) for rule in RULES]
    built = [] if custom is False else [rule_out(one, actor) for one in keeping.list_rules(session, actor)]
    return JSONResponse(_page(paging, [*bundled, *built], lambda one: str(one["rule"])))


@router.post("/rules", status_code=201, summary="新建质检规则 · Build a rule", responses={201: {"model": RuleOut}})
def create(given: RuleIn, identity: AsLead, services: AnyServices, session: DatabaseSession) -> JSONResponse:
    """A new rule; with `is_on` it finds at once, if its trial passes, else nothing is kept (409)."""
    actor = actor_of(identity, services)
    tried = try_for(session, given.definition, identity, services) if given.is_on else None
    start_writing(session)
    made = keeping.create_rule(session, given.definition, actor, given.note)
    if tried is not None:
        made = keeping.switch_on(session, made.rule_id, tried, actor, despite_warnings=given.despite_warnings)
    return JSONResponse(rule_out(made, actor), 201)


@router.post("/rules/try", summary="试跑规则 · Try a rule", responses={200: {"model": TriedOut}})
def try_rule(given: RuleTryIn, identity: AsLead, services: AnyServices, session: DatabaseSession) -> JSONResponse:
    """Its examples, and what it would hit in past conversations; nothing is kept."""
    return JSONResponse(tried_out(try_for(session, given.definition, identity, services, given.conversations)))


@router.put(
    "/rules/{id}", summary="修改、启用或停用规则 · Change or switch a rule", responses={200: {"model": RuleOut}}
)
def save(id: str, given: RuleSaveIn, identity: AsLead, services: AnyServices, session: DatabaseSession) -> JSONResponse:
    """A changed rule is a new version; the one that is on goes on finding until the new one is switched on."""
    actor = actor_of(identity, services)
    before = keeping.get_rule(session, id, actor)
    wanted = given.definition or before.definition
    # Tried before the write lock is taken: it may last seconds.
    tried = try_for(session, wanted, identity, services) if given.is_on else None
    start_writing(session)
    made = keeping.change_rule(session, id, wanted, given.version, actor, given.note)
    if tried is not None:
        made = keeping.switch_on(session, id, tried, actor, despite_warnings=given.despite_warnings)
    elif given.is_on is False:
        made = keeping.switch_off(session, id, given.note, actor)
    return JSONResponse(rule_out(made, actor))


@router.get("/rule-sets", summary="质检方案列表 · List rule sets", responses={200: {"model": PageOut[RuleSetOut]}})
def list_sets(identity: AsLead, services: AnyServices, session: DatabaseSession, paging: AnyPaging) -> JSONResponse:
    """Every version of every set: which applies is chosen by shop, platform and day."""
    kept = list_rule_sets(session, actor_of(identity, services))
    return JSONResponse(_page(paging, [rule_set_out(one) for one in kept], _set_key))


@router.post(
    "/rule-sets",
    status_code=201,
    summary="新建质检方案或新版本 · Add a rule set",
    responses={201: {"model": RuleSetOut}},
)
def add_set(given: RuleSetIn, identity: AsLead, services: AnyServices, session: DatabaseSession) -> JSONResponse:
    """A new set, or the next version of the one with this code; earlier versions stay for the days they were for."""
    start_writing(session)
    made: KeptSet = add_rule_set(session, given.rule_set, given.content, actor_of(identity, services), given.note)
    return JSONResponse(rule_set_out(made), 201)


def try_for(
    session: Session, definition: Definition, identity: Identity, services: Services, conversations: int = 200
) -> Tried:
    """What a rule would find in the past conversations that somebody may see; nothing is kept."""
    now, memory = services.clock(), services.inspection
    knowledge = CatalogueKnowledge(session, services.catalogue, now, memory.lookups)
    inspector = inspector_in_force(session, memory, knowledge, now)
    return try_definition(session, definition, inspector, memory.vectors, knowledge, identity.shops, conversations)


def _set_key(one: dict[str, Any]) -> str:
    return f"{one['rule_set']} {one['version']}"


def _page(paging: Paging, rows: Sequence[T], key: Callable[[T], str]) -> dict[str, Any]:
    """The page after the row whose key the cursor holds; one that is gone begins anew."""
    keys = [key(row) for row in rows]
    start = keys.index(paging.after) + 1 if paging.after in keys else 0
    return paging.page(rows[start : start + paging.limit + 1], key, lambda row: row)
