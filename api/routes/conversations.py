"""Conversations: taking them in, reading them, and forgetting them."""

from typing import Annotated

from fastapi import APIRouter, Body, Path, Query
from fastapi.responses import JSONResponse
from pydantic import AwareDatetime

from api.conversation_models import (
    MAX_AT_ONCE,
    ConversationOut,
    ConversationsBody,
    ConversationsOut,
    ConversationWithMessagesOut,
    ErasedOut,
    EraseIn,
    conversation_out,
    message_out,
    read_conversation,
    refuse,
    report_out,
    stored_out,
)
from api.deps import AnyServices, AsAgent, AsLead, AsTrainer, DatabaseSession, start_writing
from api.errors import ForbiddenError, InvalidRequestError
from api.identity import Identity, Role
from api.looking_up import check_shop
from api.lookup_models import MaybePlatform
from api.paging import AnyPaging, PageOut
from coaching.cases.forgetting import forget_customer
from coaching.conversations.arrivals import Arrival, arrival_of
from coaching.conversations.codes import known_agent
from coaching.conversations.importing import ConversationReport, portions
from coaching.conversations.masking import mask_customer
from coaching.conversations.reading import (
    ConversationFilter,
    Viewer,
    find_conversation,
    list_conversations,
    messages_of,
)
from coaching.conversations.storing import Fate, Keeper, Kept
from coaching.errors import ConversationConflictError
from kb.content import MaybeShort
from kb.files.table import Refusal

router = APIRouter(prefix="/conversations", tags=["conversations"])


@router.post("", summary="存入会话 · Store conversations", responses={200: {"model": ConversationsOut}})
def store(
    body: Annotated[ConversationsBody, Body()], identity: AsTrainer, services: AnyServices, session: DatabaseSession
) -> JSONResponse:
    """One conversation or a list; the same again changes nothing, a longer version adds what is new.

    In a list one that cannot be taken is refused with its reason and does not stop the others; one sent alone
    is answered with 422 or 409. Personal data is masked before it is stored.
    """
    items = body if isinstance(body, list) else [body]
    if not 1 <= len(items) <= MAX_AT_ONCE:
        raise InvalidRequestError(f"一次请发 1 到 {MAX_AT_ONCE:,} 段会话，更多的请用文件导入。", "")
    report = ConversationReport()
    arrivals: list[Arrival] = []
    for row, item in enumerate(items, start=1):
        read = read_conversation(item, services.zone)
        if not isinstance(read, list):
            arrivals.append(arrival_of(read, row))
        elif isinstance(body, list):
            report.refuse([Refusal("", row, one["field"], one["reason"]) for one in read])
        else:
            raise refuse(read)
    start_writing(session)
    keeper = Keeper(session, services.clock(), identity.shops)
    kept = [one for some in portions(arrivals) for one in keeper.store(some)]
    keeper.finish()
    if not isinstance(body, list):
        _check(kept[0])
    for one in kept:
        report.count(one)
    report.tell_codes(keeper.codes)
    return JSONResponse(report_out(report) | {"conversations": [stored_out(one) for one in kept]})


@router.post("/erase", summary="删除一位顾客的会话 · Erase a customer", responses={200: {"model": ErasedOut}})
def erase(wanted: EraseIn, identity: AsLead, session: DatabaseSession) -> JSONResponse:
    """Deletes every conversation of one customer in your shops, and what hangs on them, for good."""
    check_shop(identity, wanted.shop)
    start_writing(session)
    gone = forget_customer(session, wanted.customer, shop=wanted.shop, platform=wanted.platform, shops=identity.shops)
    return JSONResponse(gone._asdict())


@router.get("", summary="会话列表 · List conversations", responses={200: {"model": PageOut[ConversationOut]}})
def list_all(
    identity: AsAgent,
    session: DatabaseSession,
    paging: AnyPaging,
    shop: Annotated[MaybeShort, Query()] = None,
    platform: Annotated[MaybePlatform, Query()] = None,
    agent: Annotated[MaybeShort, Query(description="编号或别名 · code or alias")] = None,
    customer: Annotated[MaybeShort, Query()] = None,
    since: Annotated[AwareDatetime | None, Query(description="此后有变化的 · changed since")] = None,
) -> JSONResponse:
    """Conversations of your shops, the one stored last first; agents see their own."""
    check_shop(identity, shop)
    wanted = ConversationFilter(
        shop=shop,
        platform=platform,
        agent=(known_agent(session, agent) or agent) if agent else None,
        customer=mask_customer(customer) if customer else None,
        since_at=since,
    )
    rows = list_conversations(session, wanted, viewer_of(identity), paging.limit + 1, paging.after_id)
    return JSONResponse(paging.page(rows, lambda one: one.id, conversation_out))


@router.get("/{id}", summary="一段会话 · One conversation", responses={200: {"model": ConversationWithMessagesOut}})
def read(
    number: Annotated[
        str, Path(alias="id", max_length=200, description="返回的 id，或会话编号 · id, or the shop's own")
    ],
    identity: AsAgent,
    session: DatabaseSession,
    shop: Annotated[MaybeShort, Query(description="会话编号有重复时 · where numbers repeat")] = None,
    platform: Annotated[MaybePlatform, Query()] = None,
) -> JSONResponse:
    """A conversation with its messages; agents read their own."""
    found = find_conversation(session, number, viewer_of(identity), shop=shop, platform=platform)
    messages = [message_out(one) for one in messages_of(session, found)]
    return JSONResponse(conversation_out(found) | {"messages": messages})


def viewer_of(identity: Identity) -> Viewer:
    """Who reads: agents only what they took part in, others all of their shops."""
    only = None if identity.role.allows(Role.TRAINER) else identity.agent or ""
    return Viewer(identity.shops, only)


def _check(kept: Kept) -> None:
    """Answers a conversation that was sent alone and not taken with an error of its own."""
    if kept.fate is not Fate.REFUSED:
        return
    [refused] = kept.refused
    if refused.column == "shop":
        raise ForbiddenError(refused.reason)
    if refused.column == "conversation_id":
        raise ConversationConflictError(refused.reason)
    raise InvalidRequestError(refused.reason, refused.column)
