"""Shops, products and agents: what the external codes stand for."""

from typing import Any

from fastapi import APIRouter
from fastapi.responses import JSONResponse
from pydantic import BaseModel
from sqlmodel import col, select

from api.deps import AsAgent, AsTrainer, DatabaseSession
from api.paging import AnyPaging, PageOut
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


def _shop(shop: Shop) -> dict[str, Any]:
    return {"shop": shop.code, "name": shop.name, "platform": shop.platform}


def _agent(agent: Agent) -> dict[str, Any]:
    return {"agent": agent.code, "name": agent.name, "team": agent.team, "aliases": agent.aliases}
