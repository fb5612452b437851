"""What is wrong with a request, field by field, in Chinese. Pure."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any

_PLACES = ("body", "query", "path", "header", "cookie")

_SENTENCES: Mapping[str, Callable[[Mapping[str, Any]], str]] = {
    "missing": lambda _: "不能为空，请填写",
    "json_invalid": lambda _: "请求体不是正确的 JSON，请检查引号、逗号和括号",
    "extra_forbidden": lambda _: "没有这个字段，请删去或改成文档里的字段名",
    "string_too_short": lambda _: "不能为空，请填写",
    "string_too_long": lambda context: f"超过 {context['max_length']} 字，请缩短",
    "too_short": lambda context: f"至少要有 {context['min_length']} 项",
    "too_long": lambda context: f"最多 {context['max_length']} 项",
    "string_type": lambda _: "应是文字",
    "list_type": lambda _: "应是列表，请写成 [..., ...]",
    "tuple_type": lambda _: "应是列表，请写成 [..., ...]",
    "dict_type": lambda _: "应是对象，请写成 {字段: 值}",
    "model_attributes_type": lambda _: "应是对象，请写成 {字段: 值}，并带上 Content-Type: application/json",
    "int_type": lambda _: "应是整数",
    "int_parsing": lambda _: "应是整数",
    "int_from_float": lambda _: "应是整数",
    "bool_parsing": lambda _: "应是 true 或 false",
    "bool_type": lambda _: "应是 true 或 false",
    "greater_than_equal": lambda context: f"不能小于 {context['ge']}",
    "less_than_equal": lambda context: f"不能大于 {context['le']}",
    "enum": lambda context: f"只能是：{context['expected']}".replace(" or ", "、").replace(", ", "、"),
    "literal_error": lambda context: f"只能是：{context['expected']}".replace(" or ", "、").replace(", ", "、"),
    "greater_than": lambda context: f"要大于 {context['gt']}",
    "float_type": lambda _: "应是数字",
    "float_parsing": lambda _: "应是数字",
    "union_tag_invalid": lambda context: f"没有“{context['tag']}”，可用的有：{context['expected_tags']}".replace(
        "'", ""
    ),
    "union_tag_not_found": lambda context: f"应是对象，并写明 {context['discriminator']}".replace("'", ""),
    "timezone_aware": lambda _: "时间要带时区，例如 2026-11-11T10:00:00+08:00",
    "value_error": lambda context: str(context["error"]),
}


def problems(errors: Iterable[Mapping[str, Any]]) -> list[dict[str, str]]:
    """`[{field, reason}]` for pydantic's errors; a field inside others is written `messages.0.text`."""
    return [{"field": _field(error["loc"]), "reason": _reason(error)} for error in errors]


def sentence(found: Sequence[Mapping[str, str]]) -> str:
    """The first problem as one sentence, and how many more there are."""
    first = f"{found[0]['field']}：{found[0]['reason']}" if found[0]["field"] else found[0]["reason"]
    return first if len(found) == 1 else f"{first}（另有 {len(found) - 1} 处，见 details）"


def _field(loc: Sequence[str | int]) -> str:
    inside = loc[1:] if loc and loc[0] in _PLACES else loc
    # A JSON syntax error is located by a character's position, which is no field.
    return "" if inside and isinstance(inside[0], int) else ".".join(map(str, inside))


def _reason(error: Mapping[str, Any]) -> str:
    kind = str(error["type"])
    if told := _SENTENCES.get(kind):
        return told(error.get("ctx") or {})
    if kind.startswith(("datetime", "date")):
        return "应是 ISO 8601 时间，例如 2026-11-11T10:00:00+08:00"
    return f"格式不对（{error['msg']}）"
