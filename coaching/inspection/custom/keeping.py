"""The life of a custom rule: written, changed, switched on and off. Takes a session; never commits.

Whoever changes a rule makes a new version; the one that is switched on goes on finding until another is.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

from sqlmodel import Session, col, func, select

from coaching.actor import Actor
from coaching.errors import RuleConflictError, RuleNotFoundError, RuleNotOwnError, RuleNotReadyError
from coaching.inspection.custom.definition import Definition
from coaching.inspection.custom.tables import CustomRule, CustomRuleSwitch, CustomRuleVersion
from coaching.inspection.custom.trying import Tried
from coaching.written import maybe_written

_PREFIX = "custom-"
_MAX_NUMBER = 2**31 - 1
SYSTEM = "system"


def rule_id_of(number: int) -> str:
    """What findings call a custom rule."""
    return f"{_PREFIX}{number}"


def number_of(rule_id: str) -> int:
    """The row that a rule id names.

    Raises:
        RuleNotFoundError: it names none.
    """
    digits = rule_id.removeprefix(_PREFIX)
    is_number = digits.isascii() and digits.isdecimal() and len(digits) <= len(str(_MAX_NUMBER))
    if not rule_id.startswith(_PREFIX) or not is_number or int(digits) > _MAX_NUMBER:
        raise RuleNotFoundError(f"没有编号为“{rule_id}”的自定义规则；系统自带的规则不能修改，可以在质检方案里停用。")
    return int(digits)


@dataclass(frozen=True)
class KeptRule:
    """A custom rule at its newest version, and which version finds."""

    rule_id: str
    version: CustomRuleVersion
    definition: Definition
    switch: CustomRuleSwitch | None
    """The last; None: never switched on."""
    created_at: datetime

    @property
    def version_on(self) -> int | None:
        """The version that finds; None: none does."""
        return self.switch.version if self.switch is not None and self.switch.is_on else None


def create_rule(session: Session, definition: Definition, actor: Actor, note: str = "") -> KeptRule:
    """A new rule; it finds nothing before it is switched on.

    Raises:
        RuleNotOwnError: it is to apply to shops that are not the actor's.
    """
    _check_own(definition, actor)
    rule = CustomRule(created_at=actor.now)
    session.add(rule)
    session.flush()
    version = _add_version(session, rule.id or 0, 1, definition, actor, note)
    return KeptRule(rule_id_of(rule.id or 0), version, definition, None, rule.created_at)


def change_rule(
    session: Session, rule_id: str, definition: Definition, made_from: int, actor: Actor, note: str = ""
) -> KeptRule:
    """A new version; the same again changes nothing.

    Raises:
        RuleNotFoundError: none, or not one the actor may see.
        RuleNotOwnError: it applies, or is to apply, to shops that are not the actor's.
        RuleConflictError: `made_from` is not the newest version.
    """
    kept = get_rule(session, rule_id, actor)
    _check_own(kept.definition, actor)
    _check_own(definition, actor)
    newest = kept.version.version
    if made_from != newest:
        raise RuleConflictError(f"这条规则已被修改，最新是第 {newest} 版；您的内容没有保存，请刷新后再改。", newest)
    if definition == kept.definition:
        return kept
    version = _add_version(session, number_of(rule_id), newest + 1, definition, actor, note)
    return KeptRule(rule_id, version, definition, kept.switch, kept.created_at)


def switch_on(
    session: Session, rule_id: str, tried: Tried, actor: Actor, *, despite_warnings: bool = False
) -> KeptRule:
    """Lets the newest version find from now on.

    Args:
        session: a transaction that writes.
        rule_id: which rule.
        tried: what trying this very definition gave.
        actor: who does it.
        despite_warnings: whether the actor has read the warnings and wants it nevertheless.

    Raises:
        RuleNotFoundError: none, or not one the actor may see.
        RuleNotOwnError: it applies to shops that are not the actor's.
        RuleNotReadyError: its examples fail, it was stopped, or it hits nearly everything and nobody said to go on.
    """
    kept = get_rule(session, rule_id, actor)
    _check_own(kept.definition, actor)
    if tried.definition != kept.definition:
        raise RuleConflictError("试跑之后规则又改过，请重新试跑。", kept.version.version)
    last = kept.switch
    if last is not None and last.by == SYSTEM and last.version == kept.version.version:
        raise RuleNotReadyError(f"这一版因为运行太久被自动停用过，请先修改规则再启用。（{last.reason}）")
    if tried.refusals or (tried.warnings and not despite_warnings):
        more = "" if tried.refusals else "；确认要启用的话，请带上 despite_warnings"
        raise RuleNotReadyError(f"没有启用：{'；'.join(tried.refusals or tried.warnings)}{more}。")
    if kept.version_on == kept.version.version:
        return kept
    return _switched(session, kept, kept.version.version, True, "", actor)


def switch_off(session: Session, rule_id: str, reason: str, actor: Actor) -> KeptRule:
    """Lets the rule find nothing from now on; what it found stays.

    Raises:
        RuleNotFoundError: none, or not one the actor may see.
        RuleNotOwnError: it applies to shops that are not the actor's.
        WordsMissingError: too much was written.
    """
    kept = get_rule(session, rule_id, actor)
    _check_own(kept.definition, actor)
    if kept.version_on is None:
        return kept
    return _switched(session, kept, kept.version_on, False, maybe_written(reason, "停用原因"), actor)


def stop_rule(session: Session, rule_id: str, version: int, reason: str, now: datetime) -> bool:
    """Switches a version off because it ran too long; False where it was off already."""
    switch = _switches(session).get(number_of(rule_id))
    if switch is None or not switch.is_on or switch.version != version:
        return False
    made = CustomRuleSwitch(rule_id=switch.rule_id, version=version, is_on=False, reason=reason, by=SYSTEM, at=now)
    session.add(made)
    session.flush()
    return True


def get_rule(session: Session, rule_id: str, actor: Actor) -> KeptRule:
    """A rule at its newest version.

    Raises:
        RuleNotFoundError: none, or not one the actor may see.
    """
    number = number_of(rule_id)
    found = next((one for one in _kept(session, number) if _sees(actor, one.definition)), None)
    if found is None:
        raise RuleNotFoundError(f"没有编号为“{rule_id}”的自定义规则，或它不属于您的店铺。")
    return found


def list_rules(session: Session, actor: Actor) -> list[KeptRule]:
    """The rules the actor may see, each at its newest version, in the order they were made."""
    return [one for one in _kept(session) if _sees(actor, one.definition)]


def versions_on(session: Session) -> list[tuple[str, int]]:
    """The rules that find, each with the version that does, in the order they were made."""
    last = select(func.max(CustomRuleSwitch.id)).group_by(col(CustomRuleSwitch.rule_id))
    on = select(CustomRuleSwitch.rule_id, CustomRuleSwitch.version)
    on = on.where(col(CustomRuleSwitch.id).in_(last), col(CustomRuleSwitch.is_on))
    return [(rule_id_of(number), version) for number, version in sorted(session.exec(on).all())]


def definition_of(session: Session, rule_id: str, version: int) -> Definition:
    """What a version says.

    Raises:
        RuleNotFoundError: there is no such version.
        ValidationError: another version of the program wrote it.
    """
    wanted = select(CustomRuleVersion.definition)
    wanted = wanted.where(CustomRuleVersion.rule_id == number_of(rule_id), CustomRuleVersion.version == version)
    found = session.exec(wanted).first()
    if found is None:
        raise RuleNotFoundError(f"规则“{rule_id}”没有第 {version} 版。")
    return Definition.model_validate(found)


def may_change(definition: Definition, actor: Actor) -> bool:
    """Whether a rule applies to the actor's shops only."""
    return actor.shops is None or (bool(definition.shops) and actor.shops.issuperset(definition.shops))


def _kept(session: Session, number: int | None = None) -> Iterator[KeptRule]:
    newest = select(CustomRuleVersion.rule_id, func.max(CustomRuleVersion.version).label("version"))
    latest = newest.group_by(col(CustomRuleVersion.rule_id)).subquery()
    is_latest = (latest.c.rule_id == col(CustomRuleVersion.rule_id)) & (
        latest.c.version == col(CustomRuleVersion.version)
    )
    wanted = select(CustomRule, CustomRuleVersion).where(col(CustomRule.id) == col(CustomRuleVersion.rule_id))
    wanted = wanted.join(latest, is_latest).order_by(col(CustomRule.id))
    if number is not None:
        wanted = wanted.where(col(CustomRule.id) == number)
    switches = _switches(session)
    for rule, version in session.exec(wanted):
        definition = Definition.model_validate(version.definition)
        row_id = rule.id or 0
        yield KeptRule(rule_id_of(row_id), version, definition, switches.get(row_id), rule.created_at)


def _switches(session: Session) -> dict[int, CustomRuleSwitch]:
    """The last switch of each rule."""
    last = select(func.max(CustomRuleSwitch.id)).group_by(col(CustomRuleSwitch.rule_id))
    rows = session.exec(select(CustomRuleSwitch).where(col(CustomRuleSwitch.id).in_(last)))
    return {row.rule_id: row for row in rows}


def _sees(actor: Actor, definition: Definition) -> bool:
    return actor.shops is None or not definition.shops or not actor.shops.isdisjoint(definition.shops)


def _check_own(definition: Definition, actor: Actor) -> None:
    if not may_change(definition, actor):
        own = "、".join(sorted(actor.shops or ()))
        raise RuleNotOwnError(f"您只能写自己店铺的规则和方案，请把 shops 填成其中的：{own}。")


def _add_version(
    session: Session, number: int, version: int, definition: Definition, actor: Actor, note: str
) -> CustomRuleVersion:
    made = CustomRuleVersion(
        rule_id=number,
        version=version,
        definition=definition.model_dump(mode="json"),
        note=maybe_written(note, "修改说明"),
        by=actor.actor_id,
        by_name=actor.name,
        created_at=actor.now,
    )
    session.add(made)
    session.flush()
    return made


def _switched(session: Session, kept: KeptRule, version: int, is_on: bool, reason: str, actor: Actor) -> KeptRule:
    switch = CustomRuleSwitch(
        rule_id=number_of(kept.rule_id),
        version=version,
        is_on=is_on,
        reason=reason,
        by=actor.actor_id,
        by_name=actor.name,
        at=actor.now,
    )
    session.add(switch)
    session.flush()
    return KeptRule(kept.rule_id, kept.version, kept.definition, switch, kept.created_at)
