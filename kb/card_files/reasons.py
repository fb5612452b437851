"""Why a card was not accepted, in Chinese and field by field. Pure."""

from collections.abc import Callable, Mapping
from typing import Any

from pydantic import ValidationError

from kb.card_files.columns import terms_of
from kb.content import CardEntry

MAX_REASONS = 20
"""Reasons told per card: whoever has more mends these first."""

_SENTENCES: Mapping[str, Callable[[Mapping[str, Any]], str]] = {
    "missing": lambda _: "不能为空，请填写",
    "string_too_short": lambda _: "不能为空，请填写",
    "string_too_long": lambda context: f"超过 {context['max_length']} 字，请缩短，或拆成几条",
    "too_short": lambda _: "不能为空，请填写",
    "too_long": lambda context: f"超过 {context['max_length']} 字，请缩短，或拆成几条",
    "string_type": lambda _: "应是文字",
    "tuple_type": lambda _: "应是列表，请写成 [..., ...]",
    "model_type": lambda _: "应是对象，请写成 {字段: 值} 或一段文字",
    "extra_forbidden": lambda _: "没有这个字段，请删去或改成文档里的字段名",
}


def reasons(error: ValidationError) -> list[tuple[str, str]]:
    """Pairs (field, reason); the field is "" when the whole card is meant. At most 20."""
    return [_reason(detail) for detail in error.errors(include_url=False, include_input=False)[:MAX_REASONS]]


def _reason(detail: Mapping[str, Any]) -> tuple[str, str]:
    field = str(detail["loc"][0]) if detail["loc"] else ""
    context = detail.get("ctx", {})
    if detail["type"] == "value_error":
        sentence = str(context["error"])
        if not field and (named := sentence.partition(": "))[0] in CardEntry.model_fields:
            field, _, sentence = named
    elif detail["type"] == "enum":
        sentence = f"只能是：{'、'.join(terms_of(field))}"
    elif told := _SENTENCES.get(detail["type"]):
        sentence = told(context)
    else:
        sentence = str(detail["msg"])
    return field, _place(detail["loc"]) + sentence


def _place(loc: tuple[int | str, ...]) -> str:
    """Where inside the field: `第 2 条的 wordings 第 1 条:`; "" for the field itself."""
    place = ""
    for step in loc[1:]:
        place += f"第 {step + 1} 条" if isinstance(step, int) else f"的 {step} "
    return f"{place.strip()}：" if place else ""
