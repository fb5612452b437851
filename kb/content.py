"""What a card says: the validated value that files, API, revisions and search share.

Pure: no I/O, no clock. Identity (`card_id`), life (`status`) and history (`version`) belong to
`kb/cards/`; the forms a cell may take in a spreadsheet belong to `kb/card_files/`.
"""

import re
from datetime import UTC, date, datetime, time, timedelta, tzinfo
from typing import Annotated, Any
from zoneinfo import ZoneInfo

from pydantic import (
    AfterValidator,
    BaseModel,
    BeforeValidator,
    ConfigDict,
    StringConstraints,
    ValidationInfo,
    model_validator,
)

from kb.vocabulary import ALL_INTENTS, Kind, Phase, Platform, Risk

DEFAULT_ZONE = ZoneInfo("Asia/Shanghai")
"""Zone of times written without one; a validation context `{"zone": …}` overrides it."""

MAX_QUESTION_CHARS = 500
MAX_REPLY_CHARS = 4_000
MAX_ITEMS = 200
"""Most questions, replies, key points or facts on one card."""

_PLAIN_DATE = re.compile(r"\d{4}-\d{2}-\d{2}")
_CONTROL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f]")


def _without_controls(text: str) -> str:
    """Drops control characters (NUL among them), keeps tab and line breaks; CRLF becomes LF."""
    return _CONTROL.sub("", text.replace("\r\n", "\n").replace("\r", "\n"))


def _cleaned(value: Any) -> Any:
    return _without_controls(value) if isinstance(value, str) else value


def _date_or_time(value: Any, info: ValidationInfo) -> date | datetime | None:
    """Keeps a plain date a date and makes a time without a zone aware, so that export equals import."""
    if value is None or value == "":
        return None
    if isinstance(value, str):
        text = value.strip()
        try:
            value = date.fromisoformat(text) if _PLAIN_DATE.fullmatch(text) else datetime.fromisoformat(text)
        except ValueError as error:
            raise ValueError("不是日期或时间,请写成 2026-11-11 或 2026-11-11 10:00") from error
    if isinstance(value, datetime):
        zone = (info.context or {}).get("zone", DEFAULT_ZONE)
        return value if value.tzinfo else value.replace(tzinfo=zone)
    if isinstance(value, date):
        return value
    raise ValueError("不是日期或时间,请写成 2026-11-11 或 2026-11-11 10:00")


def _known_intent(value: str) -> str:
    if value and value not in ALL_INTENTS:
        raise ValueError(f"未知的意图“{value}”,请用意图表里的词")
    return value


def _unique(items: tuple[Any, ...]) -> tuple[Any, ...]:
    return tuple(dict.fromkeys(items))


Line = Annotated[
    str,
    BeforeValidator(_cleaned),
    StringConstraints(strip_whitespace=True, min_length=1, max_length=MAX_QUESTION_CHARS),
]
Short = Annotated[str, BeforeValidator(_cleaned), StringConstraints(strip_whitespace=True, max_length=200)]
Code = Annotated[str, BeforeValidator(_cleaned), StringConstraints(strip_whitespace=True, min_length=1, max_length=100)]
Lines = Annotated[tuple[Line, ...], AfterValidator(_unique)]
Codes = Annotated[tuple[Code, ...], AfterValidator(_unique)]
DateOrTime = Annotated[date | datetime | None, BeforeValidator(_date_or_time)]


class _Value(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class Reply(_Value):
    """One phrasing of the answer; may hold variables such as `{买家昵称}`."""

    text: Annotated[
        str,
        BeforeValidator(_cleaned),
        StringConstraints(strip_whitespace=True, min_length=1, max_length=MAX_REPLY_CHARS),
    ]
    tone: Short | None = None
    scene: Short | None = None
    images: Codes = ()

    @model_validator(mode="before")
    @classmethod
    def _from_text(cls, value: Any) -> Any:
        return {"text": value} if isinstance(value, str) else value


class KeyPoint(_Value):
    """What a full answer must mention, with the wordings that count as mentioning it."""

    text: Line
    wordings: Lines = ()

    @model_validator(mode="before")
    @classmethod
    def _from_text(cls, value: Any) -> Any:
        return {"text": value} if isinstance(value, str) else value


class Fact(_Value):
    """One checkable statement: subject, predicate, value, unit (现货 · 发货时限 = 48 小时)."""

    subject: Short = ""
    predicate: Line
    value: Line
    unit: Short = ""


class CardContent(_Value):
    """Everything a revision stores of a card.

    Raises:
        pydantic.ValidationError: naming the field, in words a trainer understands.
    """

    kind: Kind = Kind.FAQ
    standard_question: Line
    similar_questions: Lines = ()
    negative_questions: Lines = ()
    replies: tuple[Reply, ...]
    key_points: tuple[KeyPoint, ...] = ()
    facts: tuple[Fact, ...] = ()
    phase: Phase = Phase.GENERAL
    intent: Annotated[Short, AfterValidator(_known_intent)] = ""
    tags: Codes = ()
    platforms: Annotated[tuple[Platform, ...], AfterValidator(_unique)] = ()
    shops: Codes = ()
    products: Codes = ()
    valid_from: DateOrTime = None
    valid_until: DateOrTime = None
    risk: Risk = Risk.NORMAL
    owner: Short = ""
    source: Annotated[str, BeforeValidator(_cleaned), StringConstraints(strip_whitespace=True, max_length=1_000)] = ""
    checked_on: date | None = None

    @model_validator(mode="after")
    def _whole(self) -> "CardContent":
        if not self.replies:
            raise ValueError("replies: 至少要有一条回复")
        for name in ("similar_questions", "negative_questions", "replies", "key_points", "facts"):
            if len(getattr(self, name)) > MAX_ITEMS:
                raise ValueError(f"{name}: 最多 {MAX_ITEMS} 条")
        valid_from_at, valid_until_at = self.valid_period(DEFAULT_ZONE)
        if valid_from_at and valid_until_at and valid_until_at <= valid_from_at:
            raise ValueError("valid_until: 失效时间早于生效时间,请对调或改正")
        return self

    @property
    def questions(self) -> tuple[str, ...]:
        """Standard question first, then the similar ones, without repeats."""
        return _unique((self.standard_question, *self.similar_questions))

    def valid_period(self, zone: tzinfo) -> tuple[datetime | None, datetime | None]:
        """Half-open validity [from, until) in UTC; a plain `valid_until` date counts to its end."""
        return _instant(self.valid_from, zone, end=False), _instant(self.valid_until, zone, end=True)


class CardEntry(CardContent):
    """A card as files carry it: its content and the owner's own number for it."""

    external_id: Annotated[str, BeforeValidator(_cleaned), StringConstraints(strip_whitespace=True, max_length=100)] = (
        ""
    )

    @property
    def content(self) -> CardContent:
        """The entry without its number."""
        return CardContent.model_construct(**{name: getattr(self, name) for name in CardContent.model_fields})


def _instant(value: date | datetime | None, zone: tzinfo, *, end: bool) -> datetime | None:
    if value is None:
        return None
    if isinstance(value, datetime):
        return value.astimezone(UTC)
    day = value + timedelta(days=1) if end else value
    return datetime.combine(day, time.min, tzinfo=zone).astimezone(UTC)
