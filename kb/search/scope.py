"""Where and when a card applies. Pure: the clock is an argument."""

from collections.abc import Collection
from dataclasses import dataclass, field
from datetime import datetime
from typing import Protocol

from kb.vocabulary import Phase


class Scoped(Protocol):
    """Anything with a scope; an empty collection means everywhere, None means always."""

    @property
    def platforms(self) -> Collection[str]:
        """Codes."""

    @property
    def shops(self) -> Collection[str]:
        """Codes."""

    @property
    def products(self) -> Collection[str]:
        """Codes."""

    @property
    def phase(self) -> str:
        """A `Phase`."""

    @property
    def valid_from_at(self) -> datetime | None:
        """The first instant."""

    @property
    def valid_until_at(self) -> datetime | None:
        """The first instant after."""


@dataclass(frozen=True)
class Scope:
    """The place in which something is asked; None leaves a side open."""

    shop: str | None = None
    platform: str | None = None
    product: str | None = None
    phase: Phase | None = None
    visible_shops: frozenset[str] | None = field(default=None)
    """Shops the asker may see; None means all."""

    def admits(self, card: Scoped) -> bool:
        """Whether the card applies here, whatever the time and the phase."""
        return (
            _covers(card.shops, self.shop)
            and _covers(card.platforms, self.platform)
            and _covers(card.products, self.product)
            and (self.visible_shops is None or not card.shops or not self.visible_shops.isdisjoint(card.shops))
        )

    def in_phase(self, card: Scoped) -> bool:
        """Whether the card speaks to this phase of the order (`general` always does)."""
        return self.phase in (None, Phase.GENERAL) or card.phase in (self.phase, Phase.GENERAL)


def valid_at(card: Scoped, now: datetime) -> bool:
    """Whether `now` lies in the card's half-open validity [from, until)."""
    return (card.valid_from_at is None or card.valid_from_at <= now) and (
        card.valid_until_at is None or now < card.valid_until_at
    )


def _covers(codes: Collection[str], code: str | None) -> bool:
    return code is None or not codes or code in codes
