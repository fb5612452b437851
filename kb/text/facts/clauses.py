"""A reply cut into clauses, with the question that it answers. Pure."""

import re
from dataclasses import dataclass
from functools import cached_property

from kb.text.shadow import shadow
from kb.text.values import Value, values_in

_CLAUSE = re.compile(r"[^,。!?;\n~]*[,。!?;\n~]*")
_SENTENCE_END = re.compile(r"[。!?;\n]")
_MAX_CHARS = 4_000
"""A reply is short; the head of a longer text is enough to check it."""


@dataclass(frozen=True, slots=True)
class Clause:
    """One clause of a reply: `text[start:end]`, its shadow and values, and its sentence up to its end."""

    start: int
    end: int
    plain: str
    values: tuple[Value, ...]
    sentence: str

    def segment(self, value: Value) -> str:
        """The item of an enumeration (a、b、c) that holds the value."""
        at = value.start - self.start
        begin = self.plain.rfind("、", 0, at) + 1
        end = self.plain.find("、", at)
        return self.plain[begin : end if end >= 0 else len(self.plain)]

    @property
    def asks(self) -> bool:
        """Whether it is a question to the customer, which states nothing."""
        return bool(re.search(r"(?:吗|么|呢)?[?]|(?:吗|么)[~,。!]*$", self.plain))


class Statement:
    """A reply as the fact checks read it."""

    def __init__(self, text: str, question: str = "") -> None:
        self.text = text[:_MAX_CHARS]
        self.question = shadow(question[:_MAX_CHARS])

    @cached_property
    def clauses(self) -> tuple[Clause, ...]:
        """The clauses in order; a value belongs to the clause it begins in."""
        plain = shadow(self.text)
        values = values_in(self.text)
        clauses = []
        sentence_start = at_value = 0
        for match in _CLAUSE.finditer(plain):
            start, end = match.span()
            if start == end:
                continue
            mine = []
            while at_value < len(values) and values[at_value].start < end:
                mine.append(values[at_value])
                at_value += 1
            clauses.append(Clause(start, end, match[0], tuple(mine), plain[sentence_start:end]))
            if _SENTENCE_END.search(match[0]):
                sentence_start = end
        return tuple(clauses)

    def quote(self, clause: Clause) -> str:
        """The clause as the agent wrote it, without marks at its end."""
        return re.sub(r"^[\s,,。]+|[\s,,。!!??;；~]+$", "", self.text[clause.start : clause.end])
