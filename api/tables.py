"""Tables of who is asking: accounts, their sessions and one-time links, tokens of programs."""

from datetime import datetime

from sqlalchemy import JSON, Column
from sqlmodel import Field, SQLModel

from kb.stored_time import UtcDateTime


def _instant(*, nullable: bool = False) -> Column[datetime]:
    return Column(UtcDateTime(), nullable=nullable)


class Account(SQLModel, table=True):
    """A person who can log in; may point to an agent."""

    # AUTOINCREMENT: what somebody did is never put down to a later one with the same id.
    __table_args__ = ({"sqlite_autoincrement": True},)

    id: int | None = Field(default=None, primary_key=True)
    name: str = Field(unique=True, max_length=100)
    role: str = Field(max_length=10)
    shops: list[str] = Field(default_factory=list, sa_column=Column(JSON, nullable=False))
    """Codes of the shops this person sees; empty means all."""
    agent: str | None = Field(default=None, foreign_key="agent.code", max_length=100)
    password_hash: str | None = Field(default=None, max_length=200)
    is_active: bool = Field(default=True)
    is_demo: bool = Field(default=False)
    created_at: datetime = Field(sa_column=_instant())


class LoginSession(SQLModel, table=True):
    """A browser that is logged in; the cookie holds the secret, the table its hash."""

    __tablename__ = "login_session"

    secret_hash: str = Field(primary_key=True, max_length=64)
    account_id: int = Field(foreign_key="account.id", ondelete="CASCADE", index=True)
    created_at: datetime = Field(sa_column=_instant())
    expires_at: datetime = Field(sa_column=_instant())


class LoginLink(SQLModel, table=True):
    """A one-time link that logs an account in."""

    __tablename__ = "login_link"

    secret_hash: str = Field(primary_key=True, max_length=64)
    account_id: int = Field(foreign_key="account.id", ondelete="CASCADE", index=True)
    expires_at: datetime = Field(sa_column=_instant())
    used_at: datetime | None = Field(default=None, sa_column=_instant(nullable=True))


class ApiToken(SQLModel, table=True):
    """A key for programs; only its hash is kept."""

    __tablename__ = "api_token"
    __table_args__ = ({"sqlite_autoincrement": True},)

    id: int | None = Field(default=None, primary_key=True)
    secret_hash: str = Field(unique=True, max_length=64)
    label: str = Field(default="", max_length=100)
    role: str = Field(max_length=10)
    account_id: int | None = Field(default=None, foreign_key="account.id", ondelete="CASCADE", index=True)
    """None: a service token, not tied to a person."""
    shops: list[str] = Field(default_factory=list, sa_column=Column(JSON, nullable=False))
    created_at: datetime = Field(sa_column=_instant())
    last_used_at: datetime | None = Field(default=None, sa_column=_instant(nullable=True))


class Job(SQLModel, table=True):
    """Long work that was asked for: how far it is and what came of it."""

    id: str = Field(primary_key=True, max_length=36)
    kind: str = Field(max_length=40)
    status: str = Field(max_length=10)
    """`waiting`, `running`, `done` or `failed`."""
    actor_id: str = Field(default="", max_length=100)
    done: int = 0
    total: int = 0
    report: dict[str, object] | None = Field(default=None, sa_column=Column(JSON, nullable=True))
    error: str | None = None
    created_at: datetime = Field(sa_column=_instant())
    finished_at: datetime | None = Field(default=None, sa_column=_instant(nullable=True))
