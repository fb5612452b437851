"""Rules of inspection, for leads: which are on in which rule set, and rules that people build and try themselves."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Annotated, ClassVar, NamedTuple

from fastapi import APIRouter, Query
from pydantic import ValidationError
from starlette.responses import Response

from api.deps import start_writing
from api.errors import InvalidRequestError
from api.inspection_rule_models import rule_set_out
from api.routes.inspection_rules import try_for
from api.validation import problems
from coaching.actor import Actor
from coaching.errors import CoachingError
from coaching.inspection.custom import keeping
from coaching.inspection.custom.definition import Definition
from coaching.inspection.custom.keeping import KeptRule, may_change
from coaching.inspection.custom.rule_set_content import RuleSetContent
from coaching.inspection.custom.rule_set_keeping import KeptSet, add_rule_set, list_rule_sets, may_write
from coaching.inspection.custom.trying import Tried
from coaching.inspection.rule import Dimension
from coaching.inspection.rules import RULES
from web import choices
from web.actors import AnyFields, actor_of
from web.choices import Choice, ChoiceList
from web.finding_notes import rule_word
from web.messages import knows
from web.rule_forms import OPERATORS, ROWS, definition_of, typed_of
from web.visits import Frame, LeadVisit, Visit, answer, see_other

router = APIRouter(include_in_schema=False)


class RuleLine(NamedTuple):
    """A rule that comes with the program, as a set has it."""

    rule: str
    word: str
    description: str
    dimension: str
    points: str
    is_critical: bool
    is_on: bool


class CustomLine(NamedTuple):
    """A rule that somebody built."""

    address: str
    word: str
    description: str
    dimension: str
    state: str
    state_word: str
    by: str
    at: str


@dataclass(frozen=True)
class RulesPage:
    """All rules, with their switches in one rule set."""

    template: ClassVar[str] = "rules.html"

    frame: Frame
    sets: ChoiceList
    code: str
    told: str
    """Version and source of the set."""
    can_write: bool
    rules: tuple[RuleLine, ...]
    custom: tuple[CustomLine, ...]


class TriedLine(NamedTuple):
    """One hit in a past conversation."""

    address: str
    number: str
    quote: str
    reason: str


@dataclass(frozen=True)
class TrialPart:
    """What trying a rule gave."""

    template: ClassVar[str] = "rule_trial.html"

    share: str
    is_partial: bool
    refusals: tuple[str, ...]
    warnings: tuple[str, ...]
    hits: tuple[TriedLine, ...]
    more: int
    """Hits that are not shown."""


@dataclass(frozen=True)
class RulePage:
    """One custom rule in its form."""

    template: ClassVar[str] = "rule.html"

    frame: Frame
    heading: str
    action: str
    version: int
    """The newest, from which it is changed; 0: new."""
    state: str
    state_word: str
    typed: Mapping[str, str]
    """Empty where rows cannot show the rule."""
    json: str
    shops: tuple[Choice, ...]
    platforms: tuple[Choice, ...]
    dimensions: tuple[Choice, ...]
    operators: tuple[Choice, ...]
    rows: int
    problems: tuple[str, ...]
    trial: TrialPart | None
    may_change: bool


@router.get("/rules")
def list_rules(visit: LeadVisit, set: Annotated[str, Query(max_length=100)] = "") -> Response:
    """Every rule, and whether it is on in one set at its newest version."""
    actor = actor_of(visit)
    newest = _newest(visit, actor)
    chosen = newest.get(set) or next(iter(newest.values()))
    one = chosen.rule_set
    names = tuple(Choice(kept.rule_set.id, kept.rule_set.name) for kept in newest.values())
    built = keeping.list_rules(visit.session, actor)
    lines = tuple(
        RuleLine(
            rule=rule.id,
            word=rule_word(visit, rule.id),
            description=rule.description,
            dimension=visit.say(f"dimension.{rule.dimension}"),
            points=f"{one.deductions.get(rule.id, rule.deduction):g}",
            is_critical=rule.severity == "critical",
            is_on=rule.id not in one.off,
        )
        for rule in RULES
    )
    page = RulesPage(
        frame=visit.frame(visit.say("rules.title")),
        sets=ChoiceList("set", visit.say("rules.set"), "", one.id, names),
        code=one.id,
        told=visit.say("rules.told", version=one.version, since=one.in_force_from.isoformat(), source=one.source),
        can_write=may_write(one, actor),
        rules=lines,
        custom=tuple(_custom(visit, kept) for kept in built),
    )
    return answer(visit, page)


@router.post("/rules/sets/{code}")
def switch_rules(code: str, visit: LeadVisit, typed: AnyFields) -> Response:
    """The next version of a set, in force from today: a rule whose box is empty is off."""
    start_writing(visit.session)
    actor = actor_of(visit)
    kept = _newest(visit, actor).get(code)
    if kept is None:
        raise InvalidRequestError(visit.say("rules.no_set"), "set")
    told = rule_set_out(kept)
    bundled = {rule.id for rule in RULES}
    off = (kept.rule_set.off - bundled) | {one for one in bundled if f"on_{one}" not in typed}
    today = actor.now.astimezone(actor.zone).date()
    content = RuleSetContent.model_validate(
        {name: told[name] for name in RuleSetContent.model_fields}
        | {"off": sorted(off), "in_force_from": max(today, kept.rule_set.in_force_from)}
    )
    if actor.shops is not None and not may_write(kept.rule_set, actor):
        code, content = _for_own_shops(visit, code, content, actor.shops)
    add_rule_set(visit.session, code, content, actor, typed.get("note", ""))
    return see_other(f"/rules?set={code}&done=rules_switched")


@router.get("/rules/new")
def new_rule(visit: LeadVisit) -> Response:
    """The empty form."""
    return answer(visit, _page(visit, None, {"row0_operator": "keywords_any"}))


@router.get("/rules/{rule_id}")
def edit_rule(rule_id: str, visit: LeadVisit) -> Response:
    """A custom rule in its form; as JSON where rows cannot show it."""
    kept = keeping.get_rule(visit.session, rule_id, actor_of(visit))
    return answer(visit, _page(visit, kept, _typed(kept.definition)))


@router.post("/rules/new")
def build(visit: LeadVisit, typed: AnyFields) -> Response:
    """Tries a new rule, keeps it, or keeps it and switches it on."""
    return _do(visit, None, typed)


@router.post("/rules/{rule_id}")
def change(rule_id: str, visit: LeadVisit, typed: AnyFields) -> Response:
    """The same for a rule that is there; or switches it off."""
    return _do(visit, keeping.get_rule(visit.session, rule_id, actor_of(visit)), typed)


def _for_own_shops(
    visit: Visit, code: str, content: RuleSetContent, shops: frozenset[str]
) -> tuple[str, RuleSetContent]:
    """A set of the visitor's shops alone: what also applies to others is not theirs to change."""
    own = sorted(shops)
    names = choices.shop_names(visit)
    name = f"{content.name} · {'、'.join(names.get(shop, shop) for shop in own)}"[:100]
    return f"{code}-{'-'.join(own)}", content.model_copy(update={"shops": tuple(own), "name": name})


def _do(visit: Visit, kept: KeptRule | None, typed: Mapping[str, str]) -> Response:
    actor, wanted = actor_of(visit), typed.get("do", "try")
    if wanted == "off" and kept is not None:
        start_writing(visit.session)
        keeping.switch_off(visit.session, kept.rule_id, "", actor)
        return see_other(f"/rules/{kept.rule_id}?done=rule_off")
    try:
        definition = Definition.model_validate(json.loads(typed["json"]) if "json" in typed else definition_of(typed))
    except json.JSONDecodeError as error:
        found = visit.say("rule.no_json", line=error.lineno)
        return answer(visit, _page(visit, kept, typed, (found,)), status=422)
    except ValidationError as error:
        told = tuple(dict.fromkeys(_problem(visit, one) for one in problems(error.errors())))
        return answer(visit, _page(visit, kept, typed, told), status=422)
    # Tried before the write lock is taken: it may last seconds.
    tried = try_for(visit.session, definition, visit.who, visit.services) if wanted in ("try", "on") else None
    if wanted == "try" and tried is not None:
        return answer(visit, _page(visit, kept, typed, trial=_trial(visit, tried)))
    if wanted == "on" and tried is not None and (tried.refusals or (tried.warnings and "sure" not in typed)):
        return answer(visit, _page(visit, kept, typed, trial=_trial(visit, tried)), status=422)
    start_writing(visit.session)
    try:
        made = _keep(visit, kept, definition, typed, tried)
    except CoachingError as error:
        visit.session.rollback()
        return answer(visit, _page(visit, kept, typed, (str(error),)), status=422)
    return see_other(f"/rules/{made.rule_id}?done={'rule_on' if tried is not None else 'rule_kept'}")


def _keep(
    visit: Visit, kept: KeptRule | None, definition: Definition, typed: Mapping[str, str], tried: Tried | None
) -> KeptRule:
    """Keeps what was typed; switched on where it was tried."""
    actor = actor_of(visit)
    made = (
        keeping.change_rule(visit.session, kept.rule_id, definition, _version(typed), actor)
        if kept is not None
        else keeping.create_rule(visit.session, definition, actor)
    )
    if tried is None:
        return made
    return keeping.switch_on(visit.session, made.rule_id, tried, actor, despite_warnings="sure" in typed)


def _page(
    visit: Visit,
    kept: KeptRule | None,
    typed: Mapping[str, str],
    found: tuple[str, ...] = (),
    trial: TrialPart | None = None,
) -> RulePage:
    state = _state(kept) if kept is not None else "new"
    as_json = typed.get("json") or (_as_json(kept.definition) if kept is not None else "")
    heading = kept.definition.term if kept is not None else visit.say("rule.new")
    return RulePage(
        frame=visit.frame(heading),
        heading=heading,
        action=f"/rules/{kept.rule_id}" if kept is not None else "/rules/new",
        version=kept.version.version if kept is not None else 0,
        state=state,
        state_word=visit.say(f"rule_state.{state}"),
        typed={} if "json" in typed else typed,
        json=as_json,
        shops=choices.shops(visit),
        platforms=choices.platforms(visit),
        dimensions=choices.words(visit, "dimension", Dimension),
        operators=choices.words(visit, "operator", OPERATORS),
        rows=ROWS,
        problems=found,
        trial=trial,
        may_change=kept is None or may_change(kept.definition, actor_of(visit)),
    )


def _typed(definition: Definition) -> Mapping[str, str]:
    """The rows of a rule; `json` alone where they cannot show all of it."""
    chats = {name: [one.written() for one in getattr(definition, name)] for name in ("examples_hit", "examples_miss")}
    typed = typed_of(definition.model_dump(mode="json"), chats)
    try:
        is_whole = typed is not None and Definition.model_validate(definition_of(typed)) == definition
    except ValidationError:
        is_whole = False
    return typed if typed is not None and is_whole else {"json": _as_json(definition)}


def _as_json(definition: Definition) -> str:
    return json.dumps(definition.model_dump(mode="json", exclude_defaults=True), ensure_ascii=False, indent=2)


def _problem(visit: Visit, one: Mapping[str, str]) -> str:
    """What is wrong with a definition, with the name of the part of the form."""
    key = f"rule_field.{one['field'].split('.')[0]}"
    return visit.say("rule.problem", field=visit.say(key), reason=one["reason"]) if knows(key) else one["reason"]


def _version(typed: Mapping[str, str]) -> int:
    text = typed.get("version", "")
    return int(text) if text.isdecimal() and len(text) < 10 else 0


def _trial(visit: Visit, tried: Tried) -> TrialPart:
    share = tried.share_hit_01
    told = {"read": tried.conversations, "fits": tried.applicable, "hit": tried.conversations_hit}
    return TrialPart(
        share=visit.say("rule.share", share="–" if share is None else f"{100 * share:.0f}%", **told),
        is_partial=tried.is_partial,
        refusals=tried.refusals,
        warnings=tried.warnings,
        hits=tuple(
            TriedLine(_place(one.conversation_id, one.message_index), one.external_id, one.quote, one.reason)
            for one in tried.hits
        ),
        more=tried.hits_total - len(tried.hits),
    )


def _place(conversation_id: int, message_index: tuple[int, ...]) -> str:
    return f"/conversations/{conversation_id}" + (f"#m{message_index[0] + 1}" if message_index else "")


def _custom(visit: Visit, kept: KeptRule) -> CustomLine:
    state, definition = _state(kept), kept.definition
    return CustomLine(
        address=f"/rules/{kept.rule_id}",
        word=definition.term,
        description=definition.description,
        dimension=visit.say(f"dimension.{definition.dimension}"),
        state=state,
        state_word=visit.say(f"rule_state.{state}"),
        by=kept.version.by_name,
        at=visit.local_time(kept.version.created_at),
    )


def _state(kept: KeptRule) -> str:
    if kept.version_on is None:
        return "stopped" if kept.switch is not None and kept.switch.by == keeping.SYSTEM else "off"
    return "on" if kept.version_on == kept.version.version else "older_on"


def _newest(visit: Visit, actor: Actor) -> dict[str, KeptSet]:
    """The newest version of every set the actor may see."""
    return {kept.rule_set.id: kept for kept in list_rule_sets(visit.session, actor)}
