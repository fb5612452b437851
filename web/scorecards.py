"""The scorecard as a form: one line per dimension, left empty where it does not apply."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, ClassVar, NamedTuple

from coaching.errors import ScorecardError
from coaching.inspection.rule import Dimension
from coaching.reviewing.scorecard import Mark
from web.visits import Visit


class ScoreRow(NamedTuple):
    """One dimension to be scored."""

    code: str
    word: str
    weight: str
    score: str
    """As it was typed; empty: does not apply."""
    comment: str
    is_critical: bool
    hint: str
    """What the rules gave; empty where that is not told."""


@dataclass(frozen=True)
class ScorecardForm:
    """The scorecard, to be filled in."""

    template: ClassVar[str] = "scorecard.html"

    action: str
    csrf: str
    rows: tuple[ScoreRow, ...]
    note: str
    problem: str
    button: str


class MarkRow(NamedTuple):
    """What somebody gave one dimension."""

    word: str
    score: str
    comment: str
    is_critical: bool


def scorecard_form(
    visit: Visit,
    action: str,
    button: str,
    weights: Mapping[str, float],
    *,
    hints: Mapping[str, Mapping[str, float]] | None = None,
    typed: Mapping[str, str] | None = None,
    problem: str = "",
) -> ScorecardForm:
    """An empty scorecard, or what was typed with what is wrong with it.

    Args:
        visit: who scores.
        action: where it is sent.
        button: what sending it does.
        weights: dimension → weight; only their proportion matters.
        hints: dimension → what the rules gave, as in `Inspection.dimensions`; None: not told.
        typed: what was sent before.
        problem: what is wrong with it.
    """
    given, whole = typed or {}, sum(weights.values()) or 1
    rows = []
    for one in Dimension:
        told = (hints or {}).get(one)
        rows.append(
            ScoreRow(
                code=one,
                word=visit.say(f"dimension.{one}"),
                weight=f"{100 * weights.get(one, 0) / whole:.0f}%",
                score=given.get(f"score_{one}", ""),
                comment=given.get(f"comment_{one}", ""),
                is_critical=f"critical_{one}" in given,
                hint=visit.say("score.rules_gave", score=f"{told['score']:g}") if told else "",
            )
        )
    return ScorecardForm(action, visit.csrf, tuple(rows), given.get("note", ""), problem, button)


def read_marks(visit: Visit, typed: Mapping[str, str]) -> dict[Dimension, Mark]:
    """The marks that were typed; what was left empty does not apply.

    Raises:
        ScorecardError: a score that is no number.
    """
    marks = {}
    for one in Dimension:
        text = typed.get(f"score_{one}", "").strip()
        if not text:
            continue
        try:
            score = float(text)
        except ValueError as error:
            said = visit.say("score.no_number", dimension=visit.say(f"dimension.{one}"), text=text[:20])
            raise ScorecardError(said) from error
        marks[one] = Mark(score, typed.get(f"comment_{one}", ""), f"critical_{one}" in typed)
    return marks


def mark_rows(visit: Visit, marks: Mapping[str, Mapping[str, Any]]) -> tuple[MarkRow, ...]:
    """A filled-in scorecard, to be read; what does not apply is left out."""
    return tuple(
        MarkRow(visit.say(f"dimension.{one}"), f"{mark['score']:g}", mark["comment"], mark["is_critical"])
        for one in Dimension
        if (mark := marks.get(one)) is not None
    )
