"""What was written is what is read, in every format, whatever the texts hold."""

from datetime import UTC, date, datetime, timedelta, timezone
from pathlib import Path
from tempfile import TemporaryDirectory
from zoneinfo import ZoneInfo

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from kb.card_files import read_card_file, write_card_file
from kb.content import CardEntry, Fact, KeyPoint, Reply, without_controls
from kb.vocabulary import ALL_INTENTS, Kind, Phase, Platform, Risk

ZONE = ZoneInfo("Asia/Shanghai")
SUFFIXES = [".yaml", ".yml", ".jsonl", ".csv", ".xlsx"]

NASTY = [
    "|", "\\", "/", "=", "[", "]", "·", "!", "![](", ")", "\n", "\n\n", "\r\n", '"', "'", ",", ";", "\t", "+", "-", "@",
    "=", "#N/A", "{", "}", "{买家昵称}", ": ", "- ", "#", "&", "*", "%", "`", "~", "null", "是", "48", "小时", "48小时",
    "0012", "1.5E+10", "_x0041_", "x005F_", "\u2028", "\u00a0", "\u3000", "  ", "\x00", "\x85", "\ufeff", "😊",
    "👨‍👩‍👧", "什麼時候出貨", "亲", "a", "n", "\\n", "<b>", "';--", "----", "...",
]  # fmt: skip


TEXTS = st.lists(st.sampled_from(NASTY) | st.characters(), min_size=1, max_size=4).map("".join)
FILLED = TEXTS.filter(lambda text: without_controls(text).strip())
LISTS = st.lists(FILLED, max_size=3).map(tuple)
REPLIES = st.builds(Reply, text=FILLED, tone=st.none() | TEXTS, scene=st.none() | TEXTS, images=LISTS)
KEY_POINTS = st.builds(KeyPoint, text=FILLED, wordings=LISTS)
UNITS = st.sampled_from(["", "小时", "元/件"]) | TEXTS
FACTS = st.builds(Fact, subject=TEXTS, predicate=FILLED, value=FILLED | st.just("48"), unit=UNITS)
DAYS = st.dates(min_value=date(1, 1, 1), max_value=date(9999, 12, 31))
TIMES = st.datetimes(
    min_value=datetime(1970, 1, 2),
    max_value=datetime(2100, 1, 1),
    timezones=st.sampled_from([UTC, ZONE, timezone(timedelta(hours=-3, minutes=30)), ZoneInfo("Asia/Urumqi")]),
)


@st.composite
def entries(draw: st.DrawFn) -> CardEntry:
    limits = draw(st.lists(st.none() | DAYS | TIMES, min_size=2, max_size=2))
    record = {
        "external_id": draw(TEXTS),
        "kind": draw(st.sampled_from(Kind)),
        "standard_question": draw(FILLED),
        "similar_questions": draw(LISTS),
        "negative_questions": draw(LISTS),
        "replies": draw(st.lists(REPLIES, min_size=1, max_size=2)),
        "key_points": draw(st.lists(KEY_POINTS, max_size=2)),
        "facts": draw(st.lists(FACTS, max_size=2)),
        "phase": draw(st.sampled_from(Phase)),
        "intent": draw(st.sampled_from(["", *sorted(ALL_INTENTS)])),
        "tags": draw(LISTS),
        "platforms": draw(st.lists(st.sampled_from(Platform), max_size=3)),
        "shops": draw(LISTS),
        "products": draw(LISTS),
        "valid_from": limits[0],
        "risk": draw(st.sampled_from(Risk)),
        "owner": draw(TEXTS),
        "source": draw(TEXTS),
        "checked_on": draw(st.none() | DAYS),
    }
    try:
        return CardEntry.model_validate(record | {"valid_until": limits[1]})
    except ValueError:
        return CardEntry.model_validate(record)


def there_and_back(cards: list[CardEntry], suffix: str) -> list[CardEntry | None]:
    with TemporaryDirectory() as folder:
        path = Path(folder) / f"cards{suffix}"
        assert write_card_file(cards, path) == len(cards)
        rows = list(read_card_file(path, ZONE))
    assert [row.refusals for row in rows] == [()] * len(cards)
    return [row.entry for row in rows]


@pytest.mark.parametrize("suffix", SUFFIXES)
@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large])
@given(cards=st.lists(entries(), max_size=2))
@example(cards=[CardEntry(standard_question="'=1+1", replies=(Reply(text="[微笑]好的"), Reply(text="-", tone="=")))])
@example(
    cards=[
        CardEntry(
            standard_question="问",
            replies=(Reply(text="答"),),
            facts=(
                Fact(predicate="发货时限", value="48小时"),
                Fact(subject="现货", predicate="发货时限", value="48", unit="小时"),
                Fact(predicate="面料", value="100% 棉"),
                Fact(predicate="面料", value="约", unit="5 %"),
            ),
        )
    ]
)
def test_every_card_comes_back_as_it_was_written(cards: list[CardEntry], suffix: str) -> None:
    assert there_and_back(cards, suffix) == cards
