"""The sample company's shops, products, teams, agents and accounts, as `data/faq/company.yaml` has them."""

from datetime import date, datetime
from pathlib import Path
from typing import Any

import yaml
from pydantic import BaseModel, ConfigDict
from sqlmodel import Session, col, select

from api.accounts import create_account, find_account
from api.identity import Role
from api.tables import Account
from coaching.tables import Agent, Team
from kb.cards.tables import Product, Shop
from kb.vocabulary import Platform

FILE_NAME = "company.yaml"


class _Frozen(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class SampleShop(_Frozen):
    """A shop of the sample company."""

    code: str
    name: str
    platform: Platform


class SampleCode(_Frozen):
    """A product or team."""

    code: str
    name: str


class SampleAgent(_Frozen):
    """An agent."""

    code: str
    name: str
    team: str
    aliases: list[str]
    started_on: date


class SampleAccount(_Frozen):
    """A demo account."""

    name: str
    role: Role
    agent: str | None = None


class SampleCompany(_Frozen):
    """All of it."""

    shops: tuple[SampleShop, ...]
    products: tuple[SampleCode, ...]
    teams: tuple[SampleCode, ...]
    agents: tuple[SampleAgent, ...]
    accounts: tuple[SampleAccount, ...]


def read_company(folder: Path) -> SampleCompany:
    """The company described in a folder of sample cards."""
    with (folder / FILE_NAME).open(encoding="utf-8") as text:
        return SampleCompany.model_validate(yaml.safe_load(text))


def add_company(session: Session, company: SampleCompany, now: datetime) -> None:
    """Writes the company, as far as it is not there yet."""
    rows: list[Shop | Product | Team | Agent] = [
        *(Shop(**_fields(shop, now)) for shop in company.shops),
        *(Product(**_fields(product, now)) for product in company.products),
        *(Team(**_fields(team, now)) for team in company.teams),
        *(Agent(**_fields(agent, now)) for agent in company.agents),
    ]
    for row in rows:
        if session.get(type(row), row.code) is None:
            session.add(row)
            session.flush()
    shops = [shop.code for shop in company.shops]
    for account in company.accounts:
        if find_account(session, account.name) is None:
            create_account(session, account.name, account.role, shops, now, agent=account.agent, is_demo=True)


def _fields(row: BaseModel, now: datetime) -> dict[str, Any]:
    return {**row.model_dump(), "is_demo": True, "created_at": now}


def demo_accounts(session: Session) -> list[Account]:
    """The demo accounts, lowest role first."""
    found = session.exec(select(Account).where(col(Account.is_demo), col(Account.is_active)))
    order = list(Role)
    return sorted(found, key=lambda account: order.index(Role(account.role)))
