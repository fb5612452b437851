"""Who acts on the coaching half: an opaque id, a name for people to read, and what they may see."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime, tzinfo

from coaching.conversations.reading import Viewer
from coaching.errors import OwnWorkError
from kb.content import DEFAULT_ZONE


@dataclass(frozen=True)
class Actor:
    """A person who does something, and when."""

    actor_id: str
    now: datetime
    name: str = ""
    shops: frozenset[str] | None = None
    """Codes of the shops it sees; None means all."""
    agent: str | None = None
    """The agent this person is."""
    trains: bool = False
    """Whether it reads others' conversations."""
    leads: bool = False
    """Whether it judges others' work, too."""
    zone: tzinfo = DEFAULT_ZONE
    """Whose days count."""

    def may_see(self, shop: str | None) -> bool:
        """Whether a shop (None: no particular one) is among its own."""
        return shop is None or self.shops is None or shop in self.shops

    def may_change(self, shops: Collection[str]) -> bool:
        """Whether something of these shops (none: everybody's) is for this person alone to change."""
        return self.shops is None or (bool(shops) and self.shops.issuperset(shops))

    @property
    def viewer(self) -> Viewer:
        """What it reads: all of its shops, or only the conversations it took part in."""
        return Viewer(self.shops, None if self.trains or self.leads else self.agent or "")

    def must_not_be(self, agent: str | None, what: str) -> None:
        """Keeps people from judging themselves.

        Raises:
            OwnWorkError: it is this agent.
        """
        if agent is not None and agent == self.agent:
            raise OwnWorkError(f"这是您自己的会话，{what}要由别人来做。")
