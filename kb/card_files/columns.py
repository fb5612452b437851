"""The columns of a card file: field, Chinese heading, and how its cell is read and written. Pure."""

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any

from kb.card_files import cells
from kb.files.table import heading_key, written_time
from kb.vocabulary import KIND_TERMS, PHASE_TERMS, PLATFORM_TERMS, RISK_TERMS

_TERMS: Mapping[str, Mapping[str, str]] = {
    "kind": {str(code): term for code, term in KIND_TERMS.items()},
    "phase": {str(code): term for code, term in PHASE_TERMS.items()},
    "risk": {str(code): term for code, term in RISK_TERMS.items()},
    "platforms": {str(code): term for code, term in PLATFORM_TERMS.items()},
}
_CODES = {field: {term: code for code, term in terms.items()} for field, terms in _TERMS.items()}


@dataclass(frozen=True)
class Column:
    """One field of a card as a column."""

    field: str
    heading: str
    read: Callable[[str], Any]
    write: Callable[[Any], str]
    also: tuple[str, ...] = ()
    required: bool = False
    is_code: bool = False


def terms_of(field: str) -> list[str]:
    """The Chinese words a closed field takes; empty for open fields."""
    return list(_TERMS.get(field, {}).values())


def code_of(field: str, word: Any) -> Any:
    """The code for a Chinese word or a code in any case; what is unknown comes back unchanged."""
    if not isinstance(word, str):
        return word
    word = word.strip()
    return _CODES[field].get(word, word.lower() if word.lower() in _TERMS[field] else word)


def codes_in(record: Mapping[str, Any]) -> dict[str, Any]:
    """A record with the words of its closed fields turned into codes."""
    return {
        field: value
        if field not in _TERMS
        else [code_of(field, word) for word in value]
        if isinstance(value, list)
        else code_of(field, value)
        for field, value in record.items()
    }


def match_heading(heading: str) -> Column | None:
    """The column a heading means: English or Chinese, forgiving of width, case, spaces and marks."""
    return _BY_HEADING.get(heading_key(heading))


def _write_term(field: str, value: str) -> str:
    return _TERMS[field][value]


def _write_terms(field: str, values: Sequence[str]) -> str:
    return "|".join(_TERMS[field][value] for value in values)


def _read_platforms(cell: str) -> list[str]:
    return [code_of("platforms", word) for word in re.split(r"[|\n,\uff0c、]", cell) if word.strip()]


_write_lines = partial(cells.write_list, separator="\n")
_write_codes = partial(cells.write_list, separator="|")

COLUMNS: tuple[Column, ...] = (
    Column("external_id", "编号", str, str, is_code=True),
    Column("kind", "类型", partial(code_of, "kind"), partial(_write_term, "kind")),
    Column("standard_question", "标准问", str, str, also=("标准问题",), required=True),
    Column("similar_questions", "相似问", cells.read_list, _write_lines, also=("相似问题",)),
    Column("negative_questions", "反例问", cells.read_list, _write_lines, also=("反例问题",)),
    Column("replies", "回复", cells.read_replies, cells.write_replies, also=("回复话术",), required=True),
    Column("key_points", "必答要点", cells.read_key_points, cells.write_key_points),
    Column("facts", "要点事实", cells.read_facts, cells.write_facts),
    Column("phase", "阶段", partial(code_of, "phase"), partial(_write_term, "phase")),
    Column("intent", "意图", str, str),
    Column("tags", "标签", cells.read_list, _write_codes),
    Column("platforms", "平台", _read_platforms, partial(_write_terms, "platforms")),
    Column("shops", "店铺", cells.read_list, _write_codes, is_code=True),
    Column("products", "商品", cells.read_list, _write_codes, is_code=True),
    Column("valid_from", "生效时间", str, written_time),
    Column("valid_until", "失效时间", str, written_time),
    Column("risk", "风险", partial(code_of, "risk"), partial(_write_term, "risk")),
    Column("owner", "负责人", str, str),
    Column("source", "来源", str, str),
    Column("checked_on", "核对日期", str, written_time),
)
_BY_HEADING = {
    heading_key(heading): column for column in COLUMNS for heading in (column.field, column.heading, *column.also)
}
