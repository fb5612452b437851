"""Shops, products and agents: what the external codes stand for."""

from typing import Any

from fastapi import APIRouter
from fastapi.responses import JSONResponse
from pydantic import BaseModel
from sqlmodel import col, select

from api.conversation_models import RetentionIn, RetentionOut
from api.deps import AnyServices, AsAdmin, AsAgent, AsLead, AsTrainer, DatabaseSession, start_writing
from api.errors import InvalidRequestError
from api.looking_up import check_shop
from api.paging import AnyPaging, PageOut
from coaching.conversations.erasing import retention_days, set_retention
from coaching.tables import Agent
from kb.cards.tables import Product, Shop
from kb.vocabulary import Platform

router = APIRouter(tags=["places"])


class ShopOut(BaseModel):
    """A shop; until somebody names it, its name is its code."""

    shop: str
    name: str
    platform: Platform


class ProductOut(BaseModel):
    """A product; until somebody names it, its name is its code."""

    product: str
    name: str


class AgentOut(BaseModel):
    """A human customer-service agent."""

    agent: str
    name: str
    team: str | None
    aliases: list[str]


@router.get("/shops", summary="店铺 · Shops", responses={200: {"model": PageOut[ShopOut]}})
def list_shops(identity: AsAgent, session: DatabaseSession, paging: AnyPaging) -> JSONResponse:
    """The shops you see, by code."""
    statement = select(Shop).where(col(Shop.code) > (paging.after or "")).order_by(col(Shop.code))
    if identity.shops is not None:
        statement = statement.where(col(Shop.code).in_(identity.shops))
    rows = session.exec(statement.limit(paging.limit + 1)).all()
    return JSONResponse(paging.page(rows, lambda one: one.code, _shop))


@router.get("/products", summary="商品 · Products", responses={200: {"model": PageOut[ProductOut]}})
def list_products(_identity: AsAgent, session: DatabaseSession, paging: AnyPaging) -> JSONResponse:
    """Every product, by code."""
    statement = select(Product).where(col(Product.code) > (paging.after or "")).order_by(col(Product.code))
    rows = session.exec(statement.limit(paging.limit + 1)).all()
    return JSONResponse(paging.page(rows, lambda one: one.code, lambda one: {"product": one.code, "name": one.name}))


@router.get("/agents", summary="客服 · Agents", responses={200: {"model": PageOut[AgentOut]}})
def list_agents(_identity: AsTrainer, session: DatabaseSession, paging: AnyPaging) -> JSONResponse:
    """Every agent, by code."""
    statement = select(Agent).where(col(Agent.code) > (paging.after or "")).order_by(col(Agent.code))
    rows = session.exec(statement.limit(paging.limit + 1)).all()
    return JSONResponse(paging.page(rows, lambda one: one.code, _agent))


@router.get(
    "/shops/{shop}/retention", summary="会话保留多久 · How long it keeps", responses={200: {"model": RetentionOut}}
)
def read_retention(shop: str, identity: AsLead, session: DatabaseSession) -> JSONResponse:
    """How many days a shop keeps conversations; null: for good."""
    check_shop(identity, shop)
    return JSONResponse({"shop": shop, "days": retention_days(session, shop)})


@router.put(
    "/shops/{shop}/retention", summary="设置会话保留天数 · Set retention", responses={200: {"model": RetentionOut}}
)
def write_retention(
    shop: str, wanted: RetentionIn, identity: AsAdmin, services: AnyServices, session: DatabaseSession
) -> JSONResponse:
    """Older conversations of the shop are deleted within a minute, for good, and such are not imported any more."""
    check_shop(identity, shop)
    start_writing(session)
    if session.get(Shop, shop) is None:
        raise InvalidRequestError(f"没有编号为“{shop[:100]}”的店铺，请检查编号。", "shop")
    set_retention(session, shop, wanted.days, identity.actor_id, services.clock())
    return JSONResponse({"shop": shop, "days": wanted.days})


def _shop(shop: Shop) -> dict[str, Any]:
    return {"shop": shop.code, "name": shop.name, "platform": shop.platform}


def _agent(agent: Agent) -> dict[str, Any]:
    return {"agent": agent.code, "name": agent.name, "team": agent.team, "aliases": agent.aliases}
