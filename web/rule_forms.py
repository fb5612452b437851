"""A custom rule as simple rows of a form: out of what was typed into a definition, and back. Pure.

A rule whose conditions stand deeper in each other than rows can show has no rows; it is edited as JSON.
"""

import re
from collections.abc import Mapping
from typing import Any

ROWS = 4
"""Conditions that the form offers."""
_BREAK = re.compile(r"[,\uff0c\u3001\n]")
_KINDS = {
    "keywords_any": ("keywords", "any"),
    "keywords_all": ("keywords", "all"),
    "regex": ("regex", "pattern"),
    "similar": ("similar", "examples"),
    "repeat": ("repeat", "times"),
    "longer": ("interval", "longer_than_s"),
    "shorter": ("interval", "shorter_than_s"),
}
OPERATORS = (
    *_KINDS,
    *(f"entity_{one}" for one in ("phone", "wechat", "order_number", "money")),
    *(f"emotion_{one}" for one in ("annoyed", "angry", "worried", "thankful")),
    *(f"card_fact_{one}" for one in ("contradicts", "vague", "missing_key_point")),
)
"""What a row can say."""
_PLAIN = ("term", "description", "advice", "better_reply", "dimension", "severity", "deduction", "role")
_FLATTENED = {"entity": "entities", "emotion": "emotions"}


def definition_of(typed: Mapping[str, str]) -> dict[str, Any]:
    """What the rows say, to be validated as a `Definition`."""
    made: dict[str, Any] = {name: typed[name].strip() for name in _PLAIN if typed.get(name, "").strip()}
    made["where"] = _joined([_condition(typed, f"row{number}") for number in range(ROWS)], typed.get("join", "all"))
    made["is_missing"] = "is_missing" in typed
    if typed.get("range", "all") != "all":
        made["range"] = {"which": typed["range"], "count": typed.get("count") or 1}
    if typed.get("place"):
        made["anchor"] = {
            "place": typed["place"],
            "role": typed.get("anchor_role", "customer"),
            "where": _condition(typed, "anchor"),
            "is_missing": "anchor_missing" in typed,
            **({"within": typed["within"]} if typed.get("within") else {}),
        }
    made["shops"] = [name.removeprefix("shop_") for name in typed if name.startswith("shop_")]
    made["platforms"] = [name.removeprefix("platform_") for name in typed if name.startswith("platform_")]
    for name in ("examples_hit", "examples_miss"):
        made[name] = [one.strip() for one in re.split(r"\n\s*\n", typed.get(name, "").replace("\r", "")) if one.strip()]
    return made


def typed_of(definition: Mapping[str, Any], chats: Mapping[str, list[str]]) -> dict[str, str] | None:
    """What somebody would have typed for a definition; None where rows cannot show it.

    What rows have no place for is lost: compare what `definition_of` makes of it.

    Args:
        definition: as JSON.
        chats: `examples_hit` and `examples_miss` as text.
    """
    where = definition["where"]
    join, leaves = (where["operator"], where["of"]) if where["operator"] in ("all", "any") else ("all", [where])
    rows = [_row(one) for one in leaves]
    anchor = definition.get("anchor")
    anchor_row = _row(anchor["where"]) if anchor else {}
    if len(rows) > ROWS or None in rows or anchor_row is None:
        return None
    typed = {name: str(definition.get(name, "")) for name in _PLAIN} | {"join": join}
    typed |= {f"row{number}_{name}": text for number, row in enumerate(rows) for name, text in (row or {}).items()}
    typed |= {"range": definition["range"]["which"], "count": str(definition["range"]["count"])}
    typed |= {"is_missing": "1"} if definition["is_missing"] else {}
    if anchor:
        if anchor["range"]["which"] != "all":
            return None
        typed |= {"place": anchor["place"], "anchor_role": anchor["role"], "within": str(anchor["within"] or "")}
        typed |= {"anchor_missing": "1"} if anchor["is_missing"] else {}
        typed |= {f"anchor_{name}": text for name, text in anchor_row.items()}
    typed |= {f"shop_{code}": "1" for code in definition["shops"]}
    typed |= {f"platform_{code}": "1" for code in definition["platforms"]}
    return typed | {name: "\n\n".join(texts) for name, texts in chats.items()}


def _condition(typed: Mapping[str, str], name: str) -> dict[str, Any] | None:
    kind, text = typed.get(f"{name}_operator", ""), typed.get(f"{name}_value", "").strip()
    if kind not in OPERATORS:
        return None
    leaf = _leaf(kind, text)
    return {"operator": "not", "of": leaf} if f"{name}_not" in typed else leaf


def _leaf(kind: str, text: str) -> dict[str, Any]:
    if kind in _KINDS:
        operator, field = _KINDS[kind]
        value: Any = _words(text) if operator == "keywords" else _lines(text) if operator == "similar" else text
        return {"operator": operator, field: value}
    if kind.startswith("card_fact_"):
        return {"operator": "card_fact", "relation": kind.removeprefix("card_fact_"), "about": _words(text)}
    operator, _, value = kind.partition("_")
    return {"operator": operator, _FLATTENED[operator]: [value]}


def _row(condition: Mapping[str, Any]) -> dict[str, str] | None:
    """A condition as a row; None where a row cannot say it."""
    is_not = condition["operator"] == "not"
    leaf = condition["of"] if is_not else condition
    row = _plain_row(leaf)
    if row is None:
        return None
    return row | ({"not": "1"} if is_not else {})


def _plain_row(leaf: Mapping[str, Any]) -> dict[str, str] | None:
    operator = leaf["operator"]
    for kind, (named, field) in _KINDS.items():
        if named == operator and leaf.get(field):
            value = leaf[field]
            others = [other for other_kind, (same, other) in _KINDS.items() if same == named and other_kind != kind]
            if any(leaf.get(other) for other in others):
                return None
            return {"operator": kind, "value": "\n".join(value) if isinstance(value, list) else f"{value}"}
    if operator in _FLATTENED:
        values = leaf[_FLATTENED[operator]]
        kind = f"{operator}_{values[0]}"
        return {"operator": kind, "value": ""} if len(values) == 1 and kind in OPERATORS else None
    if operator == "card_fact":
        return {"operator": f"card_fact_{leaf['relation']}", "value": "\n".join(leaf["about"])}
    return None


def _joined(conditions: list[dict[str, Any] | None], join: str) -> dict[str, Any] | None:
    given = [one for one in conditions if one is not None]
    if len(given) < 2:
        return given[0] if given else None
    return {"operator": "any" if join == "any" else "all", "of": given}


def _words(text: str) -> list[str]:
    return [word.strip() for word in _BREAK.split(text) if word.strip()]


def _lines(text: str) -> list[str]:
    return [line.strip() for line in text.splitlines() if line.strip()]
