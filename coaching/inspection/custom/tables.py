"""Tables of custom rules and of rule sets; rows are only ever added.

A rule is its versions; which of them finds, if any, is what was switched last. People are opaque `actor_id`s with
the name they had then.
"""

from datetime import date, datetime
from typing import Any

from sqlalchemy import JSON, Column, ForeignKey, Integer, UniqueConstraint
from sqlmodel import Field, SQLModel

from kb.stored_time import UtcDateTime


def _instant() -> Column[datetime]:
    return Column(UtcDateTime(), nullable=False)


def _rule() -> Column[int]:
    return Column(Integer, ForeignKey("custom_rule.id", ondelete="CASCADE"), nullable=False, index=True)


class CustomRule(SQLModel, table=True):
    """A rule that somebody built; findings name it `custom-{id}`."""

    __tablename__ = "custom_rule"
    __table_args__ = ({"sqlite_autoincrement": True},)

    id: int | None = Field(default=None, primary_key=True)
    created_at: datetime = Field(sa_column=_instant())


class CustomRuleVersion(SQLModel, table=True):
    """What a rule says from one version to the next."""

    __tablename__ = "custom_rule_version"
    __table_args__ = (UniqueConstraint("rule_id", "version"),)

    id: int | None = Field(default=None, primary_key=True)
    rule_id: int = Field(sa_column=_rule())
    version: int
    """From 1 on."""
    definition: dict[str, Any] = Field(sa_column=Column(JSON, nullable=False))
    """`definition.Definition`."""
    note: str = ""
    """Why it was changed."""
    by: str = Field(max_length=100)
    by_name: str = Field(default="", max_length=200)
    created_at: datetime = Field(sa_column=_instant())


class CustomRuleSwitch(SQLModel, table=True):
    """A rule switched on at a version, or off; the newest row counts."""

    __tablename__ = "custom_rule_switch"
    __table_args__ = ({"sqlite_autoincrement": True},)

    id: int | None = Field(default=None, primary_key=True)
    rule_id: int = Field(sa_column=_rule())
    version: int
    """Which finds from now on, or found until now."""
    is_on: bool
    reason: str = ""
    by: str = Field(max_length=100)
    """`system` where it was stopped because it ran too long."""
    by_name: str = Field(default="", max_length=200)
    at: datetime = Field(sa_column=_instant())


class RuleSetRow(SQLModel, table=True):
    """One version of a rule set, beside those that come with the program."""

    __tablename__ = "rule_set"
    __table_args__ = (UniqueConstraint("code", "version"),)

    id: int | None = Field(default=None, primary_key=True)
    code: str = Field(max_length=100)
    """`RuleSet.id`."""
    version: int
    in_force_from: date
    content: dict[str, Any] = Field(sa_column=Column(JSON, nullable=False))
    """`rule_set_content.RuleSetContent`."""
    note: str = ""
    by: str = Field(max_length=100)
    by_name: str = Field(default="", max_length=200)
    created_at: datetime = Field(sa_column=_instant())
