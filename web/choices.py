"""What the lists and radio buttons of forms offer, in the visitor's language."""

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from typing import ClassVar, NamedTuple

from sqlmodel import col, select

from api.paging import Paging
from api.routes import places
from coaching.tables import Agent
from kb.vocabulary import INTENTS, Kind, Phase, Platform, Status
from web.answers import told
from web.visits import Visit

MAX_CHOICES = 500
"""Most shops or products in a list."""


class Choice(NamedTuple):
    """One thing to choose."""

    value: str
    label: str


@dataclass(frozen=True)
class ChoiceList:
    """A list to choose one of, with what is chosen."""

    template: ClassVar[str] = "choice_list.html"

    name: str
    label: str
    any_label: str
    chosen: str
    choices: tuple[Choice, ...]


def shops(visit: Visit, prefix: str = "") -> tuple[Choice, ...]:
    """The visitor's shops."""
    found = told(places.list_shops(visit.who, visit.session, Paging(MAX_CHOICES, None)))["items"]
    return tuple(Choice(f"{prefix}{shop['shop']}", shop["name"] or shop["shop"]) for shop in found)


def shop_names(visit: Visit) -> dict[str, str]:
    """Names of the visitor's shops by code."""
    return {shop.value: shop.label for shop in shops(visit)}


def agents(visit: Visit) -> tuple[Choice, ...]:
    """Every agent."""
    found = told(places.list_agents(visit.who, visit.session, Paging(MAX_CHOICES, None)))["items"]
    return tuple(Choice(agent["agent"], agent["name"] or agent["agent"]) for agent in found)


def agent_names(visit: Visit, codes: Collection[str | None]) -> dict[str, str]:
    """Names of these agents by code; a code without a name stands for itself."""
    found = visit.session.exec(select(Agent).where(col(Agent.code).in_({code for code in codes if code})))
    return {agent.code: agent.name or agent.code for agent in found}


def products(visit: Visit) -> tuple[Choice, ...]:
    """Products."""
    found = told(places.list_products(visit.who, visit.session, Paging(MAX_CHOICES, None)))["items"]
    return tuple(Choice(product["product"], product["name"] or product["product"]) for product in found)


def words(visit: Visit, group: str, codes: Iterable[str], prefix: str = "") -> tuple[Choice, ...]:
    """Codes of one closed list with their words."""
    return tuple(Choice(f"{prefix}{code}", visit.say(f"{group}.{code}")) for code in codes)


def platforms(visit: Visit, prefix: str = "") -> tuple[Choice, ...]:
    """Every platform."""
    return words(visit, "platform", Platform, prefix)


def filters(visit: Visit, **chosen: str | None) -> tuple[ChoiceList, ...]:
    """Lists that narrow cards, those of `chosen` in its order: status, kind, phase, intent, shop."""
    intents = [intent for names in INTENTS.values() for intent in names]
    offered = {
        "status": lambda: words(visit, "status", Status),
        "kind": lambda: words(visit, "kind", Kind),
        "phase": lambda: words(visit, "phase", Phase),
        "intent": lambda: words(visit, "intent", intents),
        "shop": lambda: shops(visit),
    }
    return tuple(
        ChoiceList(name, visit.say(f"filter.{name}"), visit.say("filter.any"), value or "", offered[name]())
        for name, value in chosen.items()
    )
