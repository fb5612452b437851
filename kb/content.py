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

_WRITTEN_DAY = re.compile(
    r"(\d{4})(?:[-/.年](\d{1,2})[-/.月](\d{1,2})日?|(\d{2})(\d{2}))(?:[T\s]+(\d{1,2}):(\d{2})(?::(\d{2}))?)?"
)
_NOT_TEXT = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\ud800-\udfff\ufeff\ufffe\uffff]")
"""Control characters, byte-order marks, and what neither XML nor UTF-8 can carry."""


def without_controls(text: str) -> str:
    """Drops control characters (NUL among them), keeps tab and line breaks; CRLF becomes LF."""
    return _NOT_TEXT.sub("", text.replace("\r\n", "\n").replace("\r", "\n"))


def _cleaned(value: Any) -> Any:
    return without_controls(value) if isinstance(value, str) else value


def _written_day(text: str) -> date | datetime:
    """Reads 2026-11-11, 2026/11/1, 2026年11月11日 or 20261111, with or without a time; else ISO 8601."""
    match = _WRITTEN_DAY.fullmatch(text)
    if match is None:
        return datetime.fromisoformat(text)
    year, month, day, month_2, day_2, hour, minute, second = match.groups()
    on = date(int(year), int(month or month_2), int(day or day_2))
    return on if hour is None else datetime.combine(on, time(int(hour), int(minute), int(second or 0)))


def read_time(value: Any, zone: tzinfo) -> date | datetime | None:
    """A date or an aware time, written as people do; a plain date stays one, blank is None.

    Raises:
        ValueError: it is neither.
    """
    if isinstance(value, str):
        text = value.strip()
        try:
            value = _written_day(text) if text else None
        except ValueError as error:
            raise ValueError("不是日期或时间，请写成 2026-11-11 或 2026-11-11 10:00") from error
    if isinstance(value, datetime):
        aware = value if value.tzinfo else value.replace(tzinfo=zone)
        # As files spell it, with its offset: a time in the gap of a clock change equals nothing in another zone.
        return datetime.fromisoformat(aware.isoformat())
    if value is None or isinstance(value, date):
        return value
    raise ValueError("不是日期或时间，请写成 2026-11-11 或 2026-11-11 10:00")


def _date_or_time(value: Any, info: ValidationInfo) -> date | datetime | None:
    """Keeps a plain date a date and makes a time without a zone aware, so that export equals import."""
    return read_time(value, zone_of(info))


def _day(value: Any, info: ValidationInfo) -> date | None:
    value = _date_or_time(value, info)
    return value.date() if isinstance(value, datetime) else value


def zone_of(info: ValidationInfo) -> tzinfo:
    """The zone of times written without one, as the validation context names it."""
    zone: tzinfo = (info.context or {}).get("zone", DEFAULT_ZONE)
    return zone


def _none_if_blank(value: str | None) -> str | None:
    return value or None


def _known_intent(value: str) -> str:
    if value and value not in ALL_INTENTS:
        raise ValueError(f"未知的意图“{value}”，请用意图表里的词")
    return value


def _unique(items: tuple[Any, ...]) -> tuple[Any, ...]:
    return tuple(dict.fromkeys(items))


# Constraints stand before the cleaning: placed after it, pydantic would measure before it strips, and take blanks.
Line = Annotated[
    str,
    StringConstraints(strip_whitespace=True, min_length=1, max_length=MAX_QUESTION_CHARS),
    BeforeValidator(_cleaned),
]
Short = Annotated[str, StringConstraints(strip_whitespace=True, max_length=200), BeforeValidator(_cleaned)]
Code = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=100), BeforeValidator(_cleaned)]
Lines = Annotated[tuple[Line, ...], AfterValidator(_unique)]
Codes = Annotated[tuple[Code, ...], AfterValidator(_unique)]
MaybeShort = Annotated[Short | None, AfterValidator(_none_if_blank)]
DateOrTime = Annotated[date | datetime | None, BeforeValidator(_date_or_time)]
Day = Annotated[date | None, BeforeValidator(_day)]


class _Value(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class Reply(_Value):
    """One phrasing of the answer; may hold variables such as `{买家昵称}`."""

    text: Annotated[
        str,
        StringConstraints(strip_whitespace=True, min_length=1, max_length=MAX_REPLY_CHARS),
        BeforeValidator(_cleaned),
    ]
    tone: MaybeShort = None
    scene: MaybeShort = None
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
    source: Annotated[str, StringConstraints(strip_whitespace=True, max_length=1_000), BeforeValidator(_cleaned)] = ""
    checked_on: Day = None

    @model_validator(mode="after")
    def _whole(self, info: ValidationInfo) -> "CardContent":
        if not self.replies:
            raise ValueError("replies: 至少要有一条回复")
        for name in ("similar_questions", "negative_questions", "replies", "key_points", "facts"):
            if len(getattr(self, name)) > MAX_ITEMS:
                raise ValueError(f"{name}: 最多 {MAX_ITEMS} 条")
        valid_from_at, valid_until_at = self.valid_period(zone_of(info))
        if valid_from_at and valid_until_at and valid_until_at <= valid_from_at:
            raise ValueError("valid_until: 失效时间早于生效时间，请对调或改正")
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

    external_id: Annotated[str, StringConstraints(strip_whitespace=True, max_length=100), BeforeValidator(_cleaned)] = (
        ""
    )

    @property
    def content(self) -> CardContent:
        """The entry without its number."""
        return CardContent.model_construct(**{name: getattr(self, name) for name in CardContent.model_fields})


def _instant(value: date | datetime | None, zone: tzinfo, *, end: bool) -> datetime | None:
    if value is None:
        return None
    try:
        if isinstance(value, datetime):
            return value.astimezone(UTC)
        day = value + timedelta(days=1) if end else value
        return datetime.combine(day, time.min, tzinfo=zone).astimezone(UTC)
    except OverflowError:  # 9999-12-31 is how people write "for ever"
        return (datetime.min if value.year < 5000 else datetime.max).replace(tzinfo=UTC)
