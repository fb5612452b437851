"""Suggest, search, and what became of a suggestion."""

from typing import Annotated

from fastapi import APIRouter, Query
from fastapi.responses import JSONResponse

from api.deps import AnyServices, AsAgent, DatabaseSession
from api.looking_up import Filters, Place, answer_conversation, answer_search, check_length
from api.lookup_models import (
    EventIn,
    EventOut,
    MaybeIntent,
    MaybeKind,
    MaybePhase,
    MaybePlatform,
    SearchOut,
    SuggestIn,
    SuggestOut,
    found_card,
    suggested_card,
)
from kb.content import MaybeShort, without_controls
from kb.feedback import record_event
from kb.suggestion.questions import Said
from kb.suggestion.suggesting import Suggested

router = APIRouter(tags=["suggest"])


@router.post("/suggest", summary="推荐回复 · Suggest replies", responses={200: {"model": SuggestOut}})
def suggest_replies(
    asked: SuggestIn, identity: AsAgent, services: AnyServices, session: DatabaseSession
) -> JSONResponse:
    """Cards for every question the customer's waiting messages ask, best first.

    Where nothing is good enough, `abstained` is true and `suggestions` holds near misses for people to look at.
    """
    answer = answer_conversation(
        session,
        services,
        identity,
        [Said(message.role, message.text) for message in asked.messages],
        Place(asked.shop, asked.platform, asked.product, asked.phase),
        asked.customer_name,
        asked.top_k,
    )
    found = answer.found
    return JSONResponse(
        {
            "suggestion_id": answer.suggestion_id,
            "abstained": found.abstained,
            **_reason(found),
            "questions": found.questions,
            "suggestions": [suggested_card(card) for card in found.cards],
            "took_ms": answer.took_ms,
        }
    )


@router.post(
    "/suggestions/{suggestion_id}/events",
    status_code=201,
    summary="记录推荐的去向 · Record what became of a suggestion",
)
def record_what_happened(
    suggestion_id: str, event: EventIn, identity: AsAgent, services: AnyServices, session: DatabaseSession
) -> EventOut:
    """Only for suggestions that the same account or token was given."""
    check_length(event.text or "")
    now = services.clock()
    record_event(session, suggestion_id, event.kind, identity.actor_id, now, event.card_id, event.text)
    return EventOut(suggestion_id=suggestion_id, kind=event.kind, recorded_at=now)


@router.get("/search", summary="搜索知识卡 · Search cards", responses={200: {"model": SearchOut}})
def search(
    q: Annotated[
        str, Query(description="词、句子、拼音（tkjd → 退款进度）或卡片编号 · words, pinyin or a card's number")
    ],
    identity: AsAgent,
    services: AnyServices,
    session: DatabaseSession,
    kind: Annotated[MaybeKind, Query()] = None,
    phase: Annotated[MaybePhase, Query()] = None,
    intent: Annotated[MaybeIntent, Query()] = None,
    shop: Annotated[MaybeShort, Query()] = None,
    platform: Annotated[MaybePlatform, Query()] = None,
    product: Annotated[MaybeShort, Query()] = None,
    limit: Annotated[int, Query(ge=1, le=50)] = 20,
) -> JSONResponse:
    """Published cards for a person's words: by meaning, by characters and by pinyin, best first."""
    place, filters = Place(shop, platform, product), Filters(kind, phase, intent)
    answer = answer_search(session, services, identity, without_controls(q), place, filters, limit)
    found = answer.found
    return JSONResponse(
        {
            "suggestion_id": answer.suggestion_id,
            "abstained": found.abstained,
            **_reason(found),
            "items": [found_card(card) for card in found.cards],
            "next_cursor": None,
            "took_ms": answer.took_ms,
        }
    )


def _reason(found: Suggested) -> dict[str, str]:
    return {"reason": found.reason} if found.reason else {}
