"""Cards: reading, writing and their steps from draft to archive."""

from typing import Annotated

from fastapi import APIRouter, Body, Depends, Query
from fastapi.responses import JSONResponse, Response
from sqlmodel import Session

from api.card_models import (
    CardBody,
    CardOut,
    CardSaveBody,
    RevisionOut,
    RollbackIn,
    card_out,
    read_card,
    read_saved_card,
    revision_out,
)
from api.deps import AnyServices, AsAgent, AsTrainer, DatabaseSession, WritingSession
from api.errors import ForbiddenError, InvalidRequestError
from api.identity import Identity, Role
from api.looking_up import check_shop
from api.lookup_models import MaybeIntent, MaybeKind, MaybePhase, MaybeStatus, Text
from api.paging import AnyPaging, PageOut
from api.row_numbers import CardId
from api.services import Services
from kb.cards import editing
from kb.cards.reading import (
    CardFilter,
    CardVersion,
    get_card,
    get_published_card,
    list_cards,
    list_revisions,
    may_write,
)
from kb.content import CardContent, MaybeShort

router = APIRouter(prefix="/cards", tags=["cards"])


async def _card_filter(
    status: Annotated[MaybeStatus, Query()] = None,
    kind: Annotated[MaybeKind, Query()] = None,
    phase: Annotated[MaybePhase, Query()] = None,
    intent: Annotated[MaybeIntent, Query()] = None,
    shop: Annotated[MaybeShort, Query()] = None,
    external_id: Annotated[MaybeShort, Query()] = None,
    q: Annotated[Text | None, Query(max_length=500, description="编号、问题或回复里的原文 · words as written")] = None,
) -> CardFilter:
    return CardFilter(status, kind, phase, intent, shop, external_id, (q or "").strip() or None)


AnyCardFilter = Annotated[CardFilter, Depends(_card_filter)]
"""What the request narrows a list of cards to; a blank field, as forms send it, narrows nothing."""


@router.get("", summary="知识卡列表 · List cards", responses={200: {"model": PageOut[CardOut]}})
def list_all(identity: AsAgent, session: DatabaseSession, paging: AnyPaging, wanted: AnyCardFilter) -> JSONResponse:
    """Cards at their newest version, by id; agents get published ones, at the version that answers."""
    check_shop(identity, wanted.shop)
    rows = list_cards(
        session, wanted, identity.shops, paging.after_id or 0, paging.limit + 1, published=not _is_writer(identity)
    )
    return JSONResponse(paging.page(rows, lambda one: one.card.id, card_out))


@router.post("", status_code=201, summary="新建知识卡 · Create a card", responses={201: {"model": CardOut}})
def create(
    body: Annotated[CardBody, Body()], identity: AsTrainer, services: AnyServices, session: WritingSession
) -> JSONResponse:
    """A new card, a draft: it answers once it is published."""
    entry = read_card(body, services.zone)
    _check_writing(identity, entry)
    made = editing.create_card(session, entry.content, _actor(identity, services), entry.external_id or None)
    return JSONResponse(card_out(made), 201)


@router.get("/{card_id}", summary="一张知识卡 · One card", responses={200: {"model": CardOut}})
def read(card_id: CardId, identity: AsAgent, session: DatabaseSession) -> JSONResponse:
    """The card at its newest version; for agents at the one that answers."""
    get = get_card if _is_writer(identity) else get_published_card
    return JSONResponse(card_out(get(session, card_id, identity.shops)))


@router.put("/{card_id}", summary="保存知识卡 · Save a card", responses={200: {"model": CardOut}})
def save(
    card_id: CardId,
    body: Annotated[CardSaveBody, Body()],
    identity: AsTrainer,
    services: AnyServices,
    session: WritingSession,
) -> JSONResponse:
    """A new draft; the published version keeps answering. 409 when `version` is no longer the newest."""
    saved = read_saved_card(body, services.zone)
    before = _writable(session, card_id, identity)
    if saved.external_id != (before.card.external_id or ""):
        raise InvalidRequestError("编号在新建时确定，不能修改；请改回原来的编号", "external_id")
    _check_writing(identity, saved)
    made = editing.save_card(session, card_id, saved.content, saved.version, _actor(identity, services))
    return JSONResponse(card_out(made))


@router.delete("/{card_id}", status_code=204, summary="删除未发布过的卡 · Delete a card never published")
def delete(card_id: CardId, identity: AsTrainer, session: WritingSession) -> Response:
    """409 for a card that was published once: archive it instead."""
    _writable(session, card_id, identity)
    editing.delete_card(session, card_id)
    return Response(status_code=204)


@router.post("/{card_id}/submit", summary="提交审核 · Hand in for review", responses={200: {"model": CardOut}})
def submit(card_id: CardId, identity: AsTrainer, services: AnyServices, session: WritingSession) -> JSONResponse:
    """The newest draft waits for somebody to publish it."""
    _writable(session, card_id, identity)
    return JSONResponse(card_out(editing.submit_card(session, card_id, _actor(identity, services))))


@router.post("/{card_id}/publish", summary="发布 · Publish", responses={200: {"model": CardOut}})
def publish(card_id: CardId, identity: AsTrainer, services: AnyServices, session: WritingSession) -> JSONResponse:
    """The newest version answers from now on."""
    _writable(session, card_id, identity)
    return JSONResponse(card_out(editing.publish_card(session, card_id, _actor(identity, services))))


@router.post("/{card_id}/archive", summary="下架 · Archive", responses={200: {"model": CardOut}})
def archive(card_id: CardId, identity: AsTrainer, services: AnyServices, session: WritingSession) -> JSONResponse:
    """The card stops answering; its history stays."""
    _writable(session, card_id, identity)
    return JSONResponse(card_out(editing.archive_card(session, card_id, _actor(identity, services))))


@router.post("/{card_id}/rollback", summary="回到旧版本 · Roll back", responses={200: {"model": CardOut}})
def rollback(
    card_id: CardId, wanted: RollbackIn, identity: AsTrainer, services: AnyServices, session: WritingSession
) -> JSONResponse:
    """A new version with the content of an earlier one, published at once."""
    _writable(session, card_id, identity)
    _check_writing(identity, get_card(session, card_id, version=wanted.version).content)
    return JSONResponse(card_out(editing.rollback_card(session, card_id, wanted.version, _actor(identity, services))))


@router.get(
    "/{card_id}/revisions", summary="版本历史 · Every version", responses={200: {"model": PageOut[RevisionOut]}}
)
def revisions(card_id: CardId, identity: AsTrainer, session: DatabaseSession, paging: AnyPaging) -> JSONResponse:
    """Versions, newest first."""
    before = paging.after_id
    rows = [
        one
        for one in list_revisions(session, card_id, identity.shops)
        if before is None or one.revision.version < before
    ]
    return JSONResponse(paging.page(rows, lambda one: one.revision.version, revision_out))


def _is_writer(identity: Identity) -> bool:
    return identity.role.allows(Role.TRAINER)


def _actor(identity: Identity, services: Services) -> editing.Actor:
    return editing.Actor(identity.actor_id, services.clock(), services.zone)


def _writable(session: Session, card_id: int, identity: Identity) -> CardVersion:
    found = get_card(session, card_id, identity.shops)
    _check_writing(identity, found.content)
    return found


def _check_writing(identity: Identity, content: CardContent) -> None:
    if not may_write(content.shops, identity.shops):
        own = "、".join(sorted(identity.shops or ()))
        raise ForbiddenError(f"您只能改自己店铺的卡，这张卡也用于别的店铺；请把 shops 填成其中的：{own}。")
