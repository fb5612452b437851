"""Strain: what agents bear, told apart from what they are worth."""

import ast
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest
from sqlmodel import Session

from coaching.conversations.transcript import Line, Transcript, chat
from coaching.inspection.emotion import emotion_of
from coaching.strain import Mood, Sign, moods_of, strain_of, strains
from kb.text.folding import fold
from tests.coaching.inspection.stored import ZONE, inspect, keep
from tests.conftest import NOW

AT = datetime(2026, 11, 20, 6, tzinfo=UTC)


def _moods(transcript: Transcript) -> list[Mood]:
    emotions = {line.index: emotion_of(fold(line.text)) for line in transcript.lines if line.role == "customer"}
    return moods_of(transcript, emotions, AT, ZONE)


def _said(*lines: tuple[str, str, str | None]) -> Transcript:
    return Transcript(tuple(Line(at, role, text, None, who) for at, (role, text, who) in enumerate(lines)))  # type: ignore[arg-type]


def test_insults_and_anger_are_counted_for_who_answers_them() -> None:
    found = _moods(
        _said(
            ("customer", "你们是骗子吧，垃圾店", None),
            ("agent", "很抱歉", "lin"),
            ("customer", "我要投诉", None),
            ("agent", "我来为您处理", "wu"),
            ("customer", "快点", None),
        )
    )
    assert [(one.agent, one.angry, one.abusive, one.messages) for one in found] == [("lin", 1, 1, 1), ("wu", 1, 0, 1)]


def test_annoyed_messages_are_not_counted_as_angry() -> None:
    [mood] = _moods(_said(("customer", "怎么还不发货，等了好几天了", None), ("agent", "这就催", "lin")))
    assert (mood.annoyed, mood.angry, mood.is_upset) == (1, 0, False)


def test_nobody_is_treated_where_nobody_answers() -> None:
    assert _moods(chat("C 骗子", "B 人工客服马上来")) == []


def test_night_is_from_23_to_7_in_the_shops_zone() -> None:
    at = [datetime(2026, 11, 20, hour, tzinfo=ZONE) for hour in (22, 23, 6, 7)]
    lines = tuple(Line(place, "agent", "在的", sent_at, "lin") for place, sent_at in enumerate(at))
    [mood] = _moods(Transcript(lines))
    assert (mood.messages, mood.at_night, mood.said_at) == (4, 2, at[-1])


def _mood(day: int, **fields: int) -> Mood:
    return Mood("lin", AT + timedelta(days=day), messages=10, **fields)


def test_a_run_of_upset_customers_is_one_after_the_other() -> None:
    upset = [_mood(day, angry=1) for day in (1, 2, 4, 5, 6)]
    strain = strain_of("lin", [*reversed(upset), _mood(3)])
    assert (strain.longest_streak, strain.upset, strain.conversations) == (3, 5, 6)
    assert strain.signs == (Sign.STREAK,)


@pytest.mark.parametrize(
    ("moods", "signs"),
    [
        ([_mood(1, angry=1, abusive=3)], ()),
        ([_mood(1, angry=1, abusive=1), _mood(2, angry=1, abusive=1)], (Sign.ABUSED,)),
        ([_mood(1, at_night=10), _mood(2)], ()),
        ([_mood(1, at_night=9), _mood(2), _mood(3)], (Sign.NIGHT,)),
        ([_mood(1, at_night=8), _mood(2), _mood(3)], ()),
    ],
)
def test_signs_are_given_from_their_limits_on(moods: list[Mood], signs: tuple[Sign, ...]) -> None:
    assert strain_of("lin", moods).signs == signs
    assert all(sign.term for sign in signs)


def test_stored_strain_is_summed_per_agent_over_days_and_shops(session: Session) -> None:
    keep(session, "a", "C 骗子，垃圾店", "A 抱歉")
    keep(session, "b", "C 骗子，垃圾店", "A 抱歉", shop="bei")
    keep(session, "c", "C 在吗", "A 在的", agent="wu")
    inspect(session)
    day = (NOW - timedelta(days=2)).astimezone(ZONE).date()
    lin, wu = strains(session, day, day)
    assert (lin.agent, lin.abused, lin.signs, wu.agent, wu.abused) == ("lin", 2, (Sign.ABUSED,), "wu", 0)
    assert [one.abused for one in strains(session, day, day, frozenset({"bei"}))] == [1]
    assert [one.agent for one in strains(session, day, day, agent="wu")] == ["wu"]
    assert strains(session, date(2026, 1, 1), day - timedelta(days=1)) == []


def test_a_longer_conversation_changes_its_mood(session: Session) -> None:
    keep(session, "a", "C 在吗", "A 在的")
    inspect(session)
    keep(session, "a", "C 在吗", "A 在的", "C 骗子，垃圾店", "A 抱歉")
    inspect(session)
    [lin] = strains(session, date(2026, 1, 1), date(2027, 1, 1))
    assert (lin.conversations, lin.abused, lin.messages) == (1, 1, 2)


def test_no_score_reads_strain() -> None:
    """It protects agents; whoever reckons scores or rankings must not even import it."""
    folder = Path(__file__).parents[2] / "coaching"
    readers = {
        file.relative_to(folder).as_posix()
        for file in folder.rglob("*.py")
        for node in ast.walk(ast.parse(file.read_text("utf-8")))
        if isinstance(node, ast.ImportFrom) and node.module == "coaching.strain"
    }
    # Storing only writes it down.
    assert readers == {"inspection/storing.py"}
