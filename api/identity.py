"""Who is asking, and what each role may do. Pure."""

from dataclasses import dataclass
from enum import StrEnum


class Role(StrEnum):
    """What somebody is here to do; each role may do all that the ones before it may.

    - agent: look up, read published cards of the own shops, say what became of a suggestion.
    - trainer: write, import, submit, publish and archive cards; see gaps.
    - lead: trainer's work; inspection, appraisal and their rules join with their issues.
    - admin: accounts and tokens.
    """

    AGENT = "agent"
    TRAINER = "trainer"
    LEAD = "lead"
    ADMIN = "admin"

    @property
    def term(self) -> str:
        """What people see."""
        return ROLE_TERMS[self]

    def allows(self, needed: "Role") -> bool:
        """Whether this role may do what `needed` may."""
        order = list(Role)
        return order.index(self) >= order.index(needed)


ROLE_TERMS: dict[Role, str] = {
    Role.AGENT: "客服",
    Role.TRAINER: "培训师",
    Role.LEAD: "主管/质检",
    Role.ADMIN: "管理员",
}


@dataclass(frozen=True)
class Identity:
    """A person or a program, known by a token or a session."""

    actor_id: str
    """`account:3`, or `token:7` for a service token."""
    role: Role
    shops: frozenset[str] | None
    """Codes of the shops it sees; None means all."""
    name: str
    account_id: int | None = None
    agent: str | None = None
    """The agent this person is."""

    def may_see(self, shop: str | None) -> bool:
        """Whether a shop (None: no particular one) is among its own."""
        return shop is None or self.shops is None or shop in self.shops
