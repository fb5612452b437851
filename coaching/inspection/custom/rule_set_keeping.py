"""Rule sets of the database, beside the bundled ones: written and read. Takes a session; never commits.

A version is never changed: another one follows it, from its own day on.
"""

import logging
import re
from dataclasses import dataclass
from datetime import datetime

from pydantic import ValidationError
from sqlmodel import Session, col, select

from coaching.actor import Actor
from coaching.errors import RuleNotOwnError, RuleSetError
from coaching.inspection.custom.keeping import list_rules
from coaching.inspection.custom.rule_set_content import RuleSetContent
from coaching.inspection.custom.tables import RuleSetRow
from coaching.inspection.rule_sets import BUNDLED, RuleSet
from coaching.inspection.rules import BY_ID
from coaching.written import maybe_written

log = logging.getLogger(__name__)

_CODE = re.compile(r"[A-Za-z0-9_-]{1,100}")


@dataclass(frozen=True)
class KeptSet:
    """A version of a rule set, and who wrote it."""

    rule_set: RuleSet
    is_bundled: bool
    note: str = ""
    by_name: str = ""
    created_at: datetime | None = None


def add_rule_set(session: Session, code: str, content: RuleSetContent, actor: Actor, note: str = "") -> KeptSet:
    """A new rule set, or the next version of the one with this code (bundled ones too).

    Raises:
        RuleNotOwnError: it is to apply, or its last version applies, to shops that are not the actor's.
        RuleSetError: it names unknown rules, goes back before its last version, or another set stands in its place.
    """
    if not _CODE.fullmatch(code):
        raise RuleSetError("方案编号只能用英文字母、数字、- 和 _，最多 100 个，例如 summer-sale。")
    every = rule_sets(session)
    earlier = [one for one in every if one.id == code]
    _check_own(content.as_rule_set(code, 1), actor)
    for one in earlier:
        _check_own(one, actor)
    _check_rules(session, content, actor)
    if earlier and content.in_force_from < max(one.in_force_from for one in earlier):
        last = max(one.in_force_from for one in earlier)
        raise RuleSetError(f"生效日期不能早于上一版的 {last}，否则这一版永远不会用到；请改日期。")
    version = max((one.version for one in earlier), default=0) + 1
    made = content.as_rule_set(code, version)
    rival = next((one for one in every if one.id != code and _same_place(one, made)), None)
    if rival is not None:
        raise RuleSetError(
            f"方案“{rival.id}”同一天起也用于这些平台和店铺，分不清该用哪个；请改它的新版本，或换一个生效日期。"
        )
    row = RuleSetRow(
        code=code,
        version=version,
        in_force_from=content.in_force_from,
        content=content.model_dump(mode="json"),
        note=maybe_written(note, "修改说明"),
        by=actor.actor_id,
        by_name=actor.name,
        created_at=actor.now,
    )
    session.add(row)
    session.flush()
    return KeptSet(made, False, row.note, row.by_name, row.created_at)


def rule_sets(session: Session) -> tuple[RuleSet, ...]:
    """Every version of every set, bundled ones first: `rule_set_for` chooses among them."""
    return (*BUNDLED, *(one.rule_set for one in _stored(session)))


def list_rule_sets(session: Session, actor: Actor) -> list[KeptSet]:
    """Every version of the sets the actor may see, bundled ones first, then in the order they were written."""
    bundled = [KeptSet(one, True) for one in BUNDLED]
    return [*bundled, *(one for one in _stored(session) if _sees(actor, one.rule_set))]


def may_write(rule_set: RuleSet, actor: Actor) -> bool:
    """Whether a set applies to the actor's shops only."""
    return actor.shops is None or (bool(rule_set.shops) and actor.shops.issuperset(rule_set.shops))


def _stored(session: Session) -> list[KeptSet]:
    found = []
    for row in session.exec(select(RuleSetRow).order_by(col(RuleSetRow.id))):
        try:
            content = RuleSetContent.model_validate(row.content)
        except ValidationError:
            # Written by another version of the program: the others must go on.
            log.exception("rule set %s version %d cannot be read and is left out", row.code, row.version)
            continue
        made = content.as_rule_set(row.code, row.version)
        found.append(KeptSet(made, False, row.note, row.by_name, row.created_at))
    return found


def _same_place(one: RuleSet, other: RuleSet) -> bool:
    """Whether nothing but their names tells which of two sets is in force somewhere."""
    platforms = one.platforms & other.platforms or one.platforms == other.platforms
    shops = one.shops & other.shops or one.shops == other.shops
    return bool(platforms and shops) and one.in_force_from == other.in_force_from


def _sees(actor: Actor, rule_set: RuleSet) -> bool:
    return actor.shops is None or not rule_set.shops or not actor.shops.isdisjoint(rule_set.shops)


def _check_own(rule_set: RuleSet, actor: Actor) -> None:
    if not may_write(rule_set, actor):
        own = "、".join(sorted(actor.shops or ()))
        raise RuleNotOwnError(f"您只能写自己店铺的规则和方案，请把 shops 填成其中的：{own}。")


def _check_rules(session: Session, content: RuleSetContent, actor: Actor) -> None:
    known = BY_ID.keys() | {one.rule_id for one in list_rules(session, actor)}
    unknown = sorted({*content.off, *content.deductions} - known)
    if unknown:
        raise RuleSetError(f"没有编号为“{'、'.join(unknown)}”的规则，请从规则列表里选。")
