"""What people send when they decide: scorecards, decisions, appeals, draws, calibrations.

What goes out are the views of `coaching/reviewing/` as they are.
"""

from collections.abc import Mapping
from datetime import date
from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field

from api.row_numbers import RowNumber
from coaching.inspection.rule import Dimension
from coaching.reviewing.deciding import Changes
from coaching.reviewing.sampling import Plan
from coaching.reviewing.scorecard import Mark
from coaching.reviewing.tables import AppealState, Verdict
from kb.content import MaybeShort

Words = Annotated[str, Field(max_length=20_000)]
"""Measured again, with a friendlier limit, where it is used."""


class _In(BaseModel):
    model_config = ConfigDict(extra="forbid")


class MarkIn(_In):
    """What one dimension is given."""

    score: Annotated[float, Field(ge=0, le=100, description="越高越好 · higher is better")]
    comment: Words = Field(default="", description="不满 100 分要写原因 · why it is not 100")
    is_critical: bool = Field(default=False, description="一票否决 · fails the whole conversation")


MarksIn = Annotated[
    dict[Dimension, MarkIn | None],
    Field(description="维度 → 分数；不适用的不写或写 null · what does not apply is left out, or null"),
]


class ReviewIn(_In):
    """One conversation scored by hand."""

    conversation_id: RowNumber
    marks: MarksIn
    note: Words = ""


class PlanIn(_In):
    """How many conversations are drawn, and how."""

    random: Annotated[int, Field(ge=0, le=1_000)] = Plan.random
    per_agent: Annotated[int, Field(ge=0, le=100)] = Plan.per_agent
    risk: Annotated[int, Field(ge=0, le=1_000)] = Plan.risk
    per_agent_at_most: Annotated[int, Field(ge=0, le=1_000)] = Plan.per_agent_at_most

    def plan(self) -> Plan:
        """As sampling takes it."""
        return Plan(self.random, self.per_agent, self.risk, self.per_agent_at_most)


class DrawIn(_In):
    """From which days conversations are drawn, and how."""

    since_on: date
    until_on: date = Field(description="含当天 · included")
    shop: MaybeShort = None
    seed: Annotated[str, Field(max_length=100)] = Field(
        default="", description="同一个种子抽到同样的会话 · the same seed draws the same"
    )
    plan: PlanIn = PlanIn()
    dry_run: bool = False


class ReasonIn(_In):
    """Why."""

    reason: Words


class ChangesIn(_In):
    """What of a finding is to be otherwise; what is left out stays."""

    severity: Literal["normal", "critical"] | None = None
    points: float | None = Field(default=None, ge=0, le=100)
    better_reply: Words | None = None
    reason: Words | None = Field(default=None, description="给客服看的说明 · what the agent reads")

    def changes(self) -> Changes:
        """As deciding takes them."""
        return Changes(self.severity, self.points, self.better_reply, self.reason)


class DecisionIn(_In):
    """What a person makes of a finding."""

    verdict: Verdict
    reason: Words = Field(default="", description="驳回和修改必填 · needed to reject or change")
    changes: ChangesIn | None = None
    again: bool = Field(default=False, description="改判 · overrules an earlier decision")


class AppealIn(_In):
    """An agent's word against a finding."""

    finding_id: RowNumber
    text: Words


class AppealAnswerIn(_In):
    """A lead's answer."""

    outcome: Literal["upheld", "changed", "denied"]
    text: Words
    changes: ChangesIn | None = None

    @property
    def state(self) -> AppealState:
        """The state the appeal gets."""
        return AppealState(self.outcome)


class CalibrationIn(_In):
    """Which conversation people are to judge."""

    conversation_id: RowNumber
    title: Words
    due_on: date | None = None


class SheetIn(_In):
    """What one person makes of it."""

    marks: MarksIn
    verdicts: dict[RowNumber, Literal[Verdict.CONFIRM, Verdict.REJECT]] = Field(
        default_factory=dict, description="命中编号 → confirm / reject；没把握的不写 · unsure ones are left out"
    )
    note: Words = ""


class ConclusionIn(_In):
    """What people agreed on."""

    conclusion: Words = ""


def marks_of(marks: Mapping[Dimension, MarkIn | None]) -> dict[Dimension, Mark]:
    """The scorecard as it is reckoned."""
    return {name: Mark(one.score, one.comment, one.is_critical) for name, one in marks.items() if one is not None}
