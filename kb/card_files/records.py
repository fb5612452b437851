"""JSONL and YAML ↔ cards: records with the English field names. All numbers are read as they are written."""

import json
from collections.abc import Callable, Iterable, Iterator, Mapping
from datetime import date, datetime
from enum import Enum
from functools import partial
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import yaml
from pydantic import ValidationError

from kb.card_files.columns import COLUMNS, codes_in
from kb.card_files.reasons import reasons
from kb.card_files.rows import ParsedRow
from kb.content import CardEntry, without_controls
from kb.errors import CardFileError
from kb.files.encodings import open_text
from kb.files.table import Refusal

_FIELDS = tuple(column.field for column in COLUMNS)
_MAX_DEPTH = 6
_Loader: Any = getattr(yaml, "CSafeLoader", yaml.SafeLoader)


class RecordError(ValueError):
    """A record is not what a card looks like; the message says in Chinese what to do."""


def read_jsonl(path: Path, file: str, zone: ZoneInfo) -> Iterator[ParsedRow]:
    """Rows line by line; `row` is the line."""
    with open_text(path, file) as text:
        for row, line in enumerate(text, start=1):
            if line.strip():
                yield _parse(row, partial(_json_record, line), file, zone)


def read_yaml(path: Path, file: str, zone: ZoneInfo) -> Iterator[ParsedRow]:
    """Cards of one list, loaded whole; `row` is the line on which a card begins.

    Raises:
        CardFileError: not YAML, or not a list.
    """
    with open_text(path, file) as text:
        try:
            root = yaml.compose(without_controls(text.read()), Loader=_Loader)
        except (yaml.YAMLError, RecursionError) as error:
            mark = getattr(error, "problem_mark", None)
            place = f"第 {mark.line + 1} 行附近" if mark else ""
            raise CardFileError(f"{file}：{place}不是正确的 YAML，请检查缩进、冒号后的空格和引号") from error
    if root is None:
        return
    if not isinstance(root, yaml.SequenceNode):
        raise CardFileError(f"{file}：应是一个列表，每张卡以“- ”开头")
    seen: set[int] = set()
    for node in root.value:
        yield _parse(node.start_mark.line + 1, partial(_yaml_value, node, seen), file, zone)


def write_jsonl(entries: Iterable[CardEntry], path: Path) -> None:
    """Writes one compact object a line."""
    with path.open("w", encoding="utf-8", newline="\n") as text:
        for entry in entries:
            text.write(json.dumps(_record(entry), ensure_ascii=False, separators=(",", ":")) + "\n")


def write_yaml(entries: Iterable[CardEntry], path: Path) -> None:
    """Writes one list in block style."""
    with path.open("w", encoding="utf-8", newline="\n") as text:
        for entry in entries:
            yaml.dump([_record(entry)], text, _Dumper, allow_unicode=True, sort_keys=False, width=10_000)
        if not text.tell():
            text.write("[]\n")


class _Dumper(yaml.SafeDumper):
    """Block style; texts of several lines as they read, where YAML can keep them so."""


def _represent_text(dumper: yaml.SafeDumper, text: str) -> yaml.ScalarNode:
    literal = "\n" in text and not set(text) & {"\u2028", "\u2029"}
    return dumper.represent_scalar("tag:yaml.org,2002:str", text, style="|" if literal else None)


_Dumper.add_representer(str, _represent_text)


def _parse(row: int, load: Callable[[], Any], file: str, zone: ZoneInfo) -> ParsedRow:
    try:
        record = load()
        if not isinstance(record, dict):
            raise RecordError("应是一张卡，写成 字段: 值")
        filled = {field: value for field, value in record.items() if value is not None}
        return ParsedRow(row, CardEntry.model_validate(codes_in(filled), context={"zone": zone}))
    except ValidationError as error:
        return ParsedRow(row, None, tuple(Refusal(file, row, field, reason) for field, reason in reasons(error)))
    except RecordError as error:
        return ParsedRow(row, None, (Refusal(file, row, "", str(error)),))


def _json_record(line: str) -> Any:
    try:
        return json.loads(
            line, parse_int=str, parse_float=str, parse_constant=str, object_pairs_hook=_without_repeats, strict=False
        )
    except (json.JSONDecodeError, RecursionError) as error:
        raise RecordError("不是一行一个 JSON 对象，请检查引号、逗号和括号") from error


def _yaml_value(node: yaml.Node, seen: set[int], depth: int = 0) -> Any:
    """The node as plain values, every scalar a text, so that `48`, `2026-11-11` and `是` stay what was written."""
    if id(node) in seen or depth > _MAX_DEPTH:
        raise RecordError("请不要用 YAML 的引用（& 和 *）或层层嵌套，把内容直接写出来")
    seen.add(id(node))
    if isinstance(node, yaml.SequenceNode):
        return [_yaml_value(item, seen, depth + 1) for item in node.value]
    if isinstance(node, yaml.MappingNode):
        pairs = ((_yaml_value(key, seen, depth + 1), value) for key, value in node.value)
        return _without_repeats([(str(key), _yaml_value(value, seen, depth + 1)) for key, value in pairs])
    return None if node.tag == "tag:yaml.org,2002:null" else node.value


def _without_repeats(pairs: Iterable[tuple[str, Any]]) -> dict[str, Any]:
    record: dict[str, Any] = {}
    for field, value in pairs:
        if field in record:
            raise RecordError(f"字段“{field}”写了两次，请合成一个")
        record[field] = value
    return record


def _record(entry: CardEntry) -> dict[str, Any]:
    """Field → plain value, without what is empty or usual; a reply or key point with a text alone is that text."""
    dumped = entry.model_dump(exclude_defaults=True)
    return {field: _plain(dumped[field]) for field in _FIELDS if field in dumped}


def _plain(value: Any) -> Any:
    if isinstance(value, tuple | list):
        return [_plain(item) for item in value]
    if isinstance(value, Mapping):
        return value["text"] if set(value) == {"text"} else {key: _plain(item) for key, item in value.items()}
    if isinstance(value, date | datetime):
        return value.isoformat()
    return str(value) if isinstance(value, Enum) else value
