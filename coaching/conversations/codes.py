"""The shops, agents and products that conversations name: found by code or alias, registered where nobody has."""

from datetime import datetime

from sqlalchemy import insert
from sqlmodel import Session, col, select

from coaching.tables import Agent
from kb.cards.tables import Product, Shop


class Codes:
    """Everything known by a code when the import began, and what it added since.

    Args:
        session: the transaction.
        now: when new ones were created.
    """

    def __init__(self, session: Session, now: datetime) -> None:
        self._session = session
        self._now = now
        self._shops = set(session.exec(select(Shop.code)))
        self._products = set(session.exec(select(Product.code)))
        self._agents: dict[str, str] = {}
        people = session.exec(select(Agent.code, Agent.aliases)).all()
        for code, aliases in people:
            self._agents.update(dict.fromkeys(aliases, code))
        self._agents.update({code: code for code, _ in people})
        self.created_shops: dict[str, str] = {}
        """Code → platform."""
        self.created_agents: list[str] = []
        self.created_products: list[str] = []

    def see_shop(self, code: str, platform: str) -> None:
        """Notes that a conversation names this shop."""
        if code not in self._shops:
            self._shops.add(code)
            self.created_shops[code] = platform

    def see_product(self, code: str | None) -> None:
        """Notes that a conversation names this product."""
        if code is not None and code not in self._products:
            self._products.add(code)
            self.created_products.append(code)

    def agent(self, name: str | None) -> str | None:
        """The code of the agent known by a code or an alias; a new name is a new agent."""
        if name is None:
            return None
        if name not in self._agents:
            self._agents[name] = name
            self.created_agents.append(name)
        return self._agents[name]

    def register(self) -> None:
        """Writes what nobody had created."""
        made = {"created_at": self._now, "is_demo": False}
        shops = [{"code": code, "name": code, "platform": at, **made} for code, at in self.created_shops.items()]
        agents = [{"code": code, "name": code, "aliases": [], **made} for code in self.created_agents]
        products = [{"code": code, "name": code, **made} for code in self.created_products]
        tables: list[tuple[type[Shop | Agent | Product], list[dict[str, object]]]]
        tables = [(Shop, shops), (Agent, agents), (Product, products)]
        for table, rows in tables:
            if rows:
                self._session.execute(insert(table), rows)


def known_agent(session: Session, name: str) -> str | None:
    """The code of the agent known by a code or an alias."""
    if session.get(Agent, name) is not None:
        return name
    aliased = session.exec(select(Agent.code, Agent.aliases).order_by(col(Agent.code)))
    return next((code for code, aliases in aliased if name in aliases), None)
